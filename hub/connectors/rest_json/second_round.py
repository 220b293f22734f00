"""The second round: requests made for each of the things around one person that the source leaves open."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import msgspec

from hub.connectors.mapping import Fanned
from hub.connectors.rest_json.calls import Caller
from hub.connectors.rest_json.declared import Fetch
from hub.connectors.rest_json.related import CompiledFanOut, Each
from hub.connectors.rest_json.script import Script
from hub.connectors.rest_json.searches import local_id
from hub.connectors.rest_json.together import together
from hub.domain.answers import SourceFailed
from hub.domain.codes import AnswerState
from hub.domain.deadline import Deadline
from hub.domain.identifiers import LocalId
from hub.domain.principals import Principal

Results = dict[str, Any]


class Around(msgspec.Struct, frozen=True):
    """What the second round brought. ``keys`` are those of everything it was about, closed things among them."""

    results: Results = {}
    withheld: tuple[str, ...] = ()
    unmapped: Mapping[str, int] = {}
    keys: tuple[str, ...] = ()

    def numbered(self, people: Mapping[str, str]) -> dict[LocalId, str]:
        """The keys as the source's identifiers, with how records point at each of them."""
        return {LocalId(key): people[key] for key in self.keys if key in people}


class SecondRound:
    """Makes a script's requests for each thing, after the source's own access check."""

    def __init__(self, script: Script, caller: Caller) -> None:
        self._script, self._caller = script, caller

    async def over(
        self,
        calls: tuple[Fetch, ...],
        results: Results,
        identifier: str,
        deadline: Deadline,
        asker: Principal | None = None,
    ) -> Around:
        """For what the first round named."""
        fan_out = self._script.fan_out
        if fan_out is None:
            return Around()
        things, keyless = fan_out.each(results[fan_out.over])
        around = await self.about(calls, fan_out, things, {"local_id": identifier}, deadline, asker)
        missing = {f"{fan_out.over}: key missing": keyless} if keyless else {}
        return msgspec.structs.replace(around, unmapped=missing)

    async def about(
        self,
        calls: tuple[Fetch, ...],
        fan_out: CompiledFanOut,
        things: tuple[Each, ...],
        values: Mapping[str, str],
        deadline: Deadline,
        asker: Principal | None = None,
    ) -> Around:
        """For these things, as far as the source leaves them open to whoever asks."""
        _refuse_if_over(deadline)
        admitted = await fan_out.admitted(things, self._caller, asker)
        pairs = [(call, thing) for call in calls for thing in admitted.open]
        replies = await together([partial(self._one, call, thing, values) for call, thing in pairs])
        made: dict[str, list[tuple[Any, Any]]] = {call.name: [] for call in calls}
        for (call, thing), reply in zip(pairs, replies, strict=True):
            if reply is not None:
                made[call.name].append((thing.item, reply))
        if fan_out.check is not None:
            made[fan_out.check.name] = list(admitted.closed)
        return Around(
            results={name: Fanned(tuple(of_name)) for name, of_name in made.items()},
            withheld=admitted.sentences,
            keys=tuple(thing.key for thing in things),
        )

    async def _one(self, call: Fetch, thing: Each, values: Mapping[str, str]) -> Any:
        reply = await self._caller.result(call, {**values, "key": thing.key})
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
