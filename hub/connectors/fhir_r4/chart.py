"""One patient's resources laid out, so that a mapper can look up what a resource points at."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import msgspec

from hub.connectors.fhir_r4.elements import Json, line, part, parts, resource_id, target
from hub.connectors.mapping.tally import Tally
from hub.connectors.mapping.whom import People

NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
_NESTING = 3  # of bundles in bundles


class Chart(msgspec.Struct, frozen=True):
    """The resources of one fetch, with whom they should be about. ``tally`` and ``people`` fill as mapping goes on."""

    patient_id: str
    nhs_numbers: frozenset[str]
    resources: tuple[Json, ...]
    shelf: Mapping[tuple[str, str], Json]
    pointed_at: frozenset[tuple[str, str]]  # by other resources
    tally: Tally
    people: People

    def look_up(self, reference: Any, within: Json) -> Json:
        """The resource that a reference points at: on the shelf, or contained. An empty one is counted."""
        text = reference.get("reference") if isinstance(reference, dict) else None
        if isinstance(text, str) and text.startswith("#"):
            return next((one for one in parts(within.get("contained")) if one.get("id") == text[1:]), {})
        found = target(reference)
        if found is None:
            return {}
        if found not in self.shelf:
            self.tally.field("reference", found[0])
        return self.shelf.get(found, {})


def lay_out(resources: Iterable[Any], patient_id: str, tally: Tally, today: date) -> Chart:
    """Lay out resources, opening bundles. What is not a resource is counted."""
    laid = tuple(_opened(resources, tally, _NESTING))
    shelf = {(str(one["resourceType"]), str(one.get("id"))): one for one in laid}
    return Chart(
        patient_id=patient_id,
        nhs_numbers=nhs_numbers(shelf.get(("Patient", patient_id), {})),
        resources=laid,
        shelf=shelf,
        pointed_at=frozenset(_supporting_references(laid)),
        tally=tally,
        people=People(today),
    )


def nhs_numbers(patient: Json) -> frozenset[str]:
    """Every NHS number of a patient, superseded ones included, without spaces."""
    found = (line(one.get("value")) for one in parts(patient.get("identifier")) if one.get("system") == NHS_NUMBER)
    return frozenset("".join(value.split()) for value in found if value)


def missing(resources: Iterable[Json]) -> dict[str, set[str]]:
    """Ids by type of the people, teams and organisations that resources point at and nobody has sent yet."""
    laid = tuple(resources)
    have = {(one.get("resourceType"), one.get("id")) for one in laid}
    wanted: dict[str, set[str]] = {}
    for kind, id_ in _supporting_references(laid):
        if (kind, id_) not in have:
            wanted.setdefault(kind, set()).add(id_)
    return wanted


def _opened(resources: Iterable[Any], tally: Tally, depth: int) -> Iterator[Json]:
    for one in resources:
        kind = one.get("resourceType") if isinstance(one, dict) else None
        if not isinstance(kind, str):
            tally.add("resource:(not-a-resource)")
        elif kind == "Bundle" and depth:
            yield from _opened((entry.get("resource") for entry in parts(one.get("entry"))), tally, depth - 1)
        else:
            yield one


_POINTERS = ("team", "careTeam", "managingOrganization", "careManager", "serviceProvider", "generalPractitioner")
_ROLE_POINTERS = ("practitioner", "organization")
_SUPPORTING = frozenset({"Practitioner", "PractitionerRole", "Organization", "CareTeam"})


def _supporting_references(resources: Iterable[Json]) -> Iterator[tuple[str, str]]:
    for one in resources:
        names = _ROLE_POINTERS if one.get("resourceType") == "PractitionerRole" else _POINTERS
        pointers = [pointer for name in names for pointer in parts(one.get(name))]
        pointers += [part(member, "member") for member in parts(one.get("participant"))]
        for pointer in pointers:
            found = target(pointer)
            if found is not None and found[0] in _SUPPORTING and resource_id(found[1]):
                yield found
