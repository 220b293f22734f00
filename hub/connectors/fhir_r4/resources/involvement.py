"""EpisodeOfCare and CareTeam: which health services work with the child, and whom to phone there."""

from collections.abc import Iterator
from typing import Any

from hub.connectors.fhir_r4.chart import Chart
from hub.connectors.fhir_r4.dates import Span, span
from hub.connectors.fhir_r4.elements import Json, code, line, part, parts, target, wording
from hub.connectors.fhir_r4.meanings import UNMAPPED, Meaning, meaning
from hub.connectors.fhir_r4.sensitivity import moved
from hub.connectors.fhir_r4.services import SERVICES
from hub.connectors.fhir_r4.staff import organisation_name, professional
from hub.domain.categories import Category
from hub.domain.records import AnyRecord, RelatedProfessional, ServiceEpisode

_NOT_BEGUN = frozenset({"planned", "proposed", "cancelled", "entered-in-error"})
_STAFF = 20  # professionals of one episode


def episode_of_care(resource: Json, chart: Chart) -> Iterator[AnyRecord]:
    """A period in which a service works with the child."""
    yield from _episode(resource, resource.get("type"), "EpisodeOfCare.type", chart)


def care_team(resource: Json, chart: Chart) -> Iterator[AnyRecord]:
    """A team around the child, unless an episode or a plan has told of it already."""
    if ("CareTeam", str(resource.get("id"))) not in chart.pointed_at:
        yield from _episode(resource, resource.get("category"), "CareTeam.category", chart)


def episode_of(told: Meaning, period: Span, resource: Json, chart: Chart) -> ServiceEpisode:
    """The episode that a resource tells of."""
    teams = tuple(_teams(resource, chart))
    return ServiceEpisode(
        category=Category.HEALTH_INVOLVEMENT,
        labels=told.labels,
        type=told.type,
        label=told.label if told.type != UNMAPPED else "A health service works with this person",
        service=_service_name(told, resource, teams),
        organisation=_organisation(resource, teams, chart),
        professionals=tuple(_professionals(resource, teams, chart))[:_STAFF],
        start=period.start,
        end=period.end,
    )


def _episode(resource: Json, concept: Any, place: str, chart: Chart) -> Iterator[AnyRecord]:
    if code(resource.get("status")) in _NOT_BEGUN:
        chart.tally.add(f"{place.split('.', 1)[0]}.status:not-begun")
        return
    told = meaning(concept, place, SERVICES, chart.tally)
    episode = episode_of(told, span(resource.get("period")), resource, chart)
    yield moved(episode, told.category) if told.restricted and told.category else episode


def _teams(resource: Json, chart: Chart) -> Iterator[Json]:
    if resource.get("resourceType") == "CareTeam":
        yield resource
    for name in ("team", "careTeam"):
        yield from (found for one in parts(resource.get(name)) if (found := chart.look_up(one, resource)))


def _service_name(told: Meaning, resource: Json, teams: tuple[Json, ...]) -> str:
    named = (line(team.get("name")) for team in teams)
    known = told.label if told.type != UNMAPPED else None
    return known or next((name for name in named if name), None) or line(resource.get("title")) or "Not named"


def _organisation(resource: Json, teams: tuple[Json, ...], chart: Chart) -> str:
    for one in (resource, *teams):
        for pointer in parts(one.get("managingOrganization")):
            name = organisation_name(chart.look_up(pointer, one), chart) or line(pointer.get("display"))
            if name:
                return name
    return next((name for team in teams if (name := line(team.get("name")))), "Not named")


def _professionals(resource: Json, teams: tuple[Json, ...], chart: Chart) -> Iterator[RelatedProfessional]:
    for pointer in parts(resource.get("careManager")):
        found = chart.look_up(pointer, resource)
        if found or line(pointer.get("display")):
            yield _named(professional(found, None, chart), pointer)
    for team in teams:
        for member in parts(team.get("participant")):
            pointer = part(member, "member")
            about = target(pointer)
            if about is None or about[0] in {"Practitioner", "PractitionerRole"}:
                role = wording(member.get("role"))
                yield _named(professional(chart.look_up(pointer, team), role, chart), pointer)
        if not any(True for _ in parts(team.get("participant"))) and team.get("telecom"):
            yield professional(team, None, chart)


def _named(one: RelatedProfessional, pointer: Json) -> RelatedProfessional:
    if one.name is not None:
        return one
    return RelatedProfessional(name=line(pointer.get("display")), role=one.role, contact=one.contact)
