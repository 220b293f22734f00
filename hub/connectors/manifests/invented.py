"""Rules about the invented people by whom a source is tried out. Nobody real may stand in a manifest."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from hub.connectors.manifest import TestPerson
from hub.connectors.manifests.draft import Draft, advice, mistake
from hub.connectors.manifests.mistakes import Mistake, Path
from hub.connectors.manifests.scalars import is_date, some
from hub.domain.identifiers import nhs_number, upn
from hub.domain.searching import SearchKey
from hub.errors import BadInput

_DATES = frozenset({SearchKey.BIRTH_DATE, SearchKey.BORN_FROM, SearchKey.BORN_TO})
WHOLE: Mapping[SearchKey, SearchKey] = {  # keys whose value another key's value tells
    SearchKey.GIVEN_NAME_STARTS: SearchKey.GIVEN_NAME,
    SearchKey.FAMILY_NAME_STARTS: SearchKey.FAMILY_NAME,
    SearchKey.GIVEN_NAME_SOUNDS: SearchKey.GIVEN_NAME,
    SearchKey.FAMILY_NAME_SOUNDS: SearchKey.FAMILY_NAME,
    SearchKey.BORN_FROM: SearchKey.BIRTH_DATE,
    SearchKey.BORN_TO: SearchKey.BIRTH_DATE,
    SearchKey.POSTCODE_STARTS: SearchKey.POSTCODE,
}
_BEGINNINGS = frozenset({SearchKey.GIVEN_NAME_STARTS, SearchKey.FAMILY_NAME_STARTS})
_BEGINNING = 3  # letters of a name
_INWARD = 3  # characters of a postcode's second part
_NEEDED = ("known", "unknown")
_NEVER_GIVEN = "9"  # how NHS numbers begin that are given to nobody


def invented_people(draft: Draft) -> Iterator[Mistake]:
    """There is at least one to be known and one to be unknown, and each set of keys has somebody to be tried with."""
    people = list(draft.tables("test_people"))
    expected = {draft.text(*path, "expect") for path, _ in people}
    if lacking := [word for word in _NEEDED if word not in expected]:
        says = f"there is nobody in the test data to be {' and nobody to be '.join(lacking)}"
        instead = 'Add [[test_people]] with expect = "known", and another with "unknown".'
        yield draft.wanted("test-people", ("test_people",), says, instead)
    for path, person in people:
        yield from _person(draft, path, person)
    tried = [_keys(person) for path, person in people if draft.text(*path, "expect") == "known"]
    for path, keys in draft.lists("search"):
        if tried and keys and not any(told_by(given).issuperset(keys) for given in tried):
            says = f"no known person in test_people has values for {', '.join(keys)}, so that this is never tried"
            yield advice("test-people", path, says, "Add the values to one of them.")


def told_by(given: Iterable[str]) -> frozenset[str]:
    """The keys that have a value where these are given: a whole name tells its beginning, a birth date a range."""
    keys = frozenset(given)
    return keys | {key for key, whole in WHOLE.items() if whole in keys}


def values_for(keys: Iterable[SearchKey], person: TestPerson) -> dict[SearchKey, str] | None:
    """The values by which an invented person is searched by one set of keys; None where one is missing."""
    found: dict[SearchKey, str] = {}
    for key in keys:
        value = person.search.get(key) or _part(key, person.search.get(WHOLE.get(key, key)))
        if value is None:
            return None
        found[key] = value
    return found


def _part(key: SearchKey, whole: str | None) -> str | None:
    if whole is None:
        return None
    if key is SearchKey.POSTCODE_STARTS:
        return whole.replace(" ", "")[:-_INWARD] or None
    return whole[:_BEGINNING] if key in _BEGINNINGS else whole


def _person(draft: Draft, path: Path, person: Mapping[str, Any]) -> Iterator[Mistake]:
    keys, at = _keys(person), (*path, "search")
    sets = [one for _, one in draft.lists("search") if one]
    if draft.value(*at) == {}:
        yield mistake("test-people", at, "nothing is given to search this person by", "Add values for their keys.")
    elif keys and sets and not any(told_by(keys).issuperset(one) for one in sets):
        says = "no set of keys in search is complete in these values, so that this person cannot be looked for"
        yield mistake("test-people", at, says, "Add values for the keys of one set.")
    for key in sorted(keys):
        yield from _value(draft, (*at, key), key)
    yield from _expectation(draft, path)


def _expectation(draft: Draft, path: Path) -> Iterator[Mistake]:
    expect = draft.text(*path, "expect")
    served = {word for _, word in draft.words("categories")}
    for place, word in draft.words(*path, "categories"):
        if word not in served:
            instead = f"Take it out, or add it to categories. There: {some(sorted(served))}."
            yield mistake("category", place, f"{word} is not in categories", instead)
    if expect in {"unknown", "too-many"}:
        for field in ("categories", "labels"):
            if draft.value(*path, field):
                says = f"of somebody {expect} there is no record, and so there are no {field}"
                yield mistake("test-people", (*path, field), says, "Take them out.")
    elif expect == "restricted" and not draft.value(*path, "labels"):
        says = "it is not said which restricted label this person bears"
        yield advice("test-people", (*path, "labels"), says, 'Add labels = ["LOCATION_AT_RISK"], say.')


def _value(draft: Draft, path: Path, key: str) -> Iterator[Mistake]:
    text = draft.text(*path)
    if text is None:
        return
    if not text.strip():
        yield mistake("empty", path, f"{key} has no value", "Give it one, or take it out.")
    elif key in _DATES:
        if not is_date(text):
            yield mistake("bad-date", path, f"{key} is no day of the calendar", 'Write "2014-03-02".')
    elif key in {SearchKey.NHS_NUMBER, SearchKey.UPN}:
        yield from _number(path, key, text)


def _number(path: Path, key: str, text: str) -> Iterator[Mistake]:
    try:
        number = nhs_number(text) if key == SearchKey.NHS_NUMBER else upn(text)
    except BadInput as fault:
        yield mistake("number", path, f"{key} is not a valid number", fault.message)
        return
    if key == SearchKey.NHS_NUMBER and not number.startswith(_NEVER_GIVEN):
        says = "this NHS number may be a real person's"
        yield mistake("real-person", path, says, "Use one that begins with 999: those are given to nobody.")


def _keys(person: Mapping[str, Any]) -> frozenset[str]:
    search = person.get("search")
    return frozenset(search) if isinstance(search, dict) else frozenset()
