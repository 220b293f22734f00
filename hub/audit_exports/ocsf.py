"""An entry as an event of the Open Cybersecurity Schema Framework: API Activity, class 6003, for a SIEM.

The version of the schema is pinned, and stands in every event. The person is a keyed hash, as in the log.
"""

from typing import Any

import msgspec

from hub.audit.reader import AuditEntry, Content
from hub.audit_exports.entry_times import instant, milliseconds
from hub.domain.acts import Action

VERSION = "1.6.0"
_CATEGORY, _CLASS = 6, 6003
_CREATE, _READ, _UPDATE, _DELETE = 1, 2, 3, 4
_UNKNOWN, _SUCCESS, _FAILURE = 0, 1, 2
_INFORMATIONAL, _LOW, _MEDIUM = 1, 2, 3
_SHA256 = 3
_ACTIVITIES: dict[str, int] = {
    **dict.fromkeys(
        (Action.OPEN_ENQUIRY, Action.REGISTER_SOURCE, Action.ENROL_CLIENT, Action.SUBMIT_AGREEMENT, Action.FLAG_PERSON),
        _CREATE,
    ),
    **dict.fromkeys(
        (
            Action.LIST_SOURCES,
            Action.READ_AUDIT,
            Action.READ_ENQUIRY,
            Action.READ_REGISTER,
            Action.READ_AGREEMENTS,
            Action.READ_REVIEWS,
            Action.READ_EVENTS,
            Action.READ_STORY,
            Action.READ_WORK_LIST,
            Action.READ_STATISTICS,
            Action.READ_LOOKS,
            Action.REPLAY_DECISION,
            Action.REPORT_ACCESS,
            Action.EXPORT_AUDIT,
            "view",
            "find",
        ),
        _READ,
    ),
    **dict.fromkeys((Action.RETIRE_SOURCE, Action.REVOKE_CLIENT, Action.REVOKE_AGREEMENT, Action.SHRED_AUDIT), _DELETE),
}


class _Metadata(msgspec.Struct):
    sequence: int


class _Event(msgspec.Struct):
    metadata: _Metadata


_place = msgspec.json.Decoder(_Event).decode
_FAILED = frozenset({"refused", "failed", "abandoned"})
_DECIDED = {"disclosed": "permitted", "done": "permitted", "refused": "refused"}


def ocsf_line(entry: AuditEntry, hub: str, *_: object) -> bytes:
    """One line of NDJSON. ``metadata.sequence`` is the entry's index."""
    return msgspec.json.encode(ocsf_event(entry, hub)) + b"\n"


def index_of(line: bytes) -> int:
    """The index of the entry that a line is about. Raises ValueError for what is no whole line."""
    return _place(line).metadata.sequence


def ocsf_event(entry: AuditEntry, hub: str) -> dict[str, Any]:
    """The event. ``hub`` is the log's origin."""
    activity = _ACTIVITIES.get(entry.kind, _UPDATE)
    resources = [{"type": "person, by keyed hash", "uid": entry.subject}] if entry.subject else []
    resources += [{"type": "source", "uid": one.source} for one in entry.sources]
    return {
        "category_uid": _CATEGORY,
        "class_uid": _CLASS,
        "activity_id": activity,
        "type_uid": _CLASS * 100 + activity,
        "time": milliseconds(entry.at),
        "severity_id": _severity(entry),
        "status_id": _status(entry),
        **({"status_detail": ", ".join(entry.reasons)} if entry.reasons else {}),
        "metadata": {
            "version": VERSION,
            "product": {"name": "Partnership Hub", "vendor_name": "Partnership Hub"},
            "uid": f"{hub}#{entry.index}",
            "sequence": entry.index,
            "original_time": instant(entry.at),
            "event_code": f"{entry.kind}.{entry.stage.value}",
            "log_name": hub,
        },
        "actor": {"user": _user(entry), **_authorised(entry)},
        "api": {
            "operation": entry.kind,
            "service": {"name": hub},
            **({"request": {"uid": entry.request_id}} if entry.request_id else {}),
        },
        "src_endpoint": {"name": entry.agency or "unknown"},
        **({"resources": resources} if resources else {}),
        "unmapped": _unmapped(entry),
    }


def _user(entry: AuditEntry) -> dict[str, Any]:
    if not entry.principal:
        return {"name": "nobody signed in", "type_id": _UNKNOWN}
    groups = [{"name": role} for role in entry.roles]
    organisation = {"org": {"name": entry.agency}} if entry.agency else {}
    return {"uid": entry.principal, **organisation, **({"groups": groups} if groups else {})}


def _authorised(entry: AuditEntry) -> dict[str, Any]:
    """What the policies decided; nothing of what failed, was given up, or was refused before they were asked."""
    decision = _DECIDED.get(entry.outcome)
    if decision is None or (entry.basis is None and entry.facts is None):
        return {}
    return {"authorizations": [{"decision": decision, "policy": {"uid": entry.policy_version}}]}


def _severity(entry: AuditEntry) -> int:
    """A refusal deserves a look before the rest, a broken glass before that."""
    if entry.broken_glass or entry.content is Content.ALTERED:
        return _MEDIUM
    return _LOW if entry.outcome == "refused" else _INFORMATIONAL


def _status(entry: AuditEntry) -> int:
    if entry.outcome == "asked":
        return _UNKNOWN
    return _FAILURE if entry.outcome in _FAILED else _SUCCESS


def _unmapped(entry: AuditEntry) -> dict[str, Any]:
    """What the schema has no place for."""
    told = {
        "outcome": entry.outcome,
        "content": entry.content.value,
        "leaf_hash": entry.hash.hex(),
        "purpose": entry.purpose,
        "enquiry_id": entry.enquiry_id,
        "broken_glass": entry.broken_glass,
        "sources": [
            {
                "source": one.source,
                "state": one.state.value,
                "records": one.record_count,
                "asked": one.categories,
                "shown": one.shown,
                "agreement": one.agreement,
                "withheld": sorted({kept.category for kept in one.withheld}),
            }
            for one in entry.sources
        ],
    }
    return {name: value for name, value in told.items() if value not in (None, [], False)}
