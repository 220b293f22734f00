"""One live find over the four partners, as the hub makes it, and what it came to for the child who was meant."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType

import msgspec

from benchmarks.sweep.partners import Partner
from hub.connectors.breaker import RetryBudget
from hub.connectors.guarded import GuardedSource
from hub.connectors.in_memory import Held, InMemory
from hub.connectors.sources import Sources
from hub.domain.categories import Category
from hub.domain.codes import Agency, Label, MatchState, PurposeCode, Role, SubjectKind, Urgency
from hub.domain.deadline import Deadline
from hub.domain.enquiries import Enquiry
from hub.domain.identifiers import LocalId, SourceId
from hub.domain.people import Found, LinkedPerson, PersonReference, SourceFind
from hub.domain.permits import Permit, Verdict, Verdicts
from hub.domain.principals import Principal
from hub.domain.questions import EVERYTHING, Question, QuestionKind
from hub.domain.searching import Probe, SearchKey, Step
from hub.identity.matching.matcher import Matcher
from hub.identity.people import People

_NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
_PATIENCE = 600.0  # seconds: no outcome may depend on how busy a machine is
_WORKER = Principal("p-1", "A Worker", Agency.SOCIAL_CARE, frozenset({Role.MASH_SOCIAL_WORKER}))
_ALL = MappingProxyType({one: Verdict(permitted=True, policies=("sweep",)) for one in Category if one.decidable})


class Outcome(StrEnum):
    """What a find came to at one source that knows the child."""

    FOUND = "found"  # linked, and to the right child
    HUMAN = "to a human"  # probable, or one of several, the right child among them
    WEAK = "weak"  # shown as somebody of whom little agrees
    MISSED = "missed"  # the right child is not among those shown
    WRONG = "wrong"  # linked to somebody else


class Came(msgspec.Struct, frozen=True):
    """The outcome at one source, and the step that first offered the right child."""

    outcome: Outcome
    step: Step | None


class Noted:
    """The partners' systems, with a note of what each step of a find offered."""

    def __init__(self, sources: Sources) -> None:
        self._sources, self.all = sources, sources.all
        self._offered: dict[tuple[SourceId, LocalId], Step] = {}

    def key_sets(self, source: SourceId) -> tuple[frozenset[SearchKey], ...]:
        """As the source says."""
        return self._sources.key_sets(source)

    async def search(self, source: SourceId, probe: Probe, deadline: Deadline, permit: Permit) -> tuple[Found, ...]:
        """As the source answers."""
        found = await self._sources.search(source, probe, deadline, permit)
        for one in found:
            self._offered.setdefault((source, one.local_id), probe.step)
        return found

    def step(self, source: SourceId, local_id: LocalId) -> Step | None:
        """The step that first offered this person."""
        return self._offered.get((source, local_id))


class NothingKept:
    """A store of links and decisions in which nothing is ever kept: every find is the first."""

    async def for_subject(self, subject: str) -> tuple[()]:  # noqa: ARG002 - nobody is known
        """Nothing."""
        return ()

    async def put(self, subject: str, link: LinkedPerson, how: str, by: str, at: datetime) -> None:
        """Let go of it."""

    async def remove(self, subject: str, source: SourceId) -> None:
        """There is nothing to forget."""


async def find(
    reference: PersonReference, told: Sequence[tuple[Partner, Mapping[LocalId, Held]]], matcher: Matcher
) -> tuple[Mapping[SourceId, SourceFind], Noted]:
    """A find of whom a reference describes, where each partner holds these people."""
    guarded = [
        GuardedSource(
            one.manifest, InMemory(one.manifest.search, people, most=one.manifest.limits.max_found), RetryBudget()
        )
        for one, people in told
    ]
    noted, kept = Noted(Sources(guarded, _mac, _now)), NothingKept()
    people = People(noted, kept, _mac, _now, kept, matcher)
    found = await people.resolve(_question(reference), _permit(), Deadline.after(_PATIENCE))
    return found.finds, noted


def came_to(find: SourceFind, local_id: LocalId | None, noted: Noted) -> Came | None:
    """The outcome at one source, which knows the child as ``local_id``; None where it does not, and links nobody."""
    shown = [one.found.local_id for one in find.candidates]
    if find.match is MatchState.MATCH and shown[0] != local_id:
        return Came(Outcome.WRONG, None)
    if local_id is None:
        return None
    return Came(_outcome(find.match) if local_id in shown else Outcome.MISSED, noted.step(find.source, local_id))


def _outcome(match: MatchState) -> Outcome:
    if match is MatchState.MATCH:
        return Outcome.FOUND
    return Outcome.HUMAN if match in {MatchState.POTENTIAL, MatchState.MANY} else Outcome.WEAK


def _question(reference: PersonReference) -> Question:
    enquiry = Enquiry("e", PurposeCode.S47, "sweep", Urgency.AMBER, reference, _WORKER, _NOW, _NOW)
    return Question("q", QuestionKind.FIND, _NOW, _WORKER, enquiry)


def _permit() -> Permit:
    """Policy is another matter: here everything may be known, so that nothing but matching decides."""
    return Permit(PurposeCode.S47, "sweep", {}, EVERYTHING, _everything)


def _everything(_source: SourceId, _kind: SubjectKind, _labels: frozenset[Label]) -> Verdicts:
    return _ALL


def _mac(purpose: str, data: bytes) -> bytes:
    return hmac.digest(b"sweep", purpose.encode() + data, hashlib.sha256)


def _now() -> datetime:
    return _NOW
