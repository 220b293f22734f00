"""What leaves the hub: built in ``hub.redaction`` and nowhere else."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import msgspec

from hub.domain.answers import Answer
from hub.domain.codes import AnswerState
from hub.domain.identifiers import SourceId
from hub.domain.people import SourceFind
from hub.domain.questions import Question
from hub.domain.records import AnyRecord

# Rules whose very name would tell what they keep. Nobody is shown them, and evidence does not hold them.
_UNSPOKEN = frozenset(
    {
        "label-gender-history",
        "label-adoption",
        "label-staff-linked",
        "label-witness-protection",
        "match-never-across-adoption",
    }
)
RESTRICTED = "restricted-by-its-owner"


Grounds = Callable[[Sequence[str]], tuple[str, ...]]  # from reasons that may be shown to what stopped something


def shown_reasons(reasons: tuple[str, ...]) -> tuple[str, ...]:
    """Deciding rules as anybody may see them."""
    return tuple(dict.fromkeys(RESTRICTED if reason in _UNSPOKEN else reason for reason in reasons))


class Withholding(msgspec.Struct, frozen=True):
    """Something was kept back. ``count`` is None where even a number would tell.

    ``reasons`` are for the hub alone; show ``shown_reasons`` of them, and record no others.
    """

    source: SourceId
    category: str
    count: int | None
    reasons: tuple[str, ...]


class Released(msgspec.Struct, frozen=True):
    """One source's answer after redaction. Only these records may be shown."""

    answer: Answer  # its records already redacted

    @property
    def source(self) -> SourceId:
        """The source that answered."""
        return self.answer.source

    @property
    def records(self) -> tuple[AnyRecord, ...]:
        """Records fit to show."""
        return self.answer.records


class Disclosure(msgspec.Struct, frozen=True):
    """The one form in which personal data leaves. ``released`` holds every registered source."""

    question: Question
    released: tuple[Released, ...]
    finds: Mapping[SourceId, SourceFind]
    withheld: tuple[Withholding, ...]
    policy_version: str
    agreements: Mapping[SourceId, str]
    generated_at: datetime
    conditions: Mapping[SourceId, tuple[str, ...]] = {}  # of the agreements: they travel with what is shared

    def states(self) -> dict[SourceId, AnswerState]:
        """Each source's state, as evidence records it."""
        return {one.source: one.answer.state for one in self.released}


class Receipt(msgspec.Struct, frozen=True):
    """Where the evidence for an answer stands in the log."""

    intent_index: int
    outcome_index: int
