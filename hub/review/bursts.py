"""What somebody's enquiries together may show: many children in a short time, and refusals again and again."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import chain
from typing import NamedTuple

from hub.domain.review import Rule, Thresholds
from hub.review.cases import spells
from hub.review.facts import Fact
from hub.review.finding import Finding, Ground

# Refusals that tell of a slip, and not of reaching for what one may not have.
_SLIPS = frozenset({"enquiry-closed", "enquiry-expired", "page-size", "idempotency-key-reused", "cursor-unknown"})
_SLIPS_END = ("-blank", "-unreadable", "-too-long", "-incomplete", "-format", "-check", "-range", "-aliases")
_MANY, _SPREAD = 0.6, 0.35  # how much refusals weigh


class Burst(NamedTuple):
    """A spell of somebody's doing. ``key`` is the index of an entry, which stays when the spell goes on."""

    principal: str
    key: int
    facts: tuple[Fact, ...]
    findings: tuple[Finding, ...]


class _Stretch(NamedTuple):
    """Facts that are many within a window."""

    facts: tuple[Fact, ...]
    reached: int  # the entry with which there were enough
    says: str
    weight: float


class _Spell(NamedTuple):
    """Stretches that share entries."""

    facts: tuple[Fact, ...]
    key: int
    says: str
    weight: float  # of the heaviest


def bursts_of(principal: str, facts: Sequence[Fact], ground: Ground) -> Iterator[Burst]:
    """Spells of one person's facts, in the order of time, that deserve a look."""
    opened = [one for one in facts if one.opens and one.subject]
    for spell in _joined(_of_many_subjects(opened, ground.thresholds)):
        people = len({one.subject for one in spell.facts})
        yield _burst(principal, spell, Rule.MANY_SUBJECTS, f"opened enquiries about {people} people")
    refused = [one for one in facts if one.refused and not _is_slip(one)]
    for spell in _joined(_of_refusals(refused, ground.thresholds)):
        rules = ", ".join(sorted({reason for one in spell.facts for reason in one.reasons}))
        yield _burst(principal, spell, Rule.REPEATED_REFUSALS, f"was refused {len(spell.facts)} times", f" ({rules})")


def _burst(principal: str, spell: _Spell, rule: Rule, did: str, why: str = "") -> Burst:
    reason = f"{principal} {did}, {spell.says}{why}."
    return Burst(principal, spell.key, spell.facts, (Finding(rule, reason, _entries(spell.facts), spell.weight),))


def _of_many_subjects(opened: Sequence[Fact], limits: Thresholds) -> Iterator[_Stretch]:
    for many, within, window in (
        (limits.many_subjects, f"{limits.many_subjects_minutes} minutes", limits.many_subjects_minutes),
        (limits.many_subjects_a_day, "a day", 24 * 60),
    ):
        for spell, reached in _dense(opened, many, timedelta(minutes=window)):
            yield _Stretch(spell, reached, f"{many} or more of them within {within}", 0.65)


def _of_refusals(refused: Sequence[Fact], limits: Thresholds) -> Iterator[_Stretch]:
    """Many in a day, or about one person, weigh most; spread over weeks and people they may be somebody new to it."""
    hours = limits.repeated_refusals_hours
    yield from _crowded(refused, limits.repeated_refusals, hours / 24, f"within {hours:g} hours", _MANY)
    about: dict[str, list[Fact]] = {}
    for one in refused:
        if one.subject:
            about.setdefault(one.subject, []).append(one)
    days = limits.refusals_about_one_days
    for same in about.values():
        yield from _crowded(same, limits.refusals_about_one, days, f"about one person in {days:g} days", _MANY)
    for many, days in (
        (limits.spread_refusals, limits.spread_refusals_days),
        (limits.far_spread_refusals, limits.far_spread_refusals_days),
    ):
        yield from _crowded(refused, many, days, f"within {days:g} days", _SPREAD)


def _joined(stretches: Iterable[_Stretch]) -> Iterator[_Spell]:
    """Stretches that share entries are one spell, with all that is said of them.

    The key is the first entry of the stretch that was there first, whatever joins it later.
    """
    apart: list[list[_Stretch]] = []
    for one in stretches:
        touching = [
            some
            for some in apart
            if any(not set(_entries(one.facts)).isdisjoint(_entries(other.facts)) for other in some)
        ]
        apart = [some for some in apart if some not in touching]
        apart.append(sorted([*chain(*touching), one], key=lambda stretch: stretch.reached))
    for some in sorted(apart, key=lambda each: each[0].facts[0].index):
        facts = {one.index: one for stretch in some for one in stretch.facts}
        says = " and ".join(dict.fromkeys(stretch.says for stretch in some))
        entries = tuple(facts[index] for index in sorted(facts))
        yield _Spell(entries, some[0].facts[0].index, says, max(stretch.weight for stretch in some))


def _dense(facts: Sequence[Fact], many: int, window: timedelta) -> Iterator[tuple[tuple[Fact, ...], int]]:
    """Stretches in which so many different people were asked about within a window, overlapping ones joined.

    Each with the entry by which there were enough.
    """
    held: deque[Fact] = deque()
    stretch: list[Fact] = []
    reached = 0
    for one in facts:
        held.append(one)
        while one.at - held[0].at > window:
            held.popleft()
        if len({each.subject for each in held}) >= many:
            if stretch and held[0].index > stretch[-1].index:
                yield tuple(stretch), reached
                stretch = []
            reached = reached if stretch else one.index
            stretch += [each for each in held if not stretch or each.index > stretch[-1].index]
    if stretch:
        yield tuple(stretch), reached


def _crowded(facts: Sequence[Fact], many: int, days: float, within: str, weight: float) -> Iterator[_Stretch]:
    window = timedelta(days=days)
    for spell in spells(facts, window.total_seconds()):
        crowded = tuple(_crowds(spell, many, window))
        if crowded:
            yield _Stretch(crowded, crowded[many - 1].index, f"{many} or more of them {within}", weight)


def _crowds(facts: Sequence[Fact], many: int, window: timedelta) -> Iterator[Fact]:
    """Facts of which so many lie within a window."""
    told = -1
    for place, last in enumerate(facts):
        first = place - many + 1
        if first >= 0 and last.at - facts[first].at <= window:
            yield from facts[max(first, told + 1) : place + 1]
            told = place


def _entries(facts: Sequence[Fact]) -> tuple[int, ...]:
    return tuple(one.index for one in facts)


def _is_slip(fact: Fact) -> bool:
    return all(reason in _SLIPS or reason.endswith(_SLIPS_END) for reason in fact.reasons)
