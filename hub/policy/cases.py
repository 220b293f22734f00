"""The policies shown at work: questions with known answers, asked of the engine."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from hub.domain.acts import Action
from hub.domain.categories import Category
from hub.domain.codes import Agency, Label, PurposeCode, Role, SubjectKind
from hub.domain.permits import Verdict
from hub.errors import ConfigurationError
from hub.policy.engine import Engine, PolicyNote, Request
from hub.policy.entities import act, disclosures, partner_act, person
from hub.policy.facts import Facts, Partnering, Subject, Terms

ALLOW, DENY = "ALLOW", "DENY"


class AgreementCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An agreement in a case; left out, it covers everything."""

    exists: bool = True
    in_force: bool = True
    covers_purpose: bool = True
    covers_recipient: bool = True
    covers_category: bool = True
    denied: bool = False


class FamilyCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The family's agreement in a case; left out, there is none."""

    given: bool = False
    covers_source_agency: bool = False


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One question and which policies must decide it. ``policies/cases/README.md`` explains each field."""

    roles: frozenset[Role]
    decided_by: tuple[str, ...]
    near: tuple[str, ...] = ()
    agency: Agency = Agency.SOCIAL_CARE
    purpose: PurposeCode | None = None
    action: Action | None = None
    category: Category | None = None
    source_agency: Agency | None = None
    subject: SubjectKind = SubjectKind.CHILD
    labels: frozenset[Label] = frozenset()
    agreement: AgreementCase = AgreementCase()
    family: FamilyCase = FamilyCase()
    glass_broken: bool = False
    owner_release: bool = False
    own: bool = True
    partner: Partnering | None = None

    def __post_init__(self) -> None:
        if (self.action is None) == (self.category is None):
            raise ValueError("a case has either an action or a category")
        if self.category is not None and self.purpose is None:
            raise ValueError("a case about a category has a purpose")
        if self.partner is not None and self.action is None:
            raise ValueError("a case about a partner has an action")
        if not self.decided_by:
            raise ValueError("a case names what decides it")


class CaseResult(msgspec.Struct, frozen=True):
    """What the engine answered. ``fault`` is empty when that is what the case says."""

    name: str
    file: str
    expected: str  # ALLOW or DENY
    case: Case
    policies: tuple[str, ...]
    fault: str


def run_cases(folder: Path, engine: Engine) -> tuple[CaseResult, ...]:
    """Ask every case of ``folder``/ALLOW and ``folder``/DENY. Raises ConfigurationError for an unusable file."""
    return tuple(
        _answered(engine, expected, f"{expected}/{file.name}", name, case)
        for expected in (ALLOW, DENY)
        for file in sorted((folder / expected).glob("*.toml"))
        for name, case in _read(file).items()
    )


def unshown(notes: Mapping[str, PolicyNote], results: Iterable[CaseResult]) -> Iterator[str]:
    """Say which policies do not decide a case, and which have no near miss of one the other way."""
    results = tuple(results)
    for note in notes.values():
        here, there = (ALLOW, DENY) if note.effect == "permit" else (DENY, ALLOW)
        decided = [one.case for one in results if one.expected == here and note.id in one.case.decided_by]
        missed = [one.case for one in results if one.expected == there and note.id in one.case.near]
        if not decided:
            yield f"{note.id} decides no case in cases/{here}."
        elif not any(_one_fact_apart(case, miss) for case in decided for miss in missed):
            yield f"{note.id} has no near miss in cases/{there} that differs in one fact from a case it decides."


def _one_fact_apart(case: Case, miss: Case) -> bool:
    one, other = _told(case), _told(miss)
    return len([fact for fact in one.keys() | other.keys() if one.get(fact) != other.get(fact)]) == 1


def _told(case: Case) -> dict[str, object]:
    """Every fact of a case, each by itself."""
    facts = msgspec.structs.asdict(case) | {"decided_by": None, "near": None, "partner": case.partner is not None}
    return facts | (msgspec.structs.asdict(case.partner) if case.partner else {})


def _read(file: Path) -> dict[str, Case]:
    try:
        return msgspec.toml.decode(file.read_bytes(), type=dict[str, Case])
    except (OSError, msgspec.DecodeError, RecursionError) as fault:
        raise ConfigurationError(f"cases/{file.parent.name}/{file.name} is not usable: {fault}") from fault


def _answered(engine: Engine, expected: str, file: str, name: str, case: Case) -> CaseResult:
    verdict = _verdict(engine, case)
    return CaseResult(name, file, expected, case, verdict.policies, _fault(expected, case, verdict))


def _verdict(engine: Engine, case: Case) -> Verdict:
    requests: list[Request] = []
    if case.category is not None and case.purpose is not None:
        facts = _facts(case, case.category, case.purpose)
        requests = disclosures(facts, Subject(case.subject, case.labels), (case.category,))
    elif case.action is not None and case.partner is not None:
        requests = [partner_act(case.action, case.partner)]
    elif case.action is not None:
        requests = [act(case.action, case.purpose, own=case.own, labels=case.labels)]
    return engine.decide(person(case.roles, case.agency), requests)[0]


def _fault(expected: str, case: Case, verdict: Verdict) -> str:
    if verdict.permitted != (expected == ALLOW):
        return "is permitted" if verdict.permitted else "is denied"
    if set(verdict.policies) != set(case.decided_by):
        return "is decided by other policies"
    if set(verdict.policies) & set(case.near):
        return "is decided by the policy that it is meant to miss"
    return ""


def _facts(case: Case, category: Category, purpose: PurposeCode) -> Facts:
    agreement = case.agreement
    return Facts(
        roles=case.roles,
        agency=case.agency,
        purpose=purpose,
        source_agency=case.source_agency or category.agency or Agency.SOCIAL_CARE,
        terms=Terms(
            reference="case@1" if agreement.exists else None,
            in_force=agreement.in_force,
            covers_purpose=agreement.covers_purpose,
            covers_recipient=agreement.covers_recipient,
            covers=frozenset({category}) if agreement.covers_category else frozenset(),
            denies=frozenset({category}) if agreement.denied else frozenset(),
        ),
        family_agreed=case.family.given,
        family_agreed_to_source=case.family.covers_source_agency,
        glass_broken=case.glass_broken,
        owner_release=case.owner_release,
    )
