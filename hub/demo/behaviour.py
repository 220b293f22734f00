"""How a simulated partner misbehaves while it runs: one word in a file for each partner.

``ok``: as it should. ``slow``: answers late. ``hang``: never answers. ``garbage``: answers with
something that is no JSON. ``wrong-child``: answers with another child's record. ``down``: nobody
can connect (``partners.serving`` does that one, below HTTP).
"""

import asyncio
from enum import StrEnum
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from hub.errors import BadInput

SLOW_SECONDS = 1.5
_WRONG_CHILD = "hub.demo.wrong_child"
# Opens like an answer of any partner, and ends in the middle of a name.
_NOISE = b'{"resourceType":"Bundle","content":[{"id":1,"nam'


class Behaviour(StrEnum):
    """The words that a behaviour file may hold. An absent file means OK."""

    OK = "ok"
    DOWN = "down"
    HANG = "hang"
    SLOW = "slow"
    GARBAGE = "garbage"
    WRONG_CHILD = "wrong-child"


def set_behaviour(state: Path, partner: str, word: str) -> None:
    """Make a running partner behave so from its next request on. Raises BadInput for an unknown word."""
    if word not in set(Behaviour):
        raise BadInput(f"A partner can behave in these ways: {', '.join(Behaviour)}.", ("behaviour-unknown",))
    file = _file(state, partner)
    if word == Behaviour.OK:
        file.unlink(missing_ok=True)
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{partner}")
    draft.write_text(word)
    draft.replace(file)  # a reader never sees half a word


def behaviour(state: Path, partner: str) -> Behaviour:
    """How a partner should behave now: one small read, done for each request."""
    try:
        return Behaviour(_file(state, partner).read_text().strip())
    except FileNotFoundError:
        return Behaviour.OK


def wrong_child(scope: Scope) -> bool:
    """Whether the partner's application should answer this request with another child's record."""
    return bool(scope.get(_WRONG_CHILD, False))


class Misbehaving:
    """ASGI middleware that plays the partner's behaviour on every HTTP request."""

    def __init__(self, app: ASGIApp, state: Path, partner: str) -> None:
        self._app, self._state, self._partner = app, state, partner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, late, changed or not at all."""
        now = behaviour(self._state, self._partner) if scope["type"] == "http" else Behaviour.OK
        if now is Behaviour.HANG:
            await _until_client_leaves(receive)
            return
        if now is Behaviour.GARBAGE:
            await _say_noise(send)
            return
        if now is Behaviour.SLOW:
            await asyncio.sleep(SLOW_SECONDS)
        if now is Behaviour.WRONG_CHILD:
            scope = {**scope, _WRONG_CHILD: True}
        await self._app(scope, receive, send)


def _file(state: Path, partner: str) -> Path:
    return state / "behaviour" / partner


async def _until_client_leaves(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _say_noise(send: Send) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(_NOISE)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": _NOISE})
