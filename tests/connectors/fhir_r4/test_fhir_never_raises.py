"""Properties: the mapping accepts anything at all, and shows nothing that could mislead a reader."""

import unicodedata
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.connectors.fhir_r4 import map_resources
from hub.connectors.fhir_r4.resource_types import RESOURCE_TYPES
from hub.domain.categories import Category

EVERYTHING = frozenset(Category)
MAPPED_TYPES = (
    "Patient",
    "Encounter",
    "Appointment",
    "Condition",
    "AllergyIntolerance",
    "Observation",
    "Immunization",
    "Procedure",
    "Flag",
    "CarePlan",
    "EpisodeOfCare",
    "CareTeam",
    "RelatedPerson",
    "FamilyMemberHistory",
    "Bundle",
)
ELEMENTS = (  # noqa: SIM905 - a table of words
    "resourceType id meta security status code coding system display text category class type subject patient "
    "identifier value name family given prefix use telecom address line postalCode birthDate period start end "
    "participant actor member role team careTeam careManager managingOrganization reference extension contained "
    "generalPractitioner contact relationship onsetDateTime effectivePeriod valueQuantity reasonCode note entry "
    "resource condition deceasedBoolean deceasedDateTime occurrenceDateTime vaccineCode serviceType link "
    "modifierExtension performedDateTime unit clinicalStatus verificationStatus"
).split()
WORDS = ("Patient/p1", "p1", "2011", "2019-04-03", "http://snomed.info/sct", "195967001", "EMER", "noshow", "#c")

anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=20)
    | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(ELEMENTS), inner, max_size=6),
    max_leaves=30,
)
resource = st.builds(
    lambda kind, ours, rest: {**rest, "resourceType": kind, **ours},
    st.sampled_from((*MAPPED_TYPES, *sorted(RESOURCE_TYPES)[:5])),
    st.sampled_from(({"subject": {"reference": "Patient/p1"}}, {"patient": {"reference": "Patient/p1"}}, {"id": "p1"})),
    st.dictionaries(st.sampled_from(ELEMENTS), anything, max_size=12),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(resource | anything, max_size=5))
def test_no_json_whatever_makes_the_mapping_raise(resources: list[Any]) -> None:
    one = map_resources(resources, "p1", EVERYTHING)
    assert all(count > 0 for count in one.unmapped.values())
    for shown in (
        text for record in one.records for text in (getattr(record, "label", ""), getattr(record, "value", ""))
    ):
        assert not any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in shown)


@settings(max_examples=50, deadline=None)
@given(st.lists(resource, max_size=4), st.sets(st.sampled_from(sorted(Category)), max_size=4))
def test_a_category_that_was_not_asked_for_never_comes_back(resources: list[Any], asked: set[Category]) -> None:
    one = map_resources(resources, "p1", frozenset(asked))
    assert {record.category for record in one.records} <= asked


@settings(max_examples=50, deadline=None)
@given(st.lists(resource, max_size=4))
def test_somebody_else_s_resources_leave_no_record(resources: list[Any]) -> None:
    theirs = [
        {**one, "subject": {"reference": "Patient/p2"}, "patient": {"reference": "Patient/p2"}} for one in resources
    ]
    kept = [one for one in theirs if one["resourceType"] not in {"Patient", "Appointment", "Bundle"}]
    assert map_resources(kept, "p1", EVERYTHING).records == ()
