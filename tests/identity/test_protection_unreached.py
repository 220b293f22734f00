"""A source that marks whom labels protect is heard whether or not the question reaches it, and for nothing else."""

import msgspec
import pytest
from in_memory_partners import (
    BY_NAMES,
    BY_NUMBER,
    CARE,
    CLINIC,
    MATCHER,
    NOW,
    PROTECTED,
    RHYS,
    KeptDecisions,
    KeptLinks,
    Partners,
    confirmed_link,
    held,
    mac,
)

from hub.domain.answers import SourceFailed
from hub.domain.categories import Category
from hub.domain.codes import Agency, AnswerState, Label, MatchState, PurposeCode, Role, Urgency
from hub.domain.deadline import Deadline
from hub.domain.enquiries import Enquiry
from hub.domain.people import Person, PersonReference
from hub.domain.permits import Permit, Verdict
from hub.domain.principals import Principal
from hub.domain.questions import EVERYTHING, Question, QuestionKind, Selection
from hub.identity.people import People

NUMBER = {"nhs_number": "9991000003"}
EVERY = (*BY_NUMBER, *BY_NAMES)
SELECTED = Selection(EVERYTHING.kinds, frozenset({CARE}))
CHILD = held(**RHYS, **NUMBER)
HIDDEN = held(Label.WITNESS_PROTECTION, **RHYS, **NUMBER)
ADOPTED = held(Label.ADOPTION, **RHYS, **NUMBER)
RENAMED = held(Label.GENDER_HISTORY, **RHYS, **NUMBER)


def partners(*marked, care=(CHILD,)) -> Partners:
    """A clinic that marks, and social care that does not know."""
    made = Partners(clinic=(EVERY, marked), care=(EVERY, care))
    made.marks = {CLINIC: PROTECTED | {Label.ADOPTION, Label.GENDER_HISTORY}}
    return made


async def past_the_clinic(made: Partners, links: KeptLinks | None = None, *, how="selected", kind=QuestionKind.FIND):
    """A question that reaches social care alone: because nothing else was selected, or permitted."""
    permitted = {one: how == "selected" or one == CARE for one in made.keys}
    permit = Permit(
        PurposeCode.S47,
        "v",
        {},
        SELECTED if how == "selected" else EVERYTHING,
        lambda source, *_: {one: Verdict(permitted[source], ("p",)) for one in Category if one.decidable},
    )
    worker = Principal("p-1", "A Worker", Agency.SOCIAL_CARE, frozenset({Role.MASH_SOCIAL_WORKER}))
    enquiry = Enquiry("e", PurposeCode.S47, "w", Urgency.RED, PersonReference(**RHYS), worker, NOW, NOW)
    people = People(made, links or KeptLinks(), mac, lambda: NOW, KeptDecisions(), MATCHER)
    question = Question("q", kind, NOW, worker, enquiry, permit.selection)
    return await people.resolve(question, permit, Deadline.after(2))


def told(person: Person):
    return (person.links, person.finds, person.labels)


@pytest.mark.parametrize("how", ["selected", "permitted"])
async def test_protection_is_not_switched_off_by_asking_past_who_knows_of_it(how) -> None:
    protected, nobody = partners(HIDDEN), partners(care=())
    assert told(await past_the_clinic(protected, how=how)) == told(await past_the_clinic(nobody, how=how))
    assert sorted(map(repr, protected.asked)) == sorted(map(repr, nobody.asked))


@pytest.mark.parametrize("how", ["selected", "permitted"])
@pytest.mark.parametrize(("marked", "label"), [(ADOPTED, Label.ADOPTION), (RENAMED, Label.GENDER_HISTORY)])
async def test_labels_hold_past_who_knows_of_them_and_nothing_else_comes_of_the_search(how, marked, label) -> None:
    links = KeptLinks()
    person = await past_the_clinic(partners(marked), links, how=how)
    assert (person.labels, person.links.keys(), person.finds.keys()) == ({label}, {CARE}, {CARE})
    assert links.links.keys() == {CARE}


async def test_nothing_is_learned_from_a_source_that_is_not_reached() -> None:
    otherwise = held(family_name="Quillfeather", birth_date=RHYS["birth_date"], given_name="Rhys", **NUMBER)
    made = partners(held(**RHYS, **NUMBER), care=(otherwise,))
    person = await past_the_clinic(made)
    assert person.links == {}
    assert person.finds[CARE].match is MatchState.NONE


@pytest.mark.parametrize("how", ["selected", "permitted"])
async def test_kept_links_are_used_only_where_nobody_is_protected_since(how) -> None:
    link = msgspec.structs.replace(confirmed_link(CARE, "care-0", RHYS | NUMBER), confirmed=False)
    view = {"how": how, "kind": QuestionKind.VIEW}
    known, adopted, hidden = partners(held(**RHYS, **NUMBER)), partners(ADOPTED), partners(HIDDEN)
    person = await past_the_clinic(known, KeptLinks(link), **view)
    assert (person.links, person.finds) == ({CARE: link}, {})
    assert {source for source, _ in known.asked} == {CLINIC}
    assert (await past_the_clinic(adopted, KeptLinks(link), **view)).labels == {Label.ADOPTION}
    nobody = await past_the_clinic(partners(care=()), KeptLinks(), **view)
    assert told(await past_the_clinic(hidden, KeptLinks(link), **view)) == told(nobody)


async def test_an_unreached_source_that_is_silent_stops_nothing() -> None:
    made = partners()
    made.failing[CLINIC] = SourceFailed(AnswerState.UNAVAILABLE, "is suspended")
    person = await past_the_clinic(made)
    assert (person.links.keys(), person.finds.keys()) == ({CARE}, {CARE})
