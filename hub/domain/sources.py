"""A partner's system as the hub shows it."""

import msgspec

from hub.domain.categories import Category
from hub.domain.codes import Agency, Label, PurposeCode, SubjectKind
from hub.domain.identifiers import SourceId


class Source(msgspec.Struct, frozen=True):
    """One registered source: the part of its manifest that anybody in the partnership may see."""

    id: SourceId
    name: str
    agency: Agency
    kind: str  # the connector kind: sql, fhir_r4, rest_json
    state: str  # LIVE or SUSPENDED
    contact: str  # whom to phone when the system cannot answer
    coverage: str  # whom it holds, since when, how fresh
    marks_labels: frozenset[Label] = frozenset()  # restricted labels that only this system may know of
    serves: frozenset[Category] = frozenset(Category)  # what it can give; it is never asked for anything else
    adults_only: frozenset[Category] = frozenset()  # of these, what it holds about adults around a child alone
    decides: frozenset[PurposeCode] = frozenset()  # purposes for which a person there decides before records are read
    owner: str | None = None  # the organisation whose records these are
    decider: str = ""  # who that is, in words fit to show

    def holds_about(self, category: Category, kind: SubjectKind) -> bool:
        """Whether it may hold this category about somebody of this kind."""
        return category not in self.adults_only or kind is SubjectKind.NETWORK_ADULT

    def subject_of(self, category: Category) -> SubjectKind:
        """Whom a decision about this category is about: the child, unless the source holds it about adults alone."""
        return SubjectKind.NETWORK_ADULT if category in self.adults_only else SubjectKind.CHILD
