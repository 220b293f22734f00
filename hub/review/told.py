"""What the log tells of a period, sorted for the rules: by enquiry, by person, by family name."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from hub.review.cases import Case
from hub.review.facts import OF_A_CASE, Fact

_FEWEST_NAMESAKES = 10  # people of one family name before it can be called common


class Told(NamedTuple):
    """As of one moment; it does not change."""

    cases: tuple[Case, ...]
    people: Mapping[str, tuple[Fact, ...]]  # openings, refusals and readings of the log, by principal
    facts: Sequence[Fact]
    namesakes: Mapping[str, int]  # how many of those something was told of have a keyed family name or postcode
    subjects: int

    def share(self, near: str) -> float:
        """How many of all of whom something was told bear a family name; nothing where hardly anybody does."""
        count = self.namesakes.get(near, 0)
        return count / self.subjects if count >= _FEWEST_NAMESAKES else 0.0


class Gathering:
    """Sorts facts as they come; what has not changed is not sorted again.

    Only people of whom something was disclosed count as namesakes: whoever makes people up makes no name common.
    """

    def __init__(self) -> None:
        self._facts: list[Fact] = []
        self._cases: dict[str, Case] = {}
        self._people: dict[str, tuple[Fact, ...]] = {}
        self._near: dict[str, set[str]] = {}
        self._namesakes: Counter[str] = Counter()

    def add(self, facts: Sequence[Fact]) -> None:
        """Facts that follow those which are here, by rising index."""
        self._facts += facts
        for enquiry_id, some in _by(_enquiry, facts).items():
            before = self._cases[enquiry_id].facts if enquiry_id in self._cases else ()
            self._cases[enquiry_id] = Case(enquiry_id, (*before, *some))
        for principal, some in _by(_person, facts).items():
            self._people[principal] = (*self._people.get(principal, ()), *some)
        for one in facts:
            if one.subject is not None and one.near and one.discloses and one.records:
                known = self._near.setdefault(one.subject, set())
                self._namesakes.update(one.near - known)
                known |= one.near

    def told(self) -> Told:
        """All that was added so far."""
        cases = tuple(self._cases.values())
        return Told(cases, dict(self._people), tuple(self._facts), dict(self._namesakes), len(self._near))


def _enquiry(fact: Fact) -> str | None:
    return fact.enquiry_id if fact.kind in OF_A_CASE else None


def _person(fact: Fact) -> str | None:
    return fact.principal if fact.opens or fact.refused or fact.reads_log else None


def _by(name: Callable[[Fact], str | None], facts: Iterable[Fact]) -> dict[str, list[Fact]]:
    found: dict[str, list[Fact]] = {}
    for one in facts:
        if key := name(one):
            found.setdefault(key, []).append(one)
    return found
