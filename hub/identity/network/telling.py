"""What an answer says about a second round: how many adults were found, wait for a person, or were not checked."""

from collections.abc import Mapping

import msgspec

from hub.domain.answers import MATCH_WAITS, Answer
from hub.domain.categories import Category
from hub.domain.codes import AnswerState
from hub.domain.network import Link, Member
from hub.domain.records import About, AnyRecord
from hub.domain.sources import Source


class Looked(msgspec.Struct, frozen=True):
    """What became of looking for adults at one source, in counts. Two add up to one."""

    searched: int = 0
    found: int = 0
    waiting: int = 0
    unchecked: int = 0
    failure: AnswerState | None = None
    records: tuple[AnyRecord, ...] = ()
    withheld: tuple[str, ...] = ()
    unmapped: Mapping[str, int] = {}
    abouts: tuple[About, ...] = ()
    links: tuple[Link, ...] = ()
    elapsed_ms: int = 0
    protected: frozenset[Member] = frozenset()  # whoever must leave no trace, as other sources name them

    def __add__(self, other: "Looked") -> "Looked":
        """Both together."""
        return Looked(
            searched=self.searched + other.searched,
            found=self.found + other.found,
            waiting=self.waiting + other.waiting,
            unchecked=self.unchecked + other.unchecked,
            failure=self.failure or other.failure,
            records=self.records + other.records,
            withheld=tuple(dict.fromkeys(self.withheld + other.withheld)),
            unmapped={**self.unmapped, **other.unmapped},
            abouts=self.abouts + other.abouts,
            protected=self.protected | other.protected,
        )


def told(source: Source, answer: Answer, looked: Looked, wanted: frozenset[Category]) -> Answer:
    """The source's answer with what the second round brought. A failure never stays NOT_KNOWN."""
    state = _state(answer.state, looked)
    asked = answer.asked
    if looked.searched:
        asked = asked | {Category.EXISTENCE} | (wanted if looked.found else frozenset())
    return msgspec.structs.replace(
        answer,
        state=state,
        explanation=answer.explanation + _sentences(source, looked),
        records=answer.records + looked.records,
        restrictions=tuple(dict.fromkeys(answer.restrictions + looked.withheld)),
        unmapped={**answer.unmapped, **looked.unmapped},
        asked=asked,
        elapsed_ms=answer.elapsed_ms + looked.elapsed_ms,
        reasons=tuple(dict.fromkeys((*answer.reasons, MATCH_WAITS))) if looked.waiting else answer.reasons,
    )


def _state(before: AnswerState, looked: Looked) -> AnswerState:
    if looked.found:
        return AnswerState.KNOWN
    if before is not AnswerState.NOT_KNOWN:
        return before
    if looked.unchecked:
        return looked.failure or AnswerState.UNAVAILABLE
    return AnswerState.WITHHELD if looked.waiting else before


def _sentences(source: Source, looked: Looked) -> str:
    said = []
    if looked.found:
        said.append(f"It knows {_adults(looked.found)} whom another source names around this child.")
    if looked.waiting:
        said.append(
            f"Of {_adults(looked.waiting)} around this child it may have a record, but nobody has confirmed the match: "
            f"phone {source.contact}."
        )
    if looked.unchecked:
        said.append(
            f"{_adults(looked.unchecked).capitalize()} around this child could not be checked there. "
            f"This is not reassurance: ask again, or phone {source.contact}."
        )
    if looked.searched and not said:
        said.append(f"It was searched for {_adults(looked.searched)} named around this child, and knows none of them.")
    return "".join(f" {one}" for one in said)


def _adults(count: int) -> str:
    return "one adult" if count == 1 else f"{count} adults"
