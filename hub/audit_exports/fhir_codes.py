"""The codes that FHIR AuditEvents of IHE's Basic Audit Log Patterns (BALP) are made of."""

from typing import NamedTuple

from hub.domain.acts import Action

DCM = "http://dicom.nema.org/resources/ontology/DCM"
ENTITY_TYPE = "http://terminology.hl7.org/CodeSystem/audit-entity-type"
ENTITY_ROLE = "http://terminology.hl7.org/CodeSystem/object-role"
SOURCE_TYPE = "http://terminology.hl7.org/CodeSystem/security-source-type"
PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
ROLE_CLASS = "http://terminology.hl7.org/CodeSystem/v3-RoleClass"
SECURITY_ROLE = "http://terminology.hl7.org/CodeSystem/extra-security-role-type"
EVENT_TYPE = "http://terminology.hl7.org/CodeSystem/audit-event-type"
RESTFUL = "http://hl7.org/fhir/restful-interaction"
LIFECYCLE = "http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle"
RESOURCE_TYPES = "http://hl7.org/fhir/resource-types"
AUTHZ = "https://profiles.ihe.net/ITI/BALP/CodeSystem/AuthZsubType"
BASIC_ENTITY = "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType"
BALP = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit."
OURS = "urn:partnership-hub:"  # code systems of the hub's own: purposes, roles, acts, keyed hashes

Coding = dict[str, str]


class Kind(NamedTuple):
    """What sort of event an act is, and what it does: C, R, U, D or E."""

    type: Coding
    action: str
    subtype: Coding | None = None


def dcm(code: str, display: str) -> Coding:
    """A code of DICOM's audit messages."""
    return {"system": DCM, "code": code, "display": display}


EXPORT, IMPORT = dcm("110106", "Export"), dcm("110107", "Import")
ALERT = dcm("110113", "Security Alert")
REST: Coding = {"system": EVENT_TYPE, "code": "rest", "display": "Restful Operation"}
DISCLOSE: Coding = {"system": LIFECYCLE, "code": "disclose", "display": "Disclose Record Lifecycle Event"}
SEARCH: Coding = {"system": RESTFUL, "code": "search", "display": "search"}
READ: Coding = {"system": RESTFUL, "code": "read", "display": "read"}
CONSENT: Coding = {
    "system": AUTHZ,
    "code": "AuthZ-Consent",
    "display": "Authorization Decision using Roles and Consent",
}

_LOG_USED = Kind(dcm("110101", "Audit Log Used"), "R")
_ACTIVITY = Kind(dcm("110100", "Application Activity"), "E")
_SECURITY = dcm("110129", "Security Configuration")
_USERS = dcm("110137", "User Security Attributes Changed")
_KINDS: dict[str, Kind] = {
    **dict.fromkeys(
        (
            Action.READ_AUDIT,
            Action.READ_STORY,
            Action.READ_WORK_LIST,
            Action.READ_STATISTICS,
            Action.REPLAY_DECISION,
            Action.EXPORT_AUDIT,
            Action.REPORT_ACCESS,
            Action.READ_LOOKS,
        ),
        _LOG_USED,
    ),
    Action.SHRED_AUDIT: Kind(dcm("110101", "Audit Log Used"), "D"),
    Action.SIGN_IN: Kind(dcm("110114", "User Authentication"), "E", dcm("110122", "Login")),
    Action.ISSUE_TOKEN: Kind(dcm("110114", "User Authentication"), "E", dcm("110122", "Login")),
    Action.BREAK_GLASS: Kind(ALERT, "E", dcm("110127", "Emergency Override Started")),
    Action.ENROL_CLIENT: Kind(_USERS, "C"),
    Action.REVOKE_CLIENT: Kind(_USERS, "D"),
    Action.SET_SECRET: Kind(_SECURITY, "U"),
    Action.ANSWER_REQUEST: Kind(IMPORT, "C", DISCLOSE),
    **dict.fromkeys((Action.APPROVE_AGREEMENT, Action.SUBMIT_AGREEMENT), Kind(_SECURITY, "C")),
    Action.REVOKE_AGREEMENT: Kind(_SECURITY, "D"),
}


def kind_of(act: str) -> Kind:
    """What sort of event an act is; the plain sort where nothing more fits."""
    return _KINDS.get(act, _ACTIVITY)
