"""The connector of a source that cannot be called: as any other to whoever asks, and honest when nobody answers."""

import asyncio
import contextlib
from datetime import UTC, date, datetime, timedelta

import pytest
from school import AGENT, EVERYTHING, MANIFEST, PUPILS, SCHOOL, answering, at_school, soon, the_school
from sqlalchemy import func, select

from hub.connectors.pull.connector import Pull
from hub.connectors.pull.records import WiredAttributes, WiredFinding, WiredIdentity
from hub.connectors.pull.wire import Deny, KnownRecord, Nobody, People, Permitting, Review, Unable
from hub.db.exchange import ExchangeStore
from hub.db.partner_tables import exchange_requests
from hub.db.store import Store
from hub.domain.answers import SourceFailed
from hub.domain.categories import Category
from hub.domain.codes import AnswerState
from hub.domain.handed import Handed
from hub.domain.holding import DenialReason, HolderDecides, HolderDeclined
from hub.domain.searching import CannotSearch, TooManyFound
from tests.fixtures.probing import probe

BORN = date(2014, 5, 6)


@pytest.fixture
def pull(line: ExchangeStore) -> Pull:
    return Pull(MANIFEST, line)


async def in_line(store: Store) -> int:
    return (await store.select(select(func.count()).select_from(exchange_requests)))[0][0]


@pytest.mark.parametrize("asked", [probe(upn="A831999900001"), probe(family_name="pupil", birth_date=BORN)])
async def test_a_find_answers_as_the_system_itself_does(line: ExchangeStore, pull: Pull, asked) -> None:
    async with answering(line):
        assert set(await pull.find(asked, soon())) == set(await the_school().find(asked, soon()))


@pytest.mark.parametrize("categories", [EVERYTHING, {Category.EDUCATION_ATTENDANCE}, frozenset()], ids=len)
@pytest.mark.parametrize("local_id", PUPILS)
async def test_a_fetch_answers_as_the_system_itself_does(line, pull: Pull, store, categories, local_id) -> None:
    wanted = frozenset(categories)
    async with answering(line):
        assert await pull.fetch(at_school(local_id), wanted, soon()) == await the_school().fetch(
            at_school(local_id), wanted, soon()
        )
    assert await in_line(store) == 0, "nothing of it is kept"


async def test_somebody_the_system_does_not_hold_is_none(line: ExchangeStore, pull: Pull) -> None:
    async with answering(line):
        assert await pull.fetch(at_school("nobody"), EVERYTHING, soon()) is None


async def test_too_many_are_too_many(line: ExchangeStore, pull: Pull) -> None:
    async with answering(line):
        with pytest.raises(TooManyFound):
            await pull.find(probe(family_name="Many", birth_date=BORN), soon())


async def test_it_is_asked_only_by_keys_that_its_manifest_names(pull: Pull) -> None:
    with pytest.raises(CannotSearch):
        await pull.find(probe(given_name="Ada", birth_date=BORN), soon())
    with pytest.raises(CannotSearch):
        await pull.find_adults(probe(family_name="Pupil", birth_date=BORN), soon())


async def test_with_nobody_connected_it_says_so_in_time_and_nothing_stays_in_line(pull: Pull, store: Store) -> None:
    deadline = soon(0.4)
    with pytest.raises(SourceFailed) as failed:
        await pull.fetch(at_school(), EVERYTHING, deadline)
    assert (failed.value.state, failed.value.happened) == (
        AnswerState.TIMED_OUT,
        "has nobody connected who answers",
    )
    assert await in_line(store) == 0


async def test_a_question_that_was_taken_and_not_answered_is_told_apart(line, pull: Pull, store: Store) -> None:
    async with answering(line, lambda _: None):
        with pytest.raises(SourceFailed) as failed:
            await pull.fetch(at_school(), EVERYTHING, soon(2))
    assert failed.value.state is AnswerState.TIMED_OUT
    assert failed.value.happened == "took the question and did not answer in time"
    assert await in_line(store) == 0


async def test_a_full_line_refuses_at_once_and_is_never_tried_again(line: ExchangeStore, pull: Pull) -> None:
    for number in range(MANIFEST.pull.most_waiting):
        await line.put(SCHOOL, f"r{number}", b"asked", 60, 100)
    with pytest.raises(SourceFailed) as failed:
        await pull.fetch(at_school(), EVERYTHING, soon(3600))
    assert failed.value.state is AnswerState.UNAVAILABLE
    assert failed.value.happened == "is taking no more requests at the moment"
    assert not failed.value.retry


async def test_whoever_stops_waiting_takes_the_question_back(line: ExchangeStore, pull: Pull, store: Store) -> None:
    with line.waiting(SCHOOL) as ear:
        waiting = asyncio.create_task(pull.fetch(at_school(), EVERYTHING, soon(3600)))
        assert await ear.heard(30)
    waiting.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await waiting
    await pull.close()
    assert await line.claim(SCHOOL, AGENT, 1, 5) == ()
    assert await in_line(store) == 0


BY = datetime(2026, 12, 1, 9, tzinfo=UTC)


async def test_the_holders_own_judgement_is_told_as_it_is(line: ExchangeStore, pull: Pull) -> None:
    deny = Deny(reason=DenialReason.MORE_DETRIMENTAL, words="It would put her at risk.")
    async with answering(line, lambda _: deny):
        with pytest.raises(HolderDeclined) as declined:
            await pull.fetch(at_school(), EVERYTHING, soon())
    assert (declined.value.state, declined.value.reason) == (AnswerState.WITHHELD, DenialReason.MORE_DETRIMENTAL)
    assert declined.value.words == "It would put her at risk."
    async with answering(line, lambda _: Review(who="the designated lead", by=BY, reference="R-7")):
        with pytest.raises(HolderDecides) as decides:
            await pull.fetch(at_school(), EVERYTHING, soon())
    assert decides.value.handed == Handed("the designated lead", BY, "R-7")


@pytest.mark.parametrize(
    ("failure", "state"),
    [
        ("UNAVAILABLE", AnswerState.UNAVAILABLE),
        ("TIMED_OUT", AnswerState.TIMED_OUT),
        ("BAD_DATA", AnswerState.BAD_DATA),
        ("ENVELOPE_REFUSED", AnswerState.UNAVAILABLE),
    ],
)
async def test_a_system_that_fails_behind_its_agent_fails_as_itself(line, pull: Pull, failure, state) -> None:
    async with answering(line, lambda _: Unable(failure=failure)):
        with pytest.raises(SourceFailed) as failed:
            await pull.fetch(at_school(), EVERYTHING, soon())
    assert failed.value.state is state


async def test_searches_that_a_system_cannot_make_are_no_failures_of_it(line: ExchangeStore, pull: Pull) -> None:
    for failure, fault in (("TOO_MANY_FOUND", TooManyFound), ("CANNOT_SEARCH", CannotSearch)):
        async with answering(line, lambda _, told=failure: Unable(failure=told)):
            with pytest.raises(fault):
                await pull.find(probe(upn="A831999900001"), soon())


def told(category: Category, label: str = "x") -> WiredFinding:
    return WiredFinding(category=category, type="hub:x", label=label)


async def test_what_was_not_asked_for_and_what_bears_a_wrong_category_is_left_out_and_counted(line, pull) -> None:
    records = (
        told(Category.EDUCATION_ATTENDANCE, "asked for"),
        told(Category.EDUCATION_SEND, "not asked for"),
        told(Category.EDUCATION_EXCLUSIONS, "a finding cannot be an exclusion"),
        WiredIdentity(category=Category.IDENTITY_NAME, attribute="address", value="where she lives, as a name"),
    )
    known = KnownRecord(local_id="p1", attributes=WiredAttributes(), records=records, unmapped={"x": 1})
    asked = frozenset({Category.EDUCATION_ATTENDANCE, Category.EDUCATION_EXCLUSIONS, Category.IDENTITY_NAME})
    async with answering(line, lambda _: Permitting(answer=known)):
        fetched = await pull.fetch(at_school(), asked, soon())
    assert fetched is not None
    assert [record.label for record in fetched.records] == ["asked for"]
    assert fetched.unmapped == {
        "x": 1,
        "Finding: of a category not asked for": 1,
        "Finding: not of its category": 1,
        "IdentityAttribute: not of its category": 1,
    }


@pytest.mark.parametrize("answer", [People(people=()), Nobody()])
async def test_an_answer_to_another_question_is_bad_data(line: ExchangeStore, pull: Pull, answer) -> None:
    async with answering(line, lambda _: Permitting(answer=answer)):
        read = isinstance(answer, People)
        asking = pull.fetch(at_school(), EVERYTHING, soon()) if read else pull.find(probe(upn="A831999900001"), soon())
        with pytest.raises(SourceFailed) as failed:
            await asking
    assert failed.value.state is AnswerState.BAD_DATA


async def test_the_hubs_own_line_failing_is_said_to_be_the_hubs(url: str, store: Store, pull: Pull) -> None:
    async with store.writing() as connection:
        await connection.exec_driver_sql("DROP TABLE exchange_requests")
    with pytest.raises(SourceFailed) as failed:
        await pull.fetch(at_school(), EVERYTHING, soon())
    assert failed.value.state is AnswerState.UNAVAILABLE
    assert "the hub's own line" in failed.value.happened


async def test_what_is_asked_says_on_whose_behalf_until_when_and_no_more(line: ExchangeStore, pull: Pull) -> None:
    heard = []
    async with answering(line, lambda asked: heard.append(asked) or Permitting(answer=Nobody())):
        await pull.fetch(at_school(), frozenset({Category.EDUCATION_SCHOOL}), soon())
    (asked,) = heard
    assert (asked.local_id, asked.categories, asked.asker) == ("p1", {Category.EDUCATION_SCHOOL}, None)
    assert timedelta(0) < asked.expires_at - datetime.now(UTC) <= timedelta(seconds=10)
