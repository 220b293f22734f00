"""The steps of a search, worked out from what is known and what a source can be searched by."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from hub.domain.people import Name, PersonReference
from hub.domain.searching import PLACE_KEYS, Probe, SearchKey, Step
from hub.identity.finding.widening import MOST_PROBES, probes

K = SearchKey
BY_NAME = (K.GIVEN_NAME, K.FAMILY_NAME, K.BIRTH_DATE)
BY_FAMILY = (K.FAMILY_NAME, K.BIRTH_DATE)
EVERY = (
    (K.NHS_NUMBER,),
    (K.UPN,),
    BY_NAME,
    BY_FAMILY,
    (K.GIVEN_NAME, K.BIRTH_DATE),
    (K.GIVEN_NAME, K.FAMILY_NAME, K.BORN_FROM, K.BORN_TO),
    (K.FAMILY_NAME, K.BORN_FROM, K.BORN_TO),
    (K.GIVEN_NAME_STARTS, K.FAMILY_NAME_STARTS, K.BIRTH_DATE),
    (K.FAMILY_NAME_STARTS, K.BIRTH_DATE),
    (K.GIVEN_NAME_SOUNDS, K.FAMILY_NAME_SOUNDS, K.BIRTH_DATE),
    (K.FAMILY_NAME, K.BIRTH_DATE, K.POSTCODE_STARTS),
    (K.GIVEN_NAME, K.BIRTH_DATE, K.POSTCODE_STARTS),
)
BORN = date(2011, 4, 9)
RHYS = PersonReference(given_name="Rhys", family_name="Coppersmythe", birth_date=BORN)


def told(reference: PersonReference, *sets: tuple[SearchKey, ...]) -> list[tuple[Step, dict[str, str]]]:
    made = probes(reference, sets or EVERY)
    return [(one.step, {str(key): str(value) for key, value in one.values.items()}) for one in made]


def steps(reference: PersonReference, *sets: tuple[SearchKey, ...]) -> list[Step]:
    return list(dict.fromkeys(step for step, _ in told(reference, *sets)))


def test_a_number_goes_before_names_and_each_step_is_wider_than_the_one_before() -> None:
    whole = PersonReference(
        nhs_number="9991000003",
        given_name="Rhys",
        family_name="Coppersmythe",
        birth_date=BORN,
        postcode="ZX1 1AA",
    )
    assert steps(whole) == list(Step)


def test_a_source_is_searched_only_as_it_can_be() -> None:
    assert steps(RHYS, (K.NHS_NUMBER,)) == []
    assert steps(RHYS, BY_NAME) == [Step.EXACT, Step.SWAPPED_NAMES, Step.TRANSPOSED_DATE]
    assert steps(RHYS, BY_FAMILY) == [Step.EXACT, Step.SWAPPED_NAMES, Step.TRANSPOSED_DATE]


def test_a_birth_date_a_year_off_is_searched_near_with_the_whole_name_only() -> None:
    near = [values for step, values in told(RHYS) if step is Step.NEAR_DATE]
    assert near == [
        {"given_name": "Rhys", "family_name": "Coppersmythe", "born_from": "2010-01-01", "born_to": "2012-12-31"}
    ]


@pytest.mark.parametrize("born", [date.min, date.max, date(2012, 2, 29)])
def test_the_ends_of_the_calendar_are_searched_near_as_well(born: date) -> None:
    reference = PersonReference(given_name="Rhys", family_name="Coppersmythe", birth_date=born)
    (near,) = [values for step, values in told(reference) if step is Step.NEAR_DATE]
    assert near["born_from"] <= str(born) <= near["born_to"]


def test_a_changed_family_name_is_left_out_with_the_birth_date_as_given() -> None:
    without = [values for step, values in told(RHYS) if step is Step.NO_FAMILY_NAME]
    assert without == [{"given_name": "Rhys", "birth_date": "2011-04-09"}]


def test_the_given_name_is_dropped_only_where_it_was_searched_by() -> None:
    by_both = [one for one in told(RHYS, BY_NAME, BY_FAMILY) if one[0] is Step.NO_GIVEN_NAME]
    assert by_both == [(Step.NO_GIVEN_NAME, {"family_name": "Coppersmythe", "birth_date": "2011-04-09"})]


def test_names_are_searched_by_their_beginnings_of_two_or_three_letters() -> None:
    def beginnings(given: str) -> list[str]:
        reference = PersonReference(given_name=given, family_name="Quill", birth_date=date(2011, 4, 29))
        return [
            values["given_name_starts"]
            for _, values in told(reference, (K.GIVEN_NAME_STARTS, K.FAMILY_NAME, K.BIRTH_DATE))
        ]

    assert beginnings("Annabel") == ["Ann"]
    assert beginnings("Jo") == ["Jo"]
    assert beginnings("O'Brien") == []
    assert beginnings("Jo-Ann") == ["Jo"]
    assert beginnings("X") == []


@pytest.mark.parametrize(
    ("born", "other"),
    [
        (date(2011, 4, 9), "2011-09-04"),
        (date(2011, 4, 13), None),
        (date(2011, 4, 4), None),
        (date(2011, 12, 1), "2011-01-12"),
    ],
)
def test_day_and_month_change_places_only_where_that_is_another_day(born: date, other: str | None) -> None:
    reference = PersonReference(given_name="Rhys", family_name="Coppersmythe", birth_date=born)
    turned = [values["birth_date"] for step, values in told(reference, BY_NAME) if step is Step.TRANSPOSED_DATE]
    assert turned == ([other] if other else [])


def test_every_other_name_is_searched_for_as_given_with_what_it_lacks_from_the_first() -> None:
    known = PersonReference(
        given_name="Rhys",
        family_name="Coppersmythe",
        birth_date=BORN,
        aliases=(Name("Reece"), Name(None, "Smith"), Name("Rhys", "Coppersmythe")),
    )
    exact = [(v["given_name"], v["family_name"]) for step, v in told(known, BY_NAME) if step is Step.EXACT]
    assert exact == [("Rhys", "Coppersmythe"), ("Reece", "Coppersmythe"), ("Rhys", "Smith")]


def test_a_birth_date_known_in_part_is_a_range_and_never_a_day() -> None:
    in_part = PersonReference(family_name="Quill", born_from=date(2011, 1, 1), born_to=date(2011, 12, 31))
    assert told(in_part) == [
        (Step.EXACT, {"family_name": "Quill", "born_from": "2011-01-01", "born_to": "2011-12-31"}),
    ]
    assert told(in_part, BY_NAME, BY_FAMILY) == []


def test_a_source_that_takes_only_ranges_is_given_a_range_of_one_day() -> None:
    assert told(PersonReference(family_name="Quill", birth_date=BORN), (K.FAMILY_NAME, K.BORN_FROM, K.BORN_TO))[0] == (
        Step.EXACT,
        {"family_name": "Quill", "born_from": "2011-04-09", "born_to": "2011-04-09"},
    )


def test_a_place_is_searched_last_in_part_and_never_alone() -> None:
    placed = PersonReference(given_name="Rhys", family_name="Quill", birth_date=BORN, postcode="zx12 1aa")
    last = told(placed)[-1]
    assert last[0] is Step.PARTIAL_POSTCODE
    assert last[1]["postcode_starts"] == "ZX12"
    assert steps(placed, (K.POSTCODE_STARTS,), (K.POSTCODE, K.FAMILY_NAME)) == []


names = some.text("abcdeO' -é", min_size=1, max_size=8)
references = some.builds(
    PersonReference,
    nhs_number=some.sampled_from([None, "9991000003"]),
    given_name=names | some.none(),
    family_name=names,
    birth_date=some.dates(date(2008, 1, 1), date(2026, 1, 1)),
    postcode=some.sampled_from([None, "ZX1 1AA", "ZX1"]),
    aliases=some.lists(some.builds(Name, names | some.none(), names | some.none()), max_size=5).map(tuple),
)


@settings(max_examples=200, deadline=None)
@given(reference=references, sets=some.lists(some.sampled_from(EVERY), unique=True))
def test_no_search_is_made_twice_or_out_of_order_or_by_keys_that_the_source_does_not_take(
    reference: PersonReference, sets: list[tuple[SearchKey, ...]]
) -> None:
    made = probes(reference, sets)
    order = [list(Step).index(one.step) for one in made]
    assert order == sorted(order)
    assert len({frozenset((key, str(value).casefold()) for key, value in one.values.items()) for one in made}) == len(
        made
    )
    assert {one.keys for one in made} <= {frozenset(keys) for keys in sets}
    assert all(value for one in made for value in one.values.values())
    assert all((one.step is Step.PARTIAL_POSTCODE) == bool(one.keys & PLACE_KEYS) for one in made)
    assert len(made) <= MOST_PROBES
    assert all(isinstance(one, Probe) for one in made)
