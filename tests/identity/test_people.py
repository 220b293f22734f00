"""Recognising a person across sources that can be searched in different ways."""

import asyncio
import hashlib
from datetime import UTC, date, datetime

import pytest

from hub.domain.answers import WRONG_PERSON, Answer, SourceFailed
from hub.domain.categories import Category
from hub.domain.codes import Agency, AnswerState, Label, MatchState, PurposeCode, Role, Urgency
from hub.domain.deadline import Deadline
from hub.domain.enquiries import Enquiry
from hub.domain.identifiers import LocalId, SourceId, nhs_number
from hub.domain.people import Attributes, Found, PersonReference
from hub.domain.permits import Permit, Verdict
from hub.domain.principals import Principal
from hub.domain.questions import EVERYTHING, Question, QuestionKind
from hub.domain.searching import Probe, SearchKey
from hub.domain.sources import Source
from hub.identity.matching.matcher import Matcher
from hub.identity.matching.model import shipped_model
from hub.identity.people import People

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
CLINIC, COURT = SourceId("clinic"), SourceId("court")
BORN = date(2011, 5, 4)
MATCHER = Matcher(shipped_model())
NHS = nhs_number("999 100 0003")
ANA = Attributes(nhs_number=NHS, given_name="Ana", family_name="Example", birth_date=BORN)
ANA_AT_COURT = Attributes(given_name="Ana", family_name="Example", birth_date=BORN)


def mac(purpose: str, data: bytes) -> bytes:
    return hashlib.sha256(purpose.encode() + data).digest()


class Partners:
    """A clinic that searches by NHS number and a court that searches by name; answers are set by the test."""

    all = (
        Source(CLINIC, "Clinic", Agency.HEALTH, "rest_json", "LIVE", "01632 960001", "All."),
        Source(COURT, "Court", Agency.YOUTH_JUSTICE, "rest_json", "LIVE", "01632 960002", "All."),
    )

    def __init__(self, **answers):
        self.answers = {CLINIC: (), COURT: ()} | {SourceId(name): told for name, told in answers.items()}
        self.asked: list[tuple[SourceId, Probe]] = []

    def key_sets(self, source):
        by_name = frozenset({SearchKey.FAMILY_NAME, SearchKey.BIRTH_DATE})
        return (frozenset({SearchKey.NHS_NUMBER}),) if source == CLINIC else (by_name,)

    async def search(self, source, probe, deadline, permit):
        self.asked.append((source, probe))
        told = self.answers[source]
        if isinstance(told, Exception):
            raise told
        if told == "hang":
            await asyncio.sleep(deadline.remaining())
            raise SourceFailed(AnswerState.TIMED_OUT, "did not answer")
        return told


class KeptLinks:
    """Links in a dictionary."""

    def __init__(self):
        self.kept = {}

    async def for_subject(self, subject):
        return tuple(link for (owner, _), link in self.kept.items() if owner == subject)

    async def put(self, subject, link, how, by, at):
        self.kept[subject, link.source] = link

    async def remove(self, subject, source):
        self.kept.pop((subject, source), None)


class KeptDecisions:
    """What people decided, whoever it was about."""

    def __init__(self, *decisions):
        self.decisions = decisions

    async def for_subject(self, subject):
        return self.decisions


def allow(*sources: SourceId) -> Permit:
    def decide(source, kind, labels):
        return {one: Verdict(source in sources, ("p",)) for one in Category if one.decidable}

    return Permit(PurposeCode.S47, "v", {}, EVERYTHING, decide)


def question(kind=QuestionKind.VIEW, **about) -> Question:
    worker = Principal("p-1", "A Worker", Agency.SOCIAL_CARE, frozenset({Role.MASH_SOCIAL_WORKER}))
    reference = PersonReference(**(about or {"nhs_number": NHS}))
    return Question(
        "q", kind, NOW, worker, Enquiry("e", PurposeCode.S47, "w", Urgency.RED, reference, worker, NOW, NOW)
    )


async def resolve(partners, links=None, asked=None, permit=None, decisions=None):
    people = People(partners, links or KeptLinks(), mac, lambda: NOW, decisions or KeptDecisions(), MATCHER)
    return await people.resolve(asked or question(), permit or allow(CLINIC, COURT), Deadline.after(0.5))


async def test_what_one_source_is_sure_of_lets_a_source_be_searched_that_knows_no_nhs_number():
    partners = Partners(clinic=(Found(LocalId("c1"), ANA),), court=(Found(LocalId("y1"), ANA_AT_COURT),))
    person = await resolve(partners)
    assert {source: link.local_id for source, link in person.links.items()} == {CLINIC: "c1", COURT: "y1"}


async def test_a_source_that_policy_forbids_is_never_searched():
    partners = Partners(clinic=(Found(LocalId("c1"), ANA),))
    await resolve(partners, permit=allow(CLINIC))
    assert {source for source, _ in partners.asked} == {CLINIC}


async def test_confirmed_links_are_used_without_another_find():
    partners, links = (
        Partners(clinic=(Found(LocalId("c1"), ANA),), court=(Found(LocalId("y1"), ANA_AT_COURT),)),
        KeptLinks(),
    )
    first = await resolve(partners, links)
    partners.asked.clear()
    second = await resolve(partners, links)
    assert partners.asked == []
    assert second.links == first.links


async def test_a_find_is_always_live():
    partners, links = (
        Partners(clinic=(Found(LocalId("c1"), ANA),), court=(Found(LocalId("y1"), ANA_AT_COURT),)),
        KeptLinks(),
    )
    await resolve(partners, links)
    partners.asked.clear()
    await resolve(partners, links, asked=question(QuestionKind.FIND))
    assert {source for source, _ in partners.asked} == {CLINIC, COURT}


@pytest.mark.parametrize(("field", "at", "elsewhere"), [("postcode", "LS1 1AA", "LS6 2AB"), ("school", "Hill", "Mill")])
async def test_a_link_made_for_one_place_answers_for_no_namesake_at_another(field, at, elsewhere):
    named = {"given_name": "Ana", "family_name": "Example", "birth_date": BORN}
    people = People(Partners(), KeptLinks(), mac, lambda: NOW, KeptDecisions(), MATCHER)
    here, there, respelt = (
        people.subject(PersonReference(**named, **{field: place})) for place in (at, elsewhere, f" {at.lower()} ")
    )
    assert here not in {there, people.subject(PersonReference(**named))}
    assert here == respelt


async def test_a_source_that_hangs_does_not_stop_the_others_from_being_found():
    partners = Partners(clinic=(Found(LocalId("c1"), ANA),), court="hang")
    person = await resolve(partners)
    assert CLINIC in person.links
    assert person.finds[COURT].state is AnswerState.TIMED_OUT


async def test_a_source_that_cannot_be_searched_says_so_and_is_not_called_unknown():
    person = await resolve(Partners())
    assert person.finds[COURT].state is AnswerState.NOT_ASKED
    assert person.finds[COURT].reasons == ("no-search-key",)
    assert person.finds[CLINIC].match is MatchState.NONE


async def test_a_twin_is_offered_for_comparison_but_not_linked():
    twin = Attributes(given_name="Bea", family_name="Example", birth_date=BORN)
    person = await resolve(Partners(clinic=(Found(LocalId("c1"), ANA),), court=(Found(LocalId("y2"), twin),)))
    assert COURT not in person.links
    assert person.finds[COURT].match is MatchState.LOW


async def test_somebody_under_witness_protection_was_never_found():
    hidden = Found(LocalId("c1"), ANA, frozenset({Label.WITNESS_PROTECTION}))
    protected, unknown = await resolve(Partners(clinic=(hidden,))), await resolve(Partners())
    assert protected == unknown


@pytest.mark.parametrize(
    "told", [SourceFailed(AnswerState.BAD_DATA, "sent noise"), SourceFailed(AnswerState.UNAVAILABLE, "is down")]
)
async def test_a_failed_find_keeps_its_own_state(told):
    person = await resolve(Partners(clinic=told))
    assert person.finds[CLINIC].state is told.state


async def test_candidates_carry_an_opaque_id_and_not_the_partners_own():
    person = await resolve(Partners(clinic=(Found(LocalId("c1"), ANA),)))
    assert "c1" not in person.finds[CLINIC].candidates[0].id


async def test_a_number_with_somebody_elses_name_uses_no_link_made_for_the_number_alone():
    partners, links = Partners(clinic=(Found(LocalId("c1"), ANA),)), KeptLinks()
    await resolve(partners, links, permit=allow(CLINIC))
    other = question(nhs_number=NHS, given_name="Zed", family_name="Otherperson", birth_date=date(2018, 1, 1))
    assert (await resolve(partners, links, asked=other, permit=allow(CLINIC))).links == {}


async def test_matches_that_do_not_hang_together_wait_for_a_person():
    twin = Attributes(given_name="Bea", family_name="Example", birth_date=BORN)
    partners = Partners(clinic=(Found(LocalId("c1"), ANA),), court=(Found(LocalId("y2"), twin),))
    asked = question(nhs_number=NHS, given_name="Bea", family_name="Example", birth_date=BORN)
    person = await resolve(partners, asked=asked)
    assert person.links == {} or set(person.links) == {COURT}
    assert person.finds[CLINIC].match is not MatchState.MATCH


async def test_somebody_whom_one_source_protects_is_known_to_none():
    hidden = Found(LocalId("c1"), ANA, frozenset({Label.WITNESS_PROTECTION}))
    partners = Partners(clinic=(hidden,), court=(Found(LocalId("y1"), ANA_AT_COURT),))
    asked = question(nhs_number=NHS, given_name="Ana", family_name="Example", birth_date=BORN)
    assert await resolve(partners, asked=asked) == await resolve(Partners(), asked=asked)


async def test_a_protected_namesake_hides_nobody_else():
    namesake = Attributes(given_name="Bea", family_name="Example", birth_date=BORN)
    hidden = Found(LocalId("c2"), namesake, frozenset({Label.WITNESS_PROTECTION}))
    person = await resolve(Partners(clinic=(Found(LocalId("c1"), ANA), hidden)))
    assert CLINIC in person.links
    assert [one.found.local_id for one in person.finds[CLINIC].candidates] == ["c1"]


@pytest.mark.parametrize("guess", ["AB1 2CD", "ZZ9 9ZZ"])
async def test_a_guessed_postcode_changes_nothing(guess):
    lives_at = Attributes(given_name="Ana", family_name="Example", birth_date=BORN, postcode="AB1 2CD")
    partners = Partners(court=(Found(LocalId("y1"), lives_at),))
    named = {"given_name": "Ana", "family_name": "Example", "birth_date": BORN}
    plain = await resolve(partners, asked=question(**named), permit=allow(COURT))
    guessed = await resolve(partners, asked=question(**named, postcode=guess), permit=allow(COURT))
    assert guessed.finds == plain.finds


async def test_a_link_that_led_to_somebody_else_is_forgotten_and_found_anew():
    partners, links = Partners(clinic=(Found(LocalId("c1"), ANA),)), KeptLinks()
    people = People(partners, links, mac, lambda: NOW, KeptDecisions(), MATCHER)
    person = await people.resolve(question(), allow(CLINIC), Deadline.after(0.5))
    wrong = Answer(CLINIC, AnswerState.BAD_DATA, "somebody else", reasons=(WRONG_PERSON,))
    await people.doubt(question(), person, [wrong])
    partners.asked.clear()
    await people.resolve(question(), allow(CLINIC), Deadline.after(0.5))
    assert [source for source, _ in partners.asked] == [CLINIC]


async def test_a_live_find_that_finds_nobody_ends_an_older_link():
    partners, links = Partners(clinic=(Found(LocalId("c1"), ANA),)), KeptLinks()
    await resolve(partners, links, permit=allow(CLINIC))
    partners.answers[CLINIC] = ()
    await resolve(partners, links, asked=question(QuestionKind.FIND), permit=allow(CLINIC))
    assert links.kept == {}
