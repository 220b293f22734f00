"""A live find over four sources beside its slowest source, and what widening adds where nobody is known."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from secrets import token_hex

from benchmarks.prepared import prepared
from hub.demo.population import populate
from hub.domain.categories import Category
from hub.domain.codes import Agency, PurposeCode, Role
from hub.domain.deadline import Deadline
from hub.domain.identifiers import SourceId, nhs_number, upn
from hub.domain.people import Found, PersonReference
from hub.domain.permits import Permit, Verdict
from hub.domain.principals import Principal
from hub.domain.questions import EVERYTHING
from hub.domain.searching import Probe, SearchKey
from hub.domain.sources import Source
from hub.identity.finding.reading import Reader
from hub.identity.finding.rounds import recognised
from hub.identity.finding.searching import Finding, Searches
from hub.identity.matching.matcher import Matcher
from hub.identity.matching.model import shipped_model

WARM_UP, SECONDS_OF_A_FIND = 20, 4.0
FAR_SECONDS = 0.05  # what a partner in the same country may be away, with its own work
_EXACT = frozenset(
    {SearchKey.NHS_NUMBER, SearchKey.UPN, SearchKey.GIVEN_NAME, SearchKey.FAMILY_NAME, SearchKey.BIRTH_DATE}
)
_NOBODY = PersonReference(
    nhs_number=nhs_number("999 123 4551"),
    given_name="Zebedee",
    family_name="Quillfeather",
    birth_date=date(2013, 5, 20),
)
Find = Callable[[], Awaitable[object]]


class Some:
    """The sources as they are, or some of them, or further away, or searched by whole names and numbers only."""

    def __init__(
        self, searches: Searches, sources: frozenset[SourceId], *, away: float = 0.0, widening: bool = True
    ) -> None:
        """``away`` is how many seconds of network lie between the hub and each source."""
        self._searches, self._away, self._widening = searches, away, widening
        self.all: tuple[Source, ...] = tuple(one for one in searches.all if one.id in sources)

    def key_sets(self, source: SourceId) -> tuple[frozenset[SearchKey], ...]:
        """What the source can be searched by here: without widening, its fullest set of whole names."""
        sets = self._searches.key_sets(source)
        if self._widening:
            return sets
        exact = [keys for keys in sets if keys <= _EXACT]
        named = [keys for keys in exact if SearchKey.FAMILY_NAME in keys]
        return (*(keys for keys in exact if keys not in named), max(named, key=len))

    async def search(self, source: SourceId, probe: Probe, deadline: Deadline, permit: Permit) -> tuple[Found, ...]:
        """One search."""
        await asyncio.sleep(self._away)
        return await self._searches.search(source, probe, deadline, permit)


async def live_finds(state: Path, seconds: float) -> dict[str, float]:
    """Milliseconds of finds of the main child, of each source alone, and of somebody nobody knows."""
    child = populate(2019).main_child
    about = PersonReference(
        nhs_number=nhs_number(child.nhs_number or ""),
        upn=upn(child.upn or ""),
        given_name=child.given_name,
        family_name=child.family_name,
        birth_date=child.birth_date,
    )
    async with prepared(state) as (services, _):
        every = frozenset(one.id for one in services.sources.all)
        near = await _beside_slowest(services.sources, about, seconds, 0.0)
        far = await _beside_slowest(services.sources, about, seconds, FAR_SECONDS)
        nobody = await _times(_finding(Some(services.sources, every), _NOBODY), seconds)
        narrow = await _times(_finding(Some(services.sources, every, widening=False), _NOBODY), seconds)
    return {
        **{f"live_find_{name}": value for name, value in near.items()},
        **{f"live_find_50_ms_away_{name}": value for name, value in far.items()},
        "live_find_of_nobody_in_every_step_ms_p50": _at(nobody, 0.5),
        "live_find_of_nobody_by_exact_steps_ms_p50": _at(narrow, 0.5),
    }


async def _beside_slowest(searches: Searches, about: PersonReference, seconds: float, away: float) -> dict[str, float]:
    """Finds over every source, and over each of them alone: the one with the highest p99 is the slowest."""
    every = frozenset(one.id for one in searches.all)
    whole = await _times(_finding(Some(searches, every, away=away), about), seconds)
    alone = [await _times(_finding(Some(searches, frozenset({one}), away=away), about), seconds) for one in every]
    slowest = max(alone, key=lambda times: _at(times, 0.99))
    return {
        "ms_p50": _at(whole, 0.5),
        "ms_p99": _at(whole, 0.99),
        "slowest_source_alone_ms_p50": _at(slowest, 0.5),
        "slowest_source_alone_ms_p99": _at(slowest, 0.99),
        "p99_over_slowest_sources_p99": _at(whole, 0.99) / _at(slowest, 0.99),
    }


def _finding(searches: Some, about: PersonReference) -> Find:
    """One find, without what is kept about anybody and without waiting for a common moment."""
    matcher = Matcher(shipped_model())

    async def find() -> object:
        reader = Reader(matcher, lambda _, data: data[:32].ljust(32), "benchmark", {}, {})
        finding = Finding(searches, reader, about, _permit(), widen=False)
        reachable = [one.id for one in searches.all]
        return await recognised(finding, reachable, Deadline.after(SECONDS_OF_A_FIND))

    return find


def _permit() -> Permit:
    """Everything may be known, each time under a request of its own, as questions are."""
    everything = dict.fromkeys(Category, Verdict(permitted=True, policies=("benchmark",)))
    worker = Principal("p-1", "A Worker", Agency.SOCIAL_CARE, frozenset({Role.MASH_SOCIAL_WORKER}))
    return Permit(
        PurposeCode.S47, "benchmark", {}, EVERYTHING, lambda *_: everything, asker=worker, request_id=token_hex(16)
    )


async def _times(find: Find, seconds: float) -> list[float]:
    for _ in range(WARM_UP):
        await find()
    taken, until = [], time.perf_counter() + seconds
    while time.perf_counter() < until:
        began = time.perf_counter()
        await find()
        taken.append(1000 * (time.perf_counter() - began))
    return sorted(taken)


def _at(times: list[float], share: float) -> float:
    return times[min(len(times) - 1, int(len(times) * share))]
