"""``hub policy diff``: which cells open and which close between two policy folders."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from hub.cli.policy_tables import OPENS_EXIT, AsJson, loaded_policies, print_cells, print_json
from hub.domain.documents import SHOWN_DIGITS
from hub.domain.identifiers import SourceId
from hub.errors import BadInput
from hub.policy.agreements import Agreement, day_of, read_documents
from hub.policy.comparing import ActCell, AgreementSets, Cell, Difference, compare

_COLUMNS = ("Purpose", "Role", "Works for", "Source", "About", "When", "Categories")
_ORDER = (6, 2, 4, 3, 1, 5, 0)  # categories first: they are what is read
_ACT_COLUMNS = ("Act", "Purpose", "Role", "Works for", "When")
_ACT_ORDER = (3, 2, 1, 4, 0)

OldAgreements = Annotated[Path | None, typer.Option("--agreements-old", help="The agreements before.")]
NewAgreements = Annotated[Path | None, typer.Option("--agreements-new", help="The agreements after.")]
OnOption = Annotated[
    datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="Compare from this day on; left out, today.")
]


def diff(
    old: Annotated[Path, typer.Argument(help="The policy folder before.")],
    new: Annotated[Path, typer.Argument(help="The policy folder after.")],
    agreements_old: OldAgreements = None,
    agreements_new: NewAgreements = None,
    on: OnOption = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Say which cells open and which close, by role, purpose and category. Exits with 3 when anything opens.

    Without agreements, it supposes that one that covers everything stands with every source. With both
    folders of them, a cell is one source's, and counts if it differs on that day or later.
    """
    if (agreements_old is None) != (agreements_new is None):
        raise BadInput("Give both --agreements-old and --agreements-new, or neither.", ("agreements-both",))
    sets = None
    if agreements_old is not None and agreements_new is not None:
        day = on.date() if on else day_of(datetime.now(UTC))
        sets = AgreementSets(by_source(agreements_old), by_source(agreements_new), day)
    told = compare(loaded_policies(old), loaded_policies(new), sets)
    if as_json:
        print_json(_as_json(told))
    else:
        _print(told)
    raise typer.Exit(OPENS_EXIT if told.widens else 0)


def by_source(folder: Path) -> dict[SourceId, Sequence[Agreement]]:
    """Every agreement of a folder, by its source. Raises ConfigurationError."""
    found: dict[SourceId, list[Agreement]] = {}
    for one in read_documents(folder).values():
        found.setdefault(one.agreement.source, []).append(one.agreement)
    return {source: sorted(some, key=lambda one: -one.version) for source, some in found.items()}


def _print(told: Difference) -> None:
    console = Console()
    before, after = (version[:SHOWN_DIGITS] for version in (told.old_version, told.new_version))
    console.print(f"Policy version {before} before, {after} after.", highlight=False)
    if told.policies:
        console.print(f"Changed: {', '.join(map(str, told.policies))}", highlight=False)
    for title, cells in (("OPENS", told.opened), ("CLOSES", told.closed)):
        if cells:
            print_cells(f"{title}: {len(cells)} cells", _COLUMNS, cells, _ORDER)
    for title, acts in (("MAY BE DONE", told.acts_opened), ("MAY NO LONGER BE DONE", told.acts_closed)):
        if acts:
            print_cells(f"{title}: {len(acts)} cells", _ACT_COLUMNS, acts, _ACT_ORDER)
    if not (told.opened or told.closed or told.acts_opened or told.acts_closed):
        console.print("Nothing opens and nothing closes.")


def _as_json(told: Difference) -> dict[str, object]:
    def named(cells: Sequence[Cell | ActCell]) -> list[dict[str, str]]:
        return [dict(zip(cell._fields, cell, strict=True)) for cell in cells]

    plain = msgspec.structs.asdict(told)
    cells = ("opened", "closed", "acts_opened", "acts_closed")
    return {**plain, **{name: named(plain[name]) for name in cells}, "widens": told.widens}
