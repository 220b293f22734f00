"""One request, served by the partner's own system through the connector of its kind."""

from datetime import UTC, date, datetime

import msgspec

from hub.connectors.connector import AdultsConnector, Connector
from hub.connectors.guarded import GuardedSource
from hub.connectors.pull.records import WiredAttributes, wired, wired_person
from hub.connectors.pull.wire import (
    Asked,
    Failure,
    Fetch,
    Find,
    FindAdults,
    KnownRecord,
    Nobody,
    People,
    Permitting,
    Reply,
    Unable,
    WiredAsker,
)
from hub.domain.answers import Fetched, SourceFailed
from hub.domain.codes import AnswerState
from hub.domain.deadline import Deadline
from hub.domain.identifiers import LocalId, SourceId
from hub.domain.people import Found, LinkedPerson
from hub.domain.principals import Principal
from hub.domain.records import AnyRecord, IdentityAttribute, LifeEvent
from hub.domain.searching import CannotSearch, Probe, SearchKey, TooManyFound
from hub.outbound import carrying

_DATES = frozenset({SearchKey.BIRTH_DATE, SearchKey.BORN_FROM, SearchKey.BORN_TO})
_FAILED: dict[AnswerState, Failure] = {
    AnswerState.UNAVAILABLE: "UNAVAILABLE",
    AnswerState.TIMED_OUT: "TIMED_OUT",
    AnswerState.BAD_DATA: "BAD_DATA",
}


async def serve(asked: Asked, source: GuardedSource, deadline: Deadline) -> Reply:
    """The reply to a request, whatever the partner's system does."""
    try:
        read = await source.call(lambda: _read(asked, source.connector, deadline), deadline)
    except TooManyFound:
        return Unable(failure="TOO_MANY_FOUND")
    except CannotSearch:
        return Unable(failure="CANNOT_SEARCH")
    except SourceFailed as failure:
        return Unable(failure=_FAILED.get(failure.state, "UNAVAILABLE"))
    return Permitting(answer=_answer(read))


async def _read(asked: Asked, connector: Connector, deadline: Deadline) -> tuple[Found, ...] | Fetched | None:
    """What the partner's system says. Calls to it bear the hub's envelope, as calls of the hub's own would."""
    with carrying(asked.envelope or None):
        if isinstance(asked, Find):
            return await connector.find(_probe(asked), deadline)
        if isinstance(asked, Fetch):
            person = LinkedPerson(SourceId(""), LocalId(asked.local_id), b"")
            return await connector.fetch(person, asked.categories, deadline, _asker(asked.asker))
        if not isinstance(connector, AdultsConnector):
            raise CannotSearch
        if isinstance(asked, FindAdults):
            return await connector.find_adults(_probe(asked), deadline)
        return await connector.fetch_adult(LocalId(asked.local_id), asked.categories, deadline, _asker(asked.asker))


def _probe(asked: Find | FindAdults) -> Probe:
    return Probe(
        asked.step,
        {key: date.fromisoformat(value) if key in _DATES else value for key, value in asked.values.items()},
    )


def _asker(told: WiredAsker | None) -> Principal | None:
    return None if told is None else Principal(told.id, told.name, told.agency, told.roles, told.email)


def _answer(read: tuple[Found, ...] | Fetched | None) -> People | KnownRecord | Nobody:
    if read is None:
        return Nobody()
    if isinstance(read, tuple):
        return People(people=tuple(map(wired_person, read)))
    return KnownRecord(
        local_id=read.local_id,
        attributes=msgspec.convert(read.attributes, WiredAttributes, from_attributes=True),
        records=tuple(wired(_dated(record)) for record in read.records),
        labels=read.labels,
        unmapped=read.unmapped,
        as_of=None if read.as_of is None else _zoned(read.as_of),
        withheld=read.withheld,
        around={str(one): key for one, key in read.around.items()},
    )


def _dated(record: AnyRecord) -> AnyRecord:
    """The record with a zone at its moments; one without is taken as UTC, as mappings take it."""
    if isinstance(record, LifeEvent):
        return msgspec.structs.replace(record, at=_zoned(record.at))
    if isinstance(record, IdentityAttribute) and record.as_of is not None:
        return msgspec.structs.replace(record, as_of=_zoned(record.as_of))
    return record


def _zoned(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
