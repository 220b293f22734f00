"""A child's family as one source tells of it, and a partner that can be searched for the adults in it."""

import asyncio
from collections.abc import Mapping
from datetime import date

from hub.domain.answers import Answer, Fetched, SourceFailed
from hub.domain.categories import Category
from hub.domain.codes import Agency, AnswerState, Label, PurposeCode, SubjectKind
from hub.domain.deadline import Deadline
from hub.domain.identifiers import LocalId, SourceId
from hub.domain.network import Link
from hub.domain.people import Attributes, Found
from hub.domain.permits import Permit, Verdict
from hub.domain.questions import EVERYTHING, Selection
from hub.domain.records import About, AnyRecord, Finding, RelatedPerson
from hub.domain.sources import Source
from hub.identity.matching.matcher import Matcher
from hub.identity.matching.model import shipped_model
from hub.identity.network.around import Network

CARE, JAIL = SourceId("care"), SourceId("jail")
ADULT, CHILD = SubjectKind.NETWORK_ADULT, SubjectKind.NETWORK_CHILD
BORN = date(1986, 7, 19)
HIM = Attributes(given_name="Jermaine", family_name="Nonesuch", birth_date=BORN)
YES, NO = Verdict(permitted=True, policies=("yes",)), Verdict(permitted=False, policies=("no",))
SOURCE = Source(JAIL, "Probation", Agency.PROBATION, "rest_json", "LIVE", "01632 960035", "Adults.")
MATCHER = Matcher(shipped_model())


def named(given: str = "Jermaine", *, key: str = "1", **more: object) -> RelatedPerson:
    told = {
        "category": Category.SOCIAL_CARE_FAMILY,
        "about": About(ADULT, key),
        "relationship": "step-father",
        "name": f"{given} Nonesuch",
        "birth_date": BORN,
    }
    return RelatedPerson(**told | more)


def care(*records: AnyRecord, labels: frozenset[Label] = frozenset()) -> Answer:
    return Answer(CARE, AnswerState.KNOWN, "Care knows this child.", records=records or (named(),), labels=labels)


def jail(state: AnswerState = AnswerState.NOT_KNOWN, **more: object) -> Answer:
    return Answer(JAIL, state, "Probation has no record of this child.", **more)


def risk(**more: object) -> Finding:
    told = {"category": Category.PROBATION_MAPPA, "about": About(ADULT, "1"), "type": "mappa", "label": "MAPPA level 2"}
    return Finding(**told | more)


class Partner:
    """A source that can be searched for adults, and remembers what it was asked."""

    all = (SOURCE,)

    def __init__(self) -> None:
        self.found: list[Found] = [Found(LocalId("X1"), HIM)]
        self.records: tuple[AnyRecord, ...] = (risk(),)
        self.labels: frozenset[Label] = frozenset()
        self.withheld: tuple[str, ...] = ()
        self.failing: SourceFailed | None = None
        self.fails_to_read: SourceFailed | None = None
        self.searched: list[Attributes] = []
        self.read: list[tuple[LocalId, frozenset[Category]]] = []
        self.asked_for: list[object] = []

    async def search(
        self, source: SourceId, named: Attributes, deadline: Deadline, permit: Permit
    ) -> tuple[Found, ...] | None:
        self.searched.append(named)
        if self.failing:
            raise self.failing
        return tuple(one for one in self.found if one.attributes.family_name == named.family_name)

    async def fetch(
        self, source: SourceId, found: Found, categories: frozenset[Category], deadline: Deadline, permit: Permit
    ) -> Fetched:
        self.read.append((found.local_id, categories))
        self.asked_for.append(permit.asker)
        if self.fails_to_read:
            raise self.fails_to_read
        return Fetched(
            found.local_id, found.attributes, self.records, self.labels, {}, None, self.withheld, {found.local_id: "1"}
        )


def permit(forbidden: Mapping[SubjectKind, set[Category]] | None = None, selection: Selection = EVERYTHING) -> Permit:
    def decide(source: SourceId, kind: SubjectKind, labels: frozenset[Label]) -> dict[Category, Verdict]:
        no = (forbidden or {}).get(kind, set())
        if Label.GENDER_HISTORY in labels or Label.ADOPTION in labels:
            no = no | {Category.IDENTITY_NAME}
        return {one: NO if one in no else YES for one in Category if one.decidable}

    return Permit(PurposeCode.S47, "v", {}, selection, decide)


def asked(partner: Partner, *answers: Answer, under: Permit | None = None) -> tuple[Answer, tuple[Link, ...]]:
    """The partner's answer after the second round, and who was shown to be one person."""
    round_two = Network(partner, MATCHER).around(answers, under or permit(), Deadline.after(2))
    gathered = asyncio.run(round_two)
    assert [one.source for one in gathered.answers] == [one.source for one in answers]
    (answer,) = [one for one in gathered.answers if one.source == JAIL]
    return answer, gathered.links
