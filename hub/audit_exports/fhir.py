"""An entry as a FHIR R4 AuditEvent, on the profiles of IHE's Basic Audit Log Patterns where one fits.

=====================  ==================================================================================
Entry                  Profile
=====================  ==================================================================================
a view disclosed       PrivacyDisclosure.Source: 110106 Export
a find disclosed       PatientQuery: a search about one person
a read or act refused  AuthZconsent: 110113 Security Alert, where it is about somebody and by somebody
anything else          none: an AuditEvent with the code of DICOM that fits
=====================  ==================================================================================

The person is a keyed hash, as in the log: a reference by an identifier that only this hub can make.
"""

import base64
from typing import Any

import msgspec

from hub.audit.leaf import AuditedSource, Stage
from hub.audit.reader import AuditEntry, Content
from hub.audit_exports import fhir_codes as codes
from hub.audit_exports.entry_times import instant

_SUCCESS, _MINOR, _SERIOUS = "0", "4", "8"
_OUTCOMES = {"refused": _SERIOUS, "failed": _SERIOUS, "abandoned": _MINOR}
_URI = "5"  # how a network address is written
Resource = dict[str, Any]


def fhir_line(entry: AuditEntry, hub: str) -> bytes:
    """One line of NDJSON. Its ``id`` ends in the entry's index."""
    return msgspec.json.encode(audit_event(entry, hub)) + b"\n"


def index_of(line: bytes) -> int:
    """The index of the entry that a line is about. Raises ValueError for what is no whole line."""
    resource = msgspec.json.decode(line, type=dict[str, Any])
    return int(str(resource.get("id", "")).removeprefix("entry-"))


def audit_event(entry: AuditEntry, hub: str) -> Resource:
    """The resource. ``hub`` is the log's origin, which names who recorded it."""
    if entry.content is not Content.WHOLE:
        return _event(entry, hub, codes.kind_of(entry.kind).type, "E") | {
            "outcomeDesc": f"The content of this entry is {entry.content.value}; its hash stands.",
            "agent": [_hub(hub, codes.dcm("110153", "Source Role ID"))],
        }
    read = entry.kind in {"view", "find"}
    if entry.outcome == "refused" and entry.subject and entry.principal:
        return _refusal(entry, hub)
    if read and entry.outcome == "disclosed":
        return _disclosure(entry, hub) if entry.kind == "view" else _search(entry, hub)
    return _other(entry, hub)


def _disclosure(entry: AuditEntry, hub: str) -> Resource:
    event = _event(entry, hub, codes.EXPORT, "R", "PrivacyDisclosure.Source")
    return event | {
        "subtype": [codes.DISCLOSE, codes.READ],
        "agent": [
            _hub(hub, codes.dcm("110153", "Source Role ID")),
            _networked(_organisation(entry.agency, codes.dcm("110152", "Destination Role ID")), entry.agency),
            _user(entry),
        ],
        "entity": [_patient(entry), *_enquiry(entry), *map(_asked, entry.sources)],
    }


def _search(entry: AuditEntry, hub: str) -> Resource:
    event = _event(entry, hub, codes.REST, "E", "PatientQuery")
    asked = f"findSubject?purpose={entry.purpose}&subject={entry.subject}".encode()
    query = {
        "type": {"system": codes.ENTITY_TYPE, "code": "2", "display": "System Object"},
        "role": {"system": codes.ENTITY_ROLE, "code": "24", "display": "Query"},
        "query": base64.b64encode(asked).decode(),
    }
    return event | {
        "subtype": [codes.SEARCH],
        "agent": [
            _networked(_organisation(entry.agency, codes.dcm("110153", "Source Role ID")), entry.agency),
            _hub(hub, codes.dcm("110152", "Destination Role ID")),
            _user(entry),
        ],
        "entity": [_patient(entry), query, *_enquiry(entry), *map(_asked, entry.sources)],
    }


def _refusal(entry: AuditEntry, hub: str) -> Resource:
    event = _event(entry, hub, codes.ALERT, "E", "AuthZconsent")
    consent = {
        "type": {"system": codes.RESOURCE_TYPES, "code": "Consent", "display": "Consent"},
        "what": _identified("Consent", "policy", entry.policy_version),
    }
    server = {"system": codes.SECURITY_ROLE, "code": "authserver", "display": "authorization server"}
    provider = {"system": codes.ROLE_CLASS, "code": "PROV", "display": "healthcare provider"}
    return event | {
        "subtype": [codes.CONSENT],
        "agent": [
            _networked(_organisation(entry.agency, codes.dcm("110150", "Application")), entry.agency),
            _user(entry),
            _organisation(entry.agency, provider),
            {"type": _concept(server), "who": _observer(hub), "requestor": False},
        ],
        "entity": [_patient(entry), consent],
    }


def _other(entry: AuditEntry, hub: str) -> Resource:
    asked = entry.stage is Stage.INTENT
    kind = codes.Kind(codes.REST, "E", codes.SEARCH) if asked else codes.kind_of(entry.kind)
    own = {"system": f"{codes.OURS}act", "code": entry.kind}
    about = [_patient(entry)] if entry.subject else []
    entities = [*about, *_enquiry(entry), *map(_asked, entry.sources)]
    who = [_user(entry)] if entry.principal else []
    event = _event(entry, hub, kind.type, kind.action) | {
        "subtype": [*([kind.subtype] if kind.subtype else []), own],
        "agent": [_hub(hub, codes.dcm("110153", "Source Role ID")), *who],
    }
    return event | ({"entity": entities} if entities else {})


def _event(entry: AuditEntry, hub: str, kind: codes.Coding, action: str, profile: str = "") -> Resource:
    """What every event has. FHIR allows no empty lists and no empty texts."""
    why = ", ".join(entry.reasons)
    purpose = {"coding": [{"system": f"{codes.OURS}purpose", "code": entry.purpose}]}
    return {
        "resourceType": "AuditEvent",
        "id": f"entry-{entry.index}",
        **({"meta": {"profile": [codes.BALP + profile]}} if profile else {}),
        "type": kind,
        "action": action,
        "recorded": instant(entry.at),
        "outcome": _OUTCOMES.get(entry.outcome, _SUCCESS),
        "outcomeDesc": f"{entry.outcome}: {why}" if why else entry.outcome,
        **({"purposeOfEvent": [purpose]} if entry.purpose else {}),
        "source": {
            "site": hub,
            "observer": _observer(hub),
            "type": [{"system": codes.SOURCE_TYPE, "code": "4", "display": "Application Server"}],
        },
    }


def _hub(hub: str, role: codes.Coding) -> Resource:
    return _networked({"type": _concept(role), "who": _observer(hub), "requestor": False}, hub)


def _user(entry: AuditEntry) -> Resource:
    receiver = {"system": codes.PARTICIPATION, "code": "IRCP", "display": "information recipient"}
    roles = [{"coding": [{"system": f"{codes.OURS}role", "code": role}]} for role in entry.roles]
    return {
        "type": _concept(receiver),
        "who": _identified("Practitioner", "principal", entry.principal),
        "requestor": True,
        **({"role": roles} if roles else {}),
    }


def _organisation(agency: str, role: codes.Coding) -> Resource:
    return {"type": _concept(role), "who": _identified("Organization", "agency", agency), "requestor": False}


def _networked(agent: Resource, name: str) -> Resource:
    return agent | {"network": {"address": f"{codes.OURS}system:{name}", "type": _URI}}


def _patient(entry: AuditEntry) -> Resource:
    return {
        "what": _identified("Patient", "subject", entry.subject or ""),
        "type": {"system": codes.ENTITY_TYPE, "code": "1", "display": "Person"},
        "role": {"system": codes.ENTITY_ROLE, "code": "1", "display": "Patient"},
    }


def _enquiry(entry: AuditEntry) -> list[Resource]:
    """The enquiry, where there is one. An entity of type "other": profiles count those of "system object"."""
    if not entry.enquiry_id:
        return []
    kind = {"system": codes.ENTITY_TYPE, "code": "4", "display": "Other"}
    return [{"what": _identified("Task", "enquiry", entry.enquiry_id), "type": kind}]


def _asked(one: AuditedSource) -> Resource:
    """What became of one source: its state and counts, and the names of categories; nothing of a record."""
    told = {
        "state": one.state.value,
        "records": str(one.record_count),
        "agreement": one.agreement or "",
        "asked": " ".join(one.categories),
        "shown": " ".join(one.shown),
        "withheld": " ".join(sorted({kept.category for kept in one.withheld})),
    }
    return {
        "what": _identified("Organization", "source", one.source),
        "type": {"system": codes.ENTITY_TYPE, "code": "3", "display": "Organization"},
        "detail": [{"type": name, "valueString": value} for name, value in told.items() if value],
    }


def _observer(hub: str) -> Resource:
    return _identified("Device", "hub", hub)


def _identified(kind: str, system: str, value: str) -> Resource:
    return {"type": kind, "identifier": {"system": f"{codes.OURS}{system}", "value": value}}


def _concept(coding: codes.Coding) -> Resource:
    return {"coding": [coding]}
