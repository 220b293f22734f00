"""Each circumstance that tests and demonstrations rely on is there, and its agencies tell one story."""

from hub.demo.population.people import Kinship
from hub.domain.codes import Label


def story(population, name):
    return population.person(population.stories[name])


def test_the_main_child_is_a_boy_of_fifteen_with_the_published_numbers(population):
    child = population.main_child
    assert (child.nhs_number, child.upn) == ("9991000003", "A831999900001")
    assert (child.sex, child.birth_date.year) == ("M", 2011)


def test_the_second_child_has_the_other_published_numbers(population):
    child = population.second_child
    assert (child.nhs_number, child.upn) == ("9991000011", "C831999900012")
    assert child.key in population.social_care
    assert child.key not in population.youth_justice
    assert population.supervised_around(child.key) == ()


def test_social_care_holds_the_main_childs_history(population):
    facts = population.social_care[population.main_child.key]
    assert [plan.ended_on for plan in facts.cp_plans] == [None]
    assert len(facts.episodes) >= 3
    assert len(facts.missing) >= 3
    assert facts.s47_enquiries
    assert any(one.ended_on is None and one.role == "Social worker" for one in facts.involvements)


def test_health_holds_the_main_childs_history(population):
    facts = population.health[population.main_child.key]
    assert facts.practice is not None
    assert any(one.service == "camhs" and one.ended_on is None for one in facts.involvements)
    assert len(facts.attendances) >= 3
    assert len(facts.missed) >= 3
    assert {flag.kind for flag in facts.flags} == {"safeguarding", "cp-is"}
    assert any(one.sensitive == "sexual-health" for one in facts.conditions)


def test_youth_justice_holds_the_main_childs_history(population):
    facts = population.youth_justice[population.main_child.key]
    assert facts.assessments[-1].county_lines == "Yes"
    assert facts.assessments[-1].safety_wellbeing == "High"
    assert len(facts.offences) == 3
    assert facts.interventions
    assert facts.bail
    assert facts.hearings
    assert facts.case_worker.phone


def test_probation_supervises_the_main_childs_step_father(population):
    child = population.main_child
    (facts,) = population.supervised_around(child.key)
    assert facts.adult_key == population.stories["main-step-father"]
    assert (facts.mappa.category, facts.mappa.level) == (2, 2)
    assert {"RCCO", "RHRH"} <= {one.code for one in facts.registrations}
    assert "Children" in facts.risk.in_community["HIGH"]
    assert "unsupervised contact" in facts.licence_conditions[0].text
    contact = next(one for one in facts.contacts if one.child_key == child.key)
    assert (contact.birth_date, contact.postcode, contact.adult_is) == (child.birth_date, child.postcode, "Step-father")
    assert (contact.given_name, contact.family_name) == (child.given_name, child.family_name)


def test_the_main_child_has_a_half_sister_and_an_unborn_sibling(population):
    key = population.main_child.key
    (sister,) = population.kin(key, Kinship.HALF_SIBLING)
    (unborn,) = population.kin(key, Kinship.UNBORN_SIBLING)
    assert sister.birth_date > population.main_child.birth_date
    assert unborn.birth_date is None
    assert unborn.expected_birth_date is not None


def test_county_lines_shows_in_three_agencies(population):
    key = population.stories["county-lines"]
    assert population.youth_justice[key].assessments[-1].county_lines == "Yes"
    assert len(population.social_care[key].missing) >= 3
    assert population.health[key].attendances


def test_an_abusive_adult_under_probation_lives_with_children(population):
    facts = population.probation[population.stories["domestic-abuse-adult"]]
    assert len(facts.contacts) == 2
    assert all(one.lives_with for one in facts.contacts)
    assert "ADVP" in {one.code for one in facts.registrations}


def test_twins_share_everything_but_a_given_name_and_only_one_is_known_to_social_care(population):
    one, other = story(population, "twin"), story(population, "other-twin")
    assert (one.family_name, one.birth_date, one.address) == (other.family_name, other.birth_date, other.address)
    assert one.given_name != other.given_name
    assert one.key in population.social_care
    assert other.key not in population.social_care


def test_brothers_have_nearly_one_name(population):
    elder, younger = story(population, "near-name"), story(population, "near-name-brother")
    assert len(elder.given_name) == len(younger.given_name)
    assert sum(a != b for a, b in zip(elder.given_name, younger.given_name, strict=True)) == 1


def test_a_looked_after_child_lives_at_the_placement(population):
    child = story(population, "looked-after")
    facts = population.social_care[child.key]
    (carer,) = population.kin(child.key, Kinship.FOSTER_CARER)
    assert child.address == carer.address
    assert facts.placements[-1].postcode == child.postcode
    assert facts.legal_statuses
    assert child.former_addresses[0].postcode != child.postcode


def test_the_fleeing_familys_present_address_stands_in_no_record_of_the_father(population):
    child, mother = story(population, "fleeing-child"), story(population, "fleeing-mother")
    assert child.restricted
    assert mother.restricted
    assert Label.LOCATION_AT_RISK in population.health[child.key].labels & population.social_care[child.key].labels
    father = population.probation[population.stories["pursuing-father"]]
    assert [one.postcode for one in father.contacts] == [child.former_addresses[0].postcode]
    assert all(one.phone is None for one in population.health[child.key].related if one.person_key == mother.key)


def test_an_unborn_child_is_on_a_plan_and_the_mother_is_a_child(population):
    unborn = story(population, "unborn")
    assert unborn.nhs_number is None
    assert population.social_care[unborn.key].cp_plans
    assert population.health[unborn.key].cp_is[0].kind == "unborn-child-protection-plan"
    (mother,) = population.kin(unborn.key, Kinship.MOTHER)
    assert mother.key in population.children


def test_one_child_is_known_to_nobody_but_the_gp(population):
    key = population.stories["gp-only"]
    facts = population.health[key]
    assert facts.practice is not None
    assert not facts.attendances
    assert key not in population.social_care.keys() | population.youth_justice.keys()


def test_witness_protection_is_marked_by_health_alone(population):
    key = population.stories["witness-protection"]
    assert population.health[key].labels == {Label.WITNESS_PROTECTION}
    assert population.social_care[key].labels == frozenset()


def test_a_limited_access_case_says_whom_to_phone(population):
    facts = population.probation[population.stories["limited-access-adult"]]
    assert facts.labels == {Label.LIMITED_ACCESS}
    assert facts.limited_access.restricted_to
    assert "Phone" in facts.limited_access.restriction_message
    assert facts.contacts


def test_the_rarer_circumstances_are_there(population):
    assert population.social_care[population.stories["adoption"]].adoption
    assert population.kin(population.stories["with-grandmother"], Kinship.GRANDPARENT)
    assert story(population, "bereaved-of").died_on is not None
    assert population.kin(population.stories["step-sibling"], Kinship.STEP_SIBLING, Kinship.HALF_SIBLING)
    exploited = population.health[population.stories["sexually-exploited"]]
    assert any(one.sensitive == "sexual-health" for one in exploited.conditions)
    assert story(population, "gender-history").aliases
