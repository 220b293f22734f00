"""Which searches a set of categories needs: no resource is asked for that no category wants."""

import msgspec

from hub.connectors.fhir_r4.codes import FLAGS, PREGNANCY
from hub.connectors.fhir_r4.meanings import Meanings
from hub.domain.categories import Category as C

Query = tuple[tuple[str, str], ...]

_PAGE = "100"  # resources on one page; a server may send fewer


class Search(msgspec.Struct, frozen=True):
    """One search of one resource type."""

    resource: str
    query: Query


class _Rule(msgspec.Struct, frozen=True):
    """``whole`` categories need every resource of the type; ``some`` need those that fit one parameter."""

    resource: str
    whole: frozenset[C]
    some: tuple[tuple[C, str, str], ...] = ()
    always: Query = ()


def _codes_of(meanings: Meanings, category: C) -> str:
    return ",".join(f"{system}|{code}" for (system, code), one in meanings.items() if one.category is category)


_T4 = frozenset({C.HEALTH_SEXUAL, C.HEALTH_GENDER_HISTORY, C.HEALTH_THERAPY})
_SUMMARY = frozenset({C.HEALTH_SUMMARY})
_ALERTS = frozenset({C.HEALTH_CP_IS, C.HEALTH_SAFEGUARDING_FLAG})

_RULES = (
    _Rule("Flag", _ALERTS | _SUMMARY),
    _Rule("CarePlan", frozenset({C.HEALTH_CP_IS, C.HEALTH_INVOLVEMENT}) | _SUMMARY | _T4),
    _Rule("Encounter", _SUMMARY | _T4, some=((C.HEALTH_AE_ATTENDANCES, "class", "EMER"),)),
    _Rule("Appointment", frozenset({C.HEALTH_WAS_NOT_BROUGHT}), always=(("status", "noshow"),)),
    _Rule(
        "Condition",
        _SUMMARY | _T4,
        some=(
            (C.HEALTH_PREGNANCY, "code", _codes_of(PREGNANCY, C.HEALTH_PREGNANCY)),
            (C.HEALTH_SAFEGUARDING_FLAG, "code", _codes_of(FLAGS, C.HEALTH_SAFEGUARDING_FLAG)),
            (C.HEALTH_CP_IS, "code", _codes_of(FLAGS, C.HEALTH_CP_IS)),
        ),
    ),
    _Rule("Immunization", _SUMMARY),
    _Rule("AllergyIntolerance", _SUMMARY),
    _Rule("Observation", _SUMMARY | _T4),
    _Rule("Procedure", _SUMMARY | _T4),
    _Rule("EpisodeOfCare", frozenset({C.HEALTH_INVOLVEMENT}) | _T4),
    _Rule("CareTeam", frozenset({C.HEALTH_INVOLVEMENT})),
    _Rule("RelatedPerson", frozenset({C.HEALTH_FAMILY})),
    _Rule("FamilyMemberHistory", frozenset({C.HEALTH_PARENTAL})),
)


def searches_for(patient_id: str, categories: frozenset[C]) -> tuple[Search, ...]:
    """The searches for one patient, as narrow as the categories allow."""
    found = ((rule, _narrowing(rule, categories)) for rule in _RULES)
    return tuple(
        Search(rule.resource, (("patient", patient_id), *rule.always, *narrowing, ("_count", _PAGE)))
        for rule, narrowing in found
        if narrowing is not None
    )


def _narrowing(rule: _Rule, categories: frozenset[C]) -> Query | None:
    """Parameters that narrow a search; none for the whole, None where no category wants the type at all."""
    if categories & rule.whole:
        return ()
    values: dict[str, list[str]] = {}
    for category, name, value in rule.some:
        if category in categories:
            values.setdefault(name, []).append(value)
    return tuple((name, ",".join(wanted)) for name, wanted in values.items()) or None
