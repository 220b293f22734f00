"""Partners held in memory, searched as real ones are, and whoever recognises people across them."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from hub.connectors.in_memory import Held, InMemory
from hub.domain.answers import SourceFailed
from hub.domain.categories import Category
from hub.domain.codes import Agency, Label, PurposeCode, Role, Urgency
from hub.domain.deadline import Deadline
from hub.domain.enquiries import Enquiry
from hub.domain.identifiers import LocalId, SourceId
from hub.domain.matches import Decision, MatchDecision
from hub.domain.people import Attributes, Found, LinkedPerson, Person, PersonReference
from hub.domain.permits import Permit, Verdict
from hub.domain.principals import Principal
from hub.domain.questions import EVERYTHING, Question, QuestionKind
from hub.domain.searching import Probe, SearchKey
from hub.domain.sources import Source
from hub.domain.subjects import described, fingerprint
from hub.identity.matching.matcher import Matcher
from hub.identity.matching.model import shipped_model
from hub.identity.people import People

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
BORN = date(2011, 4, 9)
CARE, CLINIC, COURT = SourceId("care"), SourceId("clinic"), SourceId("court")
MATCHER = Matcher(shipped_model())
K = SearchKey
BY_NAMES = (
    (K.GIVEN_NAME, K.FAMILY_NAME, K.BIRTH_DATE),
    (K.FAMILY_NAME, K.BIRTH_DATE),
    (K.GIVEN_NAME_STARTS, K.FAMILY_NAME_STARTS, K.BIRTH_DATE),
    (K.GIVEN_NAME_SOUNDS, K.FAMILY_NAME_SOUNDS, K.BIRTH_DATE),
)
BY_PLACE = ((K.FAMILY_NAME, K.BIRTH_DATE, K.POSTCODE_STARTS), (K.GIVEN_NAME, K.BIRTH_DATE, K.POSTCODE_STARTS))
BY_NUMBER = ((K.NHS_NUMBER,), (K.UPN,))
AT_RISK, PROTECTED = frozenset({Label.LOCATION_AT_RISK}), frozenset({Label.WITNESS_PROTECTION})
RHYS = {"given_name": "Rhys", "family_name": "Coppersmythe", "birth_date": BORN}


def mac(purpose: str, data: bytes) -> bytes:
    """A keyed hash of the test."""
    return hashlib.sha256(purpose.encode() + b"\x1f" + data).digest()


def held(*labels: Label, **attributes: Any) -> Held:
    """Somebody a partner holds."""
    return Held(Attributes(**attributes), labels=frozenset(labels))


class Partners:
    """Sources in memory. ``asked`` is every search that reached one; ``failing`` are those that fail, and how."""

    def __init__(self, most: int = 5, **people: tuple[Sequence[Sequence[SearchKey]], Sequence[Held]]) -> None:
        self.marks: dict[SourceId, frozenset[Label]] = {}
        self.keys = {SourceId(name): tuple(frozenset(keys) for keys in sets) for name, (sets, _) in people.items()}
        self.connectors = {
            SourceId(name): InMemory(sets, {LocalId(f"{name}-{n}"): one for n, one in enumerate(held)}, most=most)
            for name, (sets, held) in people.items()
        }
        self.asked: list[tuple[SourceId, Probe]] = []
        self.failing: dict[SourceId, SourceFailed] = {}

    @property
    def all(self) -> tuple[Source, ...]:
        """Every source, with the labels that it marks."""
        return tuple(
            Source(
                one, one.title(), Agency.HEALTH, "in_memory", "LIVE", "01632 960001", "All.",
                marks_labels=self.marks.get(one, frozenset()),
            )
            for one in self.keys
        )  # fmt: skip

    def key_sets(self, source: SourceId) -> tuple[frozenset[SearchKey], ...]:
        """What a source can be searched by."""
        return self.keys[source]

    async def search(self, source: SourceId, probe: Probe, deadline: Deadline, permit: Permit) -> tuple[Found, ...]:
        """One search."""
        self.asked.append((source, probe))
        if source in self.failing:
            raise self.failing[source]
        return await self.connectors[source].find(probe, deadline)


class KeptLinks:
    """Links in a dictionary."""

    def __init__(self, *links: LinkedPerson) -> None:
        self.links = {link.source: link for link in links}
        self.how: dict[SourceId, str] = {}

    async def for_subject(self, subject: str) -> tuple[LinkedPerson, ...]:
        return tuple(self.links.values())

    async def put(self, subject: str, link: LinkedPerson, how: str, by: str, at: datetime) -> None:
        self.links[link.source], self.how[link.source] = link, how

    async def remove(self, subject: str, source: SourceId) -> None:
        self.links.pop(source, None)


class KeptDecisions:
    """What people decided, whoever it was about."""

    def __init__(self, *decisions: MatchDecision) -> None:
        self.decisions = decisions

    async def for_subject(self, subject: str) -> tuple[MatchDecision, ...]:
        return self.decisions


def decided(decision: Decision, source: SourceId, local_id: str, seen: Mapping[str, Any]) -> MatchDecision:
    """A decision that was made when the source told this."""
    told = described(Attributes(**seen), mac)
    return MatchDecision(source, LocalId(local_id), decision, told, "p-2", NOW, "I know them", "e-1")


def confirmed_link(source: SourceId, local_id: str, seen: Mapping[str, Any]) -> LinkedPerson:
    """The link that a confirmation left."""
    return LinkedPerson(source, LocalId(local_id), fingerprint(Attributes(**seen), mac), confirmed=True)


async def resolved(  # noqa: PLR0913  each is one thing that a test varies
    partners: Partners,
    links: KeptLinks | None = None,
    decisions: KeptDecisions | None = None,
    *,
    kind: QuestionKind = QuestionKind.FIND,
    widen: bool = False,
    unseen: frozenset[Category] = frozenset(),
    seconds: float = 2.0,
    **about: Any,
) -> Person:
    """The person that a question resolves to, for somebody who may see everything but what is ``unseen``."""
    people = People(partners, links or KeptLinks(), mac, lambda: NOW, decisions or KeptDecisions(), MATCHER)
    verdicts = {one: Verdict(one not in unseen, ("p",)) for one in Category if one.decidable}
    permit = Permit(PurposeCode.S47, "v", {}, EVERYTHING, lambda *_: verdicts)
    worker = Principal("p-1", "A Worker", Agency.SOCIAL_CARE, frozenset({Role.MASH_SOCIAL_WORKER}))
    enquiry = Enquiry("e", PurposeCode.S47, "w", Urgency.RED, PersonReference(**about), worker, NOW, NOW)
    question = msgspec.structs.replace(Question("q", kind, NOW, worker, enquiry), widen=widen)
    return await people.resolve(question, permit, Deadline.after(seconds))
