"""What the owner of one source gives to whom, day by day, by its agreements alone."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from hub.domain.categories import Category
from hub.domain.codes import Agency, PurposeCode, Role, SubjectKind
from hub.policy.agreements import Agreement, current, strongest
from hub.policy.comparing.grid import Asked, Grid, held_at
from hub.policy.comparing.supposing import PLAIN


class Asker(NamedTuple):
    """Somebody who might ask. ``organisation`` is None for somebody whose token names none."""

    role: Role
    agency: Agency
    organisation: str | None = None

    @property
    def said(self) -> str:
        """Whom they work for."""
        return f"{self.agency} ({self.organisation})" if self.organisation else str(self.agency)


class Given:
    """One source's agreements. All of them are of one agency: others are not looked at."""

    def __init__(self, agreements: Sequence[Agreement]) -> None:
        self._agency = agreements[0].source_agency if agreements else Agency.PUBLIC
        self._agreements = tuple(one for one in agreements if one.source_agency is self._agency)
        self._held = frozenset(held_at(self._agency))
        self.categories = cache(self._categories)

    def askers(self) -> Iterator[Asker]:
        """Everybody who could be told apart: each role of each agency, and of each organisation that is named."""
        named = sorted({(one.agency, one.organisation) for agreement in self._agreements for one in agreement.parties})
        for role in Role:
            yield from (Asker(role, agency) for agency in Agency)
            yield from (Asker(role, agency, organisation) for agency, organisation in named)

    def shown(self, grid: Grid, purpose: PurposeCode, who: Asker, day: date, about: SubjectKind) -> frozenset[Category]:
        """Categories that are given and permitted."""
        given = self.categories(purpose, who, day)
        return (
            given & grid.permitted(Asked(who.role, who.agency, purpose, self._agency, about, PLAIN)) if given else given
        )

    def _categories(self, purpose: PurposeCode, who: Asker, day: date) -> frozenset[Category]:
        roles = frozenset({who.role})
        terms = strongest(
            one.terms(purpose, roles, who.agency, day, who.organisation) for one in current(self._agreements, day)
        )
        if not (terms.in_force and terms.covers_purpose and terms.covers_recipient):
            return frozenset()
        return (terms.covers - terms.denies) & self._held


def days_of(sets: Iterable[Sequence[Agreement]], on: date) -> tuple[date, ...]:
    """The day, and every later one on which something begins or is over: between two of them nothing changes."""
    found = {on}
    for agreements in sets:
        for one in agreements:
            for _, clause in one.clauses():
                first, last = one.days_of(clause)
                found |= {first, _after(last)}
            found |= {one.valid_from, _after(one.valid_until)}
    return tuple(sorted(day for day in found if day >= on))


def _after(day: date) -> date:
    return day + timedelta(days=1)
