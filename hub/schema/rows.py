"""Released records sorted out in one pass: by kind, and by whom they are about."""

from collections.abc import Iterable
from typing import Self

from hub.domain import records
from hub.domain.codes import SubjectKind
from hub.domain.disclosures import Disclosure
from hub.domain.identifiers import SourceId
from hub.domain.kinship import telling
from hub.domain.network import UNTOLD, Together
from hub.schema.records import Relationships


class Rows:
    """Records of each kind, each with the source that sent it."""

    def __init__(self) -> None:
        self.identity: list[tuple[SourceId, records.IdentityAttribute]] = []
        self.people: list[tuple[SourceId, records.RelatedPerson]] = []
        self.episodes: list[tuple[SourceId, records.ServiceEpisode]] = []
        self.events: list[tuple[SourceId, records.LifeEvent]] = []
        self.findings: list[tuple[SourceId, records.Finding]] = []

    def add(self, source: SourceId, record: records.AnyRecord) -> None:
        """Put a record with its kind."""
        if isinstance(record, records.LifeEvent):
            self.events.append((source, record))
        elif isinstance(record, records.Finding):
            self.findings.append((source, record))
        elif isinstance(record, records.ServiceEpisode):
            self.episodes.append((source, record))
        elif isinstance(record, records.IdentityAttribute):
            self.identity.append((source, record))
        else:
            self.people.append((source, record))


class SortedOut:
    """Everything, what is about the child, and what is about each person around the child.

    ``network`` holds each person once, with every source's records about them: ``identity`` has joined them.
    """

    def __init__(self, together: Iterable[Together]) -> None:
        self.everything, self.child = Rows(), Rows()
        self.network: list[tuple[Together, Rows]] = [(one, Rows()) for one in together]
        self._of = {member: rows for one, rows in self.network for member in one.members}

    @classmethod
    def of(cls, disclosure: Disclosure, together: Iterable[Together]) -> Self:
        """The released records of a disclosure, and which of them are about one person."""
        sorted_out = cls(together)
        for one in disclosure.released:
            for record in one.records:
                sorted_out.everything.add(one.source, record)
                sorted_out.about(one.source, record.about).add(one.source, record)
        return sorted_out

    def about(self, source: SourceId, whom: records.About) -> Rows:
        """The records about somebody, to whom one source points in this way."""
        return self.child if whom.kind is SubjectKind.CHILD else self._of[source, whom]

    def relationships(self) -> Relationships:
        """Who each person around the child is to them, in every source's words, however a source points at them."""
        return {
            (source, about.key): words
            for one, rows in self.network
            if (words := said(person.relationship for _, person in rows.people))
            for source, about in one.members
        }


def said(words: Iterable[str]) -> str:
    """What sources say somebody is to the child, in the words that say most; empty where nobody says.

    Of words that say different things none is preferred.
    """
    return " / ".join(telling(word for word in words if word != UNTOLD))
