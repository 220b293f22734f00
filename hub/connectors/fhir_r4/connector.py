"""The ``fhir_r4`` connector: finding a patient and fetching what the question may know of them."""

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any, TypeVar

from hub.connectors.fhir_r4.asked import Search, searches_for
from hub.connectors.fhir_r4.chart import missing
from hub.connectors.fhir_r4.elements import Json, parts, resource_id
from hub.connectors.fhir_r4.identity import attributes
from hub.connectors.fhir_r4.mapping import map_resources
from hub.connectors.fhir_r4.patients import Patients
from hub.connectors.fhir_r4.search import FhirServer
from hub.connectors.manifest import Manifest
from hub.domain.answers import Fetched, SourceFailed
from hub.domain.categories import Category
from hub.domain.codes import AnswerState
from hub.domain.deadline import Deadline
from hub.domain.identifiers import LocalId
from hub.domain.people import Found, LinkedPerson
from hub.domain.principals import Principal
from hub.domain.searching import Probe
from hub.errors import ConfigurationError
from hub.outbound import PartnerHttp

_ROUNDS = 2  # of asking for what resources point at: a role, then the person in it
_SUPPORTING_IDS = 50  # of one type in one round
Result = TypeVar("Result")


class FhirR4:
    """One FHIR R4 server. Make it inside a running event loop."""

    def __init__(self, manifest: Manifest, secret: str | None) -> None:
        self._manifest = manifest
        limits = manifest.limits
        self._http = PartnerHttp(manifest.endpoint, max_bytes=limits.max_bytes, concurrency=limits.concurrency)
        headers, traced = _headers(manifest, secret), manifest.search_style == "pds"
        self._server = FhirServer(self._http, manifest.endpoint, headers, limits.max_pages, counts_requests=traced)
        self._patients = Patients(manifest, self._server)

    async def find(self, probe: Probe, deadline: Deadline) -> tuple[Found, ...]:
        """Patients who fit every value of the probe."""
        return await self._patients.find(probe, deadline)

    async def fetch(
        self,
        person: LinkedPerson,
        categories: frozenset[Category],
        deadline: Deadline,
        asker: Principal | None = None,  # noqa: ARG002 - this kind limits nobody by name
    ) -> Fetched | None:
        """The patient and what the categories need, searched for all at once."""
        id_ = resource_id(person.local_id)
        if id_ is None:
            raise SourceFailed(AnswerState.BAD_DATA, "was linked under an identifier that it cannot have given")
        patient, *results = await _together(
            self._server.read("Patient", id_),
            *(self._server.search(search, deadline) for search in searches_for(id_, categories)),
        )
        if patient is None:
            return None
        resources = [patient, *(one for result in results for one in result)]
        if patient.get("id") != id_ and self._manifest.search_style == "pds":
            return None  # superseded: the record that was linked to is no more
        if patient.get("id") != id_:
            # Another patient's record: only whom it says it is about goes on, so that it can be quarantined.
            return Fetched(LocalId(str(patient.get("id"))), attributes(patient), ())
        _refuse_merged(patient)
        return self._fetched(id_, await self._with_supporting(resources, categories, deadline), categories)

    async def close(self) -> None:
        """Give back connections."""
        await self._http.close()

    def _fetched(self, id_: str, resources: list[Any], categories: frozenset[Category]) -> Fetched:
        now = datetime.now(UTC)
        mapped = map_resources(_asked_of(resources, categories), id_, categories, today=now.date())
        if mapped.strangers:
            raise SourceFailed(AnswerState.BAD_DATA, "sent records that are not about this child; none was used")
        return Fetched(
            local_id=LocalId(id_),
            attributes=mapped.attributes,
            records=mapped.records,
            labels=mapped.labels,
            unmapped=mapped.unmapped,
            as_of=now,
            withheld=mapped.withheld,
        )

    async def _with_supporting(
        self, resources: list[Any], categories: frozenset[Category], deadline: Deadline
    ) -> list[Any]:
        """The resources, and the people, teams and organisations that those of use point at."""
        if categories.isdisjoint(_NAMING):
            return resources
        for _ in range(_ROUNDS):
            ids = missing(_pointing(resources, categories))
            searches = [_by_ids(kind, sorted(some)[:_SUPPORTING_IDS]) for kind, some in sorted(ids.items())]
            results = await _together(*(self._server.search(search, deadline) for search in searches))
            sent = [one for result in results for one in result]
            if not sent:
                break
            resources = [*resources, *sent]
        return resources


_NAMING = frozenset(
    {
        Category.HEALTH_GP,
        Category.HEALTH_INVOLVEMENT,
        Category.HEALTH_CP_IS,
        Category.HEALTH_AE_ATTENDANCES,
        Category.HEALTH_SUMMARY,
    }
)


def _pointing(resources: list[Any], categories: frozenset[Category]) -> list[Json]:
    """The resources whose pointers matter: the patient's own are only those to the GP."""
    usable = [one for one in resources if isinstance(one, dict)]
    if Category.HEALTH_GP in categories:
        return [
            {**one, "managingOrganization": None} if one.get("resourceType") == "Patient" else one for one in usable
        ]
    return [{"resourceType": "Patient"} if one.get("resourceType") == "Patient" else one for one in usable]


def _asked_of(resources: list[Any], categories: frozenset[Category]) -> list[Any]:
    """The resources without the patient's pointers to a GP that nobody asked for, and so nobody looked up."""
    if Category.HEALTH_GP in categories:
        return resources
    return [
        {**one, "generalPractitioner": None} if isinstance(one, dict) and one.get("resourceType") == "Patient" else one
        for one in resources
    ]


def _by_ids(kind: str, ids: list[str]) -> Search:
    return Search(kind, (("_id", ",".join(ids)), ("_count", str(len(ids)))))


def _headers(manifest: Manifest, secret: str | None) -> dict[str, str]:
    authentication, accepted = manifest.authentication, {"Accept": "application/fhir+json"}
    if authentication.kind == "none":
        return accepted
    if not secret:
        raise ConfigurationError(f"Source {manifest.id} needs its secret {authentication.secret}.")
    if authentication.kind == "bearer":
        return {**accepted, "Authorization": f"Bearer {secret}"}
    if authentication.kind == "api-key":
        return {**accepted, authentication.header: secret}
    raise ConfigurationError(f"Source {manifest.id}: a fhir_r4 connector cannot sign in by {authentication.kind}.")


def _refuse_merged(patient: Json) -> None:
    if any(link.get("type") == "replaced-by" for link in parts(patient.get("link"))):
        raise SourceFailed(AnswerState.BAD_DATA, "has merged this record into another; find the child again")


async def _together(*reads: Coroutine[Any, Any, Result]) -> list[Any]:
    """All at once. The first failure cancels the others and leaves on its own."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(read) for read in reads]
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None
    return [task.result() for task in tasks]
