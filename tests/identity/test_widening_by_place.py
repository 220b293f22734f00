"""What a postcode may do in a find, and that it confirms nobody's whereabouts."""

import pytest
from in_memory_partners import (
    AT_RISK,
    BY_NAMES,
    BY_NUMBER,
    BY_PLACE,
    CARE,
    CLINIC,
    RHYS,
    Partners,
    held,
    resolved,
)

from hub.domain.answers import SourceFailed
from hub.domain.categories import Category
from hub.domain.codes import AnswerState, Label, MatchState
from hub.domain.searching import PLACE_KEYS, Step

HOME = "ZX1 1AA"
OTHERWISE = RHYS | {"family_name": "Otherwise"}  # found by the given name and the place alone
EVERY = (*BY_NAMES, *BY_PLACE)


def marking(*people, more=(), sets=EVERY) -> Partners:
    """A source that marks locations at risk, and a clinic that does as well."""
    partners = Partners(care=(sets, people), clinic=((*BY_NUMBER, *EVERY), more))
    partners.marks = {CARE: AT_RISK, CLINIC: AT_RISK}
    return partners


async def scores(partners: Partners, **about) -> list[float]:
    find = (await resolved(partners, **RHYS, **about)).finds[CARE]
    return [one.score for one in find.candidates]


async def test_a_postcode_counts_where_nobody_is_at_risk_and_it_may_be_seen() -> None:
    partners = marking(held(**RHYS, postcode=HOME))
    assert await scores(partners, postcode=HOME) > await scores(partners)


@pytest.mark.parametrize("guess", [HOME, "ZZ9 9ZZ"])
async def test_a_guess_changes_nothing_where_a_source_says_that_somebody_is_at_risk(guess: str) -> None:
    partners = marking(held(**RHYS, postcode=HOME), more=[held(Label.LOCATION_AT_RISK, **RHYS)])
    guessed = await resolved(partners, **RHYS, postcode=guess)
    assert masked(guessed) == masked(await resolved(partners, **RHYS, postcode="ZQ1 1QQ"))
    assert [one.score for one in guessed.finds[CARE].candidates] == await scores(partners)


@pytest.mark.parametrize("guess", [HOME, "ZZ9 9ZZ"])
async def test_a_guess_changes_nothing_while_a_source_that_may_know_is_silent(guess: str) -> None:
    partners = marking(held(**RHYS, postcode=HOME))
    partners.failing[CLINIC] = SourceFailed(AnswerState.UNAVAILABLE, "cannot be reached")
    assert await scores(partners, postcode=guess) == await scores(partners)


@pytest.mark.parametrize("guess", [HOME, "ZZ9 9ZZ"])
async def test_a_guess_changes_nothing_for_whoever_may_not_see_whereabouts(guess: str) -> None:
    partners = marking(held(**RHYS, postcode=HOME))
    unseen = frozenset({Category.IDENTITY_WHEREABOUTS})
    guessed = await resolved(partners, unseen=unseen, **RHYS, postcode=guess)
    assert guessed.finds == (await resolved(partners, unseen=unseen, **RHYS)).finds
    assert not [probe for _, probe in partners.asked if probe.keys & PLACE_KEYS]


@pytest.mark.parametrize("guess", [HOME, "ZZ9 9ZZ"])
async def test_a_guess_changes_nothing_where_no_source_can_say_who_is_at_risk(guess: str) -> None:
    partners = Partners(care=(EVERY, [held(**RHYS, postcode=HOME)]))
    assert await scores(partners, postcode=guess) == await scores(partners)
    assert not [probe for _, probe in partners.asked if probe.keys & PLACE_KEYS]


async def test_somebody_found_by_place_alone_is_shown_where_nobody_is_at_risk() -> None:
    find = (await resolved(marking(held(**OTHERWISE, postcode=HOME)), **RHYS, postcode=HOME)).finds[CARE]
    assert [one.found.attributes.family_name for one in find.candidates] == ["Otherwise"]
    assert (find.steps[-1].step, find.steps[-1].found) == (Step.PARTIAL_POSTCODE, 1)


def masked(person):
    return {
        source: (find.state, find.match, len(find.candidates), find.explanation, find.steps)
        for source, find in person.finds.items()
    }


@pytest.mark.parametrize(
    ("people", "elsewhere"),
    [
        ([held(Label.LOCATION_AT_RISK, **OTHERWISE, postcode=HOME)], []),
        ([held(**OTHERWISE, postcode=HOME)], [held(Label.LOCATION_AT_RISK, **RHYS, nhs_number="9991000003")]),
    ],
)
async def test_a_search_by_place_confirms_nobody_who_is_at_risk(people, elsewhere) -> None:
    asked = {**RHYS, "postcode": HOME, "nhs_number": "9991000003"}
    at_home = await resolved(marking(*people, more=elsewhere), **asked)
    nobody = await resolved(marking(more=elsewhere), **asked)
    assert masked(at_home)[CARE] == masked(nobody)[CARE]
    assert at_home.finds[CARE].match is MatchState.NONE


async def test_too_many_at_a_place_are_told_as_nobody() -> None:
    crowd = [held(**OTHERWISE | {"family_name": f"Name{n}"}, postcode=HOME) for n in range(9)]
    asked = {**RHYS, "postcode": HOME}
    assert masked(await resolved(marking(*crowd), **asked)) == masked(await resolved(marking(), **asked))
