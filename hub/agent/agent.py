"""The agent: claims what is asked of one source, has the partner's system answer, and keeps evidence of it."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import structlog

from hub.agent.envelopes import EnvelopeCheck, EnvelopeRefused
from hub.agent.evidence import EvidenceFile
from hub.agent.hub_side import HubAway, HubRefuses, HubSide
from hub.agent.serving import serve
from hub.connectors.guarded import GuardedSource
from hub.connectors.pull.wire import LONGEST_POLL, Asked, Claim, Find, FindAdults, Reply, Review, Unable
from hub.domain.codes import PurposeCode
from hub.domain.deadline import Deadline

POLL_SECONDS = 20.0
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 30.0  # seconds between attempts while the hub is away
SENDING_SECONDS = 0.2  # of a request's time, kept for sending the answer
_UNUSABLE = frozenset({"exchange-message", "body-too-large", "json-number", "json-depth"})

_log = structlog.get_logger("hub.agent")


class HandedOver(msgspec.Struct, frozen=True):
    """Under these purposes a person at the partner decides. ``who``, in words fit to show."""

    purposes: frozenset[PurposeCode] = frozenset()
    who: str = "the partner's own duty desk"


class Agent:
    """Serves one source with so many requests under way at once, until it is stopped."""

    def __init__(
        self,
        hub: HubSide,
        source: GuardedSource,
        check: EnvelopeCheck,
        evidence: EvidenceFile | None,
        handed_over: HandedOver,
    ) -> None:
        self._hub, self._source, self._check = hub, source, check
        self._evidence, self._handed_over = evidence, handed_over
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Claim no more. What is held is answered first."""
        self._stopping.set()

    async def run(self, claimers: int) -> None:
        """Serve until stopped. Raises HubRefuses where the hub does not let this client in to begin with."""
        await self._first_sign_in()
        async with asyncio.TaskGroup() as group:
            for _ in range(claimers):
                group.create_task(self._claim_and_serve())

    async def _first_sign_in(self) -> None:
        pause = Pause()
        while not self._stopping.is_set():
            try:
                await self._hub.sign_in()
            except HubAway:
                _log.warning("hub_away")
                await self._rest(pause)
            else:
                _log.info("signed_in", source=self._source.source.id)
                return

    async def _claim_and_serve(self) -> None:
        pause = Pause()
        while not self._stopping.is_set():
            try:
                claims = await self._unless_stopped()
            except HubAway:
                _log.warning("hub_away")
                await self._rest(pause)
            except HubRefuses as refusal:
                _log.error("hub_refuses", reasons=refusal.reasons)
                await self._rest(pause)
            else:
                pause = Pause()
                for claim in claims:
                    await self._serve(claim)

    async def _unless_stopped(self) -> tuple[Claim, ...]:
        """What is claimed. Where the agent is stopped meanwhile, it hangs up, and the hub keeps what it had."""
        claiming = asyncio.create_task(self._hub.claim(1, min(POLL_SECONDS, LONGEST_POLL)))
        stopped = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({claiming, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if not claiming.done():
            claiming.cancel()
            await asyncio.gather(claiming, return_exceptions=True)
            return ()
        return claiming.result()

    async def _serve(self, claim: Claim) -> None:
        began, asked = time.monotonic(), claim.request
        deadline = Deadline.after(max(0.0, claim.expires_in - SENDING_SECONDS))
        try:
            async with self._renewing(claim):
                (reply, refused), _ = await asyncio.gather(self._reply(asked, deadline), self._requested(asked))
                reply = await self._send(claim, reply)
            if self._evidence is not None:
                await asyncio.to_thread(self._evidence.answered, asked, reply, refused)
        except OSError as fault:  # without evidence of what was asked nothing is answered
            _log.critical("evidence_not_kept", fault=type(fault).__name__)
            return
        told = {"request": asked.id, "judgement": str(reply.__struct_config__.tag), "refused": refused}
        _log.info("request_served", **told, ms=round(1000 * (time.monotonic() - began)))

    async def _requested(self, asked: Asked) -> None:
        """Keep what is asked, while it is being asked: durable before the answer leaves. Raises OSError."""
        if self._evidence is not None:
            await asyncio.to_thread(self._evidence.requested, asked)

    async def _reply(self, asked: Asked, deadline: Deadline) -> tuple[Reply, str | None]:
        """The reply, and why the request was not believed where it was not."""
        try:
            stated = await self._check.stated(asked)
        except EnvelopeRefused as refusal:
            _log.error("envelope_refused", reason=refusal.reason)
            return Unable(failure="ENVELOPE_REFUSED"), refusal.reason
        decided = stated.holder_review is not None or isinstance(asked, Find | FindAdults)
        if stated.asserted_purpose in self._handed_over.purposes and not decided:
            return Review(who=self._handed_over.who), None
        return await serve(asked, self._source, deadline), None

    async def _send(self, claim: Claim, reply: Reply) -> Reply:
        """Answer, again and again while somebody may still wait for it. Gives what was answered in the end."""
        until, pause = time.monotonic() + claim.expires_in, Pause()
        while True:
            try:
                await self._hub.answer(claim.request.id, claim.lease, reply)
            except HubAway:
                if time.monotonic() >= until:
                    _log.warning("answer_undelivered", request=claim.request.id)
                    return reply
                await asyncio.sleep(pause.next())
            except HubRefuses as refusal:
                _log.warning("answer_refused", request=claim.request.id, reasons=refusal.reasons)
                if isinstance(reply, Unable) or not _UNUSABLE & set(refusal.reasons):
                    return reply
                reply = Unable(failure="BAD_DATA")  # it is ours that could not be read, so say so in time
            else:
                return reply

    @asynccontextmanager
    async def _renewing(self, claim: Claim) -> AsyncIterator[None]:
        """Keep the lease for as long as the work takes."""
        task = asyncio.create_task(self._renew(claim))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _renew(self, claim: Claim) -> None:
        seconds = claim.lease_seconds
        while seconds > 0:
            await asyncio.sleep(seconds / 2)
            try:
                seconds = await self._hub.renew(claim.request.id, claim.lease)
            except HubAway:
                seconds /= 2  # what is left of it
            except HubRefuses:
                return  # it is somebody else's, or nobody's any more; the answer will be told so

    async def _rest(self, pause: "Pause") -> None:
        """Wait before the next attempt, unless stopped."""
        try:
            async with asyncio.timeout(pause.next()):
                await self._stopping.wait()
        except TimeoutError:
            return


class Pause:
    """Ever longer, never the same for two agents."""

    def __init__(self) -> None:
        self._seconds = FIRST_PAUSE

    def next(self) -> float:
        """Seconds to wait."""
        seconds, self._seconds = self._seconds, min(LONGEST_PAUSE, 2 * self._seconds)
        return seconds * random.uniform(0.5, 1.0)  # noqa: S311 - spreads agents, guards nothing
