"""The entities of a FHIR AuditEvent: about whom it is, what was asked, and what it is found again by."""

from typing import Any

from hub.audit.leaf import AuditedSource
from hub.audit.reader import AuditEntry
from hub.audit_exports import fhir_codes as codes

Resource = dict[str, Any]


def patient(entry: AuditEntry) -> Resource:
    """The person, by keyed hash."""
    return {
        "what": identified("Patient", "subject", entry.subject or ""),
        "type": {"system": codes.ENTITY_TYPE, "code": "1", "display": "Person"},
        "role": {"system": codes.ENTITY_ROLE, "code": "1", "display": "Patient"},
    }


def enquiry(entry: AuditEntry) -> list[Resource]:
    """The enquiry, where there is one. An entity of type "other": profiles count those of "system object"."""
    if not entry.enquiry_id:
        return []
    kind = {"system": codes.ENTITY_TYPE, "code": "4", "display": "Other"}
    return [{"what": identified("Task", "enquiry", entry.enquiry_id), "type": kind}]


def traced(entry: AuditEntry, hub: str) -> list[Resource]:
    """By what the event is found again: the request's id, where BALP has it, and the entry of the log."""
    request = {
        "what": {"identifier": {"system": f"{codes.OURS}request", "value": entry.request_id}},
        "type": {"system": codes.BASIC_ENTITY, "code": "XrequestId"},
    }
    return [request, of_the_log(entry, hub)]


def of_the_log(entry: AuditEntry, hub: str) -> Resource:
    """The entry itself. ``hub audit prove`` has the proof that its hash is in the log."""
    return {
        "what": {"identifier": {"system": f"{codes.OURS}entry", "value": f"{hub}#{entry.index}"}},
        "type": {"system": codes.ENTITY_TYPE, "code": "4", "display": "Other"},
        "detail": details(kept(entry)),
    }


def kept(entry: AuditEntry) -> dict[str, str]:
    """What FHIR has no place for."""
    return {
        "leaf-hash": entry.hash.hex(),
        "content": entry.content.value,
        "broken-glass": "yes" if entry.broken_glass else "",
        "organisation": entry.organisation or "",
    }


def details(told: dict[str, str]) -> list[Resource]:
    """Details of an entity; FHIR allows no empty texts."""
    return [{"type": name, "valueString": value} for name, value in told.items() if value]


def asked_source(one: AuditedSource) -> Resource:
    """What became of one source: its state and counts, and the names of categories; nothing of a record."""
    told = {
        "state": one.state.value,
        "records": str(one.record_count),
        "agreement": one.agreement or "",
        "asked": " ".join(one.categories),
        "shown": " ".join(one.shown),
        "withheld": " ".join(sorted({back.category for back in one.withheld})),
    }
    return {
        "what": identified("Organization", "source", one.source),
        "type": {"system": codes.ENTITY_TYPE, "code": "3", "display": "Organization"},
        "detail": details(told),
    }


def identified(kind: str, system: str, value: str) -> Resource:
    """A reference by an identifier of ours."""
    return {"type": kind, "identifier": {"system": f"{codes.OURS}{system}", "value": value}}
