"""Replaying is decided and recorded like everything else: who had which entries decided again."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import NamedTuple

import msgspec

from hub.audit.leaf import Outcome, Stage
from hub.audit.reader import AuditEntry, EntryQuery
from hub.db.archive import ArchiveBroken
from hub.domain.acts import Action
from hub.domain.periods import require_period
from hub.domain.principals import Principal
from hub.errors import BadInput, Conflict, NotFound, TooManyRequests
from hub.policy.archive import ArchiveUnreadable, SeveralVersions
from hub.policy.texts import PolicyTexts
from hub.recorded_acts import Recorded, act_of
from hub.replaying.acts import decides, replay_act
from hub.replaying.grouping import Summary, summary
from hub.replaying.packing import unpack
from hub.replaying.past import Past
from hub.replaying.reads import replay_read, unreplayed
from hub.replaying.told import Finding, FindingKind, Replayed
from hub.services import Services

MOST_REPLAYED = 100
LONGEST = 4.0  # seconds of one page, after which it ends early; a request may last ten
CURRENT = "current"


class Under(msgspec.Struct, frozen=True):
    """By which policies: a version that was in force here or ``current``, or a packed folder. Neither: those then."""

    version: str | None = None
    packed: str | None = None


class Period(msgspec.Struct, frozen=True):
    """Entries from one moment until just before another; without either, from the beginning or to the end."""

    since: datetime | None = None
    until: datetime | None = None


class ReplayPage(NamedTuple):
    """Some decisions of a period, together. ``last`` is the newest index looked at; None where none was."""

    summary: Summary
    last: int | None
    has_next: bool


async def replay_decision(principal: Principal, index: int, under: Under, services: Services) -> Replayed:
    """Decide one entry again. Raises AccessDenied, NotFound, BadInput, Conflict, AuditUnavailable."""
    async with Recorded(act_of(Action.REPLAY_DECISION, principal, None, services), services) as done:
        done.naming(f"entry:{index}")
        done.permitted(services.policies.authorise(principal, Action.REPLAY_DECISION))
        async with _in_turn(under, services):
            texts = await _texts(under, done, services)
            entry = await _entry(index, services)
            return await _replayed(entry, Past(services.archive, services.policies, texts), services)


async def replay_decisions(
    principal: Principal, period: Period, under: Under, first: int, after: int | None, services: Services
) -> ReplayPage:
    """Decide the next entries of a period again: at most ``first``, and what a few seconds allow.

    Raises as ``replay_decision``.
    """
    act = act_of(Action.REPLAY_DECISION, principal, None, services)
    async with Recorded(act, services) as done, _in_turn(under, services):
        done.permitted(services.policies.authorise(principal, Action.REPLAY_DECISION))
        if not 1 <= first <= MOST_REPLAYED:
            raise BadInput(f"Ask for 1 to {MOST_REPLAYED} decisions at once.", ("page-size",))
        require_period(period.since, period.until)
        texts = await _texts(under, done, services)
        page = await services.audit.entries(EntryQuery(since=period.since, until=period.until), first, after)
        if not page.entries:
            return ReplayPage(summary(()), None, has_next=False)
        past, replayed, until = Past(services.archive, services.policies, texts), [], time.monotonic() + LONGEST
        looked = page.entries[0]
        for looked in page.entries:
            if _is_decision(looked):
                replayed.append(await _replayed(looked, past, services))
            if time.monotonic() > until:
                break
        done.naming(f"entries:{page.entries[0].index}-{looked.index}")
        more = page.has_next or looked is not page.entries[-1]
        return ReplayPage(summary(replayed), looked.index, more)


def _is_decision(entry: AuditEntry) -> bool:
    """Whether an entry says what was decided: no intent, and no act that policy does not decide."""
    if entry.stage is Stage.ACT:
        return decides(entry.kind) and entry.outcome != Outcome.ASKED
    return entry.stage is Stage.OUTCOME


async def _replayed(entry: AuditEntry, past: Past, services: Services) -> Replayed:
    if entry.stage is Stage.ACT:
        return await replay_act(entry, past)
    if entry.stage is Stage.INTENT and entry.request_id:
        outcomes = (await services.audit.entries(EntryQuery(request_id=entry.request_id), 2)).entries
        outcome = next((one for one in outcomes if one.stage is Stage.OUTCOME), None)
        if outcome is None:
            says = "This is an intent, and no outcome was recorded for it yet."
            return unreplayed(entry, Finding(FindingKind.NOT_RECORDED, says))
        entry = outcome
    return await replay_read(entry, past)


@asynccontextmanager
async def _in_turn(under: Under, services: Services) -> AsyncIterator[None]:
    """Policies that somebody sent are decided by one request at a time. Raises TooManyRequests."""
    if under.packed is None:
        yield
        return
    if services.archive.foreign.locked():
        raise TooManyRequests
    async with services.archive.foreign:
        yield


async def _entry(index: int, services: Services) -> AuditEntry:
    if index >= 0:
        entries = (await services.audit.entries(EntryQuery(), 1, index - 1)).entries
        if entries and entries[0].index == index:
            return entries[0]
    raise NotFound("The log has no entry of that index.", ("no-such-entry",))


async def _texts(under: Under, done: Recorded, services: Services) -> PolicyTexts | None:
    """By what to decide instead, which evidence names. Raises BadInput."""
    texts = await _instead(under, services)
    if texts is not None:
        done.naming(f"{'under' if under.packed is None else 'under-sent'}:{texts.version}")
    return texts


async def _instead(under: Under, services: Services) -> PolicyTexts | None:
    if under.packed is not None:
        if under.version is not None:
            raise BadInput("Give a version or a folder to replay under, not both.", ("replay-under",))
        return unpack(under.packed)
    if under.version is None:
        return None
    if under.version == CURRENT:
        return services.policies.texts
    try:
        texts = await services.archive.texts_of_version(under.version)
    except SeveralVersions:
        raise BadInput("More than one version begins so. Give all of its digits.", ("replay-under",)) from None
    except (ArchiveBroken, ArchiveUnreadable):
        says = (
            "The archived policies of that version cannot be used. Check the archive: hub audit fsck --settings FILE."
        )
        raise Conflict(says, ("archive-unusable",)) from None
    if texts is None:
        raise BadInput(
            f"No policies of that version were in force here. Say {CURRENT}, or a folder.", ("replay-under",)
        )
    return texts
