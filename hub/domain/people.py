"""People: a claimed reference, what a source offered, and a recognised person."""

from collections.abc import Mapping
from datetime import date

import msgspec

from hub.domain.codes import AnswerState, Label, MatchState
from hub.domain.handed import Handed
from hub.domain.identifiers import LocalId, NhsNumber, SourceId, Upn
from hub.domain.matches import Decision, MatchDecision
from hub.domain.searching import Searched
from hub.errors import BadInput

LONGEST_NAME = 100
MOST_ALIASES = 5


class Name(msgspec.Struct, frozen=True):
    """One name that somebody goes or went by."""

    given_name: str | None = None
    family_name: str | None = None


class PersonReference(msgspec.Struct, frozen=True):
    """What somebody claims about a person: enough to search on, not yet anybody.

    ``born_from`` and ``born_to`` stand for a birth date that is known only in part: a year, or an age.
    """

    nhs_number: NhsNumber | None = None
    upn: Upn | None = None
    given_name: str | None = None
    family_name: str | None = None
    birth_date: date | None = None
    postcode: str | None = None
    born_from: date | None = None
    born_to: date | None = None
    aliases: tuple[Name, ...] = ()
    school: str | None = None

    def __post_init__(self) -> None:
        names = [part for one in self.aliases for part in (one.given_name, one.family_name)]
        for text in (self.given_name, self.family_name, self.postcode, self.school, *names):
            if text is not None and (len(text) > LONGEST_NAME or not text.isprintable()):
                raise BadInput(
                    f"A name, school or postcode has at most {LONGEST_NAME} printable characters.",
                    ("subject-unreadable",),
                )
        if len(self.aliases) > MOST_ALIASES:
            raise BadInput(f"Give at most {MOST_ALIASES} other names.", ("subject-too-many-aliases",))
        if (self.born_from is None) != (self.born_to is None) or (
            self.born_from and self.born_to and self.born_from > self.born_to
        ):
            raise BadInput(
                "A birth date known in part needs its first and its last possible day, in that order.",
                ("subject-birth-range",),
            )
        if not (self.nhs_number or self.upn or (self.family_name and (self.birth_date or self.born_from))):
            raise BadInput(
                "Say whom you ask about: an NHS number, a UPN, or family name and birth date.",
                ("subject-incomplete",),
            )


class Attributes(msgspec.Struct, frozen=True):
    """How a source describes a person, for matching and for checking that a reply is about them.

    ``former_nhs_numbers`` are those that the source says were superseded by ``nhs_number``.
    """

    nhs_number: str | None = None
    upn: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    birth_date: date | None = None
    postcode: str | None = None
    address: str | None = None
    school: str | None = None
    aliases: tuple[Name, ...] = ()
    former_nhs_numbers: tuple[str, ...] = ()


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
    """A found person with its score. ``id`` is opaque and fit to show; ``found`` stays inside.

    ``seen`` and ``fingerprint`` are keyed hashes (``described``, ``fingerprint``) of all that the source
    told, made before any of it is cut from ``found``: what a decision about this person is kept with.
    """

    id: str
    found: Found
    score: float
    probability: float
    why: tuple[MatchReason, ...]
    linked: bool
    decision: MatchDecision | None = None  # the latest that a person decided about it
    decided: Decision | None = None  # what that decision says, while it stands
    seen: bytes = b""
    fingerprint: bytes = b""


TOO_MANY_FOUND = "too-many-found"  # the reason of a find whose source knows more people than can be told apart


class SourceFind(msgspec.Struct, frozen=True):
    """What one source answered to a find."""

    source: SourceId
    state: AnswerState
    match: MatchState
    candidates: tuple[Candidate, ...] = ()
    explanation: str = ""
    reasons: tuple[str, ...] = ()
    steps: tuple[Searched, ...] = ()  # how the source was searched, in order
    rejected: tuple[Candidate, ...] = ()  # found again, but a person said they are somebody else: not offered
    labels: frozenset[Label] = frozenset()  # of the person, as any source marks them; never shown
    handed: Handed | None = None  # of a find UNDER_REVIEW: who decides, by when


class LinkedPerson(msgspec.Struct, frozen=True):
    """The recognised person at one source: proof that a match or a confirmed link stands behind a call.

    ``fingerprint`` is a keyed hash of the identity seen when the link was made; a reply whose
    identity hashes differently is about somebody else.
    """

    source: SourceId
    local_id: LocalId
    fingerprint: bytes
    confirmed: bool = False  # by a person, and not by a match alone


class Person(msgspec.Struct, frozen=True):
    """A recognised person: where each source knows them, and what stopped the sources that do not say."""

    reference: PersonReference
    links: Mapping[SourceId, LinkedPerson]
    finds: Mapping[SourceId, SourceFind]  # for each source that was searched, what came of it
    labels: frozenset[Label] = frozenset()
    former_nhs_numbers: frozenset[str] = frozenset()  # of theirs, as a certain match says
