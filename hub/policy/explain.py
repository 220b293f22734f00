"""Answers about the policies themselves: are they sound, and what would somebody be shown, and why."""

from pathlib import Path

import msgspec

from hub.domain.categories import Category
from hub.domain.codes import Agency, Label, PurposeCode, Role, SubjectKind
from hub.domain.permits import Verdict, Verdicts
from hub.errors import ConfigurationError
from hub.policy.cases import CaseResult, run_cases, unshown
from hub.policy.entities import disclosures, person
from hub.policy.facts import DECIDABLE, NO_LABELS, Facts, Subject, Terms
from hub.policy.policies import Policies
from hub.policy.purposes import PurposeRow

ASSUMPTION = (
    "Supposes that an agreement covering everything stands with every source, and that the family agreed where "
    "agreement is needed. A deployment's own agreements only ever narrow this."
)
_EVERYTHING = Terms(
    reference="supposed@1", in_force=True, covers_purpose=True, covers_recipient=True, covers=frozenset(DECIDABLE)
)
_HOLDERS = {category.agency for category in DECIDABLE}


class CheckReport(msgspec.Struct, frozen=True):
    """What ``check`` found. Sound when ``faults`` is empty."""

    version: str | None
    policies: int
    cases: tuple[CaseResult, ...]
    faults: tuple[str, ...]


class Supposition(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who might ask, and about whom."""

    roles: frozenset[Role]
    purpose: PurposeCode
    agency: Agency = Agency.SOCIAL_CARE
    subject: SubjectKind = SubjectKind.CHILD
    labels: frozenset[Label] = NO_LABELS
    glass_broken: bool = False


class Explained(msgspec.Struct, frozen=True):
    """One category's verdict with each deciding policy's sentence."""

    category: Category
    source_agency: Agency
    permitted: bool
    policies: tuple[tuple[str, str], ...]  # id, sentence
    stopped_by: tuple[str, ...] = ()


def check(folder: Path) -> CheckReport:
    """Parse, validate, name and try out the policies of a folder. Never raises for what is wrong with them."""
    try:
        policies = Policies.load(folder, None, ())
        results = run_cases(folder / "cases", policies.engine)
    except ConfigurationError as fault:
        return CheckReport(None, 0, (), (fault.message,))
    wrong = (f"{one.file}: {one.name} {one.fault}: {', '.join(one.policies)}" for one in results if one.fault)
    return CheckReport(policies.version, len(policies.notes), results, (*wrong, *unshown(policies.notes, results)))


def explain(policies: Policies, supposed: Supposition) -> tuple[Explained, ...]:
    """Every category's verdict, at a source of the agency that holds it."""
    row = policies.rows[supposed.purpose]
    return tuple(
        Explained(
            category=category,
            source_agency=category.agency or shared_at(row, supposed.agency),
            permitted=verdict.permitted,
            policies=tuple((policy, policies.says(policy)) for policy in verdict.policies),
            stopped_by=() if verdict.permitted else policies.grounds(verdict.policies),
        )
        for category, verdict in suppose(policies, supposed).items()
    )


def suppose(policies: Policies, supposed: Supposition, shared_by: Agency | None = None) -> Verdicts:
    """The verdicts that the running hub would give under ``ASSUMPTION``, each at a source of its category's agency.

    Categories that every agency's records share are decided at a source of ``shared_by``.
    """
    shared = shared_by or shared_at(policies.rows[supposed.purpose], supposed.agency)
    subject, asks = Subject(supposed.subject, supposed.labels), person(supposed.roles, supposed.agency)
    verdicts: dict[Category, Verdict] = {}
    for agency in Agency:
        held = [category for category in DECIDABLE if (category.agency or shared) is agency]
        requests = disclosures(_facts(supposed, agency), subject, held)
        verdicts |= zip(held, policies.engine.decide(asks, requests), strict=True)
    return {category: verdicts[category] for category in DECIDABLE}


def shared_at(row: PurposeRow, agency: Agency) -> Agency:
    """At which agency's source to show a category that all share: one's own if the purpose reaches it."""
    reached = [one for one in Agency if one in row.agencies and one in _HOLDERS]
    return agency if agency in reached else reached[0]


def _facts(supposed: Supposition, source_agency: Agency) -> Facts:
    return Facts(
        roles=supposed.roles,
        agency=supposed.agency,
        purpose=supposed.purpose,
        source_agency=source_agency,
        terms=_EVERYTHING,
        family_agreed=True,
        family_agreed_to_source=True,
        glass_broken=supposed.glass_broken,
    )
