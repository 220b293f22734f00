"""The health system's records and how they are searched."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from hub.demo.partners.health_clinical import TRUST_ODS, clinical
from hub.demo.partners.health_fhir import NHS_NUMBER, Json
from hub.demo.partners.health_people import organisation, patient, practice, practitioner, related_person
from hub.demo.population import Population
from hub.demo.population.facts import HealthFacts, SourceName
from hub.domain.sounds import soundex

_BY_ID_ONLY = frozenset({"Practitioner", "Organization", "CareTeam"})  # hold nothing of a patient's


class BadSearch(Exception):
    """A search that this server does not do; the text says why."""


class HealthStore:
    """Every resource by type and id, and by type and patient."""

    def __init__(self, resources: Iterable[Json]) -> None:
        self._by_id: dict[tuple[str, str], Json] = {}
        self._of_patient: dict[tuple[str, str], list[Json]] = {}
        for one in resources:
            self._by_id[one["resourceType"], one["id"]] = one
            if owner := _owner(one):
                self._of_patient.setdefault((one["resourceType"], owner), []).append(one)
        self.patients: tuple[Json, ...] = tuple(one for (kind, _), one in self._by_id.items() if kind == "Patient")
        self.types = frozenset(kind for kind, _ in self._by_id) | {"Observation", "AllergyIntolerance", "Procedure"}
        self.types |= {"FamilyMemberHistory"}

    def read(self, kind: str, id_: str) -> Json | None:
        """One resource."""
        return self._by_id.get((kind, id_))

    def search(self, kind: str, query: Sequence[tuple[str, str]]) -> list[Json]:
        """Resources that fit every parameter. Raises BadSearch for a parameter that it does not know."""
        wanted, ranges = dict(query), [value for name, value in query if name == "birthdate"]
        sounds = [value for name, value in query if name == "phonetic"]
        if "_id" in wanted:
            found = [self._by_id.get((kind, id_)) for id_ in wanted.pop("_id").split(",")]
            candidates = [one for one in found if one is not None]
        elif owner := wanted.pop("patient", None) or wanted.pop("subject", None):
            candidates = self._of_patient.get((kind, owner.removeprefix("Patient/")), [])
        elif kind == "Patient" and wanted.keys() & {"identifier", "family", "family:exact", "phonetic", "birthdate"}:
            candidates = list(self.patients)
        else:
            raise BadSearch("Say whose records to search for: patient, _id, identifier, a name or a birth date.")
        if kind in _BY_ID_ONLY and wanted:
            raise BadSearch("This type is searched by _id or patient alone.")
        tests = [*wanted.items(), *(("birthdate", value) for value in ranges), *(("phonetic", one) for one in sounds)]
        return [one for one in candidates if all(_fits(one, name, value) for name, value in tests)]

    def somebody_else(self, than: str) -> Json:
        """Another patient: the next one on the list, which is somebody else for everybody."""
        ids = [one["id"] for one in self.patients]
        return self.patients[(ids.index(than) + 1) % len(ids)] if than in ids else self.patients[0]


def stored(population: Population) -> HealthStore:
    """What the health system holds of a population."""
    return HealthStore(one for facts in population.health.values() for one in _all(facts, population))


def _all(facts: HealthFacts, population: Population) -> Iterator[Json]:
    yield patient(population.person(facts.child_key, SourceName.HEALTH), facts)
    yield from (related_person(one, facts) for one in facts.related)
    yield from clinical(facts)
    if facts.practice is not None:
        yield practice(facts.practice)
    for involvement in facts.involvements:
        yield practitioner(involvement.professional)
        yield organisation(TRUST_ODS, involvement.professional.organisation)
    for attendance in facts.attendances:
        yield organisation(attendance.hospital_ods, attendance.hospital)


def _owner(one: Json) -> str | None:
    actors = [participant["actor"] for participant in one.get("participant", []) if "actor" in participant]
    pointers = [one.get("patient"), one.get("subject"), *actors]
    return next((str(pointer["reference"]).removeprefix("Patient/") for pointer in pointers if pointer), None)


def _fits(one: Json, name: str, value: str) -> bool:
    test = _TESTS.get(name)
    if test is None:
        raise BadSearch(f"This server does not search by {name}.")
    return any(test(one, option) for option in value.split(","))


def _identifier(one: Json, value: str) -> bool:
    system, _, number = value.rpartition("|")
    held = ((each["system"], each["value"]) for each in one.get("identifier", []))
    return any(number == each and system in {"", NHS_NUMBER} and of == NHS_NUMBER for of, each in held)


def _family(one: Json, value: str) -> bool:
    return any(name["family"].casefold().startswith(value.casefold()) for name in one.get("name", []))


def _family_exact(one: Json, value: str) -> bool:
    return any(name["family"] == value for name in one.get("name", []))


def _given(one: Json, value: str) -> bool:
    names = (given for name in one.get("name", []) for given in name["given"])
    return any(given.casefold().startswith(value.casefold()) for given in names)


def _born(one: Json, value: str) -> bool:
    born, asked = one.get("birthDate"), value[-len("2000-01-01") :]
    if born is None:
        return False
    if value.startswith("ge"):
        return bool(born >= asked)
    return bool(born <= asked) if value.startswith("le") else bool(born == asked)


def _phonetic(one: Json, value: str) -> bool:
    names = (part for name in one.get("name", []) for part in (name["family"], *name["given"]))
    return any(soundex(part) == soundex(value) for part in names)


def _postcode(one: Json, value: str) -> bool:
    held = (address.get("postalCode", "") for address in one.get("address", []) if address.get("use") != "old")
    return any(_unspaced(postcode).startswith(_unspaced(value)) for postcode in held)


def _unspaced(text: str) -> str:
    return text.replace(" ", "").casefold()


def _token(element: str) -> Callable[[Json, str], bool]:
    def fits(one: Json, value: str) -> bool:
        system, _, code = value.rpartition("|")
        return any(code == each["code"] and system in {"", each["system"]} for each in _codings(one.get(element)))

    return fits


def _codings(value: Any) -> Iterator[Mapping[str, str]]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str):
            yield {"system": "", "code": one}
        elif isinstance(one, dict):
            yield from one.get("coding", [one])


_TESTS: Mapping[str, Callable[[Json, str], bool]] = {
    "identifier": _identifier,
    "family": _family,
    "family:exact": _family_exact,
    "given": _given,
    "birthdate": _born,
    "phonetic": _phonetic,
    "address-postalcode": _postcode,
    **{name: _token(name) for name in ("status", "class", "code", "category", "type")},
}
