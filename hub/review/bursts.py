"""What somebody's enquiries together may show: many children in a short time, and refusals again and again."""

from collections import deque
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

from hub.domain.review import Rule
from hub.review.cases import spells
from hub.review.facts import Fact
from hub.review.finding import Finding, Ground

# Refusals that tell of a slip, and not of reaching for what one may not have.
_SLIPS = frozenset({"enquiry-closed", "enquiry-expired", "page-size", "idempotency-key-reused", "cursor-unknown"})
_SLIPS_END = ("-blank", "-unreadable", "-too-long", "-incomplete", "-format", "-check", "-range", "-aliases")


class Burst(NamedTuple):
    """A spell of somebody's doing. ``key`` is the index it begins with, which stays when the spell goes on."""

    principal: str
    key: int
    facts: tuple[Fact, ...]
    findings: tuple[Finding, ...]


def bursts_of(principal: str, facts: Sequence[Fact], ground: Ground) -> Iterator[Burst]:
    """Spells of one person's facts, in the order of time, that deserve a look."""
    yield from _many_subjects(principal, [one for one in facts if one.opens and one.subject], ground)
    yield from _refusals(principal, [one for one in facts if one.refused and not _is_slip(one)], ground)


def _many_subjects(principal: str, opened: Sequence[Fact], ground: Ground) -> Iterator[Burst]:
    limits = ground.thresholds
    told: set[int] = set()  # what stands in a spell within minutes is not told of again as one within a day
    for many, within, window in (
        (limits.many_subjects, f"{limits.many_subjects_minutes} minutes", timedelta(minutes=limits.many_subjects_minutes)),
        (limits.many_subjects_a_day, "a day", timedelta(days=1)),
    ):
        for spell in _dense(opened, many, window):
            entries = tuple(one.index for one in spell)
            if told.isdisjoint(entries):
                people = len({one.subject for one in spell})
                reason = f"{principal} opened enquiries about {people} people, {many} or more of them within {within}."
                yield Burst(principal, entries[0], spell, (Finding(Rule.MANY_SUBJECTS, reason, entries, 0.65),))
            told.update(entries)


def _refusals(principal: str, refused: Sequence[Fact], ground: Ground) -> Iterator[Burst]:
    hours = ground.thresholds.repeated_refusals_hours
    for spell in spells(refused, hours * 3600):
        crowded = list(_crowds(spell, ground.thresholds.repeated_refusals, timedelta(hours=hours)))
        if crowded:
            rules = ", ".join(sorted({reason for one in crowded for reason in one.reasons}))
            reason = f"{principal} was refused {len(crowded)} times within {hours:g} hours or less ({rules})."
            finding = Finding(Rule.REPEATED_REFUSALS, reason, tuple(one.index for one in crowded), 0.6)
            yield Burst(principal, crowded[0].index, tuple(crowded), (finding,))


def _dense(facts: Sequence[Fact], many: int, window: timedelta) -> Iterator[tuple[Fact, ...]]:
    """Stretches in which so many different people were asked about within a window, overlapping ones joined."""
    held: deque[Fact] = deque()
    stretch: list[Fact] = []
    for one in facts:
        held.append(one)
        while one.at - held[0].at > window:
            held.popleft()
        if len({each.subject for each in held}) >= many:
            if stretch and held[0].index > stretch[-1].index:
                yield tuple(stretch)
                stretch = []
            stretch += [each for each in held if not stretch or each.index > stretch[-1].index]
    if stretch:
        yield tuple(stretch)


def _crowds(facts: Sequence[Fact], many: int, window: timedelta) -> Iterator[Fact]:
    """Facts of which so many lie within a window."""
    told = -1
    for place, last in enumerate(facts):
        first = place - many + 1
        if first >= 0 and last.at - facts[first].at <= window:
            yield from facts[max(first, told + 1) : place + 1]
            told = place


def _is_slip(fact: Fact) -> bool:
    return all(reason in _SLIPS or reason.endswith(_SLIPS_END) for reason in fact.reasons)
