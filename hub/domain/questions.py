"""A question: who asks what, about whom, under which enquiry."""

from datetime import datetime
from enum import StrEnum

import msgspec

from hub.domain.categories import Category, RecordKind
from hub.domain.enquiries import Enquiry
from hub.domain.identifiers import SourceId
from hub.domain.people import PersonReference
from hub.domain.principals import Principal


class QuestionKind(StrEnum):
    """A find discloses existence and what tells people apart; a view discloses records."""

    FIND = "find"
    VIEW = "view"


class Selection(msgspec.Struct, frozen=True):
    """What the asker selected. ``sources`` of None is every registered source."""

    kinds: frozenset[RecordKind]
    sources: frozenset[SourceId] | None = None

    def wants(self, category: Category) -> bool:
        """Whether the selection needs this category. Existence is always part of an answer."""
        return not category.kinds or bool(category.kinds & self.kinds)

    def reaches(self, source: SourceId) -> bool:
        """Whether the selection needs this source at all."""
        return self.sources is None or source in self.sources


EVERYTHING = Selection(frozenset(RecordKind))


class Question(msgspec.Struct, frozen=True):
    """One read of one person's records. ``id`` makes a retry of the same request idempotent in the log.

    ``widen``: a find goes on past a step that offered too many, or only a probable match.
    """

    id: str
    kind: QuestionKind
    asked_at: datetime
    principal: Principal
    enquiry: Enquiry
    selection: Selection = EVERYTHING
    widen: bool = False

    @property
    def about(self) -> PersonReference:
        """The person asked about, as claimed."""
        return self.enquiry.about
