"""What words for a relationship say of each other."""

import pytest

from hub.domain.kinship import differ, telling


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["step-father", "step-parent"], ("step-father",)),
        (["parent", "mother", "mother"], ("mother",)),
        (["in the same family record", "brother"], ("brother",)),
        (["in the same family record"], ("in the same family record",)),
        (["father", "step-father"], ("father", "step-father")),
        (["legal guardian", "grandmother"], ("legal guardian", "grandmother")),
        ([], ()),
    ],
)
def test_only_words_that_say_no_more_than_another_are_left_out(words: list[str], said: tuple[str, ...]) -> None:
    assert telling(words) == said


def test_nobody_is_both_father_and_step_father() -> None:
    assert differ("father", "Step-Father")
    assert not differ("parent", "father")
    assert not differ("next of kin", "father")
