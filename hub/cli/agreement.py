"""``hub agreement``: documents at the desk, and their way into force at a running hub."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from hub.cli import agreement_register
from hub.cli.policy_tables import OPENS_EXIT, AsJson, loaded_policies, print_cells, print_json, whole
from hub.domain.categories import Category
from hub.domain.codes import Agency, PurposeCode, Role
from hub.errors import BadInput
from hub.keys.detached import PartyKey, make_party_key, thumbprint
from hub.policy.agreements import Fault, Read, Unusable, day_of, decode, read_document, unsigned_parties
from hub.policy.agreements.compiling import compiled
from hub.policy.agreements.explaining import Recipient, explain
from hub.policy.agreements.odrl import odrl
from hub.policy.agreements.signing import keyed_document, signed_document
from hub.policy.comparing import compare_agreements, held_at

app = typer.Typer(name="agreement", help="Information sharing agreements.", no_args_is_help=True)
for name, command in agreement_register.COMMANDS.items():
    app.command(name)(command)

FileArgument = Annotated[Path, typer.Argument(help="An agreement, as JSON.")]
FilesArgument = Annotated[list[Path], typer.Argument(help="Agreements, as JSON.")]
_CELLS = ("Purpose", "Role", "Works for", "Days", "Categories")
_ORDER = (4, 2, 1, 3, 0)


class Validated(msgspec.Struct, frozen=True):
    """What validating one file found. Usable where ``faults`` is empty."""

    file: str
    agreement: str | None
    faults: tuple[Fault, ...]
    signatories: tuple[dict[str, str | None], ...] = ()
    unsigned_parties: tuple[str, ...] = ()


@app.command("validate")
def validate(files: FilesArgument, *, as_json: AsJson = False) -> None:
    """Say every mistake of every file, with its place and its mend, and who signed. Exits with 1 on a mistake."""
    told = [_validated(file) for file in files]
    if as_json:
        print_json(told)
    else:
        for one in told:
            _print_validated(one)
    raise typer.Exit(1 if any(one.faults for one in told) else 0)


@app.command("diff")
def diff(old: FileArgument, new: FileArgument, *, as_json: AsJson = False) -> None:
    """Say which cells open and which close between two documents. Exits with 3 when anything opens."""
    told = compare_agreements(read_document(old).agreement, read_document(new).agreement)
    if as_json:
        cells = {name: [one._asdict() for one in getattr(told, name)] for name in ("opened", "closed")}
        print_json({**msgspec.structs.asdict(told), **cells})
    else:
        console = Console()
        console.print(f"{told.old} before, {told.new} after. By the agreement alone: policies may give less.")
        for title, some in (("OPENS", told.opened), ("CLOSES", told.closed)):
            if some:
                print_cells(f"{title}: {len(some)} cells", _CELLS, some, _ORDER)
        for change in told.document:
            console.print(f"{change.field}: {change.old} → {change.new}", highlight=False, markup=False)
        if not (told.opened or told.closed or told.document):
            console.print("Nothing opens, nothing closes, and nothing else changed.")
    raise typer.Exit(OPENS_EXIT if told.opened else 0)


@app.command("compile")
def compile_(files: FilesArgument) -> None:
    """Print the artefact, as JSON: flat rows of what is allowed and denied, tied to each document by its digest."""
    print_json([compiled(read_document(file)) for file in files])


@app.command("explain")
def explain_(
    file: FileArgument,
    role: Annotated[Role, typer.Option("--as", help="The role of whoever asks.")],
    purpose: Annotated[PurposeCode, typer.Option(help="What they ask for.")],
    agency: Annotated[Agency, typer.Option(help="Whom they work for.")] = Agency.SOCIAL_CARE,
    organisation: Annotated[str | None, typer.Option(help="Which organisation, as their token names it.")] = None,
    category: Annotated[list[Category] | None, typer.Option(help="Only this category; may be repeated.")] = None,
    on: Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="On which day.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Say which clause of an agreement decides, category by category. Policies may give less."""
    day = on.date() if on else day_of(datetime.now(UTC))
    who = Recipient(role=role, agency=agency, purpose=purpose, day=day, organisation=organisation)
    agreement = read_document(file).agreement
    wanted = category or held_at(agreement.source_agency)
    told = [one for one in explain(agreement, who) if one.category in wanted]
    if as_json:
        print_json({"agreement": agreement.reference, "asks": who, "categories": told})
        return
    table = Table("Category", "Tier", "Given", "Clause", whole("Why"), title=agreement.reference)
    for one in told:
        table.add_row(one.category, one.category.tier, "yes" if one.given else "no", one.clause, one.why)
    Console().print(table)


@app.command("sign")
def sign(
    file: FileArgument,
    name: Annotated[str, typer.Option("--as", help="The signatory, by the name that stands in the document.")],
    key: Annotated[Path, typer.Option(help="Their private key: Ed25519 as JWK or PEM, in a file of mode 0600.")],
) -> None:
    """Add one signatory's signature to a document, over everything in it but the signatures."""
    try:
        content = signed_document(file.read_bytes(), name, PartyKey.read(key))
    except Unusable as fault:
        raise BadInput(f"{file.name} is not a usable agreement: {fault}", ("agreement-unusable",)) from None
    file.write_bytes(content)
    typer.echo(f"Signed as {name}. The document is {decode(content).agreement.reference}.")


@app.command("key")
def key_(
    file: Annotated[Path, typer.Argument(help="Where the private key will stand.")],
    into: Annotated[
        Path | None,
        typer.Option("--into", exists=True, dir_okay=False, help="A document to write the public half into."),
    ] = None,
    organisation: Annotated[str, typer.Option("--for", help="The party of that document whose key it is.")] = "",
) -> None:
    """Make a key to sign agreements with, and print its public half for the document.

    With --into, write it there; a key that is there already serves again.
    """
    key = PartyKey.read(file) if into and file.exists() else make_party_key(file)
    public = key.public
    if into is not None:
        try:
            into.write_bytes(keyed_document(into.read_bytes(), organisation, key))
        except Unusable as fault:
            raise BadInput(f"{into.name} is not a usable agreement: {fault}", ("agreement-unusable",)) from None
    print_json(public)
    Console(stderr=True).print(
        f"Tell the other parties its thumbprint by another way, so that they can compare it: {thumbprint(public)}",
        highlight=False,
        soft_wrap=True,
    )


@app.command("odrl")
def odrl_(file: FileArgument, policies: Annotated[Path | None, typer.Option(help="A policy folder.")] = None) -> None:
    """Print an agreement as ODRL with terms of the Data Privacy Vocabulary, in JSON-LD."""
    print_json(odrl(read_document(file), loaded_policies(policies).rows))


def _validated(file: Path) -> Validated:
    try:
        read = decode(file.read_bytes())
    except Unusable as fault:
        return Validated(file.name, None, fault.faults)
    return Validated(file.name, read.agreement.reference, (), _signatories(read), _unsigned(read))


def _signatories(read: Read) -> tuple[dict[str, str | None], ...]:
    return tuple(msgspec.to_builtins(one) for one in read.signed)


def _unsigned(read: Read) -> tuple[str, ...]:
    return unsigned_parties(read.agreement, read.signed)


def _print_validated(one: Validated) -> None:
    console = Console()
    if one.faults:
        console.print(f"{one.file}: {len(one.faults)} to mend", style="bold red", highlight=False)
        table = Table(whole("Where"), whole("What is wrong"), whole("How to mend it"))
        for fault in one.faults:
            table.add_row(fault.path, fault.says, fault.fix)
        console.print(table)
        return
    console.print(f"{one.file}: {one.agreement} is well formed.", style="bold green", highlight=False)
    for signatory in one.signatories:
        by = f" with key {signatory['key']}" if signatory["key"] else ""
        line = f"  {signatory['name']}, {signatory['organisation']}: {signatory['state']}{by}"
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    if one.unsigned_parties:
        console.print(f"  Not signed for: {', '.join(one.unsigned_parties)}.", highlight=False, markup=False)
