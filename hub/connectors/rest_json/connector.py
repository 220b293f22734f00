"""``rest_json``: any REST system that answers JSON, spoken to as its mapping file says."""

from functools import partial

from hub.connectors.manifest import Manifest
from hub.connectors.mapping import RecordMapping
from hub.connectors.rest_json.adults import Adults
from hub.connectors.rest_json.calls import Caller
from hub.connectors.rest_json.credentials import credentials
from hub.connectors.rest_json.declared import Fetch, Rest
from hub.connectors.rest_json.script import Script, compile_script
from hub.connectors.rest_json.searches import local_id
from hub.connectors.rest_json.second_round import Around, Results, SecondRound
from hub.connectors.rest_json.together import together
from hub.domain.answers import Fetched
from hub.domain.categories import Category
from hub.domain.deadline import Deadline
from hub.domain.identifiers import LocalId
from hub.domain.people import Found, LinkedPerson
from hub.domain.principals import Principal
from hub.domain.searching import CannotSearch, Probe, TooManyFound
from hub.errors import ConfigurationError
from hub.outbound import PartnerHttp


class RestJson:
    """A ``Connector``. Everything particular to the partner stands in its manifest and mapping."""

    def __init__(self, manifest: Manifest, mapping: RecordMapping, secret: str | None) -> None:
        """Raises ConfigurationError when manifest and mapping do not fit together."""
        self._mapping, self._most = mapping, manifest.limits.max_found
        self._script: Script = compile_script(
            mapping.file, mapping.section(Rest), manifest.search, manifest.network_search
        )
        try:
            self._http = PartnerHttp(
                manifest.endpoint, max_bytes=manifest.limits.max_bytes, concurrency=manifest.limits.concurrency
            )
        except ValueError as fault:
            raise ConfigurationError(f"The manifest of {manifest.id} is not usable: {fault}.") from fault
        proof = credentials(self._http, manifest.authentication, secret)
        self._caller = Caller(self._http, proof, manifest.limits.max_pages, self._script.judging)
        self._second_round = SecondRound(self._script, self._caller)
        self._adults = Adults(self._script, mapping, self._caller)

    async def find(self, probe: Probe, deadline: Deadline) -> tuple[Found, ...]:  # noqa: ARG002 - the caller holds it
        """Search as the mapping says for these keys."""
        search = self._script.searches.get(probe.keys)
        if search is None:
            raise CannotSearch
        values = {str(key): str(value) for key, value in probe.values.items()}
        found = search.found(await self._caller.result(search.call, values, most=self._most))
        if len(found) > self._most:
            raise TooManyFound
        return found

    async def fetch(
        self,
        person: LinkedPerson,
        categories: frozenset[Category],
        deadline: Deadline,
        asker: Principal | None = None,
    ) -> Fetched | None:
        """Ask for what records of these categories are made from, and who the replies are about; map the replies."""
        once, each, fans = self._script.needed(self._mapping.sources_for(categories))
        results = await self._about_the_person(once, person.local_id)
        who = results[self._script.who.name]
        if who is None:
            return None
        said = local_id(self._script.local_id((who, who, None)))
        around = Around()
        if fans and said == person.local_id:  # around somebody else nothing is asked; the caller raises the alarm
            around = await self._second_round.over(each, results, said, deadline, asker)
        mapped = self._mapping.apply(results | around.results, categories)
        return Fetched(
            local_id=said,
            attributes=mapped.attributes,
            records=mapped.records,
            labels=mapped.labels,
            unmapped={**mapped.unmapped, **around.unmapped},
            withheld=around.withheld,
            around=around.numbered(mapped.people),
        )

    async def find_adults(self, probe: Probe, deadline: Deadline) -> tuple[Found, ...]:  # noqa: ARG002 - one call
        """Adults who fit every value of the probe."""
        return await self._adults.find(probe)

    async def fetch_adult(
        self,
        local_id: LocalId,
        categories: frozenset[Category],
        deadline: Deadline,
        asker: Principal | None = None,
    ) -> Fetched | None:
        """Records of one adult by their own identifier; the source's access check comes first."""
        return await self._adults.fetch(local_id, categories, deadline, asker)

    async def close(self) -> None:
        """Give back connections."""
        await self._http.close()

    async def _about_the_person(self, calls: tuple[Fetch, ...], identifier: str) -> Results:
        """The first round: every needed request that is made once."""
        replies = await together([partial(self._caller.result, call, {"local_id": identifier}) for call in calls])
        return {call.name: reply for call, reply in zip(calls, replies, strict=True)}
