"""Who joins in the tests of onboarding: people, a manifest and an agreement."""

from datetime import date
from typing import Any

from hub.domain.codes import Agency, PurposeCode, Role
from hub.domain.identifiers import SourceId
from hub.domain.principals import Principal

SCHOOLS = SourceId("schools")


def _person(name: str, agency: Agency, *roles: Role, sources: frozenset[SourceId] = frozenset()) -> Principal:
    return Principal(name, f"Name of {name}", agency, frozenset(roles), sources=sources)


PEOPLE = {
    one.id: one
    for one in (
        _person("school-admin", Agency.EDUCATION, Role.CONNECTOR_ADMIN),
        _person("school-system", Agency.EDUCATION, Role.PARTNER_SYSTEM, sources=frozenset({SCHOOLS})),
        _person("another-system", Agency.EDUCATION, Role.PARTNER_SYSTEM, sources=frozenset({SourceId("nurseries")})),
        _person("school-rep", Agency.EDUCATION, Role.PARTNER_REP),
        _person("clinic-admin", Agency.HEALTH, Role.CONNECTOR_ADMIN),
        _person("hub-admin", Agency.SOCIAL_CARE, Role.CONNECTOR_ADMIN),
        _person("ig-lead", Agency.SOCIAL_CARE, Role.IG_LEAD),
        _person("ig-and-admin", Agency.SOCIAL_CARE, Role.IG_LEAD, Role.CONNECTOR_ADMIN),
        _person("dpo", Agency.SOCIAL_CARE, Role.DPO),
        _person("guardian", Agency.HEALTH, Role.CALDICOTT_GUARDIAN),
        _person("auditor", Agency.SOCIAL_CARE, Role.AUDITOR),
        _person("worker", Agency.SOCIAL_CARE, Role.MASH_SOCIAL_WORKER),
    )
}
MANIFEST = """
id = "schools"
name = "Schools of Exampleshire"
agency = "education"
kind = "fhir_r4"
endpoint = "https://schools.example/fhir"
contact = "Admissions desk, 01632 960077"
coverage = "Pupils of maintained schools since 2015, live"
search = [["family_name", "birth_date"]]
categories = ["identity.name", "identity.birth-date", "education.school", "education.attendance"]
version = 1
owner = "Exampleshire County Council"

[contacts]
office_hours = { name = "Data desk", phone = "01632 960078", hours = "9:00-17:00" }
out_of_hours = { name = "Duty engineer", phone = "01632 960079", hours = "24 hours" }

[covers]
areas = ["Exampleshire"]
ages = [4, 18]
since = 2015-09-01
freshness = "live"

[[test_people]]
expect = "known"
search = { family_name = "Testperson", birth_date = "2014-03-02" }
categories = ["education.school"]

[[test_people]]
expect = "unknown"
search = { family_name = "Nobodyhere", birth_date = "2014-03-02" }

[authentication]
kind = "bearer"
secret = "schools"
"""


def manifest(version: int = 1, **changes: str) -> str:
    """The document, with lines replaced by their field."""
    lines = MANIFEST.replace("version = 1", f"version = {version}").splitlines()
    told = [next((f"{k} = {v}" for k, v in changes.items() if line.startswith(f"{k} = ")), line) for line in lines]
    return "\n".join(told)


def agreement_document(version: int) -> dict[str, Any]:
    """An agreement that gives much of what the manifest names."""
    return {
        "id": "schools-mash",
        "version": version,
        "source": SCHOOLS,
        "source_agency": Agency.EDUCATION,
        "purposes": list(PurposeCode),
        "mode": "content",
        "tiers": ["T0", "T1", "T2"],
        "recipients": {"roles": list(Role)},
        "valid_from": date(2026, 1, 1),
        "valid_until": date(2026, 12, 31),
        "review_date": date(2026, 10, 1),
        "signatories": [{"name": "A. Example", "role": "head", "organisation": "Example", "signed_on": "2025-12-01"}],
    }
