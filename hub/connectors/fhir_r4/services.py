"""Health services, the people around a child and how they are related: codes in our words."""

from collections.abc import Mapping

from hub.connectors.fhir_r4.meanings import SNOMED, Meaning, Meanings
from hub.domain.categories import Category
from hub.domain.codes import Label, SubjectKind

_INVOLVED = Category.HEALTH_INVOLVEMENT
_SEXUAL = frozenset({Label.SEXUAL_HEALTH})


def _services(kind: str, label: str, *codes: str) -> Meanings:
    return {(SNOMED, code): Meaning(kind, label, _INVOLVED) for code in codes}


def _restricted(label: str, category: Category, labels: frozenset[Label], *codes: str) -> Meanings:
    kind = f"hub:{category.removeprefix('health.')}"
    return {(SNOMED, code): Meaning(kind, label, category, 0, labels) for code in codes}


SERVICES: Meanings = {
    **_services("hub:health-visiting", "Health visiting", "1078501000000104", "1326391000000100"),
    **_services("CAMHS-plan", "Child and adolescent mental health services", "310117003"),
    **_services("hub:midwifery", "Midwifery", "714088003", "714089006"),
    **_services("hub:school-nursing", "School nursing", "931821000000105"),
    **_services("hub:community-paediatrics", "Community paediatrics", "310067008", "788127005"),
    **_services("hub:paediatrics", "Paediatrics", "310066004"),
    **_services("hub:speech-therapy", "Speech and language therapy", "310104001", "310101009"),
    **_services("hub:safeguarding-team", "Safeguarding children team", "1326421000000106"),
    **_services("hub:psychology", "Clinical psychology", "893381000000103", "310123008"),
    **_services("hub:gp-registration", "General practice", "788007007"),
    **_restricted(
        "Sexual and reproductive health",
        Category.HEALTH_SEXUAL,
        _SEXUAL,
        "788122004",
        "1240241000000109",
        "830039004",
        "310062002",
        "310031001",
    ),
    **_restricted(
        "Gender identity service", Category.HEALTH_GENDER_HISTORY, frozenset({Label.GENDER_HISTORY}), "896974005"
    ),
    **_restricted("Therapy", Category.HEALTH_THERAPY, frozenset(), "310124002", "310026003", "310027007"),
}

_ROLE_CODE = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
_UK_ROLES = (
    "https://fhir.nhs.uk/R4/CodeSystem/UKCore-AdditionalRelatedPersonRole",
    "https://fhir.hl7.org.uk/CodeSystem/UKCore-AdditionalRelatedPersonRole",
    "https://fhir.hl7.org.uk/CodeSystem/UKCore-AdditionalPersonRelationshipRole",
)
_ADULT, _CHILD = SubjectKind.NETWORK_ADULT, SubjectKind.NETWORK_CHILD

_FAMILY = {
    "MTH": "mother",
    "NMTH": "mother",
    "FTH": "father",
    "NFTH": "father",
    "PRN": "parent",
    "NPRN": "parent",
    "STPMTH": "step-mother",
    "STPFTH": "step-father",
    "STPPRN": "step-parent",
    "PRNFOST": "foster-carer",
    "MTHFOST": "foster-carer",
    "FTHFOST": "foster-carer",
    "ADOPTP": "adoptive parent",
    "GUARD": "guardian",
    "GRPRN": "grandparent",
    "GRMTH": "grandparent",
    "GRFTH": "grandparent",
    "AUNT": "aunt",
    "UNCLE": "uncle",
    "SPS": "partner",
    "DOMPART": "partner",
}
_YOUNG = {
    "SIB": "sibling",
    "NSIB": "sibling",
    "BRO": "sibling",
    "SIS": "sibling",
    "NBRO": "sibling",
    "NSIS": "sibling",
    "TWIN": "twin",
    "HSIB": "half-sibling",
    "HBRO": "half-sibling",
    "HSIS": "half-sibling",
    "STPSIB": "step-sibling",
    "STPBRO": "step-sibling",
    "STPSIS": "step-sibling",
    "CHILD": "child",
    "SON": "child",
    "DAU": "child",
}

# The word for a relationship, and whom to take the person for while no birth date says better.
RELATIONSHIPS: Mapping[tuple[str, str], tuple[str, SubjectKind]] = {
    **{(_ROLE_CODE, code): (word, _ADULT) for code, word in _FAMILY.items()},
    **{(_ROLE_CODE, code): (word, _CHILD) for code, word in _YOUNG.items()},
    **{(system, "Guardian"): ("guardian", _ADULT) for system in _UK_ROLES},
    **{(system, "Personal"): ("personal relationship", _ADULT) for system in _UK_ROLES},
    ("http://terminology.hl7.org/CodeSystem/v2-0131", "C"): ("emergency contact", _ADULT),
    ("http://terminology.hl7.org/CodeSystem/v2-0131", "N"): ("next of kin", _ADULT),
}
UNKNOWN_RELATIONSHIP = ("related person", _ADULT)
