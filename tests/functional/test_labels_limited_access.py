"""A limited-access case: the source decides person by person, live, and its own message is shown."""

import pytest

from hub.demo.population import populate
from tests.fixtures.partnership import RunningPartnership, answer_of

POPULATION = populate()
CHILD = POPULATION.persons[POPULATION.stories["limited-access-child"]]
CLOSED = "Known to probation: a limited-access case"
SUPERVISED = "Supervised by probation"


def probation(partnership: RunningPartnership, who: str) -> tuple[str, set[str]]:
    """What probation says to somebody, and what is shown of the adult's case."""
    view = partnership.view(who, nhs_number=CHILD.nhs_number)
    episodes = [one for person in view["network"] for one in person["serviceEpisodes"]]
    shown = {one["label"] for one in episodes if one["source"] == "probation"}
    return answer_of(view, "probation")["explanation"], shown


@pytest.mark.parametrize(
    ("who", "message"),
    [
        ("mash_social_worker", "This case is restricted."),
        ("p-partner-rep-probation", "This case is restricted."),  # of the same agency, and not on the list
        ("mash_manager", "You are excluded from this case."),
        ("duty_manager", "This case is restricted."),  # whose address nobody vouches for
    ],
)
def test_the_case_is_closed_to_whom_the_source_does_not_let_in_with_its_own_message(
    partnership: RunningPartnership, who: str, message: str
) -> None:
    explanation, shown = probation(partnership, who)
    assert message in explanation
    assert CLOSED in shown
    assert SUPERVISED not in shown


def test_the_case_is_open_to_whom_the_source_lets_in(partnership: RunningPartnership) -> None:
    explanation, shown = probation(partnership, "p-probation-public-protection")
    assert "restricted" not in explanation
    assert SUPERVISED in shown
    assert CLOSED not in shown
