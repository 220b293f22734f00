"""What asking one source came to: always exactly one state, never a silent gap."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from hub.domain.categories import Category
from hub.domain.codes import AnswerState, Label
from hub.domain.handed import Handed
from hub.domain.identifiers import LocalId, SourceId
from hub.domain.people import Attributes
from hub.domain.records import AnyRecord

# Reasons of an answer whose link may lead to somebody else, or to nobody.
LINK_STALE, WRONG_PERSON = "link-stale", "wrong-person"
MATCH_WAITS = "match-not-confirmed"  # possible matches wait for a person's decision
SOURCE_SUSPENDED, SOURCE_LEFT = "source-suspended", "source-left"  # while it was asked
OVERTAKEN = frozenset({SOURCE_SUSPENDED, SOURCE_LEFT})
DOUBTFUL = frozenset({LINK_STALE, WRONG_PERSON})


class Fetched(msgspec.Struct, frozen=True):
    """What a connector read for one person.

    ``local_id`` and ``attributes`` are what the *reply* says about whom it is, so that another
    child's record is caught. ``unmapped`` counts every code, resource or field that the mapping
    does not know, by name and never by value. ``around`` holds the source's own identifiers of people
    around the person, each with the key under which records point at them.
    """

    local_id: LocalId
    attributes: Attributes
    records: tuple[AnyRecord, ...]
    labels: frozenset[Label] = frozenset()
    unmapped: Mapping[str, int] = {}
    as_of: datetime | None = None
    withheld: tuple[str, ...] = ()  # sentences of the source's own restrictions, fit to show
    around: Mapping[LocalId, str] = {}


class Answer(msgspec.Struct, frozen=True):
    """One source's answer. Records stand only in a KNOWN answer."""

    source: SourceId
    state: AnswerState
    explanation: str
    as_of: datetime | None = None
    elapsed_ms: int = 0
    records: tuple[AnyRecord, ...] = ()
    labels: frozenset[Label] = frozenset()
    unmapped: Mapping[str, int] = {}
    reasons: tuple[str, ...] = ()  # deciding policies, for WITHHELD and NOT_ASKED
    asked: frozenset[Category] = frozenset()  # what the source was asked for; empty when nothing was fetched
    restrictions: tuple[str, ...] = ()  # the source's own words on what it restricts
    places: tuple[str, ...] = ()  # where the reply says that the person is; never shown, only recognised in text
    around: Mapping[LocalId, str] = {}  # as in Fetched; never outlives the asking
    handed: Handed | None = None  # of an answer UNDER_REVIEW: who decides, by when

    def __post_init__(self) -> None:
        if self.records and self.state is not AnswerState.KNOWN:
            raise ValueError("only a KNOWN answer holds records")


class SourceFailed(Exception):
    """A source did not give a usable answer. Raised by connectors, turned into an Answer by ``sources``.

    ``happened`` completes "<Source name> ..." in plain words, without any value from the reply:
    "did not answer in 4 seconds", "refused the hub's credentials".
    """

    def __init__(self, state: AnswerState, happened: str, *, retry: bool = False) -> None:
        if state in {AnswerState.KNOWN, AnswerState.NOT_KNOWN}:
            raise ValueError("a failure never looks like an answer")
        self.state, self.happened, self.retry = state, happened, retry
        super().__init__(happened)
