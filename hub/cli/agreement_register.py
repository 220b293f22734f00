"""``hub agreement submit|approve|revoke|list``: agreements of a running hub, through its public door."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from hub.cli.listing import Listing
from hub.cli.running import DEFAULT_STATE, ActorOption, JsonOption, StateOption, TokenFileOption, UrlOption, caller

_KEPT = """
fragment kept on Agreement {
  id name version source state inForce origin digest submittedBy submittedAt changedBy changedAt reason
  purposes conditions validFrom validUntil reviewDate
  signatories { name role organisation signedOn signature key }
}
"""
_LIST = f"query List($source: ID) {{ agreements(source: $source) {{ ...kept }} }} {_KEPT}"
_SUBMIT = f"mutation Submit($input: SubmitAgreementInput!) {{ submitAgreement(input: $input) {{ ...kept }} }} {_KEPT}"
_APPROVE = f"""
mutation Approve($id: ID!, $version: Int!) {{ approveAgreement(id: $id, version: $version) {{ ...kept }} }} {_KEPT}
"""
_REVOKE = f"""
mutation Revoke($id: ID!, $version: Int!, $reason: String!) {{
  revokeAgreement(id: $id, version: $version, reason: $reason) {{ ...kept }}
}} {_KEPT}
"""

IdArgument = Annotated[str, typer.Argument(help="The agreement's name.")]
VersionArgument = Annotated[int, typer.Argument(help="Which version of it.")]
_HEADINGS = ("Agreement", "Source", "State", "In force", "Days", "Signed", "Purposes")


def submit(
    file: Annotated[Path, typer.Argument(help="A signed agreement, as JSON.")],
    role: ActorOption = None,
    state: StateOption = DEFAULT_STATE,
    url: UrlOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put in a signed document. Somebody else approves it."""
    sent = {"input": {"document": file.read_text(encoding="utf-8")}}
    _print([caller(role, state, url, token_file).ask(_SUBMIT, sent)["submitAgreement"]], as_json=as_json)


def approve(
    agreement: IdArgument,
    version: VersionArgument,
    role: ActorOption = None,
    state: StateOption = DEFAULT_STATE,
    url: UrlOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let a version count, that somebody else put in and every party signed."""
    sent = {"id": agreement, "version": version}
    _print([caller(role, state, url, token_file).ask(_APPROVE, sent)["approveAgreement"]], as_json=as_json)


def revoke(
    agreement: IdArgument,
    version: VersionArgument,
    reason: Annotated[str, typer.Option(help="Why it ends.")],
    role: ActorOption = None,
    state: StateOption = DEFAULT_STATE,
    url: UrlOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """End a version and every older one of it, for good, on every worker within a second."""
    sent = {"id": agreement, "version": version, "reason": reason}
    _print([caller(role, state, url, token_file).ask(_REVOKE, sent)["revokeAgreement"]], as_json=as_json)


def list_(
    source: Annotated[str | None, typer.Option(help="Only about this source.")] = None,
    role: ActorOption = None,
    state: StateOption = DEFAULT_STATE,
    url: UrlOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print every version that you may see: where it stands, since when it counts, and who signed."""
    _print(caller(role, state, url, token_file).ask(_LIST, {"source": source})["agreements"], as_json=as_json)


def _print(kept: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode(kept), indent=2).decode())
        return
    rows = [
        (
            one["id"],
            one["source"],
            one["state"],
            "yes" if one["inForce"] else "no",
            f"{one['validFrom']} to {one['validUntil']}" if one["validFrom"] else "not usable",
            "\n".join(f"{who['organisation']}: {who['signature']}" for who in one["signatories"]),
            ", ".join(one["purposes"]),
        )
        for one in kept
    ]
    console = Console()
    Listing("Agreements", _HEADINGS, rows).show(console)
    for one in kept:
        for who in one["signatories"]:
            if who["key"]:  # on one line, to be compared
                told = f"{one['id']}, {who['organisation']}: signed with key {who['key']}"
                console.print(told, markup=False, highlight=False, soft_wrap=True)


COMMANDS: Mapping[str, Callable[..., None]] = {"submit": submit, "approve": approve, "revoke": revoke, "list": list_}
