"""``/exchange/{source}/…``: where the side of a partner that cannot be called claims requests and answers them.

Only outgoing HTTPS calls of the partner's, by its own system, signed in with its own key. JSON as
``docs/exchange.schema.json`` says; a refusal is ``application/problem+json`` (RFC 9457).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from hub import exchanges
from hub.connectors.pull.reading import read_answer, read_message
from hub.connectors.pull.wire import Claiming, Held, Renewing, Taken
from hub.db.exchange import Claimed
from hub.domain.identifiers import SourceId
from hub.domain.principals import Principal
from hub.errors import HubError, TooManyRequests, Unavailable
from hub.exchange.problems import problem
from hub.gate.body import CallerLeft, check_headers, read_body
from hub.gate.leaving import unless_left
from hub.gate.sign_in import SignIn
from hub.gate.strict_json import read_object
from hub.services import Services

LOOK_EVERY = 0.25  # seconds between two looks into the line where no bell rings
LOOK_AGAIN = 0.5  # seconds that a sign-in counts while its bearer waits: whoever is shut out gets nothing more
_LARGE = 64 * 1024  # bytes of a body that is read beside the event loop, and not on it
_DEEPEST = 16

Read = TypeVar("Read")


class ExchangeLimits(msgspec.Struct, frozen=True):
    """Bounds of the door. An answer may be as large as its source's manifest says, and so much larger."""

    message_bytes: int = 16 * 1024
    body_seconds: float = 10.0
    claims: int = 512  # waiting at once
    others: int = 64  # under way at once
    claim_seconds: float = 40.0  # a backstop


class _OneBody(msgspec.Struct, frozen=True):
    body_bytes: int
    body_seconds: float


class ExchangeDoor:
    """``open`` it once the services stand; ``end`` it when the hub stops, so that nobody's poll holds it up."""

    def __init__(self, limits: ExchangeLimits) -> None:
        self._limits = limits
        self._open: tuple[Services, SignIn] | None = None
        self._ending = False
        self._claiming, self._others = asyncio.Semaphore(limits.claims), asyncio.Semaphore(limits.others)

    def open(self, services: Services, sign_in: SignIn) -> None:
        """Let partners' systems in."""
        self._open = services, sign_in

    def end(self) -> None:
        """Answer whoever waits, within ``LOOK_EVERY``."""
        self._ending = True

    async def claims(self, scope: Scope, receive: Receive) -> object:
        """Wait for requests, and hand them out under a lease."""
        services, principal = await self._signed_in(scope)
        claiming: Claiming = await self._read(scope, receive, lambda told: read_message(told, Claiming))
        async with _room(self._claiming):
            waiting = self._waited(scope, claiming, services, principal)
            claimed = await unless_left(waiting, receive, self._limits.claim_seconds)
        return {"v": 1, "requests": [_handed_out(one) for one in claimed]}

    async def answer(self, scope: Scope, receive: Receive) -> object:
        """Take the answer to a request."""
        services, principal = await self._signed_in(scope)
        manifest = await exchanges.pulled_source(scope["path_params"]["source"], services)
        async with _room(self._others):
            answering = await self._read(scope, receive, read_answer, manifest.limits.max_bytes)
            await exchanges.answer_request(principal, manifest.id, scope["path_params"]["id"], answering, services)
        return Taken()

    async def renew(self, scope: Scope, receive: Receive) -> object:
        """Let a lease last for longer."""
        services, principal = await self._signed_in(scope)
        async with _room(self._others):
            renewing: Renewing = await self._read(scope, receive, lambda told: read_message(told, Renewing))
            source, request_id = scope["path_params"]["source"], scope["path_params"]["id"]
            seconds = await exchanges.renew_request(principal, source, request_id, renewing.lease, services)
        return Held(lease_seconds=seconds)

    async def _waited(
        self, scope: Scope, claiming: Claiming, services: Services, principal: Principal
    ) -> tuple[Claimed, ...]:
        """Requests, as soon as there are any. Who asks, and whether they may, is looked at anew as time passes."""
        source, began = scope["path_params"]["source"], time.monotonic()
        looked = began
        with services.exchange.waiting(SourceId(source)) as ear:
            while True:
                if time.monotonic() - looked > LOOK_AGAIN:
                    (services, principal), looked = await self._signed_in(scope), time.monotonic()
                claimed = await exchanges.claim_requests(principal, source, claiming.most, services)
                left = began + claiming.wait_seconds - time.monotonic()
                if claimed or left <= 0 or self._ending:
                    return claimed
                await ear.heard(min(left, LOOK_EVERY))

    async def _signed_in(self, scope: Scope) -> tuple[Services, Principal]:
        if self._open is None:
            raise Unavailable
        services, sign_in = self._open
        principal = await sign_in.principal(scope)
        return await services.as_of_now(), principal

    async def _read(
        self, scope: Scope, receive: Receive, read: Callable[[dict[str, Any]], Read], more_bytes: int = 0
    ) -> Read:
        limits = _OneBody(self._limits.message_bytes + more_bytes, self._limits.body_seconds)
        check_headers(scope, limits)
        body = await read_body(receive, limits)
        if len(body) > _LARGE:
            return await asyncio.to_thread(lambda: read(read_object(body, _DEEPEST)))
        return read(read_object(body, _DEEPEST))


Act = Callable[[ExchangeDoor, Scope, Receive], Awaitable[object]]


class _Address:
    """One address of the door: an ASGI application."""

    def __init__(self, door: ExchangeDoor, act: Act) -> None:
        self._door, self._act = door, act

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. A caller who leaves gets no answer."""
        try:
            told = msgspec.json.encode(await self._act(self._door, scope, receive))
            reply = Response(told, headers={"Cache-Control": "no-store"}, media_type="application/json")
        except CallerLeft:
            return
        except HubError as refusal:
            reply = problem(refusal, refusal)
        except TimeoutError as fault:
            reply = problem(Unavailable(reasons=("deadline",)), fault)
        except Exception as fault:  # noqa: BLE001  nothing leaves this door unmasked
            reply = problem(HubError(), fault)
        await reply(scope, receive, send)


ADDRESSES: tuple[tuple[str, Act], ...] = (
    ("/exchange/{source}/claims", ExchangeDoor.claims),
    ("/exchange/{source}/requests/{id}/answer", ExchangeDoor.answer),
    ("/exchange/{source}/requests/{id}/renew", ExchangeDoor.renew),
)


def exchange_routes(door: ExchangeDoor) -> list[Route]:
    """Every address of the door, to be mounted."""
    return [Route(path, _Address(door, act)) for path, act in ADDRESSES]


def _handed_out(one: Claimed) -> dict[str, object]:
    """As ``wire.Claim``; what is asked was encoded when it was put in line."""
    return {
        "request": msgspec.Raw(one.asked),
        "lease": one.lease,
        "lease_seconds": one.lease_seconds,
        "expires_in": one.expires_in,
    }


def _room(places: asyncio.Semaphore) -> asyncio.Semaphore:
    """A place, where one is free now. Raises TooManyRequests: nobody waits at the door."""
    if places.locked():
        raise TooManyRequests
    return places
