"""``hub audit flag`` and ``hub audit staff``: whose records, and whose family's, deserve a closer look."""

import csv
import io
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from hub.cli.audit_queries import FLAG, FLAGS, FORGET_STAFF, LIFT, NOTE_STAFF
from hub.cli.audit_search import ReviewerOption
from hub.cli.listing import Listing, counted
from hub.cli.running import DEFAULT_STATE, JsonOption, StateOption, TokenFileOption, UrlOption, caller
from hub.cli.subject import BornOption, FamilyOption, NumberArgument, subject_of
from hub.domain.review import FlagKind
from hub.errors import BadInput

_AT_ONCE = 100
_NEEDED = frozenset({"principal", "family_names"})
_KNOWN = _NEEDED | {"postcode", "household_postcodes", "birth_date"}

staff = typer.Typer(help="Who works here, as keyed hashes, so that a look at one's own family is seen.")


def flag(
    number: NumberArgument = None,
    family: FamilyOption = None,
    born: BornOption = None,
    kind: Annotated[FlagKind, typer.Option("--kind", help="Why.")] = FlagKind.OTHER,
    lift: Annotated[str | None, typer.Option("--lift", help="Take this flag away, by its id.")] = None,
    role: ReviewerOption = "auditor",
    state: StateOption = DEFAULT_STATE,
    url: UrlOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Flag somebody by number, or by family name and birth date; without either, list the flags that stand.

    Only keyed hashes are kept, so the list does not say of whom.
    """
    reviewer = caller(role, state, url, token_file)
    person = subject_of(number, family, born=born)
    if lift is not None:
        reviewer.ask(LIFT, {"id": lift})
    elif person:
        reviewer.ask(FLAG, {"input": {"kind": kind.value, "person": person}})
    told = reviewer.ask(FLAGS, {})["personFlags"]
    if as_json:
        typer.echo(msgspec.json.encode(told).decode())
        return
    rows = [(one["id"], one["kind"], one["flaggedBy"], one["flaggedAt"][:16]) for one in told]
    Listing("Flags that stand", ("Flag", "Kind", "By", "When (UTC)"), rows).show(Console())


@staff.command("load")
def load(
    file: Annotated[Path, typer.Argument(help="A CSV file with columns principal, family_names, postcode...")],
    role: ReviewerOption = "dpo",
    state: StateOption = DEFAULT_STATE,
    url: UrlOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Load who works here. Columns: principal, family_names, postcode, household_postcodes, birth_date.

    principal is the id in people's tokens. Several names or postcodes in one cell are parted by a semicolon: give
    former names too. Only keyed hashes leave for the store; delete the file afterwards.
    """
    people, officer = _read(file), caller(role, state, url, token_file)
    noted = 0
    for start in range(0, len(people), _AT_ONCE):
        noted += officer.ask(NOTE_STAFF, {"staff": people[start : start + _AT_ONCE]})["noteStaff"]
    if as_json:
        typer.echo(msgspec.json.encode({"noted": noted}).decode())
        return
    typer.echo(
        f"Noted {counted(noted, 'person', 'people')}. Nothing of them is kept but keyed hashes; now delete the file."
    )


@staff.command("forget")
def forget(
    principal: Annotated[str, typer.Argument(help="Who left, by id.")],
    role: ReviewerOption = "dpo",
    state: StateOption = DEFAULT_STATE,
    url: UrlOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Forget the marks of somebody who left."""
    gone = caller(role, state, url, token_file).ask(FORGET_STAFF, {"principal": principal})["forgetStaff"]
    if as_json:
        typer.echo(msgspec.json.encode({"forgotten": gone}).decode())
        return
    typer.echo("Forgotten." if gone else "There were no marks of anybody of this id.")


def _read(file: Path) -> list[dict[str, Any]]:
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:  # without its cause, which repeats what stands there
        raise BadInput("The file is not UTF-8. Save it as CSV in UTF-8.", ("staff-encoding",)) from None
    rows = csv.DictReader(io.StringIO(text, newline=""))
    columns = set(rows.fieldnames or ())
    if not columns >= _NEEDED or columns - _KNOWN:
        raise BadInput(f"The file's first line names its columns: {', '.join(sorted(_KNOWN))}.", ("staff-columns",))
    return [_member(row, line) for line, row in enumerate(rows, 2)]


def _member(row: dict[str, str | None], line: int) -> dict[str, Any]:
    born = (row.get("birth_date") or "").strip()
    try:
        day = date.fromisoformat(born).isoformat() if born else None
    except ValueError:
        raise BadInput(f"Line {line}: a birth date is written 1985-05-14.", ("staff-birth-date",)) from None
    return {
        "principal": (row["principal"] or "").strip(),
        "familyNames": _parts(row["family_names"]),
        "postcodes": _parts(row.get("postcode")) + _parts(row.get("household_postcodes")),
        "birthDate": day,
    }


def _parts(cell: str | None) -> list[str]:
    return [part.strip() for part in (cell or "").split(";") if part.strip()]
