"""Many replays told as few lines: differences that are alike, together."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from hub.replaying.told import DIFFERENCES, LACKS, Deciding, Replayed, ReplayState


class Group(NamedTuple):
    """What is alike of some decisions. ``what`` is an Effect, or a FindingKind where no verdict differs."""

    what: str
    purpose: str
    roles: tuple[str, ...]
    agency: str
    source: str
    about: tuple[str, ...]
    categories: tuple[str, ...]
    recorded: tuple[Deciding, ...]
    decided: tuple[Deciding, ...]
    says: str
    names: tuple[str, ...]


class Counted(NamedTuple):
    """A group, how many decisions are of it, and the index of the first."""

    group: Group
    decisions: int
    example: int


class Summary(NamedTuple):
    """Many replays: how many agree, which do not, and why."""

    agrees: int
    differs: tuple[int, ...]
    not_enough: tuple[int, ...]
    groups: tuple[Counted, ...]


def summary(replayed: Iterable[Replayed]) -> Summary:
    """Count and group. Groups with most decisions come first."""
    every = tuple(replayed)
    found: dict[Group, list[int]] = {}
    for one in every:
        for group in dict.fromkeys(_groups(one)):
            found.setdefault(group, []).append(one.index)
    counted = [Counted(group, len(indexes), indexes[0]) for group, indexes in found.items()]
    return Summary(
        agrees=sum(one.state is ReplayState.AGREES for one in every),
        differs=tuple(one.index for one in every if one.state is ReplayState.DIFFERS),
        not_enough=tuple(one.index for one in every if one.state is ReplayState.NOT_ENOUGH_RECORDED),
        groups=tuple(sorted(counted, key=lambda one: -one.decisions)),
    )


def _groups(one: Replayed) -> Iterator[Group]:
    whose = one.purpose or "", one.roles, one.agency
    for differs in one.differences:
        where = differs.source, differs.about, differs.categories
        yield Group(differs.effect, *whose, *where, differs.recorded, differs.decided, "", ())
    for finding in one.findings:
        if finding.kind in DIFFERENCES | LACKS:
            yield Group(finding.kind, *whose, finding.source or "", (), (), (), (), finding.says, finding.names)
