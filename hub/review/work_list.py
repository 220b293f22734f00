"""The work list: one line for each enquiry, or for each spell of somebody's, that deserves a look."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from hub.domain.review import Judgement, Priority, ReviewVerdict, Rule
from hub.review.bursts import Burst
from hub.review.cases import Case
from hub.review.facts import Fact
from hub.review.finding import LEAST, Finding, Ground, priority_of, score_of
from hub.review.judged import Verdicts, by_entry
from hub.review.readings import doings_of
from hub.review.signs import findings_of
from hub.review.told import Told


class Item(NamedTuple):
    """One line."""

    id: str  # of its enquiry, or "person/PRINCIPAL/INDEX"
    enquiry_id: str | None
    principal: str
    askers: frozenset[str]  # everybody whose access it is about
    agency: str
    roles: tuple[str, ...]
    purpose: str | None
    since: datetime
    until: datetime
    findings: tuple[Finding, ...]
    verdicts: tuple[ReviewVerdict, ...]  # the newest last
    entries: tuple[int, ...] = ()  # all of somebody's doings; of an enquiry, its id says which

    @property
    def score(self) -> float:
        """How much its findings weigh together."""
        return score_of(self.findings)

    @property
    def priority(self) -> Priority:
        """The score in words."""
        return priority_of(self.score)

    @property
    def through(self) -> int:
        """The newest entry that it rests on."""
        return max(index for finding in self.findings for index in finding.entries)

    @property
    def is_trifle(self) -> bool:
        """Whether nothing that it rests on makes a line by itself."""
        return all(one.weight < LEAST for one in self.findings)

    @property
    def verdict(self) -> ReviewVerdict | None:
        """The verdict that stands; None before the first, and where more than a trifle came to light since."""
        if not self.verdicts:
            return None
        latest = self.verdicts[-1]
        newer = (one for one in self.findings if one.rule not in latest.rules or max(one.entries) > latest.through)
        return latest if priority_of(score_of(newer)) is Priority.LOW else None

    @property
    def rank(self) -> tuple[int, int]:
        """What lines are sorted by, the greatest first: by score, and the newest of the same score first."""
        return round(self.score * 1000), self.findings[0].entries[0]


class Wanted(NamedTuple):
    """Which lines. Everything given has to fit."""

    since: datetime
    until: datetime
    rule: Rule | None = None  # where one is given, its trifles as well
    priority: Priority | None = None
    principal: str | None = None
    agency: str | None = None
    purpose: str | None = None
    judgement: Judgement | None = None  # lines whose standing verdict this is
    settled: bool | None = False  # False: without a verdict; True: with one; None: both


def work_list(told: Told, ground: Ground, verdicts: Verdicts, wanted: Wanted) -> list[Item]:
    """Every line that is wanted, the most pressing first."""
    items = (item for item in _items(told, ground, verdicts, wanted) if _fits(item, wanted))
    return sorted(items, key=lambda item: item.rank, reverse=True)


def line(told: Told, ground: Ground, verdicts: Verdicts, item_id: str) -> Item | None:
    """One line by its id; None where nothing deserves a look under it, or nothing is there.

    A spell of somebody's doings is found by any of its entries: where more of the log is read, it begins earlier.
    """
    for case in told.cases:
        if case.enquiry_id == item_id:
            return _of_case(case, ground, verdicts)
    principal, _, index = item_id.removeprefix("person/").rpartition("/")
    for burst in doings_of(principal, told.people.get(principal, ()), ground):
        if index in map(str, _entries(burst)):
            return _of_burst(burst, by_entry(verdicts))._replace(id=item_id)
    return None


def _items(told: Told, ground: Ground, verdicts: Verdicts, wanted: Wanted) -> Iterator[Item]:
    for case in told.cases:
        if _within(case.facts, wanted) and (item := _of_case(case, ground, verdicts)) is not None:
            yield item
    judged = by_entry(verdicts)
    for principal, facts in told.people.items():
        for burst in doings_of(principal, facts, ground):
            if _within(burst.facts, wanted):
                yield _of_burst(burst, judged)


def _within(facts: Sequence[Fact], wanted: Wanted) -> bool:
    return facts[-1].at >= wanted.since and facts[0].at < wanted.until


def _of_case(case: Case, ground: Ground, verdicts: Verdicts) -> Item | None:
    findings = tuple(sorted(findings_of(case, ground), key=lambda one: -one.weight))
    if not findings:
        return None
    opening = case.opening
    return Item(
        id=case.enquiry_id,
        enquiry_id=case.enquiry_id,
        principal=opening.principal,
        askers=frozenset(one.principal for one in case.facts),
        agency=opening.agency,
        roles=opening.roles,
        purpose=opening.purpose,
        since=case.facts[0].at,
        until=case.facts[-1].at,
        findings=findings,
        verdicts=tuple(verdicts.get(case.enquiry_id, ())),
    )


def _of_burst(burst: Burst, judged: Mapping[int, Sequence[ReviewVerdict]]) -> Item:
    first = burst.facts[0]
    return Item(
        id=f"person/{burst.principal}/{burst.key}",
        enquiry_id=None,
        principal=burst.principal,
        askers=frozenset({burst.principal}),
        agency=first.agency,
        roles=first.roles,
        purpose=None,
        since=first.at,
        until=burst.facts[-1].at,
        findings=burst.findings,
        verdicts=_on(burst, judged),
        entries=_entries(burst),
    )


def _entries(burst: Burst) -> tuple[int, ...]:
    """All of a spell, not only what its findings rest on: its key is one of these."""
    return tuple(one.index for one in burst.facts)


def _on(burst: Burst, judged: Mapping[int, Sequence[ReviewVerdict]]) -> tuple[ReviewVerdict, ...]:
    """Verdicts that cover any of its entries, whatever the line was called then, the newest last."""
    found = {one.id: one for index in _entries(burst) for one in judged.get(index, ())}
    return tuple(sorted(found.values(), key=lambda one: one.at))


def _fits(item: Item, wanted: Wanted) -> bool:
    verdict = item.verdict
    shown = not item.is_trifle or bool(item.verdicts)  # what somebody judged is no trifle
    return (
        (any(finding.rule is wanted.rule for finding in item.findings) if wanted.rule else shown)
        and (wanted.priority is None or item.priority is wanted.priority)
        and (wanted.principal is None or item.principal == wanted.principal)
        and (wanted.agency is None or item.agency == wanted.agency)
        and (wanted.purpose is None or item.purpose == wanted.purpose)
        and (wanted.judgement is None or (verdict is not None and verdict.judgement is wanted.judgement))
        and (wanted.settled is None or wanted.settled is (verdict is not None))
    )
