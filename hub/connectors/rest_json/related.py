"""The things around one person that further requests are made for, and whether the source keeps them closed."""

from functools import partial
from typing import Any

import msgspec

from hub.connectors.mapping.expressions import Read, compile_expression
from hub.connectors.mapping.text import clean
from hub.connectors.rest_json.calls import Caller, unlike_its_mapping
from hub.connectors.rest_json.declared import AccessCheck, Call, FanOut
from hub.connectors.rest_json.searches import usable_id
from hub.connectors.rest_json.together import together
from hub.domain.answers import SourceFailed
from hub.domain.codes import AnswerState

_MOST = 40  # things around one person; more is a fault, and following it would be a flood
_SENTENCE = 300
NO_REASON = "The source limits who may see this record, and does not say whom to ask."


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
    check: AccessCheck | None
    open: Read
    message: Read

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

    async def admitted(self, things: tuple[Each, ...], caller: Caller) -> Admitted:
        """Ask the source which things it keeps closed. Without an access check, all are open."""
        if self.check is None or not things:
            return Admitted(things)
        call = Call(path=self.check.path)
        replies = await together([partial(caller.result, call, {"key": thing.key}) for thing in things])
        pairs = tuple(zip(things, replies, strict=True))
        opened = tuple(thing for thing, reply in pairs if self._leaves_open(reply))
        refusals = [(thing, reply) for thing, reply in pairs if not self._leaves_open(reply)]
        return Admitted(
            opened,
            tuple((thing.item, reply if isinstance(reply, dict) else {}) for thing, reply in refusals),
            tuple(dict.fromkeys(self._sentence(reply) for _, reply in refusals)),
        )

    def _leaves_open(self, reply: Any) -> bool:
        return self.open((reply, reply, None)) is True

    def _sentence(self, reply: Any) -> str:
        message = self.message((reply, reply, None))
        return (clean(message, _SENTENCE) if isinstance(message, str) else None) or NO_REASON


def compile_fan_out(fan_out: FanOut) -> CompiledFanOut:
    """Compile a fan-out. Raises ValueError saying what is wrong with it."""
    check = fan_out.access_check
    return CompiledFanOut(
        over=fan_out.over,
        items=compile_expression(fan_out.items).read,
        key=compile_expression(fan_out.key).read,
        check=check,
        open=compile_expression("`false`" if check is None else check.open).read,
        message=compile_expression("`null`" if check is None else check.message).read,
    )
