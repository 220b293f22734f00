"""``hub audit report``: who looked at information about a person, for the person; what waits, for whoever makes it."""

from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from hub.cli.listing import counted
from hub.cli.moments import FromOption, ToOption, moment
from hub.cli.running import DEFAULT_STATE, JsonOption, StateOption, TokenFileOption, UrlOption, caller
from hub.cli.subject import whole_birth_date
from hub.domain.subject_access import AskedBy, Because, Capacity
from hub.errors import BadInput

REPORT = """
query Report($input: SubjectAccessInput!) {
  subjectAccessReport(input: $input) {
    reference madeAt count page document signature proofs
    notTold { index at kind purpose outcome fate rules says basis }
  }
}
"""
FILES = {"report.html": "page", "report.json": "document", "report.jws": "signature", "proofs.json": "proofs"}

WhoOption = Annotated[str, typer.Option("--as", help="A role that answers for data protection: dpo or ig_lead.")]
NumberOption = Annotated[str | None, typer.Option("--nhs-number", help="The person's NHS number.")]
UpnOption = Annotated[str | None, typer.Option("--upn", help="The person's unique pupil number.")]
FamilyOption = Annotated[str | None, typer.Option("--family-name", help="The person's family name.")]
BornOption = Annotated[str | None, typer.Option("--birth-date", help="The person's birth date: 2011-05-14.")]
AskedByOption = Annotated[AskedBy, typer.Option("--asked-by", case_sensitive=False, help="Who asks.")]
CapacityOption = Annotated[
    Capacity,
    typer.Option(
        "--capacity", case_sensitive=False, help="ABLE: a child who can ask for themselves. NOT_ABLE: not yet."
    ),
]
CheckedOption = Annotated[
    bool,
    typer.Option("--identity-checked", help="You checked who asks, and by what right. Without it there is no report."),
]
AgreesOption = Annotated[bool, typer.Option("--child-agrees", help="A child who can ask agrees that a parent is told.")]
ReleaseOption = Annotated[
    list[str] | None,
    typer.Option("--release", help="Tell this entry, which waits, and why: 17=NO_HARM, SAME_PERSON, ORDERED; repeat."),
]
WithholdOption = Annotated[
    list[str] | None,
    typer.Option(
        "--withhold",
        help="Do not tell this entry, and why: 17=SERIOUS_HARM, CHILDS_INTERESTS, CRIME, RIGHTS_OF_OTHERS; repeat.",
    ),
]
StaffOption = Annotated[bool, typer.Option("--name-staff", help="Tell the id of whoever asked, not their role alone.")]
OutOption = Annotated[
    Path, typer.Option("--out", help="The folder for the files to hand over. It is made; files in it are not replaced.")
]


def report(
    asked_by: AskedByOption,
    capacity: CapacityOption,
    out: OutOption,
    role: WhoOption = "dpo",
    number: NumberOption = None,
    upn: UpnOption = None,
    family: FamilyOption = None,
    born: BornOption = None,
    identity_checked: CheckedOption = False,
    child_agrees: AgreesOption = False,
    since: FromOption = None,
    until: ToOption = None,
    release: ReleaseOption = None,
    withhold: WithholdOption = None,
    name_staff: StaffOption = False,
    state: StateOption = DEFAULT_STATE,
    url: UrlOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make the report of accesses that a person may have. What it leaves out is printed here, for you alone."""
    sent = {
        "askedBy": asked_by.value,
        "capacity": capacity.value,
        "identityChecked": identity_checked,
        "childAgrees": child_agrees,
        "nhsNumber": number,
        "upn": upn,
        "familyName": family,
        "birthDate": whole_birth_date(born) if born else None,
        "from": moment(since),
        "to": moment(until),
        "release": _decided(release),
        "withhold": _decided(withhold),
        "nameStaff": name_staff,
    }
    _require_empty(out)
    asking = caller(role, state, url, token_file)
    made = asking.ask(REPORT, {"input": {name: value for name, value in sent.items() if value is not None}})
    told = made["subjectAccessReport"]
    _write(told, out)
    if as_json:
        beside = {name: told[name] for name in ("reference", "madeAt", "count", "notTold")}
        typer.echo(msgspec.json.encode({**beside, "files": [str(out / name) for name in FILES]}).decode())
        return
    _say(told, Console())


def _decided(given: list[str] | None) -> list[dict[str, Any]]:
    """Each entry with the reason. Raises BadInput."""
    found = []
    for one in given or ():
        index, _, because = one.partition("=")
        if not index.isascii() or not index.isdecimal() or because not in set(Because):
            raise BadInput(
                f"Give the entry's number and why: 17=NO_HARM. The reasons are {', '.join(Because)}.", ("entry-reason",)
            )
        found.append({"index": int(index), "because": because})
    return found


def _require_empty(out: Path) -> None:
    if there := [name for name in FILES if (out / name).exists()]:
        raise BadInput(
            f"{', '.join(there)} in that folder would be replaced. Name another with --out.", ("file-exists",)
        )


def _write(made: dict[str, Any], out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, field in FILES.items():
        file = out / name
        file.touch(mode=0o600)
        file.write_bytes(made[field].encode())  # the very bytes that are signed, on any system


def _say(made: dict[str, Any], console: Console) -> None:
    told = counted(made["count"], "access", "accesses")
    console.print(f"{told} told. Reference {made['reference']}. To hand over: {', '.join(FILES)}.")
    if not made["notTold"]:
        console.print("Nothing was left out.")
        return
    table = Table(title="Not told: for you alone", title_justify="left")
    for heading in ("#", "When (UTC)", "What", "Purpose", "Fate", "Rules"):
        table.add_column(heading)
    for one in made["notTold"]:
        rules = ", ".join(one["rules"])
        table.add_row(str(one["index"]), one["at"][:16], one["kind"], one["purpose"] or "", one["fate"], rules)
    console.print(table)
    alike: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for one in made["notTold"]:
        alike.setdefault((", ".join(one["rules"]), one["says"]), []).append(one)
    for (rules, says), some in alike.items():
        indexes, basis = ", ".join(str(one["index"]) for one in some), "; ".join(some[0]["basis"])
        console.print(f"{rules} ({indexes}): {says} {basis}", soft_wrap=True, markup=False)
    console.print("An exemption holds only as far as telling harms: tell what waits with --release NUMBER=REASON.")
