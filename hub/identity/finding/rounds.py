"""The rounds of one live find: sources searched by what the enquirer said, then by what certain matches taught."""

import asyncio
import time
from collections.abc import Collection, Mapping
from typing import NamedTuple

from hub.domain.codes import Label
from hub.domain.deadline import Deadline
from hub.domain.identifiers import SourceId
from hub.domain.people import SourceFind
from hub.identity.finding.reading import Claim
from hub.identity.finding.searching import Finding
from hub.identity.finding.trails import Trail

# How long searches by what the enquirer said may still come in after the first match, before sources are
# searched by what it taught: long enough to see a conflict, short enough not to be felt. Longer for a source
# that alone may say that somebody must not be found.
GRACE_SECONDS, PROTECTING_GRACE_SECONDS = 0.3, 1.0

Searching = Mapping[SourceId, "asyncio.Task[Trail]"]


class Recognised(NamedTuple):
    """What a live find came to. ``nobody``: it is somebody under witness protection who was asked about."""

    claim: Claim
    finds: Mapping[SourceId, SourceFind]
    nobody: bool
    labels: frozenset[Label]


async def recognised(finding: Finding, reachable: Collection[SourceId], deadline: Deadline) -> Recognised:
    """Search every source at once, in rounds: none waits for another longer than a grace after the first match."""
    about = finding.alone
    tasks = {one: asyncio.create_task(finding.along(Trail(one), about, deadline)) for one in reachable}

    async def onward(source: SourceId, told: Claim) -> Trail:
        return await finding.along(await tasks[source], told, deadline)

    try:
        await _until_recognised(tasks, finding)
        told = finding.claim_after([task.result() for task in tasks.values() if task.done()], about)
        trails = await asyncio.gather(*(onward(one, told) for one in reachable))
        if (more := finding.claim_after(trails, told)) != told:  # what was found by what was learned
            told = more
            trails = await asyncio.gather(*(finding.along(trail, told, deadline) for trail in trails))
        before: list[Trail] = []
        while finding.concluded(told) and trails != before:
            before, trails = trails, await asyncio.gather(*(finding.along(trail, told, deadline) for trail in trails))
        nobody = finding.nobody.is_set()
        told = about if nobody else told
        finds = finding.settled({trail.source: trail for trail in trails}, told)
        return Recognised(told, finds, nobody, finding.labels(told))
    finally:
        for task in tasks.values():
            task.cancel()


async def _until_recognised(tasks: Searching, finding: Finding) -> None:
    """Wait for the first match and a grace after it, or for every search to end, or for nobody to be found."""
    protecting = {task for source, task in tasks.items() if source in finding.protecting}
    pending, ending = set(tasks.values()), asyncio.create_task(finding.nobody.wait())
    until: float | None = None
    try:
        while pending and not ending.done() and (until is None or time.monotonic() < until):
            left = None if until is None else until - time.monotonic()
            await asyncio.wait({*pending, ending}, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            ended = {task for task in pending if task.done()}
            pending -= ended
            if until is None and any(finding.matched(task.result()) for task in ended):
                grace = PROTECTING_GRACE_SECONDS if pending & protecting else GRACE_SECONDS
                until = time.monotonic() + grace
    finally:
        ending.cancel()
