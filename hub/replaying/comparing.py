"""Two tables of verdicts compared, cell by cell and policy by policy."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from hub.domain.permits import Verdict
from hub.policy.kept import VerdictTable
from hub.replaying.told import Deciding, Difference, Effect, PolicyCompared

Says = Callable[[str], str]  # a policy's sentence, in whichever version it stands
Counts = Callable[[str, str, str], bool]  # whether a verdict at a source about a kind of subject bears on anything


class Cell(NamedTuple):
    """One verdict's place."""

    source: str
    about: str
    category: str


class Tables(NamedTuple):
    """What was recorded, what is decided now, and which verdicts count."""

    recorded: Mapping[Cell, Verdict]
    decided: Mapping[Cell, Verdict]

    @classmethod
    def of(cls, recorded: VerdictTable, decided: VerdictTable, known: frozenset[str], counts: Counts) -> "Tables":
        """The cells of both. A category that is not among the ``known`` of the time was not decided then."""
        was = dict(_cells(recorded, counts))
        if recorded == decided:
            return cls(was, was)
        now = {cell: verdict for cell, verdict in _cells(decided, counts) if cell.category in known}
        return cls(was, now)


def all_count(_source: str, _about: str, _category: str) -> bool:
    """Every verdict counts: a decision is checked against its own day."""
    return True


def differences(tables: Tables, asked: Mapping[str, frozenset[str]], says: Says) -> tuple[Difference, ...]:
    """Every cell that comes out otherwise, those alike together; what opens first."""
    if tables.recorded is tables.decided:
        return ()
    alike: dict[tuple[str, str, Verdict | None, Verdict | None], list[str]] = {}
    for cell in sorted({*tables.recorded, *tables.decided}):
        was, now = tables.recorded.get(cell), tables.decided.get(cell)
        if was != now:
            alike.setdefault((cell.source, cell.about, was, now), []).append(cell.category)
    kinds: dict[tuple[str, Verdict | None, Verdict | None, tuple[str, ...]], list[str]] = {}
    for (source, about, was, now), categories in alike.items():
        kinds.setdefault((source, was, now, tuple(categories)), []).append(about)
    found = (
        Difference(
            effect=_effect(was, now),
            source=source,
            about=tuple(abouts),
            categories=categories,
            recorded=_deciding(was, says),
            decided=_deciding(now, says),
            asked=not asked.get(source, frozenset()).isdisjoint(categories),
        )
        for (source, was, now, categories), abouts in kinds.items()
    )
    return tuple(sorted(found, key=lambda one: (list(Effect).index(one.effect), one.source, one.categories)))


def policy_by_policy(tables: Tables, says: Says) -> tuple[PolicyCompared, ...]:
    """How much each policy decided, as recorded and now; those that decided most come first."""
    was, now = _decided_by(tables.recorded.values()), _decided_by(tables.decided.values())
    every = sorted({*was, *now}, key=lambda name: (-max(was[name], now[name]), name))
    return tuple(PolicyCompared(name, says(name), was[name], now[name]) for name in every)


def _cells(table: VerdictTable, counts: Counts) -> Iterator[tuple[Cell, Verdict]]:
    for source, decided in table.sources.items():
        for (about, category), verdict in decided.cells.items():
            if counts(source, about, category):
                yield Cell(source, about, category), verdict


def _effect(was: Verdict | None, now: Verdict | None) -> Effect:
    before, after = bool(was and was.permitted), bool(now and now.permitted)
    if before == after:
        return Effect.OTHER_POLICIES
    return Effect.OPENS if after else Effect.CLOSES


def _deciding(verdict: Verdict | None, says: Says) -> tuple[Deciding, ...]:
    return tuple(Deciding(policy, says(policy)) for policy in verdict.policies) if verdict else ()


def _decided_by(verdicts: Iterable[Verdict]) -> Counter[str]:
    return Counter(policy for verdict in verdicts for policy in verdict.policies)
