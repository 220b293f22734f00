"""Events on their way to a partner: signed, retried, given up, sent again; and never twice at once."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from receiver import Receiver, receiving
from sqlalchemy import text

from hub.connectors.manifest import Subscription
from hub.db.events import EventState, EventStore, Outbox
from hub.db.store import Store, open_store
from hub.db.upgrade import upgrade
from hub.domain.events import Event, EventType
from hub.domain.identifiers import SourceId
from hub.errors import BadInput, ConfigurationError
from hub.keys import FileKeys
from hub.notifying.delivery import PAUSES, Delivery
from hub.notifying.signing import signed

SCHOOLS = SourceId("schools")
SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Sending:
    """An outbox with what delivers from it, to one receiver."""

    def __init__(self, store: Store, events: EventStore, receiver: Receiver) -> None:
        self.store, self.events, self.receiver, self.clock = store, events, receiver, Clock()
        self.types = frozenset({EventType.REVIEW_REQUESTED.value})
        self.secret: str | None = SECRET
        self.outbox = Outbox(events, lambda source: self.types if source == SCHOOLS else frozenset())
        self.delivery = self.worker()

    def worker(self) -> Delivery:
        return Delivery(self.events, self._subscription, self._secret, self.clock, origin="https://hub.example")

    async def emit(self, kind: EventType = EventType.REVIEW_REQUESTED) -> None:
        await self.outbox.emit(
            Event(source=SCHOOLS, type=kind, at=self.clock(), subject="a-review", data={"urgency": "RED"})
        )

    async def state(self) -> EventState:
        (kept,) = await self.events.listed()
        return kept.state

    async def _subscription(self, source: SourceId) -> Subscription | None:
        return Subscription(self.receiver.url, "events", self.types) if source == SCHOOLS else None

    async def _secret(self, source: SourceId, name: str) -> str:
        if self.secret is None:
            raise ConfigurationError("There is no such secret.")
        return self.secret


@pytest.fixture(params=["sqlite", "postgresql"])
async def sending(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Sending]:
    url = f"sqlite:///{tmp_path}/hub.db" if request.param == "sqlite" else request.getfixturevalue("fresh_database")
    await asyncio.to_thread(upgrade, url)
    store = open_store(url)
    async with receiving() as receiver:
        yield Sending(store, EventStore(store, FileKeys.create(tmp_path / "keys.json")), receiver)
    await store.close()


def test_the_signature_is_that_of_the_published_example():
    headers = signed(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        datetime.fromtimestamp(1614265330, UTC),
        b'{"test": 2432232314}',
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("secret", ["", "whsec_", "plain", "whsec_c2hvcnQ=", "whsec_" + "!" * 40])
def test_a_secret_of_another_form_is_refused(secret: str):
    with pytest.raises(BadInput, match="whsec_"):
        signed("id", datetime.now(UTC), b"{}", [secret])


async def test_a_receiver_gets_a_signed_pointer_and_nothing_else(sending: Sending):
    await sending.emit()
    assert await sending.delivery.once() == 1
    (came,) = sending.receiver.came
    content = f"{came.headers['webhook-id']}.{came.headers['webhook-timestamp']}.".encode() + came.body
    expected = base64.b64encode(hmac.new(bytes(range(32)), content, hashlib.sha256).digest()).decode()
    assert came.headers["webhook-signature"] == f"v1,{expected}"
    assert came.headers["content-type"] == "application/cloudevents+json"
    assert json.loads(came.body) == {
        "specversion": "1.0",
        "id": came.headers["webhook-id"],
        "source": "https://hub.example/sources/schools",
        "type": "hub.review.requested",
        "subject": "a-review",
        "time": "2026-11-22T09:00:00Z",
        "datacontenttype": "application/json",
        "data": {"urgency": "RED"},
    }
    assert await sending.state() is EventState.DELIVERED
    assert await sending.delivery.once() == 0


async def test_what_a_source_did_not_ask_for_is_not_even_kept(sending: Sending):
    await sending.emit(EventType.SOURCE_SUSPENDED)
    assert await sending.events.listed() == ()


async def test_a_failing_receiver_is_tried_again_with_growing_pauses(sending: Sending):
    sending.receiver.answers = [500, 503]
    await sending.emit()
    for attempt in (1, 2):
        assert await sending.delivery.once() == 1
        assert await sending.delivery.once() == 0, "it was tried again at once"
        (kept,) = await sending.events.listed()
        assert (kept.attempts, kept.state) == (attempt, EventState.WAITING)
        assert kept.fault is not None
        sending.clock.passes(PAUSES[attempt - 1] * 1.2)
    assert await sending.delivery.once() == 1
    assert await sending.state() is EventState.DELIVERED
    assert len({came.headers["webhook-id"] for came in sending.receiver.came}) == 1  # a receiver can tell a repeat


async def test_an_event_that_nobody_takes_is_a_dead_letter_that_can_be_sent_again(sending: Sending):
    sending.receiver.answers = [500] * (len(PAUSES) + 1)
    await sending.emit()
    while await sending.state() is EventState.WAITING:
        await sending.delivery.once()
        sending.clock.passes(PAUSES[-1] * 1.2)
    (dead,) = await sending.events.listed()
    assert (dead.state, dead.attempts, dead.fault) == (EventState.DEAD, len(PAUSES) + 1, "answered with status 500")
    assert await sending.delivery.once() == 0
    await sending.outbox.replay(dead.id, sending.clock())
    assert await sending.delivery.once() == 1
    assert await sending.state() is EventState.DELIVERED


@pytest.mark.parametrize("why", ["gone", "unsubscribed"])
async def test_an_event_that_nobody_wants_is_given_up_at_once(sending: Sending, why: str):
    await sending.emit()
    if why == "gone":
        sending.receiver.answers = [410]
    else:
        sending.types = frozenset()
    await sending.delivery.once()
    assert await sending.state() is EventState.DEAD


async def test_without_its_secret_nothing_leaves(sending: Sending):
    sending.secret = None
    await sending.emit()
    await sending.delivery.once()
    assert sending.receiver.came == []
    assert await sending.state() is EventState.WAITING


async def test_several_workers_deliver_an_event_once(sending: Sending):
    for _ in range(20):
        await sending.emit()
    workers = [sending.worker() for _ in range(4)]
    while sum(await asyncio.gather(*(worker.once() for worker in workers))):
        pass
    ids = [came.headers["webhook-id"] for came in sending.receiver.came]
    assert len(ids) == len(set(ids)) == 20


async def test_an_event_of_its_own_id_is_kept_once(sending: Sending):
    event = Event(source=SCHOOLS, type=EventType.REVIEW_REQUESTED, at=sending.clock(), subject="x")
    await sending.outbox.emit(event, "an-agreement@1:schools:30")
    await sending.outbox.emit(event, "an-agreement@1:schools:30")
    assert len(await sending.events.listed()) == 1


async def test_a_row_that_was_altered_is_set_aside_and_holds_up_no_other(sending: Sending):
    await sending.emit()
    async with sending.store.writing() as connection:
        await connection.execute(text("UPDATE events_out SET type = 'hub.source.suspended'"))
    await sending.emit()
    await sending.delivery.once()
    assert len(sending.receiver.came) == 1
    assert await sending.delivery.once() == 0


async def test_one_source_leaves_room_for_the_others(sending: Sending):
    for _ in range(20):
        await sending.emit()
    taken = await sending.events.take(sending.clock(), 16, 4)
    assert len(taken) == 4
