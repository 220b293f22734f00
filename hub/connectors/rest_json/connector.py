"""``rest_json``: any REST system that answers JSON, spoken to as its mapping file says."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import msgspec

from hub.connectors.connector import CannotSearch
from hub.connectors.manifest import Manifest
from hub.connectors.mapping import Fanned, RecordMapping
from hub.connectors.rest_json.calls import Caller
from hub.connectors.rest_json.credentials import credentials
from hub.connectors.rest_json.declared import Fetch, Rest
from hub.connectors.rest_json.related import Each
from hub.connectors.rest_json.script import Script, compile_script
from hub.connectors.rest_json.searches import local_id
from hub.connectors.rest_json.together import together
from hub.domain.answers import Fetched, SourceFailed
from hub.domain.categories import Category
from hub.domain.codes import AnswerState
from hub.domain.deadline import Deadline
from hub.domain.people import Found, LinkedPerson, PersonReference
from hub.errors import ConfigurationError
from hub.outbound import PartnerHttp

Results = dict[str, Any]


class Around(msgspec.Struct, frozen=True):
    """What the second round brought."""

    results: Results = {}
    withheld: tuple[str, ...] = ()
    unmapped: Mapping[str, int] = {}


class RestJson:
    """A ``Connector``. Everything particular to the partner stands in its manifest and mapping."""

    def __init__(self, manifest: Manifest, mapping: RecordMapping, secret: str | None) -> None:
        """Raises ConfigurationError when manifest and mapping do not fit together."""
        self._mapping = mapping
        self._script: Script = compile_script(mapping.file, mapping.section(Rest), manifest.search)
        try:
            self._http = PartnerHttp(
                manifest.endpoint, max_bytes=manifest.limits.max_bytes, concurrency=manifest.limits.concurrency
            )
        except ValueError as fault:
            raise ConfigurationError(f"The manifest of {manifest.id} is not usable: {fault}.") from fault
        proof = credentials(self._http, manifest.authentication, secret)
        self._caller = Caller(self._http, proof, manifest.limits.max_pages)

    async def find(self, reference: PersonReference, deadline: Deadline) -> tuple[Found, ...]:
        """Search by the manifest's key sets in order, as far as the reference has them, until one finds anybody."""
        searched = False
        for search in self._script.searches:
            values = search.values(reference)
            if values is None:
                continue
            if searched:
                _refuse_if_over(deadline)
            searched = True
            if found := search.found(await self._caller.result(search.call, values)):
                return found
        if not searched:
            raise CannotSearch
        return ()

    async def fetch(self, person: LinkedPerson, categories: frozenset[Category], deadline: Deadline) -> Fetched | None:
        """Ask for what records of these categories are made from, and who the replies are about; map the replies."""
        once, each, fans = self._script.needed(self._mapping.sources_for(categories))
        results = await self._about_the_person(once, person.local_id)
        who = results[self._script.who.name]
        if who is None:
            return None
        said = local_id(self._script.local_id((who, who, None)))
        around = Around()
        if fans and said == person.local_id:  # around somebody else nothing is asked; the caller raises the alarm
            around = await self._around(each, results, said, deadline)
        mapped = self._mapping.apply(results | around.results, categories)
        return Fetched(
            local_id=said,
            attributes=mapped.attributes,
            records=mapped.records,
            labels=mapped.labels,
            unmapped={**mapped.unmapped, **around.unmapped},
            withheld=around.withheld,
        )

    async def close(self) -> None:
        """Give back connections."""
        await self._http.close()

    async def _about_the_person(self, calls: tuple[Fetch, ...], identifier: str) -> Results:
        """The first round: every needed request that is made once."""
        replies = await together([partial(self._caller.result, call, {"local_id": identifier}) for call in calls])
        return {call.name: reply for call, reply in zip(calls, replies, strict=True)}

    async def _around(self, calls: tuple[Fetch, ...], results: Results, identifier: str, deadline: Deadline) -> Around:
        """The second round, over what the first one named and the source leaves open."""
        fan_out = self._script.fan_out
        if fan_out is None:
            return Around()
        things, keyless = fan_out.each(results[fan_out.over])
        _refuse_if_over(deadline)
        admitted = await fan_out.admitted(things, self._caller)
        pairs = [(call, thing) for call in calls for thing in admitted.open]
        replies = await together([partial(self._one, call, thing, identifier) for call, thing in pairs])
        made: dict[str, list[tuple[Any, Any]]] = {call.name: [] for call in calls}
        for (call, thing), reply in zip(pairs, replies, strict=True):
            if reply is not None:
                made[call.name].append((thing.item, reply))
        if fan_out.check is not None:
            made[fan_out.check.name] = list(admitted.closed)
        return Around(
            results={name: Fanned(tuple(of_name)) for name, of_name in made.items()},
            withheld=admitted.sentences,
            unmapped={f"{fan_out.over}: key missing": keyless} if keyless else {},
        )

    async def _one(self, call: Fetch, thing: Each, identifier: str) -> Any:
        values: Mapping[str, str] = {"local_id": identifier, "key": thing.key}
        reply = await self._caller.result(call, values)
        echo = self._script.echoes.get(call.name)
        if reply is None or echo is None:
            return reply
        if local_id(echo((reply, reply, None))) != thing.key:
            raise SourceFailed(AnswerState.BAD_DATA, "answered about somebody other than the hub asked for")
        return reply


def _refuse_if_over(deadline: Deadline) -> None:
    """No further round once the question's time is up."""
    if deadline.remaining() <= 0:
        raise SourceFailed(AnswerState.TIMED_OUT, "did not answer in time")
