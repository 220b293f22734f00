"""How far the search of one source has come: what it was asked, whom it offered, what stopped it."""

from collections.abc import Mapping

import msgspec

from hub.domain.answers import SourceFailed
from hub.domain.identifiers import LocalId, SourceId
from hub.domain.people import Found
from hub.domain.searching import PLACE_KEYS, Probe, Searched, Step


class Made(msgspec.Struct, frozen=True):
    """One search that was made. ``offered`` is None where the source had more than it gives."""

    probe: Probe
    offered: frozenset[LocalId] | None

    @property
    def by_place(self) -> bool:
        """Whether its outcome would tell where somebody is."""
        return bool(self.probe.keys & PLACE_KEYS)


class Trail(msgspec.Struct, frozen=True):
    """The search of one source so far. Who must not be found is never in it."""

    source: SourceId
    made: tuple[Made, ...] = ()
    people: Mapping[LocalId, Found] = {}
    refused: tuple[Probe, ...] = ()  # searches that the source's system could not take
    failure: SourceFailed | None = None
    hurried: bool = False  # there was no time left for every step

    def without(self, probe: Probe) -> bool:
        """Whether this search is still to be made."""
        return probe not in self.refused and all(one.probe != probe for one in self.made)

    @property
    def too_many(self) -> bool:
        """Whether a search by what the person is called ended in more people than the source gives."""
        return any(one.offered is None and not one.by_place for one in self.made)

    def found_openly(self) -> frozenset[LocalId]:
        """Those whom a search without a place found."""
        return frozenset().union(*(one.offered or () for one in self.made if not one.by_place))

    def steps(self, shown: frozenset[LocalId]) -> tuple[Searched, ...]:
        """The steps in order, with how many of those shown each found.

        Too many at a place are told as nobody: a search by place must not confirm that anybody exists.
        """
        told: dict[Step, set[LocalId] | None] = {}
        for one in self.made:
            if one.offered is None and not one.by_place:
                told[one.probe.step] = None
            elif (before := told.setdefault(one.probe.step, set())) is not None:
                before |= (one.offered or frozenset()) & shown
        return tuple(Searched(step, None if found is None else len(found)) for step, found in told.items())
