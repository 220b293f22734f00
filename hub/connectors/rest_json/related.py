"""The things around one person that further requests are made for, and whether the source keeps them closed."""

from functools import partial
from typing import Any

import msgspec

from hub.connectors.mapping.expressions import Read, compile_expression
from hub.connectors.rest_json.access import Check, compile_check
from hub.connectors.rest_json.calls import Caller, unlike_its_mapping
from hub.connectors.rest_json.declared import Call, FanOut, FoundAdult
from hub.connectors.rest_json.searches import usable_id
from hub.connectors.rest_json.together import together
from hub.domain.answers import SourceFailed
from hub.domain.codes import AnswerState
from hub.domain.principals import Principal

_MOST = 40  # things around one person; more is a fault, and following it would be a flood


class Each(msgspec.Struct, frozen=True):
    """One thing to ask about, with its key."""

    key: str
    item: dict[str, Any]


class Admitted(msgspec.Struct, frozen=True):
    """What the source leaves open, and for the rest its replies and its sentences."""

    open: tuple[Each, ...]
    closed: tuple[tuple[dict[str, Any], Any], ...] = ()  # thing, reply
    sentences: tuple[str, ...] = ()


class CompiledFanOut(msgspec.Struct, frozen=True):
    """A fan-out with its expressions compiled."""

    over: str
    items: Read
    key: Read
    check: Check | None
    adult: FoundAdult | None = None

    def each(self, reply: Any) -> tuple[tuple[Each, ...], int]:
        """The things named in a reply, each key once, and how many had no usable key."""
        items = self.items((reply, reply, None))
        if items is None:
            return (), 0
        if not isinstance(items, list):
            raise unlike_its_mapping()
        keyed: dict[str, Each] = {}
        keys = [usable_id(self.key((item, reply, None))) for item in items]
        for key, item in zip(keys, items, strict=True):
            if key is not None:
                keyed.setdefault(key, Each(key, item))
        if len(keyed) > _MOST:
            raise SourceFailed(AnswerState.BAD_DATA, "named more related records than the hub follows")
        return tuple(keyed.values()), keys.count(None)

    async def admitted(self, things: tuple[Each, ...], caller: Caller, asker: Principal | None) -> Admitted:
        """Ask the source which things it keeps closed to whoever asks. Without an access check, all are open."""
        if self.check is None or not things:
            return Admitted(things)
        call = Call(path=self.check.path)
        replies = await together([partial(caller.result, call, {"key": thing.key}) for thing in things])
        decided = [
            (thing, reply, self.check.closed(reply, asker)) for thing, reply in zip(things, replies, strict=True)
        ]
        refusals = [(thing, reply, told) for thing, reply, told in decided if told is not None]
        return Admitted(
            tuple(thing for thing, _, told in decided if told is None),
            tuple((thing.item, reply if isinstance(reply, dict) else {}) for thing, reply, _ in refusals),
            tuple(dict.fromkeys(told for _, _, told in refusals)),
        )


def compile_fan_out(fan_out: FanOut) -> CompiledFanOut:
    """Compile a fan-out. Raises ValueError saying what is wrong with it."""
    return CompiledFanOut(
        over=fan_out.over,
        items=compile_expression(fan_out.items).read,
        key=compile_expression(fan_out.key).read,
        check=None if fan_out.access_check is None else compile_check(fan_out.access_check),
        adult=fan_out.adult,
    )
