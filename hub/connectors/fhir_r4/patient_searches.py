"""How a FHIR server is asked for patients: plain FHIR search, the manner of the NHS's PDS, or ``$match``."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from hub.connectors.fhir_r4.asked import Query, Search
from hub.connectors.fhir_r4.chart import NHS_NUMBER
from hub.connectors.fhir_r4.elements import Json
from hub.domain.searching import CannotSearch, SearchKey

Values = Mapping[SearchKey, str | date]

_BEGINNINGS = frozenset({SearchKey.GIVEN_NAME_STARTS, SearchKey.FAMILY_NAME_STARTS, SearchKey.POSTCODE_STARTS})
_SOUNDS = frozenset({SearchKey.GIVEN_NAME_SOUNDS, SearchKey.FAMILY_NAME_SOUNDS})
_RANGE = frozenset({SearchKey.BORN_FROM, SearchKey.BORN_TO})
_LONGEST = 35  # characters of a name that PDS takes
_BORN = ((SearchKey.BIRTH_DATE, "eq"), (SearchKey.BORN_FROM, "ge"), (SearchKey.BORN_TO, "le"))
_PLAIN = (
    (SearchKey.FAMILY_NAME, "family"),
    (SearchKey.FAMILY_NAME_STARTS, "family"),
    (SearchKey.FAMILY_NAME_SOUNDS, "phonetic"),
    (SearchKey.GIVEN_NAME, "given"),
    (SearchKey.GIVEN_NAME_STARTS, "given"),
    (SearchKey.GIVEN_NAME_SOUNDS, "phonetic"),
    (SearchKey.POSTCODE, "address-postalcode"),
    (SearchKey.POSTCODE_STARTS, "address-postalcode"),
)
_SPINE_NAMES = {**dict(_PLAIN), SearchKey.FAMILY_NAME_SOUNDS: "family", SearchKey.GIVEN_NAME_SOUNDS: "given"}


def plain_search(values: Values) -> Search:
    """FHIR search. String parameters match beginnings, so that whole names are kept apart afterwards."""
    if SearchKey.UPN in values:
        raise CannotSearch
    told: list[tuple[str, str]] = []
    if number := values.get(SearchKey.NHS_NUMBER):
        told.append(("identifier", f"{NHS_NUMBER}|{number}"))
    told += [(name, _escaped(str(values[key]))) for key, name in _PLAIN if key in values]
    return Search("Patient", (*told, *_birth(values), ("_count", "50")))


def pds_search(values: Values, most: int) -> Search:
    """PDS: exact only where everything is given whole; wildcards with history; fuzzy for names that sound alike."""
    if any(len(str(values[key])) > _LONGEST for key in values.keys() & _SPINE_NAMES.keys()):
        raise CannotSearch
    told = [
        (name, f"{values[key]}*" if key in _BEGINNINGS else str(values[key]))
        for key, name in _SPINE_NAMES.items()
        if key in values
    ]
    return Search("Patient", (*told, *_birth(values), *_manner(values), ("_max-results", str(most))))


def match_parameters(values: Values, most: int) -> Json:
    """The body of ``Patient/$match``. Raises CannotSearch for what a resource cannot say: a beginning, a range."""
    if values.keys() & (_BEGINNINGS | _RANGE | {SearchKey.UPN}):
        raise CannotSearch
    given = values.get(SearchKey.GIVEN_NAME) or values.get(SearchKey.GIVEN_NAME_SOUNDS)
    family = values.get(SearchKey.FAMILY_NAME) or values.get(SearchKey.FAMILY_NAME_SOUNDS)
    number, born, postcode = (
        values.get(key) for key in (SearchKey.NHS_NUMBER, SearchKey.BIRTH_DATE, SearchKey.POSTCODE)
    )
    name = {**({"family": family} if family else {}), **({"given": [given]} if given else {})}
    patient: Json = {
        "resourceType": "Patient",
        **({"identifier": [{"system": NHS_NUMBER, "value": number}]} if number else {}),
        **({"name": [name]} if name else {}),
        **({"birthDate": str(born)} if born else {}),
        **({"address": [{"postalCode": postcode}]} if postcode else {}),
    }
    parameters = [
        {"name": "resource", "resource": patient},
        {"name": "count", "valueInteger": most + 1},
        {"name": "onlyCertainMatches", "valueBoolean": False},
    ]
    return {"resourceType": "Parameters", "parameter": parameters}


def likely_matches(entries: Iterable[Any]) -> list[Any]:
    """The resources of a ``$match`` result, best first, without those that the server says do not match."""
    scored = [(_score(entry), entry.get("resource")) for entry in entries if isinstance(entry, dict)]
    return [resource for score, resource in sorted(scored, key=lambda pair: -pair[0]) if score > 0]


def _score(entry: Json) -> float:
    """The server's own score; 1 where it gives none, 0 where it is sure that this is somebody else."""
    search = entry.get("search")
    if not isinstance(search, dict):
        return 1.0
    grades = [one.get("valueCode") for one in search.get("extension") or () if isinstance(one, dict)]
    score = search.get("score", 1.0)
    usable = isinstance(score, (int, float)) and not isinstance(score, bool)
    return 0.0 if "certainly-not" in grades or not usable else float(score)


def _manner(values: Values) -> Query:
    if values.keys() & _SOUNDS:
        return (("_fuzzy-match", "true"),)  # which searches history too, and takes no wildcards
    if values.keys() & (_BEGINNINGS | _RANGE):
        return (("_history", "true"),)
    return (("_exact-match", "true"),)


def _birth(values: Values) -> Query:
    return tuple(("birthdate", f"{prefix}{values[key]}") for key, prefix in _BORN if key in values)


def _escaped(text: str) -> str:
    """A value in which FHIR's own separators mean themselves."""
    for letter in ("\\", ",", "$", "|"):
        text = text.replace(letter, f"\\{letter}")
    return text
