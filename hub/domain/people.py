"""People: a claimed reference, what a source offered, and a recognised person."""

from collections.abc import Mapping
from datetime import date

import msgspec

from hub.domain.codes import AnswerState, Label, MatchState
from hub.domain.identifiers import LocalId, NhsNumber, SourceId, Upn
from hub.errors import BadInput

LONGEST_NAME = 100


class PersonReference(msgspec.Struct, frozen=True):
    """What somebody claims about a person: enough to search on, not yet anybody."""

    nhs_number: NhsNumber | None = None
    upn: Upn | None = None
    given_name: str | None = None
    family_name: str | None = None
    birth_date: date | None = None
    postcode: str | None = None

    def __post_init__(self) -> None:
        for text in (self.given_name, self.family_name, self.postcode):
            if text is not None and (len(text) > LONGEST_NAME or not text.isprintable()):
                raise BadInput(
                    f"A name or postcode has at most {LONGEST_NAME} printable characters.", ("subject-unreadable",)
                )
        if not (self.nhs_number or self.upn or (self.family_name and self.birth_date)):
            raise BadInput(
                "Say whom you ask about: an NHS number, a UPN, or family name and birth date.",
                ("subject-incomplete",),
            )

    def knows(self, key: str) -> bool:
        """Whether this reference has a value for one search key of a manifest."""
        return getattr(self, key, None) is not None


class Attributes(msgspec.Struct, frozen=True):
    """How a source describes a person, for matching and for checking that a reply is about them."""

    nhs_number: str | None = None
    upn: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    birth_date: date | None = None
    postcode: str | None = None


class Found(msgspec.Struct, frozen=True):
    """One person that a source returned to a find, under the source's own identifier."""

    local_id: LocalId
    attributes: Attributes
    labels: frozenset[Label] = frozenset()


class MatchReason(msgspec.Struct, frozen=True):
    """How one attribute compared, in words, and the log2 weight it added."""

    attribute: str
    comparison: str
    weight: float


class Candidate(msgspec.Struct, frozen=True):
    """A found person with its score. ``id`` is opaque and fit to show; ``found`` stays inside."""

    id: str
    found: Found
    score: float
    probability: float
    why: tuple[MatchReason, ...]
    linked: bool


class SourceFind(msgspec.Struct, frozen=True):
    """What one source answered to a find."""

    source: SourceId
    state: AnswerState
    match: MatchState
    candidates: tuple[Candidate, ...] = ()
    explanation: str = ""
    reasons: tuple[str, ...] = ()


class LinkedPerson(msgspec.Struct, frozen=True):
    """The recognised person at one source: proof that a match or a confirmed link stands behind a call.

    ``fingerprint`` is a keyed hash of the identity seen when the link was made; a reply whose
    identity hashes differently is about somebody else.
    """

    source: SourceId
    local_id: LocalId
    fingerprint: bytes


class Person(msgspec.Struct, frozen=True):
    """A recognised person: where each source knows them, and what stopped the sources that do not say."""

    reference: PersonReference
    links: Mapping[SourceId, LinkedPerson]
    finds: Mapping[SourceId, SourceFind]  # for each source that was searched, what came of it
    labels: frozenset[Label] = frozenset()
