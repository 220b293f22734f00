"""The holder's own judgement: a partner permits, declines with a reason, or has a person decide."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from hub.domain.answers import SourceFailed
from hub.domain.codes import Agency, AnswerState, PurposeCode, Urgency
from hub.domain.handed import Handed
from hub.domain.identifiers import SourceId


class Judgement(StrEnum):
    """What the holder said of one request (Children Act 2004 s16LA leaves this judgement with the holder)."""

    PERMIT = "PERMIT"
    DENY = "DENY"
    REVIEW = "REVIEW"


class DenialReason(StrEnum):
    """Why a holder does not share. Stands in evidence, and as the reason of a WITHHELD answer."""

    MORE_DETRIMENTAL = "holder-more-detrimental"  # not shared: more detrimental to the child than sharing
    NOT_RELEVANT = "holder-not-relevant"
    NO_LAWFUL_BASIS = "holder-no-lawful-basis"
    ONGOING_INVESTIGATION = "holder-ongoing-investigation"
    OTHER = "holder-declined"


class ReviewState(StrEnum):
    """A review is pending until somebody at the partner decides; past its time it is overdue, never decided."""

    PENDING = "PENDING"
    PERMITTED = "PERMITTED"
    DENIED = "DENIED"


class HolderReview(msgspec.Struct, frozen=True, kw_only=True):
    """One request that a person at the partner decides. One for each enquiry and source.

    ``who`` decides, in words fit to show. ``reference`` is the partner's own, if it has one. ``words`` are
    the reviewer's, fit to show to the enquirer.
    """

    id: str
    enquiry_id: str
    source: SourceId
    agency: Agency
    state: ReviewState
    purpose: PurposeCode
    urgency: Urgency
    asked_at: datetime
    due_at: datetime
    who: str
    reference: str | None = None
    local_id: str | None = None  # the holder's own identifier of the person; shown to nobody else
    reminded_at: datetime | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None
    reason: DenialReason | None = None
    words: str = ""


Reviews = Mapping[SourceId, HolderReview]  # of one enquiry


class HolderDecides(SourceFailed):
    """A person at the partner decides."""

    def __init__(self, who: str, by: datetime | None = None, reference: str | None = None) -> None:
        self.handed = Handed(who, by, reference)
        super().__init__(AnswerState.UNDER_REVIEW, deciding(who, by))


class HolderDeclined(SourceFailed):
    """The partner declines to share. ``words`` are its own, fit to show."""

    def __init__(self, reason: DenialReason, words: str = "") -> None:
        self.reason, self.words = reason, words
        super().__init__(AnswerState.WITHHELD, declining(reason, words))


_DECLINING = {
    DenialReason.MORE_DETRIMENTAL: "holds that sharing would be more detrimental to the child than not sharing",
    DenialReason.NOT_RELEVANT: "holds that nothing it has is relevant to this",
    DenialReason.NO_LAWFUL_BASIS: "holds that it has no lawful basis to share this",
    DenialReason.ONGOING_INVESTIGATION: "does not share this while an investigation goes on",
    DenialReason.OTHER: "does not share this",
}


def declining(reason: DenialReason, words: str = "") -> str:
    """What completes "<source name> ..." where its holder declined."""
    return _DECLINING[reason] + (f' ("{words}")' if words else "")


def deciding(who: str, by: datetime | None) -> str:
    """What completes "<source name> ..." while a person decides."""
    return f"has put this to a person, who decides: {who}" + (f", by {by:%H:%M on %d %B} UTC" if by else "")


def reasons_of(failure: SourceFailed) -> tuple[str, ...]:
    """The reasons that evidence keeps of a source that gave no usable answer."""
    return (failure.reason.value,) if isinstance(failure, HolderDeclined) else ()


def handed_of(failure: SourceFailed) -> Handed | None:
    """Who decides, where a person does."""
    return failure.handed if isinstance(failure, HolderDecides) else None
