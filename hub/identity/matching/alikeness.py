"""How alike two names, dates, homes or numbers are, in the few steps that the safety rules need."""

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from hub.domain.identifiers import nhs_number
from hub.errors import BadInput
from hub.identity.matching.description import Description
from hub.identity.matching.duckdb_functions import damerau_levenshtein, jaro_winkler_similarity
from hub.identity.matching.nicknames import Nicknames, forms
from hub.identity.matching.writing import halves

_LONG = 5  # letters from which two slips still leave a name recognisable
_DATE = len("2011-05-04")
_FIRST_BIRTH = "1900-01-02"  # the day before stands for no date in many systems
_TO_COME = timedelta(days=365)  # children are known before they are born


class Alike(StrEnum):
    """Two values of one attribute."""

    SAME = "same"
    SIMILAR = "similar"
    DIFFERENT = "different"
    UNKNOWN = "unknown"  # missing on one side


class Home(StrEnum):
    """Two addresses."""

    SAME = "same"
    ELSEWHERE = "elsewhere"
    UNKNOWN = "unknown"


def given_names(one: Description, other: Description, nicknames: Nicknames) -> Alike:
    """Given names: similar where a slip, a short form, an initial or a middle name could explain the difference."""
    ours, theirs = one.given_name, other.given_name
    if not ours or not theirs:
        return Alike.UNKNOWN
    if ours == theirs:  # one initial may be a sister's
        return Alike.SIMILAR if len(ours) == 1 and ours.isascii() else Alike.SAME
    words, their_words = set(one.given_words), set(other.given_words)
    explained = (
        words <= their_words
        or their_words <= words
        or (1 in {len(ours), len(theirs)} and ours[0] == theirs[0])
        or not forms(one.given_words, nicknames).isdisjoint(forms(other.given_words, nicknames))
    )
    return Alike.SIMILAR if explained or _nearly(ours, theirs) else Alike.DIFFERENT


def family_names(one: Description, other: Description) -> Alike:
    """Family names: similar where a slip, or one half of a double-barrelled name, explains the difference."""
    ours, theirs = one.family_name, other.family_name
    if not ours or not theirs:
        return Alike.UNKNOWN
    if ours == theirs:
        return Alike.SAME
    return Alike.SIMILAR if _share_a_half(one, other) or _nearly(ours, theirs) else Alike.DIFFERENT


def family_slip(one: Description, other: Description) -> bool:
    """Whether the family names are one but for a slip: not one name of a double-barrelled one, which cousins share."""
    ours, theirs = one.family_name, other.family_name
    if not ours or not theirs or _share_a_half(one, other):
        return False
    return min(len(ours), len(theirs)) >= _LONG and damerau_levenshtein(ours, theirs) <= 1


def is_swapped(one: Description, other: Description) -> bool:
    """Whether given and family name are exactly the other way round."""
    ours = (one.given_name, one.family_name)
    return all(ours) and one.given_name != one.family_name and ours == (other.family_name, other.given_name)


def births(one: Description, other: Description) -> tuple[Alike, int]:
    """Birth dates as ``birth_dates``; one that is known only in part is different where the other lies outside it."""
    for told, born in ((one, other.birth_date), (other, one.birth_date)):
        if not told.birth_date and told.born_from and told.born_to and born:
            outside = is_birth_date(born) and not told.born_from <= born <= told.born_to
            return (Alike.DIFFERENT if outside else Alike.UNKNOWN), 0
    return birth_dates(one.birth_date, other.birth_date)


def birth_dates(ours: str | None, theirs: str | None) -> tuple[Alike, int]:
    """Birth dates, and how many years lie between them: similar where one character, or day and month, are amiss."""
    if not ours or not theirs or len(ours) != _DATE or len(theirs) != _DATE:
        return Alike.UNKNOWN, 0
    if ours == theirs:
        return (Alike.SAME if is_birth_date(ours) else Alike.UNKNOWN), 0
    told = ours[:4].isdecimal() and theirs[:4].isdecimal()
    years = abs(int(ours[:4]) - int(theirs[:4])) if told else 0
    near = turned(ours, theirs) or damerau_levenshtein(ours, theirs) <= 1
    return (Alike.SIMILAR if near else Alike.DIFFERENT), years


def is_birth_date(written: str) -> bool:
    """Whether somebody can have been born then, or is soon to be."""
    try:
        born = date.fromisoformat(written)
    except ValueError:
        return False
    return written >= _FIRST_BIRTH and born <= datetime.now(UTC).date() + _TO_COME


def turned(ours: str, theirs: str) -> bool:
    """Whether two dates differ by day and month the other way round."""
    return ours[:4] == theirs[:4] and ours[5:7] == theirs[8:10] and ours[8:10] == theirs[5:7] and ours != theirs


def homes(one: Description, other: Description) -> Home:
    """Addresses: the same by line and postcode together. A street shares a postcode; many towns have a High Street."""
    postcodes = None
    if one.postcode and other.postcode:
        postcodes = damerau_levenshtein(one.postcode, other.postcode)
    lines = _lines(one.address_line, other.address_line)
    if lines is Alike.DIFFERENT or (postcodes or 0) > (lines is Alike.SAME):
        return Home.ELSEWHERE
    if postcodes is None or lines is not Alike.SAME or _is_nowhere(one.postcode) or _is_nowhere(other.postcode):
        return Home.UNKNOWN
    numbered = any(map(str.isdecimal, one.address_line or ""))
    return Home.SAME if numbered or not postcodes else Home.UNKNOWN  # "The Willows" needs its postcode to the letter


def numbers(one: Description, other: Description) -> tuple[bool, bool]:
    """Whether a strong identifier is the same, and whether one is in conflict. A superseded one counts as its heir.

    Numbers of some other kind can be in conflict, but are nobody's own: a family or a case may have one.
    """
    same = conflict = False
    if one.nhs_number and other.nhs_number:
        conflict = not same_nhs_number(one, other)
        same = not conflict and _passes_its_check(one.nhs_number)
    if one.upn and other.upn:
        same, conflict = same or one.upn == other.upn, conflict or one.upn != other.upn
    return same, conflict or bool(one.other_id and other.other_id and one.other_id != other.other_id)


def same_nhs_number(one: Description, other: Description) -> bool:
    """Whether both have one NHS number, now or formerly."""
    if not one.nhs_number or not other.nhs_number:
        return False
    return (
        one.nhs_number == other.nhs_number
        or one.nhs_number in other.former_numbers
        or other.nhs_number in one.former_numbers
    )


def _passes_its_check(number: str) -> bool:
    """Whether this can be an NHS number at all: a slip that was copied from one system to the next is nobody's."""
    try:
        nhs_number(number)
    except BadInput:
        return False
    return True


def _is_nowhere(postcode: str | None) -> bool:
    return (postcode or "").startswith("ZZ99")  # the NHS's postcodes for people without an address


def _share_a_half(one: Description, other: Description) -> bool:
    return not halves(one.family_words).isdisjoint(halves(other.family_words))


def _nearly(ours: str, theirs: str) -> bool:
    slips = damerau_levenshtein(ours, theirs)
    return slips <= (2 if min(len(ours), len(theirs)) >= _LONG else 1) or jaro_winkler_similarity(ours, theirs) >= 0.8


def _lines(ours: str | None, theirs: str | None) -> Alike:
    if not ours or not theirs:
        return Alike.UNKNOWN
    if ours == theirs:
        return Alike.SAME
    figures, their_figures = ({word for word in line.split() if word[0].isdigit()} for line in (ours, theirs))
    likeness = jaro_winkler_similarity(ours, theirs)
    if figures == their_figures and figures:
        return Alike.SAME if likeness >= 0.92 else Alike.SIMILAR
    apart = bool(figures and their_figures) and figures.isdisjoint(their_figures)
    return Alike.DIFFERENT if apart or likeness < 0.7 else Alike.SIMILAR
