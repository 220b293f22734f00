"""Reasons for a match in words that a practitioner understands, one for every attribute that both sides have."""

from collections.abc import Callable, Iterable, Iterator

from hub.domain.people import MatchReason
from hub.identity.matching.alikeness import Alike, birth_dates, family_names, given_names, is_swapped, turned
from hub.identity.matching.description import Description
from hub.identity.matching.duckdb_functions import damerau_levenshtein, jaro_winkler_similarity
from hub.identity.matching.model import Comparison, Level
from hub.identity.matching.nicknames import Nicknames, forms
from hub.identity.matching.writing import halves

# What each column is called in a reason; redaction knows some of them by these words (``redaction/candidates.py``).
ATTRIBUTES = {
    "given_name": "given name",
    "family_name": "family name",
    "birth_date": "birth date",
    "postcode": "postcode",
    "address_line": "address",
    "school": "school",
    "nhs_number": "NHS number",
    "upn": "UPN",
    "other_id": "other number",
}
NAMES, SIBLINGS = "names", "siblings"
TWINS, GENERATIONS = "same surname and birth date, other given name", "same name, birth dates a generation apart"
_APART, _DECIDES = "kept apart", "a person decides"
_NAMED = frozenset({"given name", "family name", NAMES})
_NEARLY = 0.85


def reasons(
    found: Iterable[tuple[Comparison, Level, float]],
    one: Description,
    other: Description,
    nicknames: Nicknames,
    *,
    alias: bool,
    superseded: bool,
) -> Iterator[MatchReason]:
    """One reason for each comparison with the weight it added; names that stand the other way round are one.

    ``superseded``: the NHS number is the same because one side's replaced the other's.
    """
    told = [(_attribute(comparison), weight) for comparison, _, weight in found]
    if is_swapped(one, other):
        together = sum(weight for name, weight in told if name in _NAMED)
        yield _reason(NAMES, "the other way round", together, alias=alias)
        told = [(name, weight) for name, weight in told if name not in _NAMED]
    for name, weight in told:
        former = superseded and name == ATTRIBUTES["nhs_number"]
        said = "same as a former number" if former else _said(name, one, other, nicknames)
        yield _reason(name, said, weight, alias=alias)


def siblings(likeness: str, added: float, *, apart: bool) -> MatchReason:
    """What a safety rule made of people who could be two of one family."""
    return MatchReason(SIBLINGS, f"{likeness}: {_APART if apart else _DECIDES}", round(added, 6))


def _reason(name: str, comparison: str, weight: float, *, alias: bool) -> MatchReason:
    known = ", also known as" if alias and name in _NAMED else ""
    return MatchReason(name, comparison + known, round(weight, 6))


def _attribute(comparison: Comparison) -> str:
    if comparison.name in ATTRIBUTES:
        return ATTRIBUTES[comparison.name]
    called = sorted(ATTRIBUTES[column] for column in comparison.about)
    return NAMES if len(called) > 1 and set(called) <= _NAMED else called[0]


def _said(name: str, one: Description, other: Description, nicknames: Nicknames) -> str:
    if name == NAMES:
        given, family = _given(one, other, nicknames), _family(one, other)
        return "same" if given == family == "same" else f"given name {given}; family name {family}"
    if name == "given name":
        return _given(one, other, nicknames)
    if name == "family name":
        return _family(one, other)
    column = next(column for column, called in ATTRIBUTES.items() if called == name)
    ours, theirs = getattr(one, column) or "", getattr(other, column) or ""
    return "same" if ours == theirs else _SAYING.get(column, _number)(ours, theirs)


def _given(one: Description, other: Description, nicknames: Nicknames) -> str:
    alike = given_names(one, other, nicknames)
    if alike is not Alike.SIMILAR:
        return "not compared" if alike is Alike.UNKNOWN else alike
    stands_for = forms(one.given_words, nicknames) & forms(other.given_words, nicknames)
    how = "short form or other spelling" if stands_for else "similar"
    return f"{_shown(one.given_words)} / {_shown(other.given_words)}, {how}"


def _family(one: Description, other: Description) -> str:
    alike = family_names(one, other)
    if alike is not Alike.SIMILAR:
        return "not compared" if alike is Alike.UNKNOWN else alike
    how = "part of a double-barrelled name" if halves(one.family_words) & halves(other.family_words) else "similar"
    return f"{_shown(one.family_words)} / {_shown(other.family_words)}, {how}"


def _birth_date(ours: str, theirs: str) -> str:
    if turned(ours, theirs):
        return "day and month the other way round"
    if birth_dates(ours, theirs)[0] is Alike.SIMILAR:
        return "one digit differs"
    return "same month and year" if ours[:7] == theirs[:7] else "different"


def _postcode(ours: str, theirs: str) -> str:
    district, _, end = ours.partition(" ")
    their_district, _, their_end = theirs.partition(" ")
    if end and their_end and district == their_district:
        return "same district"
    return _number(ours, theirs)


def _line(ours: str, theirs: str) -> str:
    return "similar" if jaro_winkler_similarity(ours, theirs) >= _NEARLY else "different"


def _number(ours: str, theirs: str) -> str:
    return "one character differs" if damerau_levenshtein(ours, theirs) <= 1 else "different"


_SAYING: dict[str, Callable[[str, str], str]] = {
    "birth_date": _birth_date,
    "postcode": _postcode,
    "address_line": _line,
    "school": _line,
}


def _shown(words: tuple[str, ...]) -> str:
    return " ".join(word.capitalize() for word in words)
