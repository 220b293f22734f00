"""What happened to patients and who works with them, as the health system's FHIR resources."""

from collections.abc import Iterator

from hub.demo.partners.health_fhir import SNOMED, Json, coding, concept, period, phone, refer, resource, sensitive
from hub.demo.population.facts import (
    Attendance,
    Coding,
    Condition,
    CpIsPlan,
    HealthFacts,
    HealthFlag,
    HealthInvolvement,
    Immunisation,
    MissedAppointment,
)

TRUST_ODS = "ZXT"
_HUB_CODE = "urn:hub:code"
_CODES = "http://terminology.hl7.org/CodeSystem/"
_SERVICES = {
    "health-visitor": ("1078501000000104", "Health visiting service"),
    "camhs": ("310117003", "Child and adolescent psychiatry service"),
    "midwife": ("714089006", "Community midwifery service"),
    "school-nurse": ("931821000000105", "School nursing service"),
    "paediatrics": ("310067008", "Community paediatric service"),
}
_SPOKEN = {
    "camhs": "camhs",
    "health visit": "health-visitor",
    "school nurs": "school-nurse",
    "community paediatrics": "paediatrics",
}
_PLANS = {
    "child-protection-plan": ("342191000000101", "Subject to child protection plan"),
    "looked-after": ("764841000000100", "Looked after child"),
    "unborn-child-protection-plan": ("818901000000100", "Unborn child subject to child protection plan"),
}
_SENSITIVITY = {"sexual-health": "STD", "gender-history": "GENDER", "therapy": "PSYTHPN"}


def clinical(facts: HealthFacts) -> Iterator[Json]:
    """Every clinical resource of one patient."""
    subject = refer("Patient", facts.id)
    yield from (_encounter(one, subject) for one in facts.attendances)
    yield from (_appointment(one, subject) for one in facts.missed)
    yield from (_condition(one, subject) for one in facts.conditions)
    yield from (_immunization(one, subject) for one in facts.immunisations)
    yield from (_flag(one, subject) for one in facts.flags)
    for plan in facts.cp_is:
        yield from _care_plan(plan, subject)
    for involvement in facts.involvements:
        yield from _episode(involvement, subject)


def _encounter(one: Attendance, subject: Json) -> Json:
    return resource(
        "Encounter",
        one.id,
        status="finished",
        subject=subject,
        period=period(one.at, one.left_at),
        reasonCode=[concept(_coded(one.reason), text=one.note)],
        serviceProvider=refer("Organization", one.hospital_ods, one.hospital),
    ) | {"class": coding(f"{_CODES}v3-ActCode", "EMER", "emergency")}


def _appointment(one: MissedAppointment, subject: Json) -> Json:
    return resource(
        "Appointment",
        one.id,
        status="noshow",
        serviceType=[_service_of(one.service)],
        start=one.at.isoformat(),
        comment=one.note,
        participant=[{"actor": subject, "required": "required", "status": "accepted"}],
    )


def _condition(one: Condition, subject: Json) -> Json:
    security = [sensitive(_SENSITIVITY[one.sensitive])] if one.sensitive else []
    return resource(
        "Condition",
        one.id,
        security=security,
        clinicalStatus=concept(coding(f"{_CODES}condition-clinical", "resolved" if one.abated else "active")),
        verificationStatus=concept(coding(f"{_CODES}condition-ver-status", "confirmed")),
        code=concept(_coded(one.coding)),
        subject=subject,
        onsetDateTime=one.onset.isoformat(),
        abatementDateTime=one.abated.isoformat() if one.abated else None,
        note=[{"text": one.note}] if one.note else [],
    )


def _immunization(one: Immunisation, subject: Json) -> Json:
    return resource(
        "Immunization",
        one.id,
        status="completed",
        vaccineCode=concept(_coded(one.vaccine)),
        patient=subject,
        occurrenceDateTime=one.on.isoformat(),
        primarySource=True,
    )


def _flag(one: HealthFlag, subject: Json) -> Json:
    """A flag. One under a local code says in the hub's own code system what it means."""
    codes = [_coded(one.coding)]
    if one.kind == "safeguarding":
        codes.append(coding(_HUB_CODE, "safeguarding-concern"))
    return resource(
        "Flag",
        one.id,
        status="inactive" if one.ended_on else "active",
        category=[concept(coding(f"{_CODES}flag-category", "safety", "Safety"))],
        code=concept(*codes),
        subject=subject,
        period=period(one.started_on, one.ended_on),
    )


def _care_plan(one: CpIsPlan, subject: Json) -> Iterator[Json]:
    """A CP-IS plan and the council's team behind it, which names nobody."""
    code, display = _PLANS[one.kind]
    team = f"{one.id}-team"
    yield resource(
        "CarePlan",
        one.id,
        status="completed" if one.ended_on else "active",
        intent="plan",
        category=[concept(coding(SNOMED, code, display))],
        subject=subject,
        period=period(one.started_on, one.ended_on),
        careTeam=[refer("CareTeam", team, one.council)],
    )
    numbers = [*phone(one.phone), *phone(one.out_of_hours_phone)]
    yield resource("CareTeam", team, status="active", name=one.council, telecom=numbers)


def _episode(one: HealthInvolvement, subject: Json) -> Iterator[Json]:
    """An episode of care and the team in it."""
    code, display = _SERVICES[one.service]
    who, team = one.professional, f"{one.id}-team"
    trust = refer("Organization", TRUST_ODS, who.organisation)
    yield resource(
        "EpisodeOfCare",
        one.id,
        profile=False,
        status="finished" if one.ended_on else "active",
        type=[concept(coding(SNOMED, code, display))],
        patient=subject,
        managingOrganization=trust,
        period=period(one.started_on, one.ended_on),
        team=[refer("CareTeam", team)],
    )
    member = {"role": [{"text": who.role}], "member": refer("Practitioner", who.id, who.name)}
    yield resource(
        "CareTeam",
        team,
        status="active",
        name=who.team,
        subject=subject,
        participant=[member],
        managingOrganization=[trust],
    )


def _service_of(name: str) -> Json:
    """An appointment's service: in words, and as a code where its name gives one away."""
    key = next((key for start, key in _SPOKEN.items() if name.casefold().startswith(start)), None)
    return concept(coding(SNOMED, *_SERVICES[key]), text=name) if key else concept(text=name)


def _coded(one: Coding) -> Json:
    return coding(one.system, one.code, one.display)
