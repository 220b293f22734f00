"""Blocks: one person's two rows meet whatever one slip parts them, and no block grows without bound."""

import pytest

from hub.identity.linkage.blocking import Blocks
from hub.identity.linkage.keys import keys
from hub.identity.matching.description import Description

IMOGEN = {
    "given_name": "Imogen",
    "family_name": "Brackenthorpe",
    "birth_date": "2012-03-14",
    "postcode": "LS1 4AB",
    "address_line": "4 Teasel Avenue",
}


def described(**told: str) -> Description:
    return Description.of_row(told)


@pytest.mark.parametrize(
    "slip",
    [
        {"given_name": "Imogne"},
        {"given_name": "Florence"},
        {"family_name": "Brakenthorp"},
        {"family_name": "Otterburne"},
        {"given_name": "Brackenthorpe", "family_name": "Imogen"},
        {"birth_date": "2012-03-15"},
        {"birth_date": "2021-08-01"},
        {"birth_date": "unknown"},
        {"postcode": "M1 1AA", "address_line": "9 Mill Lane"},
        {"postcode": "", "address_line": ""},
        {"given_name": "", "birth_date": ""},
        {"family_name": "", "birth_date": ""},
    ],
)
def test_one_person_s_rows_meet_whatever_one_slip_parts_them(slip):
    blocks = Blocks([described(**IMOGEN)])
    assert blocks.candidates(described(**{**IMOGEN, **slip})) == {0}


def test_day_and_month_the_other_way_round_still_meet():
    blocks = Blocks([described(family_name="Smith", birth_date="2012-03-04")])
    assert blocks.candidates(described(given_name="Ann", birth_date="2012-04-03")) == {0}


def test_a_block_that_is_too_large_is_divided_and_what_cannot_be_is_left_out_and_counted():
    namesakes = [
        described(given_name="Muhammad", family_name="Khan", birth_date=f"2012-01-{day:02}") for day in range(1, 29)
    ]
    blocks = Blocks(namesakes, largest=10)
    assert blocks.divided > 0
    assert blocks.left_out > 0
    assert blocks.candidates(namesakes[4]) == {4}
    assert blocks.meet(namesakes[4], namesakes[4])
    assert not blocks.meet(namesakes[4], namesakes[5])


@pytest.mark.parametrize(
    ("one", "other"), [("smith", "smyth"), ("robert", "rupert"), ("hussain", "husein"), ("ashcraft", "ashcroft")]
)
def test_names_that_sound_alike_are_filed_together(one, other):
    one, other = (described(given_name="Ana", family_name=name, birth_date="2012-03-04") for name in (one, other))
    by_sound_and_year = {key for key in set(keys(one)) & set(keys(other)) if key.startswith("y2012")}
    assert len(by_sound_and_year) == 2


def test_a_name_in_another_alphabet_is_filed_by_its_first_letter():
    assert "y2012и" in keys(described(family_name="Иванов", birth_date="2012-03-04"))
