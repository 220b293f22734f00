"""Released records sorted out in one pass: by kind, and by whom they are about."""

from typing import Self

from hub.domain import records
from hub.domain.codes import SubjectKind
from hub.domain.disclosures import Disclosure
from hub.domain.identifiers import SourceId
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

    People of two sources are never taken for one: nothing here has matched them.
    """

    def __init__(self) -> None:
        self.everything, self.child = Rows(), Rows()
        self.network: dict[tuple[SourceId, records.About], Rows] = {}

    @classmethod
    def of(cls, disclosure: Disclosure) -> Self:
        """The released records of a disclosure."""
        sorted_out = cls()
        for one in disclosure.released:
            for record in one.records:
                sorted_out.everything.add(one.source, record)
                sorted_out.about(one.source, record.about).add(one.source, record)
        return sorted_out

    def about(self, source: SourceId, whom: records.About) -> Rows:
        """The records of one source about somebody."""
        if whom.kind is SubjectKind.CHILD:
            return self.child
        return self.network.setdefault((source, whom), Rows())

    def relationships(self) -> Relationships:
        """Who each person around the child is to them, where that was released."""
        return {(source, person.about.key): person.relationship for source, person in self.everything.people}
