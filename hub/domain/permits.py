"""Permits: what policy decided, category by category, with the names of the deciding policies."""

from collections.abc import Callable, Mapping
from functools import lru_cache

import msgspec

from hub.domain.categories import Category
from hub.domain.codes import Label, PurposeCode, SubjectKind
from hub.domain.holding import Reviews, ReviewState
from hub.domain.identifiers import SourceId
from hub.domain.principals import Principal
from hub.domain.questions import Selection
from hub.domain.sources import Source


class Verdict(msgspec.Struct, frozen=True):
    """One decision. ``policies`` names what decided it and is never empty."""

    permitted: bool
    policies: tuple[str, ...]


class Authorised(Verdict, frozen=True):
    """A decision about an act, for evidence: ``facts`` names what held of what it was decided on."""

    facts: tuple[str, ...] = ()


Verdicts = Mapping[Category, Verdict]  # total over every decidable category
Decide = Callable[[SourceId, SubjectKind, frozenset[Label]], Verdicts]


class Permit(msgspec.Struct, frozen=True):
    """What one principal may have for one question, source by source. Made only by ``hub.policy``."""

    purpose: PurposeCode
    policy_version: str
    agreements: Mapping[SourceId, str]  # id@version of the agreement that each decision rests on
    selection: Selection
    decide: Decide
    labels: frozenset[Label] = frozenset()
    asker: Principal | None = None  # a source may decide person by person
    conditions: Mapping[SourceId, tuple[str, ...]] = {}  # of those agreements: words that travel with what is shared
    request_id: str = ""  # of the question, as evidence and the partner's envelope name it
    enquiry_id: str = ""
    legislation: tuple[str, ...] = ()  # URIs of what the purpose rests on
    reviews: Reviews = {}  # what persons at the partners decide, or decided, under this enquiry

    def narrowed_to(self, labels: frozenset[Label]) -> "Permit":
        """The same permit for a person who bears these labels as well. Labels only ever narrow."""
        return msgspec.structs.replace(self, labels=self.labels | labels)

    def holding(self, reviews: Reviews) -> "Permit":
        """The same permit with what persons at the partners decide, or decided."""
        return msgspec.structs.replace(self, reviews=reviews)

    def holder_agrees(self, source: Source) -> bool:
        """Whether no person at the source has to decide first, or one has decided to share."""
        review = self.reviews.get(source.id)
        return self.purpose not in source.decides if review is None else review.state is ReviewState.PERMITTED

    def verdicts(self, source: SourceId, kind: SubjectKind, labels: frozenset[Label] = frozenset()) -> Verdicts:
        """Every category's verdict for a subject of this kind, under the person's and the record's labels."""
        return self.decide(source, kind, self.labels | labels)

    def to_ask(self, source: Source) -> frozenset[Category]:
        """Categories that are permitted, for any kind of subject, and selected, and that the source serves.

        Empty: do not call the source.
        """
        return _to_ask(self.decide, source, self.labels, self.selection)


@lru_cache(maxsize=4096)  # questions that are decided alike share one ``decide``; its verdicts never change
def _to_ask(decide: Decide, source: Source, labels: frozenset[Label], selection: Selection) -> frozenset[Category]:
    if not selection.reaches(source.id):
        return frozenset()
    return source.serves.intersection(
        category
        for kind in SubjectKind
        for category, verdict in decide(source.id, kind, labels).items()
        if verdict.permitted and category.kinds and selection.wants(category) and source.holds_about(category, kind)
    )
