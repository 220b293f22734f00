"""The rules again in plain Python, knowing nothing of Cedar or of hub.policy, to compare the engine with."""

import tomllib
from pathlib import Path
from typing import Any, NamedTuple

from hub.domain.categories import Category
from hub.domain.codes import Label, PurposeCode, Role, SubjectKind, Tier

PURPOSES: dict[str, Any] = tomllib.loads((Path(__file__).parents[2] / "policies" / "purposes.toml").read_text())
MANAGERS = {Role.MASH_MANAGER, Role.DUTY_MANAGER}
IDENTIFYING = {Category.IDENTITY_NAME, Category.IDENTITY_NUMBER}
ADOPTION = IDENTIFYING | {
    Category.IDENTITY_BIRTH_DATE,
    Category.IDENTITY_WHEREABOUTS,
    Category.SOCIAL_CARE_FAMILY,
    Category.SOCIAL_CARE_ADOPTION,
    Category.SOCIAL_CARE_SEALED,
    Category.YOUTH_JUSTICE_FAMILY,
    Category.HEALTH_FAMILY,
    Category.PROBATION_FAMILY,
}
GENDER = IDENTIFYING | {Category.HEALTH_GENDER_HISTORY, Category.NARRATIVE}
REPORTER = {
    Category.SOCIAL_CARE_REPORTER,
    Category.PROFESSIONAL_NAME,
    Category.PROFESSIONAL_BASE,
    Category.NARRATIVE,
}
ADULTS_OWN_HEALTH = {Category.HEALTH_WAS_NOT_BROUGHT, Category.HEALTH_AE_ATTENDANCES, Category.HEALTH_SUMMARY}
CHILDS_OFFENCES = {Category.YOUTH_JUSTICE_OFFENCES, Category.YOUTH_JUSTICE_ORDERS}


class Situation(NamedTuple):
    """One question about one category, all of it."""

    roles: frozenset[str]
    agency: str
    purpose: str
    source_agency: str
    subject: str
    labels: frozenset[str]
    agreed: frozenset[str]  # of: exists, in force, purpose, recipient
    covered: frozenset[Category]
    denied: frozenset[Category]
    family: bool
    family_covers: bool
    glass: bool
    release: bool


def decide(now: Situation, category: Category) -> tuple[bool, set[str]]:
    """Whether it is permitted, and the names of every rule that says so or, if not, that stops it."""
    stops = _tiers(now, category) | _purpose(now, category) | _agreement(now, category)
    stops |= _partner(now, category) | _restricted(now, category) | _labels(now, category)
    allows = _permits(now, category)
    return (False, stops) if stops or not allows else (True, allows)


def _reaching(purpose: str, tier: str) -> set[str]:
    row = PURPOSES[purpose]
    if tier == Tier.T4:
        return set(row.get("on_release", ()))
    return {role for role, tiers in row["reach"].items() if tier in tiers}


def _flags(now: Situation, category: Category) -> bool:
    named = category.agency in PURPOSES[now.purpose].get("flags_of", ()) and category.agency == now.source_agency
    return category.tier == Tier.T2 and named and bool(now.roles & _reaching(now.purpose, "T1"))


def _glass(now: Situation) -> bool:
    return now.glass and bool(now.roles & set(PURPOSES[now.purpose].get("break_glass", ())))


def _permits(now: Situation, category: Category) -> set[str]:
    names = {"T0": "existence", "T1": "involvement", "T2": "headlines", "T3": "detail"}
    found = set()
    if category.tier == Tier.T4:
        return {"released-by-owner"} if now.release and now.roles & _reaching(now.purpose, "T4") else set()
    if now.roles & _reaching(now.purpose, category.tier):
        found.add(f"reach-{names[category.tier]}")
    if _flags(now, category):
        found.add("reach-flags-of-named-agency")
    if _glass(now):
        found.add("glass-is-broken")
    return found


def _tiers(now: Situation, category: Category) -> set[str]:
    row, stops = PURPOSES[now.purpose], set()
    uses = now.roles & set(row["reach"])
    if not uses:
        stops.add("role-does-not-use-purpose")
    if category.tier == Tier.T4 or _glass(now) or _flags(now, category):
        return stops
    if not any(category.tier in tiers for tiers in row["reach"].values()):
        stops.add("purpose-does-not-reach-tier")
    elif uses and not now.roles & _reaching(now.purpose, category.tier):
        stops.add("role-does-not-reach-tier")
    return stops


def _purpose(now: Situation, category: Category) -> set[str]:
    row, stops = PURPOSES[now.purpose], set()
    no_content = {
        "ADVICE": "advice-looks-nobody-up",
        "FEEDBACK": "feedback-is-an-outcome-only",
        "QA_PERFORMANCE": "aggregates-only",
        "IG_REVIEW": "review-sees-no-content",
    }
    if now.purpose in no_content:
        stops.add(no_content[now.purpose])
    if now.purpose == PurposeCode.DA_TRIAGE and category.reveals_location:
        stops.add("da-triage-withholds-whereabouts")
    if now.purpose == PurposeCode.MAPPA and now.subject != SubjectKind.NETWORK_ADULT and category.tier != Tier.T0:
        stops.add("mappa-is-about-the-adult")
    if row["needs_family_agreement"]:
        if not now.family:
            stops.add("early-help-needs-agreement")
        elif not now.family_covers:
            stops.add("family-agreement-does-not-cover-agency")
        if now.subject != SubjectKind.CHILD:
            stops.add("early-help-stays-with-the-child")
    reached = row.get("agencies")
    if reached and (now.source_agency not in reached or (category.agency and category.agency not in reached)):
        stops.add("purpose-does-not-reach-agency")
    return stops


def _partner(now: Situation, category: Category) -> set[str]:
    row, stops = PURPOSES[now.purpose], set()
    partner, others = row.get("partner_reps", {}), now.roles - {Role.PARTNER_REP}
    if Role.PARTNER_REP not in now.roles:
        return stops
    foreign = now.source_agency != now.agency or category.agency not in {None, now.agency}
    covered_otherwise = others & _reaching(now.purpose, category.tier) or _glass(now)
    if partner.get("own_agency_only") and foreign and not covered_otherwise:
        stops.add("partner-rep-sees-own-agency")
    only_partner = Role.PARTNER_REP in row["reach"] and not others & set(row["reach"])
    if only_partner and now.agency not in partner.get("of", [now.agency]):
        stops.add("purpose-is-another-agencys")
    return stops


def _agreement(now: Situation, category: Category) -> set[str]:
    if "exists" not in now.agreed:
        return {"agreement-missing"}
    stops = set()
    if "in force" not in now.agreed:
        stops.add("agreement-not-in-force")
    if "purpose" not in now.agreed:
        stops.add("agreement-does-not-cover-purpose")
    if "recipient" not in now.agreed:
        stops.add("agreement-does-not-cover-recipient")
    if category not in now.covered:
        stops.add("agreement-does-not-cover-category")
    if category in now.denied:
        stops.add("agreement-denies")
    return stops


def _restricted(now: Situation, category: Category) -> set[str]:
    stops = set()
    if category.tier == Tier.T4:
        if not now.release:
            stops.add("restricted-needs-owner-release")
        if not now.roles & _reaching(now.purpose, "T4"):
            stops.add("released-to-named-roles-only")
    if now.subject == SubjectKind.NETWORK_ADULT and category in ADULTS_OWN_HEALTH and not now.release:
        stops.add("parents-own-health-record")
    if now.subject == SubjectKind.NETWORK_CHILD and category in CHILDS_OFFENCES and not now.release:
        stops.add("another-childs-offences")
    return stops


def _labels(now: Situation, category: Category) -> set[str]:
    voluntary = PURPOSES[now.purpose]["needs_family_agreement"]
    manager, beyond_t0 = bool(now.roles & MANAGERS), category.tier != Tier.T0
    applies = {
        Label.WITNESS_PROTECTION: True,
        Label.LOCATION_AT_RISK: category.reveals_location,
        Label.ADOPTION: category in ADOPTION,
        Label.GENDER_HISTORY: category in GENDER,
        Label.SEXUAL_HEALTH: beyond_t0 and not now.release,
        Label.POLICE_INTEL_P: voluntary,
        Label.POLICE_INTEL_C: beyond_t0 and not now.release,
        Label.SUB_JUDICE: category is Category.NARRATIVE and now.purpose != PurposeCode.EMERGENCY,
        Label.LIMITED_ACCESS: category.tier in {Tier.T2, Tier.T3, Tier.T4} and not now.release,
        Label.NOT_FOR_FAMILY: voluntary,
        Label.THIRD_PARTY: category.tier in {Tier.T3, Tier.T4},
        Label.ANON_SOURCE: category in REPORTER and not manager,
        Label.STAFF_LINKED: not manager,
    }
    stops = {f"label-{label.lower().replace('_', '-')}" for label in now.labels if applies[Label(label)]}
    if Label.POLICE_INTEL_P in now.labels and category is Category.NARRATIVE and not now.release:
        stops.add("label-police-intel-p-words")
    return stops
