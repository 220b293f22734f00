"""What changes between two sets of policies, and between the agreements of two folders under them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import product

import msgspec

from hub.domain.codes import Agency, PurposeCode, Role, SubjectKind
from hub.domain.identifiers import SourceId
from hub.policy.agreements import Agreement
from hub.policy.comparing.acts import ActCell, acts_allowed, acts_touched
from hub.policy.comparing.given import Given, days_of
from hub.policy.comparing.grid import Alike, Asked, Cell, Grid, decides_disclosure
from hub.policy.comparing.speaking import Speaking
from hub.policy.comparing.supposing import Circumstances, touched_by_policy, touched_by_row
from hub.policy.policies import Policies

Change = tuple[bool, Cell]  # whether it opens, and which
Agreements = Mapping[SourceId, Sequence[Agreement]]


class Difference(msgspec.Struct, frozen=True):
    """Cells that open and cells that close. ``policies`` names every policy and purpose whose meaning changed."""

    old_version: str
    new_version: str
    policies: tuple[str, ...]
    opened: tuple[Cell, ...]
    closed: tuple[Cell, ...]
    acts_opened: tuple[ActCell, ...]
    acts_closed: tuple[ActCell, ...]

    @property
    def widens(self) -> bool:
        """Whether anybody may have or do more than before."""
        return bool(self.opened or self.acts_opened)


class AgreementSets(msgspec.Struct, frozen=True):
    """The agreements before and after, and from which day on they are compared."""

    old: Agreements
    new: Agreements
    on: date


def compare(old: Policies, new: Policies, agreements: AgreementSets | None = None) -> Difference:
    """Every cell that differs. Without agreements, supposing that one that covers everything stands with every source.

    With them, a cell is one source's, and differs if it does on that day or on any later one. Cells are decided
    for one role at a time.
    """
    changed = changed_policies(old, new)
    rows = [code for code in PurposeCode if old.rows[code] != new.rows[code]]
    alike = Alike(old, new)
    grids = Grid(old, alike), Grid(new, alike)
    speaking = Speaking(old, new, changed, alike)
    opened, closed = _worth_saying(_supposed(grids, _touched(old, new, changed, rows), speaking, frozenset(rows)))
    if agreements is not None:
        given = _worth_saying(_given(*grids, agreements))
        opened = (*given[0], *(one for one in opened if one.under))
        closed = (*given[1], *(one for one in closed if one.under))
    acts = acts_touched(old, new, changed, rows)
    before, after = (frozenset(acts_allowed(one, acts)) for one in (old, new))
    return Difference(
        old_version=old.version,
        new_version=new.version,
        policies=(*changed, *rows),
        opened=opened,
        closed=closed,
        acts_opened=tuple(sorted(after - before)),
        acts_closed=tuple(sorted(before - after)),
    )


def changed_policies(old: Policies, new: Policies) -> tuple[str, ...]:
    """Policies that decide otherwise, or are there in one only. A new sentence or place changes nothing."""
    was, now = old.engine.meanings, new.engine.meanings
    return tuple(name for name in dict.fromkeys((*was, *now)) if was.get(name) != now.get(name))


def _touched(
    old: Policies, new: Policies, changed: Iterable[str], rows: Iterable[PurposeCode]
) -> frozenset[tuple[PurposeCode, Circumstances]]:
    """Purposes and circumstances in which anything could differ."""
    found: set[tuple[PurposeCode, Circumstances]] = set()
    for name in changed:
        for one in (old, new):
            meaning = one.engine.meanings.get(name, "")
            if decides_disclosure(meaning):
                found |= {(code, under) for under in touched_by_policy(meaning) for code in PurposeCode}
    for code in rows:
        found |= {(code, under) for under in touched_by_row(old.rows[code], new.rows[code])}
    return frozenset(found)


def _supposed(
    grids: tuple[Grid, Grid],
    touched: Iterable[tuple[PurposeCode, Circumstances]],
    speaking: Speaking,
    rows: frozenset[PurposeCode],
) -> Iterator[Change]:
    """Every cell that differs, of what is touched, where an agreement that covers everything is supposed."""
    for purpose, under in touched:
        for role, agency, source, about in product(Role, Agency, Agency, SubjectKind):
            asked = Asked(role, agency, purpose, source, about, under)
            if purpose not in rows and not speaking.may_differ(asked):
                continue
            was, now = (grid.permitted(asked) for grid in grids)
            for category in was ^ now:
                yield category in now, Cell(purpose, role, agency, source, about, under.said, category)


def _given(old: Grid, new: Grid, sets: AgreementSets) -> Iterator[Change]:
    """Every cell that differs at some source, on the day or later, by what is permitted and what is given."""
    days = days_of((*sets.old.values(), *sets.new.values()), sets.on)
    for source in dict.fromkeys((*sets.old, *sets.new)):
        was, now = Given(sets.old.get(source, ())), Given(sets.new.get(source, ()))
        for day, purpose, who in product(days, PurposeCode, dict.fromkeys((*was.askers(), *now.askers()))):
            under = "" if day == sets.on else f"from {day}"
            for about in SubjectKind:
                before, after = was.shown(old, purpose, who, day, about), now.shown(new, purpose, who, day, about)
                for category in before ^ after:
                    yield category in after, Cell(purpose, who.role, who.said, source, about, under, category)


def _worth_saying(changes: Iterable[Change]) -> tuple[tuple[Cell, ...], tuple[Cell, ...]]:
    """What opens and what closes, in order.

    Without what differs in special circumstances, or on a later day, where it does so plainly as well.
    """
    told: tuple[list[Cell], list[Cell]] = [], []
    for opens, cell in changes:
        told[not opens].append(cell)
    return _without_repeats(told[0]), _without_repeats(told[1])


def _without_repeats(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    found: dict[Cell, Cell] = {}
    for cell in sorted(cells):  # the plain one, and the earliest day, come first
        found.setdefault(
            cell._replace(under="" if not cell.under or cell.under.startswith("from ") else cell.under), cell
        )
    return tuple(
        sorted(cell for plain, cell in found.items() if not plain.under or plain._replace(under="") not in found)
    )
