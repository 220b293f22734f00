"""``hub audit prove``: a bundle that shows, to somebody who trusts no hub, that an entry is in the log."""

from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from hub.cli.listing import counted
from hub.cli.running import DEFAULT_STATE, JsonOption, StateOption, TokenFileOption, UrlOption, caller

_PROOF = """
query Proof($index: Int!, $against: Int) {
  auditProof(index: $index, against: $against) {
    index treeSize leafHash path checkpoint leaf origin
    keys { vkey former signature agreed }
    consistency { checkpoint path }
  }
}
"""
FORMAT, VERSION = "partnership-hub/audit-bundle", 1


def prove(
    index: Annotated[int, typer.Argument(min=0, help="The entry: as hub audit tail or a receipt names it.")],
    role: Annotated[str, typer.Option("--as", help="A role that may read the log.")] = "auditor",
    out: Annotated[Path | None, typer.Option("--out", help="The file to write; else the bundle is printed.")] = None,
    against: Annotated[
        int | None,
        typer.Option("--against", min=1, help="Show too that the log continues its checkpoint of this size."),
    ] = None,
    state: StateOption = DEFAULT_STATE,
    url: UrlOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the proof of one entry as a bundle, which `hub audit verify` and hub/verifier.py verify offline.

    That it was asked for is itself recorded.
    """
    told = caller(role, state, url, token_file).ask(_PROOF, {"index": index, "against": against})["auditProof"]
    text = msgspec.json.format(msgspec.json.encode(bundle_of(told)), indent=2) + b"\n"
    if out is None:
        typer.echo(text, nl=False)
        return
    out.write_bytes(text)
    if as_json:
        typer.echo(msgspec.json.encode({"index": index, "treeSize": told["treeSize"], "file": str(out)}).decode())
        return
    size = counted(told["treeSize"], "entry", "entries")
    typer.echo(f"Entry {index} is proven under a checkpoint of {size}, in {out}.")


def bundle_of(told: dict[str, Any]) -> dict[str, Any]:
    """As docs/audit-bundle.md has it."""
    entry = {"index": told["index"], "leaf": told["leaf"], "hash": told["leafHash"], "path": told["path"]}
    same = {name: told[name] for name in ("origin", "keys", "checkpoint")}
    return {"format": FORMAT, "version": VERSION, **same, "entries": [entry], "consistency": told["consistency"]}
