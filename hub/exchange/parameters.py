"""What another hub or a case system asks: a FHIR R4 Parameters resource with a Patient and a reason.

``$person-info-query`` as SocialCareData's data exchange standard describes it (docs/operation-definition.md).
What a request holds beyond what is read here and could change its meaning is refused, never passed over.
"""

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple, NoReturn

from hub.domain.identifiers import nhs_number, upn
from hub.domain.people import Name, PersonReference
from hub.gate.refusals import RequestRefused

NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
UPN = "https://www.gov.uk/government/publications/unique-pupil-numbers"  # none is published: DfE's guide stands for it
_PATIENT = frozenset({"resource", "patient"})  # the standard's name, and the one that its readers expect
_FORMER = frozenset({"old", "maiden", "nickname"})
_BIRTH_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_MOST = 20  # parameters, identifiers, names


class PersonInfoQuery(NamedTuple):
    """Who is asked about, and the URI of the law that is the reason."""

    about: PersonReference
    reason: str


def read_query(body: Mapping[str, Any]) -> PersonInfoQuery:
    """The question that a Parameters resource puts. Raises RequestRefused, or BadInput for what is said of somebody."""
    if body.get("resourceType") != "Parameters" or "modifierExtension" in body:
        _refuse("parameters", "Send a FHIR R4 Parameters resource with the parameters resource and reason.")
    patient, reason = None, None
    for one in _objects(body.get("parameter"), "parameter"):
        name = one.get("name")
        if name in _PATIENT and patient is None and isinstance(one.get("resource"), Mapping):
            patient = one["resource"]
        elif name == "reason" and reason is None and isinstance(one.get("valueUri"), str):
            reason = one["valueUri"]
        else:
            _refuse("parameters", "Send each once: resource, which holds a Patient, and reason, which has a valueUri.")
    if patient is None or reason is None:
        _refuse(
            "parameters", "Send both parameters: resource, which holds a Patient, and reason, which has a valueUri."
        )
    return PersonInfoQuery(_reference(patient), reason)


def _reference(patient: Mapping[str, Any]) -> PersonReference:
    if patient.get("resourceType") != "Patient" or "modifierExtension" in patient:
        _refuse("patient", "The parameter resource holds a Patient without modifier extensions.")
    numbers = _numbers(_objects(patient.get("identifier", []), "identifier"))
    names = _names(_objects(patient.get("name", []), "name"))
    postcodes = (one.get("postalCode") for one in _objects(patient.get("address", []), "address"))
    born = _born(patient.get("birthDate"))
    return PersonReference(
        nhs_number=nhs_number(numbers[NHS_NUMBER]) if NHS_NUMBER in numbers else None,
        upn=upn(numbers[UPN]) if UPN in numbers else None,
        given_name=names[0].given_name if names else None,
        family_name=names[0].family_name if names else None,
        birth_date=born[0] if born and born[0] == born[1] else None,
        born_from=born[0] if born and born[0] != born[1] else None,
        born_to=born[1] if born and born[0] != born[1] else None,
        postcode=next((_words(one) for one in postcodes if one), None),
        aliases=tuple(names[1:]),
    )


def _numbers(identifiers: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Numbers by their system, of those that the hub can search by."""
    found: dict[str, str] = {}
    for one in identifiers:
        system, value = one.get("system"), one.get("value")
        if system not in {NHS_NUMBER, UPN}:
            continue
        if not isinstance(value, str) or found.setdefault(system, value) != value:
            _refuse("patient", "A Patient has one NHS number and one UPN, each as text.")
    return found


def _names(told: Iterable[Mapping[str, Any]]) -> list[Name]:
    """Every name, those still in use first."""
    in_order = sorted(told, key=lambda one: one.get("use") in _FORMER)
    return [Name(_given(one.get("given")), _words(one.get("family"))) for one in in_order]


def _given(told: object) -> str | None:
    parts = told if isinstance(told, list) else []
    return _words(parts[0]) if parts else None


def _born(told: object) -> tuple[date, date] | None:
    """The first and the last day that a birth date can mean; FHIR lets a month or a day be left out."""
    if told is None:
        return None
    found = _BIRTH_DATE.fullmatch(told) if isinstance(told, str) else None
    try:
        year, month, day = (int(part) if part else 0 for part in found.groups()) if found else (0, 0, 0)
        last = month or 12
        return date(year, month or 1, day or 1), date(year, last, day or monthrange(year, last)[1])
    except ValueError:
        _refuse("patient", "A birthDate is YYYY-MM-DD; the day, or month and day, may be left out.")


def _words(told: object) -> str | None:
    if told is not None and not isinstance(told, str):
        _refuse("patient", "Names and postcodes of a Patient are text.")
    return (told or "").strip() or None


def _objects(told: object, what: str) -> list[Mapping[str, Any]]:
    if not isinstance(told, list) or len(told) > _MOST or not all(isinstance(one, Mapping) for one in told):
        _refuse("parameters", f"{what} is a list of at most {_MOST} objects.")
    return told


def _refuse(rule: str, message: str) -> NoReturn:
    raise RequestRefused(rule, message) from None
