"""No JSON whatever makes a mapping raise, and what it makes are records of the types they promise."""

from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.connectors.mapping import Fanned, read_mapping
from hub.domain.categories import Category
from hub.domain.records import AnyRecord

SHIPPED = {name: read_mapping(name) for name in ("hmpps_probation", "youth_justice")}
FIELDS = {
    "hmpps_probation": [
        "supervisions",
        "dynamicRisks",
        "personStatus",
        "mappaDetail",
        "communityManager",
        "active",
        "sentence",
        "date",
        "description",
        "code",
        "level",
        "category",
        "startDate",
        "notes",
        "summary",
        "riskInCommunity",
        "overallRiskLevel",
        "HIGH",
        "assessedOn",
        "id",
        "firstName",
        "dateOfBirth",
        "conditions",
        "AP",
        "additional",
        "statusCode",
        "text",
        "mainOffence",
        "additionalOffences",
        "offenderCrn",
        "excludedFrom",
    ],
    "youth_justice": [
        "date",
        "safetyWellbeingJudgement",
        "roshjudgement",
        "countyLinesActivity",
        "offenceDate",
        "offenceLegalOutcome",
        "outcomeDate",
        "policeBail",
        "startDate",
        "mentalHealth",
        "kpi4MentalHealthWellbeing",
        "dateOfBirth",
        "forename",
        "personID",
        "relationship",
    ],
}
CODES = (
    "RCCO",
    "Yes",
    "Very High",
    "ACTIVE",
    "2026-01-02",
    "2026-01-02T03:04:05.123456789Z",
    "VERY_HIGH",
    "\u202e\x00",
)


def json_of(names: list[str]) -> st.SearchStrategy[Any]:
    scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(CODES)
    keys = st.sampled_from(names) | st.text(max_size=8)
    return st.recursive(
        scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=8), max_leaves=25
    )


@pytest.mark.parametrize("name", SHIPPED)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_arbitrary_json_gives_records_of_the_promised_types_or_counts(name: str, data: st.DataObject) -> None:
    mapping = SHIPPED[name]
    values = json_of(FIELDS[name])
    sources = sorted({one.rows.source for one in mapping.readers})
    results = {source: data.draw(values | st.tuples(values, values).map(lambda p: Fanned((p,)))) for source in sources}
    made = mapping.apply(results, frozenset(Category))
    for record in made.records:
        assert isinstance(record, AnyRecord)
        assert msgspec.convert(msgspec.to_builtins(record), type=type(record)) == record
    assert all(count > 0 for count in made.unmapped.values())


def test_an_integer_of_thousands_of_digits_is_no_text() -> None:
    results = {"contact": {"id": 1, "firstName": 10**5000, "lastName": "L"}}
    made = SHIPPED["hmpps_probation"].apply(results, frozenset(Category))
    assert made.attributes.given_name is None
    assert made.unmapped == {"contact: given_name unreadable": 1}
