"""The hub's people, categories and purposes as Cedar entities, and facts as Cedar context."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from hub.domain.acts import Action
from hub.domain.categories import Category
from hub.domain.codes import Agency, Label, PurposeCode, Role, Tier
from hub.policy.engine import Request
from hub.policy.facts import DECIDABLE, NO_LABELS, Facts, Partnering, Subject
from hub.policy.purposes import PurposeRow

_RESOURCES = {
    Action.LIST_SOURCES: "SourceRegister",
    Action.READ_AUDIT: "AuditLog",
    Action.REPLAY_DECISION: "AuditLog",
    Action.REPORT_ACCESS: "AuditLog",
    Action.EXPORT_AUDIT: "AuditLog",
    Action.SHRED_AUDIT: "AuditLog",
    Action.CONFIRM_SHREDDING: "AuditLog",
    Action.READ_STORY: "AuditLog",
    Action.READ_WORK_LIST: "AuditLog",
    Action.READ_STATISTICS: "AuditLog",
    Action.RECORD_VERDICT: "AuditLog",
    Action.FLAG_PERSON: "AuditLog",
    Action.NOTE_STAFF: "AuditLog",
}
_NEVER_DECIDED = frozenset(
    {
        Action.SIGN_IN,
        Action.ADOPT,
        Action.ISSUE_TOKEN,
        Action.START_UNWITNESSED,
        Action.NOT_DELIVERED,
        Action.RESUME_AFTER_GAP,
    }
)
ABOUT_SOMEBODY = frozenset({Action.CONFIRM_MATCH, Action.REJECT_MATCH, Action.TELL_HOLDER, Action.TELL_SUBJECT})
_SOMEBODYS = frozenset(
    {Action.CONFIRM_SHREDDING, Action.RECORD_VERDICT, Action.NOTE_STAFF}
)  # not about an enquiry, and yet somebody's own or another's
_ABOUT_AN_ENQUIRY = ABOUT_SOMEBODY | frozenset(
    {
        Action.OPEN_ENQUIRY,
        Action.READ_ENQUIRY,
        Action.CLOSE_ENQUIRY,
        Action.BREAK_GLASS,
        Action.REVIEW_GLASS,
        Action.FIND,
        Action.VIEW,
    }
)
DECIDED = tuple(action for action in Action if action not in _NEVER_DECIDED)
_STANDING_TIERS = (Tier.T0, Tier.T1, Tier.T2, Tier.T3)


def standing_entities(rows: Mapping[PurposeCode, PurposeRow]) -> list[dict[str, Any]]:
    """Every category and every purpose: what does not change from question to question."""
    return [_category(one) for one in DECIDABLE] + [_purpose(code, row) for code, row in rows.items()]


def person(roles: Iterable[Role], agency: Agency) -> dict[str, Any]:
    """Somebody who asks. No name and no id: who they are decides nothing beyond roles and agency."""
    return {
        "uid": _uid("User", "who-asks"),
        "attrs": {"agency": _ref("Agency", agency)},
        "parents": [_uid("Role", role) for role in sorted(roles)],
    }


def disclosures(facts: Facts, subject: Subject, categories: Iterable[Category]) -> list[Request]:
    """One request for each category, to be decided about the person of ``facts``."""
    contexts: dict[tuple[bool, bool], str] = {}  # categories that the agreement treats alike share one
    requests = []
    for one in categories:
        told = one in facts.terms.covers, one in facts.terms.denies
        if told not in contexts:
            contexts[told] = _context(facts, subject, *told)
        requests.append(Request("disclose", _uid("Category", one), contexts[told]))
    return requests


def act(action: Action, purpose: PurposeCode | None, *, own: bool, labels: frozenset[Label] = NO_LABELS) -> Request:
    """A request about an act that is no disclosure. ``labels`` bear on deciding a match and on nothing else."""
    resource = _RESOURCES.get(action, "Enquiry")
    context: dict[str, Any] = {}
    if resource == "Enquiry":
        context = {"own": own} if purpose is None else {"own": own, "purpose": _ref("Purpose", purpose)}
    if action in _SOMEBODYS:
        context = {"own": own}
    if action in ABOUT_SOMEBODY:
        context["labels"] = _refs("Label", labels)
    return Request(action, _uid(resource, "the-one-asked-about"), msgspec.json.encode(context).decode())


def about_a_partner(action: Action) -> bool:
    """Whether an act is about one organisation's part of the partnership."""
    return action in DECIDED and action not in _ABOUT_AN_ENQUIRY | _RESOURCES.keys()


def partner_act(action: Action, facts: Partnering) -> Request:
    """A request about an act on one organisation's part of the partnership."""
    context = {
        "ownAgency": facts.own_agency,
        "submitter": facts.submitter,
        "conforms": facts.conforms,
        "agreed": facts.agreed,
        "liftable": facts.liftable,
    }
    return Request(action, _uid("Partner", "the-one-asked-about"), msgspec.json.encode(context).decode())


def _context(facts: Facts, subject: Subject, covers_category: bool, denied: bool) -> str:  # noqa: FBT001 - by position
    terms = facts.terms
    context = {
        "purpose": _ref("Purpose", facts.purpose),
        "subjectKind": _ref("SubjectKind", subject.kind),
        "labels": [_ref("Label", label) for label in sorted(subject.labels)],
        "sourceAgency": _ref("Agency", facts.source_agency),
        "agreement": {
            "exists": terms.reference is not None,
            "inForce": terms.in_force,
            "coversPurpose": terms.covers_purpose,
            "coversRecipient": terms.covers_recipient,
            "coversCategory": covers_category,
            "denied": denied,
        },
        "familyAgreement": {"given": facts.family_agreed, "coversSourceAgency": facts.family_agreed_to_source},
        "glassBroken": facts.glass_broken,
        "ownerRelease": facts.owner_release,
    }
    return msgspec.json.encode(context).decode()


def _category(category: Category) -> dict[str, Any]:
    attrs: dict[str, Any] = {"revealsLocation": category.reveals_location}
    if category.agency is not None:
        attrs["agency"] = _ref("Agency", category.agency)
    return {"uid": _uid("Category", category), "attrs": attrs, "parents": [_uid("Tier", category.tier)]}


def _purpose(code: PurposeCode, row: PurposeRow) -> dict[str, Any]:
    lists = {
        "users": row.users,
        **{tier.lower(): row.reaching(tier) for tier in _STANDING_TIERS},
        "onRelease": row.on_release,
    }
    attrs = {
        **{name: _refs("Role", roles) for name, roles in lists.items()},
        "tiers": _refs("Tier", frozenset().union(*row.reach.values())),
        "agencies": _refs("Agency", row.agencies),
        "flagsOf": _refs("Agency", row.flags_of),
        "breakGlass": _refs("Role", row.break_glass),
        "needsFamilyAgreement": row.needs_family_agreement,
        "partnerReps": {
            "of": _refs("Agency", row.partner_reps.of),
            "ownAgencyOnly": row.partner_reps.own_agency_only,
        },
        "besidesPartnerReps": {name: _refs("Role", roles - {Role.PARTNER_REP}) for name, roles in lists.items()},
    }
    return {"uid": _uid("Purpose", code), "attrs": attrs, "parents": []}


def _uid(kind: str, name: str) -> dict[str, str]:
    return {"type": f"Hub::{kind}", "id": str(name)}


def _ref(kind: str, name: str) -> dict[str, Any]:
    return {"__entity": _uid(kind, name)}


def _refs(kind: str, names: Iterable[str]) -> list[dict[str, Any]]:
    return [_ref(kind, name) for name in sorted(names)]
