"""An entry as a FHIR R4 AuditEvent, on the profiles of IHE's Basic Audit Log Patterns where one fits.

=====================  ==================================================================================
Entry                  Profile
=====================  ==================================================================================
a view disclosed       PrivacyDisclosure.Source: 110106 Export
a find disclosed       PatientQuery: a search about one person
a read or act refused  AuthZconsent: 110113 Security Alert, where it is about somebody and by somebody
anything else          none: an AuditEvent with the code of DICOM that fits
=====================  ==================================================================================

The person is a keyed hash, as in the log: a reference by an identifier that only this hub can make. Every event
has an entity that is the log's entry itself, with the hash under which it stands in the tree; but a refusal, whose
profile allows no further entity, has the same among the details of what it was refused by.
"""

import base64
from collections.abc import Container
from typing import Any

import msgspec

from hub.audit.leaf import Stage
from hub.audit.reader import AuditEntry, Content
from hub.audit_exports import fhir_codes as codes
from hub.audit_exports.entry_times import instant
from hub.audit_exports.fhir_entities import (
    Resource,
    asked_source,
    details,
    enquiry,
    identified,
    kept,
    of_the_log,
    patient,
    traced,
)
from hub.audit_exports.finished import ASKED, request_of

_SUCCESS, _MINOR, _SERIOUS = "0", "4", "8"
_OUTCOMES = {"refused": _SERIOUS, "failed": _SERIOUS, "abandoned": _MINOR}
_URI = "5"  # how a network address is written


def fhir_line(entry: AuditEntry, hub: str, finished: Container[str] = ()) -> bytes:
    """One line of NDJSON. Its ``id`` ends in the entry's index."""
    return msgspec.json.encode(audit_event(entry, hub, finished)) + b"\n"


def index_of(line: bytes) -> int:
    """The index of the entry that a line is about. Raises ValueError for what is no whole line."""
    resource = msgspec.json.decode(line, type=dict[str, Any])
    return int(str(resource.get("id", "")).removeprefix("entry-"))


def audit_event(entry: AuditEntry, hub: str, finished: Container[str] = ()) -> Resource:
    """The resource. ``hub`` is the log's origin, which names who recorded it; ``finished`` has ids of requests."""
    if entry.content is not Content.WHOLE:
        return _unread(entry, hub)
    read = entry.kind in {"view", "find"}
    if entry.outcome == "refused" and all((entry.subject, entry.principal, entry.agency, entry.policy_version)):
        return _refusal(entry, hub)
    if read and entry.outcome == "disclosed":
        return _disclosure(entry, hub) if entry.kind == "view" else _search(entry, hub)
    told = _other(entry, hub)
    if entry.outcome == ASKED and request_of(entry) not in finished:
        return told | {"outcome": _MINOR, "outcomeDesc": "asked: nothing in the log says yet what came of it"}
    return told


def _unread(entry: AuditEntry, hub: str) -> Resource:
    """An entry of which no more is told than what stands beside its content."""
    event = _event(entry, hub, codes.kind_of(entry.kind).type, "E")
    if entry.content is Content.ALTERED:
        said = "The content of this entry was altered: it does not fit its hash. Run hub audit fsck."
        event["outcome"] = _SERIOUS
    else:
        said = f"{entry.outcome}. The content of this entry was destroyed; its hash stands."
    role = codes.dcm("110153", "Source Role ID")
    return event | {"outcomeDesc": said, "agent": [_hub(hub, role)], "entity": [of_the_log(entry, hub)]}


def _disclosure(entry: AuditEntry, hub: str) -> Resource:
    event = _event(entry, hub, codes.EXPORT, "R", "PrivacyDisclosure.Source")
    return event | {
        "subtype": [codes.DISCLOSE, codes.READ],
        "agent": [
            _hub(hub, codes.dcm("110153", "Source Role ID")),
            _networked(_organisation(entry.agency, codes.dcm("110152", "Destination Role ID")), entry.agency),
            _user(entry),
        ],
        "entity": [patient(entry), *enquiry(entry), *map(asked_source, entry.sources), *traced(entry, hub)],
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
        "entity": [patient(entry), query, *enquiry(entry), *map(asked_source, entry.sources), *traced(entry, hub)],
    }


def _refusal(entry: AuditEntry, hub: str) -> Resource:
    event = _event(entry, hub, codes.ALERT, "E", "AuthZconsent")
    consent = {
        "type": {"system": codes.RESOURCE_TYPES, "code": "Consent", "display": "Consent"},
        "what": identified("Consent", "policy", entry.policy_version),
        "detail": details({"request": entry.request_id} | kept(entry)),
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
        "entity": [patient(entry), consent],
    }


def _other(entry: AuditEntry, hub: str) -> Resource:
    asked = entry.stage is Stage.INTENT
    kind = codes.Kind(codes.REST, "E", codes.SEARCH) if asked else codes.kind_of(entry.kind)
    own = {"system": f"{codes.OURS}act", "code": entry.kind}
    about = [patient(entry)] if entry.subject else []
    who = [_user(entry)] if entry.principal else []
    return _event(entry, hub, kind.type, kind.action) | {
        "subtype": [*([kind.subtype] if kind.subtype else []), own],
        "agent": [_hub(hub, codes.dcm("110153", "Source Role ID")), *who],
        "entity": [*about, *enquiry(entry), *map(asked_source, entry.sources), *traced(entry, hub)],
    }


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
        "who": identified("Practitioner", "principal", entry.principal),
        "requestor": True,
        **({"role": roles} if roles else {}),
    }


def _organisation(agency: str, role: codes.Coding) -> Resource:
    return {"type": _concept(role), "who": identified("Organization", "agency", agency), "requestor": False}


def _networked(agent: Resource, name: str) -> Resource:
    return agent | {"network": {"address": f"{codes.OURS}system:{name}", "type": _URI}}


def _observer(hub: str) -> Resource:
    return identified("Device", "hub", hub)


def _concept(coding: codes.Coding) -> Resource:
    return {"coding": [coding]}
