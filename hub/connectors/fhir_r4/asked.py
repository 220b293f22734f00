"""Which searches a set of categories needs: no resource is asked for that no category wants."""

import msgspec

from hub.connectors.fhir_r4.codes import FLAGS, PREGNANCY
from hub.connectors.fhir_r4.meanings import Meanings
from hub.domain.categories import Category

Query = tuple[tuple[str, str], ...]

_PAGE = "100"  # resources on one page; a server may send fewer


class Search(msgspec.Struct, frozen=True):
    """One search of one resource type."""

    resource: str
    query: Query


class _Rule(msgspec.Struct, frozen=True):
    """``whole`` categories need every resource of the type; ``some`` need those that fit one parameter."""

    resource: str
    whole: frozenset[Category]
    some: tuple[tuple[Category, str, str], ...] = ()
    always: Query = ()


def _codes_of(meanings: Meanings, category: Category) -> str:
    return ",".join(f"{system}|{code}" for (system, code), one in meanings.items() if one.category is category)


_T4 = frozenset({Category.HEALTH_SEXUAL, Category.HEALTH_GENDER_HISTORY, Category.HEALTH_THERAPY})
_SUMMARY = frozenset({Category.HEALTH_SUMMARY})
_ALERTS = frozenset({Category.HEALTH_CP_IS, Category.HEALTH_SAFEGUARDING_FLAG})

_RULES = (
    _Rule("Flag", _ALERTS | _SUMMARY),
    _Rule("CarePlan", frozenset({Category.HEALTH_CP_IS, Category.HEALTH_INVOLVEMENT}) | _SUMMARY | _T4),
    _Rule("Encounter", _SUMMARY | _T4, some=((Category.HEALTH_AE_ATTENDANCES, "class", "EMER"),)),
    _Rule("Appointment", frozenset({Category.HEALTH_WAS_NOT_BROUGHT}), always=(("status", "noshow"),)),
    _Rule(
        "Condition",
        _SUMMARY | _T4,
        some=(
            (Category.HEALTH_PREGNANCY, "code", _codes_of(PREGNANCY, Category.HEALTH_PREGNANCY)),
            (Category.HEALTH_SAFEGUARDING_FLAG, "code", _codes_of(FLAGS, Category.HEALTH_SAFEGUARDING_FLAG)),
            (Category.HEALTH_CP_IS, "code", _codes_of(FLAGS, Category.HEALTH_CP_IS)),
        ),
    ),
    _Rule("Immunization", _SUMMARY),
    _Rule("AllergyIntolerance", _SUMMARY),
    _Rule("Observation", _SUMMARY | _T4),
    _Rule("Procedure", _SUMMARY | _T4),
    _Rule("EpisodeOfCare", frozenset({Category.HEALTH_INVOLVEMENT}) | _T4),
    _Rule("CareTeam", frozenset({Category.HEALTH_INVOLVEMENT})),
    _Rule("RelatedPerson", frozenset({Category.HEALTH_FAMILY})),
    _Rule("FamilyMemberHistory", frozenset({Category.HEALTH_PARENTAL})),
)


def searches_for(patient_id: str, categories: frozenset[Category]) -> tuple[Search, ...]:
    """The searches for one patient, as narrow as the categories allow."""
    found = ((rule, _narrowing(rule, categories)) for rule in _RULES)
    return tuple(
        Search(rule.resource, (("patient", f"Patient/{patient_id}"), *rule.always, *narrowing, ("_count", _PAGE)))
        for rule, narrowing in found
        if narrowing is not None
    )


def _narrowing(rule: _Rule, categories: frozenset[Category]) -> Query | None:
    """Parameters that narrow a search; none for the whole, None where no category wants the type at all."""
    if categories & rule.whole:
        return ()
    values: dict[str, list[str]] = {}
    for category, name, value in rule.some:
        if category in categories:
            values.setdefault(name, []).append(value)
    return tuple((name, ",".join(wanted)) for name, wanted in values.items()) or None
