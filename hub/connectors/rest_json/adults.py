"""Adults around a child whose records do not name the child: searched for by name, read by their own identifier."""

from hub.connectors.mapping import RecordMapping
from hub.connectors.rest_json.calls import Caller
from hub.connectors.rest_json.related import Each
from hub.connectors.rest_json.script import Script
from hub.connectors.rest_json.searches import CompiledSearch
from hub.connectors.rest_json.second_round import Around, SecondRound
from hub.connectors.rest_json.templates import fill
from hub.domain.answers import Fetched, SourceFailed
from hub.domain.categories import Category
from hub.domain.codes import AnswerState
from hub.domain.deadline import Deadline
from hub.domain.identifiers import LocalId
from hub.domain.people import Attributes, Found
from hub.domain.principals import Principal
from hub.domain.searching import CannotSearch, Probe


class Adults:
    """The part of a script that is about adults whom other agencies name."""

    def __init__(self, script: Script, mapping: RecordMapping, caller: Caller) -> None:
        self._script, self._mapping, self._caller = script, mapping, caller
        self._round = SecondRound(script, caller)

    async def find(self, probe: Probe) -> tuple[Found, ...]:
        """Adults who fit the probe. Raises CannotSearch for a key set that the script has no search for."""
        search = self._script.adults.get(probe.keys)
        if search is None:
            raise CannotSearch
        values = {str(key): str(value) for key, value in probe.values.items()}
        return search.found(await self._caller.result(search.call, values))

    async def fetch(
        self, identifier: LocalId, categories: frozenset[Category], deadline: Deadline, asker: Principal | None
    ) -> Fetched | None:
        """Records of one adult, and who the source says they are: nobody, where it keeps the record closed."""
        fan_out = self._script.fan_out
        if fan_out is None or fan_out.adult is None or not self._script.adults:
            return None
        _, each, _ = self._script.needed(self._mapping.sources_for(categories))
        who = next(one for one in self._script.requests if one.name == fan_out.adult.who)
        calls = (who, *(one for one in each if one.name != who.name))
        thing = Each(identifier, fill(fan_out.adult.item, {"key": identifier}))
        around = await self._round.about(calls, fan_out, (thing,), {}, deadline, asker)
        reader = next(iter(self._script.adults.values()))  # each search describes an adult alike
        described = _described(reader, around, who.name, identifier)
        if described is None and not around.withheld:
            return None
        mapped = self._mapping.apply(around.results, categories)
        return Fetched(
            local_id=identifier,
            attributes=described.attributes if described else Attributes(),
            records=mapped.records,
            labels=mapped.labels | (described.labels if described else frozenset()),
            unmapped=mapped.unmapped,
            withheld=around.withheld,
            around=around.numbered(mapped.people),
        )


def _described(reader: CompiledSearch, around: Around, who: str, identifier: LocalId) -> Found | None:
    """The adult as the source describes them; None where it described nobody. Raises SourceFailed for another."""
    found = [one for _, reply in around.results[who].replies for one in reader.found(reply)]
    if any(one.local_id != identifier for one in found):
        raise SourceFailed(AnswerState.BAD_DATA, "answered about somebody other than the hub asked for")
    return found[0] if found else None
