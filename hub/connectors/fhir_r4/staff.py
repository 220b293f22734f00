"""Professionals and organisations, and how to reach them."""

from hub.connectors.fhir_r4.chart import Chart
from hub.connectors.fhir_r4.elements import Json, line, wording
from hub.connectors.fhir_r4.identity import full_name, phones
from hub.domain.records import RelatedProfessional


def professional(found: Json, role: str | None, chart: Chart) -> RelatedProfessional:
    """A Practitioner, a PractitionerRole or a team, as somebody to phone. ``role`` says more than the resource does."""
    holder = chart.look_up(found.get("practitioner"), found) if found.get("resourceType") == "PractitionerRole" else {}
    name = full_name(holder) or full_name(found) or line(found.get("name"))
    contact = next((number for one in (found, holder) for number in phones(one)), None)
    return RelatedProfessional(name=name, role=role or wording(found.get("code")), contact=contact)


def organisation_name(found: Json, chart: Chart) -> str | None:
    """The name of an Organization, or of the one that a PractitionerRole works for."""
    if found.get("resourceType") == "PractitionerRole":
        found = chart.look_up(found.get("organization"), found)
    return line(found.get("name")) if found.get("resourceType") in {"Organization", "CareTeam"} else None
