"""What a reply comes to: people, a record, or the reason that there is none, as any other connector says it."""

from collections import Counter
from typing import NoReturn

from hub.connectors.mapping.identity import CATEGORIES
from hub.connectors.pull.records import attributes_of, ours, person_of
from hub.connectors.pull.wire import (
    Deny,
    Failure,
    Fetch,
    FetchAdult,
    KnownRecord,
    People,
    Permitting,
    Reply,
    Review,
    Unable,
)
from hub.domain.answers import Fetched, SourceFailed
from hub.domain.codes import AnswerState
from hub.domain.holding import HolderDecides, HolderDeclined
from hub.domain.identifiers import LocalId
from hub.domain.people import Found
from hub.domain.records import KINDS, AnyRecord, IdentityAttribute
from hub.domain.searching import CannotSearch, TooManyFound

_FAILED: dict[Failure, tuple[AnswerState, str]] = {
    "UNAVAILABLE": (AnswerState.UNAVAILABLE, "cannot reach its own system"),
    "TIMED_OUT": (AnswerState.TIMED_OUT, "had no answer from its own system in time"),
    "BAD_DATA": (AnswerState.BAD_DATA, "could not read what its own system sent"),
    "ENVELOPE_REFUSED": (AnswerState.UNAVAILABLE, "did not accept the hub's signature under the question"),
}


def found(reply: Reply, most: int) -> tuple[Found, ...]:
    """Whom a search found. Raises SourceFailed, TooManyFound or CannotSearch."""
    answer = _permitted(reply).answer
    if not isinstance(answer, People):
        _misfit()
    if len(answer.people) > most:
        raise TooManyFound
    return tuple(person_of(one) for one in answer.people)


def fetched(reply: Reply, asked: Fetch | FetchAdult) -> Fetched | None:
    """The record that was read; None where the identifier is nobody's any more. Raises SourceFailed.

    Records of other categories than were asked for, or of a category that records of their kind do not have, are
    left out and counted.
    """
    answer = _permitted(reply).answer
    if isinstance(answer, People):
        _misfit()
    if not isinstance(answer, KnownRecord):
        return None
    left_out = Counter(answer.unmapped)
    records = tuple(record for record in map(ours, answer.records) if _is_asked_for(record, asked, left_out))
    return Fetched(
        local_id=LocalId(answer.local_id),
        attributes=attributes_of(answer.attributes),
        records=records,
        labels=answer.labels,
        unmapped=dict(left_out),
        as_of=answer.as_of,
        withheld=answer.withheld,
        around={LocalId(one): key for one, key in answer.around.items()},
    )


def _permitted(reply: Reply) -> Permitting:
    if isinstance(reply, Deny):
        raise HolderDeclined(reply.reason, reply.words)
    if isinstance(reply, Review):
        raise HolderDecides(reply.who, reply.by, reply.reference)
    if isinstance(reply, Unable):
        _unable(reply.failure)
    return reply


def _unable(failure: Failure) -> NoReturn:
    if failure == "TOO_MANY_FOUND":
        raise TooManyFound
    if failure == "CANNOT_SEARCH":
        raise CannotSearch
    state, happened = _FAILED[failure]
    raise SourceFailed(state, happened)


def _misfit() -> NoReturn:
    raise SourceFailed(AnswerState.BAD_DATA, "answered something else than it was asked")


def _is_asked_for(record: AnyRecord, asked: Fetch | FetchAdult, left_out: Counter[str]) -> bool:
    """A record's category decides who may see it, so it has to be one that this kind of record can bear."""
    kind = KINDS[type(record)]
    if record.category not in asked.categories:
        left_out[f"{kind}: of a category not asked for"] += 1
        return False
    fits = kind in record.category.kinds
    if isinstance(record, IdentityAttribute):
        fits = fits and CATEGORIES.get(record.attribute) is record.category
    if not fits:
        left_out[f"{kind}: not of its category"] += 1
    return fits
