"""Identifiers: published checks, and errors that say what to do without repeating the value."""

import nhs_number as independent
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.identifiers import nhs_number, upn
from hub.errors import BadInput

TEN_DIGITS = st.integers(0, 10**10 - 1).map(lambda n: f"{n:010d}")


@given(TEN_DIGITS | TEN_DIGITS.map(lambda d: d[:9] + str(independent.calculate_checksum(d[:9]) % 10)))
def test_nhs_numbers_pass_exactly_where_an_independent_check_passes(digits):
    try:
        ours = nhs_number(digits) == digits
    except BadInput:
        ours = False
    assert ours == (independent.calculate_checksum(digits[:9]) == int(digits[9]))


@pytest.mark.parametrize("text", ["999 100 0003", "9991000003", " 999-100-0003 "])
def test_an_nhs_number_may_be_written_with_spaces(text):
    assert nhs_number(text) == "9991000003"


@pytest.mark.parametrize("text", ["", "999100", "999 100 0004", "999100002X", "٩٩٩١٠٠٠٠٠٣", "99910000030"])
def test_a_wrong_nhs_number_is_refused_without_repeating_it(text):
    with pytest.raises(BadInput) as refusal:
        nhs_number(text)
    assert refusal.value.reasons[0].startswith("nhs-number-")
    assert not text or text not in refusal.value.message


@pytest.mark.parametrize("text", ["A831999900001", "c831999900012"])
def test_a_upn_passes_its_check_letter(text):
    assert upn(text) == text.upper()


@pytest.mark.parametrize(
    "text", ["", "A831999900002", "I831999900001", "A83199990000O", "A8319999000", "AAAAAAAAAAAAA"]
)
def test_a_wrong_upn_is_refused(text):
    with pytest.raises(BadInput) as refusal:
        upn(text)
    assert refusal.value.reasons[0].startswith("upn-")
