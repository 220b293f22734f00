"""``hub connector report`` and ``verify``: a test's signed report as a file, and what its signature is worth."""

import asyncio
import json
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from hub.authentication.keys import fetch_keys
from hub.cli.conformance import show
from hub.cli.running import DEFAULT_STATE, ActorOption, StateOption, TokenFileOption, UrlOption, caller
from hub.conformance.signed import SignedReport, verified
from hub.connectors.manifest import canonical
from hub.connectors.manifests import read_manifest
from hub.domain.answers import SourceFailed
from hub.domain.documents import digest
from hub.errors import BadInput, NotFound, Unavailable
from hub.onboarding.testing import SIGNED_AS

_KEYS = "/.well-known/jwks.json"
_REPORT = """
query Report($source: ID!, $version: Int) {
  conformanceReport(source: $source, version: $version) { json signature html }
}
"""
SignedFile = Annotated[
    Path, typer.Argument(metavar="REPORT", help="A signed report, as `report` wrote it.", exists=True)
]


def report(
    source: Annotated[str, typer.Argument(metavar="ID", help="A source, or one version of it: schools@2.")],
    out: Annotated[Path | None, typer.Option("--out", help="Write the signed report here.")] = None,
    html: Annotated[Path | None, typer.Option("--html", help="Write it as a page to read.")] = None,
    role: ActorOption = None,
    state: StateOption = DEFAULT_STATE,
    url: UrlOption = None,
    token_file: TokenFileOption = None,
) -> None:
    """Fetch what the newest test of a source came to in the hub, signed."""
    name, _, number = source.partition("@")
    if number and not number.isdigit():
        raise BadInput("Name a source by its id, or one version of it as id@version.", ("source-reference",))
    asked = {"source": name, "version": int(number) if number else None}
    told = caller(role, state, url, token_file).ask(_REPORT, asked)["conformanceReport"]
    if told is None:
        raise NotFound("There is no test of it, or none that you may see. Test it: hub source test")
    signed = SignedReport(report=told["json"], signature=told["signature"])
    if html is not None and told["html"] is not None:
        html.write_text(told["html"], encoding="utf-8")
    written = msgspec.json.format(msgspec.json.encode(signed), indent=2).decode() + "\n"
    if out is None:
        typer.echo(written, nl=False)
        return
    out.write_text(written, encoding="utf-8")
    typer.echo(f"Wrote {out}. Anybody can verify it: hub connector verify {out} --hub ADDRESS")


def verify(
    signed: SignedFile,
    hub: Annotated[str | None, typer.Option("--hub", help="The hub's public address; its keys are read there.")] = None,
    jwks: Annotated[Path | None, typer.Option("--jwks", help="The hub's keys as a file, in place of --hub.")] = None,
    manifest: Annotated[Path | None, typer.Option(help="Also check that it is about this very manifest.")] = None,
) -> None:
    """Check that a hub signed this report, as it stands, about the manifest that it names. Exits 1 where it did not."""
    told, testimony = verified(_read(signed), _key_set(hub, jwks), SIGNED_AS)
    if manifest is not None and digest(canonical(read_manifest(manifest))) != told.manifest.digest:
        raise BadInput(f"The report is about another document than {manifest.name}.", ("report-of-another-manifest",))
    show(told, Console(soft_wrap=True))
    about = "" if manifest is None else f" It is about {manifest.name} as it stands."
    typer.echo(f"\nSigned by the hub at {testimony.at}, and unaltered.{about}")


def _read(file: Path) -> SignedReport:
    try:
        return msgspec.json.decode(file.read_bytes(), type=SignedReport)
    except ValueError as fault:
        raise BadInput(f"{file.name} is no signed report; `hub connector report ID --out FILE` writes one.") from fault


def _key_set(hub: str | None, jwks: Path | None) -> dict[str, Any]:
    """The keys that the hub publishes."""
    if (hub is None) == (jwks is None):
        raise BadInput("Say whose keys: --hub with the hub's address, or --jwks with its keys as a file.")
    try:
        told = json.loads(jwks.read_bytes()) if jwks else asyncio.run(fetch_keys(f"{(hub or '').rstrip('/')}{_KEYS}"))
    except SourceFailed as failure:
        raise Unavailable("The hub's keys cannot be read at that address.") from failure
    except ValueError as fault:
        raise BadInput("These are no keys: give the hub's JSON Web Key Set, or its https address.") from fault
    return told if isinstance(told, dict) else {}
