"""The partner's side: what it verifies, what it keeps, how it waits for a hub that is away, and how it stops."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hub_door import CLIENT, RIVAL, WORKER, Hub
from school import EVERYTHING, MANIFEST, PUPILS, SCHOOL, SEARCH, at_school, soon, the_school

from hub.agent.agent import Agent, HandedOver
from hub.agent.envelopes import EnvelopeCheck
from hub.agent.evidence import EvidenceFile
from hub.agent.hub_side import HubRefuses, HubSide
from hub.connectors.breaker import RetryBudget
from hub.connectors.guarded import GuardedSource
from hub.connectors.in_memory import InMemory
from hub.domain.answers import SourceFailed
from hub.domain.codes import AnswerState, PurposeCode, Urgency
from hub.domain.holding import HolderDecides, HolderReview, ReviewState
from hub.outbound import carried, carrying


class Slow(InMemory):
    """Answers when it is told to, and remembers which envelope the calls to it bore."""

    def __init__(self) -> None:
        super().__init__(SEARCH, PUPILS)
        self.asked, self.go = asyncio.Event(), asyncio.Event()
        self.bore: list[str | None] = []

    async def fetch(self, *what, **more):
        self.bore.append(carried())
        self.asked.set()
        await self.go.wait()
        return await super().fetch(*what, **more)


class Down(InMemory):
    """A system that nobody reaches."""

    def __init__(self) -> None:
        super().__init__(SEARCH, {})

    async def fetch(self, *_what, **_more):
        raise SourceFailed(AnswerState.UNAVAILABLE, "cannot be reached")


@asynccontextmanager
async def agent(hub: Hub, system: InMemory | None = None, **options) -> AsyncIterator[Agent]:
    side = options.pop("side", None) or hub.side()
    check = options.pop("check", None) or EnvelopeCheck(hub.url, SCHOOL)
    handed_over = options.pop("handed_over", HandedOver())
    source = GuardedSource(MANIFEST, system or the_school(), RetryBudget())
    running = Agent(side, source, check, options.pop("evidence", None), handed_over)
    task = asyncio.create_task(running.run(2))
    try:
        yield running
        running.stop()
        async with asyncio.timeout(20):
            await task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await side.close()


async def test_a_question_is_answered_by_the_partners_own_system(hub: Hub) -> None:
    async with agent(hub):
        fetched = await hub.fetch(at_school(), EVERYTHING)
    assert fetched == await the_school().fetch(at_school(), EVERYTHING, soon())


async def test_calls_to_the_partners_system_bear_the_hubs_envelope(hub: Hub) -> None:
    system = Slow()
    system.go.set()
    async with agent(hub, system):
        await hub.fetch(at_school(), EVERYTHING)
    assert system.bore[0].count(".") == 2


async def test_a_system_that_is_down_is_the_systems_failure(hub: Hub) -> None:
    async with agent(hub, Down()):
        with pytest.raises(SourceFailed) as failed:
            await hub.fetch(at_school(), EVERYTHING)
    assert (failed.value.state, failed.value.happened) == (AnswerState.UNAVAILABLE, "cannot reach its own system")


async def test_evidence_holds_what_the_hub_signed_and_names_nobody(hub: Hub, tmp_path: Path) -> None:
    path = tmp_path / "evidence.jsonl"
    kept = EvidenceFile(path)
    async with agent(hub, evidence=kept):
        await hub.fetch(at_school(), EVERYTHING)
    kept.close()
    requested, answered = (json.loads(line) for line in path.read_text().splitlines())
    assert (requested["event"], requested["kind"]) == ("requested", "fetch")
    assert (answered["event"], answered["judgement"], answered["refused"]) == ("answered", "PERMIT", None)
    assert requested["request"] == answered["request"]
    stated = json.loads(hub.services.signing.verify(requested["envelope"], typ="hub-request+jwt"))
    assert stated["requestObject"]["requestId"]["value"] == "question-1"
    assert "Ada" not in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600


def unsigned(_: Hub) -> None:
    return None


def forged(hub: Hub) -> str:
    return hub._envelopes._kept.copy().popitem()[1][1][:-6] + "AAAAAA"


@pytest.mark.parametrize("envelope", [unsigned, forged])
async def test_a_request_that_the_hub_did_not_sign_is_not_answered(hub: Hub, envelope: Callable) -> None:
    async with agent(hub):
        await hub.fetch(at_school(), EVERYTHING)
        with carrying(envelope(hub)), pytest.raises(SourceFailed) as failed:
            await hub.source.connector.fetch(at_school(), EVERYTHING, soon(), WORKER)
    assert failed.value.happened == "did not accept the hub's signature under the question"


async def test_an_envelope_for_fewer_categories_than_are_asked_is_not_believed(hub: Hub) -> None:
    async with agent(hub):
        few = frozenset(sorted(EVERYTHING)[:2])
        await hub.fetch(at_school(), few)
        signed = hub._envelopes._kept.copy().popitem()[1][1]
        with carrying(signed), pytest.raises(SourceFailed, match="signature"):
            await hub.source.connector.fetch(at_school(), EVERYTHING, soon(), WORKER)
        with carrying(signed):
            assert await hub.source.connector.fetch(at_school(), few, soon(), WORKER)


async def test_an_envelope_for_another_source_or_by_another_hub_is_not_believed(hub: Hub) -> None:
    for check in (EnvelopeCheck(hub.url, "hospital"), elsewhere(hub)):
        async with agent(hub, check=check):
            with pytest.raises(SourceFailed, match="signature"):
                await hub.fetch(at_school(), EVERYTHING)


def elsewhere(hub: Hub) -> EnvelopeCheck:
    async def keys_of_this_one(_address: str) -> object:
        return hub.services.signing.jwks()

    return EnvelopeCheck("https://hub.elsewhere.example", SCHOOL, fetch=keys_of_this_one)


async def test_a_purpose_that_a_person_decides_on_is_handed_over_until_they_have(hub: Hub) -> None:
    decided_by = HandedOver(frozenset({PurposeCode.S47}), "the designated lead")
    async with agent(hub, handed_over=decided_by):
        with pytest.raises(HolderDecides) as decides:
            await hub.fetch(at_school(), EVERYTHING)
        assert decides.value.handed.who == "the designated lead"
        permitted = {SCHOOL: reviewed(ReviewState.PERMITTED)}
        assert await hub.fetch(at_school(), EVERYTHING, reviews=permitted)


def reviewed(state: ReviewState) -> HolderReview:
    now = datetime.now(UTC)
    return HolderReview(
        id="review-1",
        enquiry_id="e",
        source=SCHOOL,
        agency=MANIFEST.agency,
        state=state,
        purpose=PurposeCode.S47,
        urgency=Urgency.RED,
        asked_at=now,
        due_at=now,
        who="the designated lead",
    )


async def test_a_lease_is_renewed_while_the_system_takes_its_time(hub: Hub) -> None:
    system, renewed = Slow(), asyncio.Event()
    side = hub.side()
    original = side.renew

    async def renewing(*what):
        held = await original(*what)
        renewed.set()
        return held

    side.renew = renewing
    async with agent(hub, system, side=side):
        question = asyncio.create_task(hub.fetch(at_school(), EVERYTHING, 60))
        await system.asked.wait()
        await asyncio.wait_for(renewed.wait(), 30)
        system.go.set()
        assert await question


async def test_what_is_held_is_answered_before_the_agent_stops(hub: Hub) -> None:
    system = Slow()
    async with agent(hub, system) as running:
        question = asyncio.create_task(hub.fetch(at_school(), EVERYTHING))
        await system.asked.wait()
        running.stop()
        system.go.set()
        assert await question


class Away:
    """A way to the hub that leads nowhere."""

    def __init__(self) -> None:
        self.tried = asyncio.Event()

    async def send(self, *_what, **_more):
        self.tried.set()
        raise SourceFailed(AnswerState.UNAVAILABLE, "cannot be reached")


async def test_a_hub_that_is_away_is_waited_for(hub: Hub) -> None:
    side, away = hub.side(), Away()
    reach, side._http = side._http, away
    async with agent(hub, side=side):
        await away.tried.wait()
        side._http = reach  # the hub is back
        assert await hub.fetch(at_school(), EVERYTHING, 30)


async def test_a_client_that_the_hub_does_not_know_is_told_so(hub: Hub) -> None:
    side = HubSide(hub.url, SCHOOL, "stranger", hub.keys[CLIENT], 4)
    source = GuardedSource(MANIFEST, the_school(), RetryBudget())
    with pytest.raises(HubRefuses, match="does not accept this client and key"):
        await Agent(side, source, EnvelopeCheck(hub.url, SCHOOL), None, HandedOver()).run(1)
    await side.close()


async def test_a_client_of_another_source_waits_to_be_let_in_and_takes_nothing(hub: Hub) -> None:
    async with agent(hub, side=hub.side(RIVAL)):
        with pytest.raises(SourceFailed, match="nobody connected"):
            await hub.fetch(at_school(), EVERYTHING, 1.0)
