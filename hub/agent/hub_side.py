"""The hub, as an agent sees it: where to sign in, where to claim, where to answer."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import quote

import anyio
import msgspec

from hub.authentication.proofs import token_request
from hub.connectors.pull.wire import Answering, Claim, Claiming, Claims, Held, Renewing, Reply, Taken
from hub.domain.answers import SourceFailed
from hub.errors import HubError
from hub.outbound import PartnerHttp
from hub.outbound import Reply as HttpReply

LARGEST = 4 * 1024 * 1024  # bytes of one message of the hub's
CALL_SECONDS = 10.0  # for a call that waits for nothing
_EARLY = 30.0  # seconds before its end that a token is no longer used

Message = TypeVar("Message")


class HubAway(Exception):
    """The hub does not answer, or has no time at the moment. Try again later."""


class HubRefuses(HubError):
    """The hub refuses. ``status`` is HTTP's; ``reasons`` are the hub's."""

    message = "The hub refuses."


class _Token(msgspec.Struct, frozen=True):
    access_token: str
    expires_in: float


class _Problem(msgspec.Struct, frozen=True):
    title: str = "The hub refuses, and does not say why."
    code: str = ""
    reasons: tuple[str, ...] = ()


class HubSide:
    """One client of one hub, for one source. Make it inside a running event loop."""

    def __init__(
        self,
        url: str,
        source: str,
        client: str,
        key: Mapping[str, Any],
        calls: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``calls`` is how many are under way at once, at most. Raises ValueError for what is no http or https URL."""
        self._http = PartnerHttp(url, max_bytes=LARGEST, concurrency=calls)
        self._token_url = f"{url.rstrip('/')}/oauth/token"
        self._base, self._client, self._key = f"/exchange/{quote(source, safe='')}", client, key
        self._clock, self._lock = clock, anyio.Lock()
        self._headers: Mapping[str, str] = {}
        self._until = float("-inf")

    async def sign_in(self) -> None:
        """Make sure of a token. Raises HubAway, or HubRefuses where the hub does not know the client or its key."""
        await self._signed_in({})

    async def claim(self, most: int, wait_seconds: float) -> tuple[Claim, ...]:
        """Wait for requests. Raises HubAway, HubRefuses."""
        asked = Claiming(v=1, most=most, wait_seconds=wait_seconds)
        told = await self._sent(f"{self._base}/claims", asked, Claims, CALL_SECONDS + wait_seconds)
        return told.requests

    async def answer(self, request_id: str, lease: str, reply: Reply) -> None:
        """Answer a request. Raises HubAway, HubRefuses."""
        await self._sent(self._request(request_id, "answer"), Answering(v=1, lease=lease, reply=reply), Taken)

    async def renew(self, request_id: str, lease: str) -> float:
        """For how many more seconds a request is held. Raises HubAway, HubRefuses."""
        held = await self._sent(self._request(request_id, "renew"), Renewing(v=1, lease=lease), Held)
        return held.lease_seconds

    async def close(self) -> None:
        """Give back connections."""
        await self._http.close()

    def _request(self, request_id: str, act: str) -> str:
        return f"{self._base}/requests/{quote(request_id, safe='')}/{act}"

    async def _sent(
        self, path: str, message: msgspec.Struct, kind: type[Message], seconds: float = CALL_SECONDS
    ) -> Message:
        refused: Mapping[str, str] = {}
        for _ in range(2):  # a token may have been withdrawn before its end
            headers = await self._signed_in(refused)
            reply = await self._http_reply("POST", path, seconds, headers=headers, json=message)
            if reply.status != 401:
                break
            refused = headers
        _refuse_unless_ok(reply)
        try:
            return msgspec.json.decode(reply.body, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError) as fault:
            raise HubRefuses("The hub answers in a way that this agent does not know. Update the agent.") from fault

    async def _signed_in(self, refused: Mapping[str, str]) -> Mapping[str, str]:
        """Headers with the token in hand while it is good, and is not the refused one; else with a new one."""
        async with self._lock:
            if self._clock() >= self._until or self._headers is refused:
                await self._sign_in()
            return self._headers

    async def _sign_in(self) -> None:
        asked_at = self._clock()
        form = token_request(self._client, self._key, self._token_url, datetime.now(UTC))
        reply = await self._http_reply("POST", "/oauth/token", CALL_SECONDS, form=form)
        if reply.status in {400, 401, 403}:
            raise HubRefuses(
                "The hub does not accept this client and key. Check --client-id, --key, --hub and this "
                "machine's clock, or have the client enrolled.",
                ("sign-in",),
            )
        _refuse_unless_ok(reply)
        try:
            token = msgspec.json.decode(reply.body, type=_Token)
        except (msgspec.DecodeError, UnicodeDecodeError) as fault:
            raise HubAway("no token") from fault
        self._headers = {"Authorization": f"Bearer {token.access_token}"}
        self._until = asked_at + token.expires_in - _EARLY

    async def _http_reply(self, method: str, path: str, seconds: float, **request: Any) -> HttpReply:
        try:
            with anyio.fail_after(seconds):
                return await self._http.send(method, path, **request)
        except (SourceFailed, TimeoutError) as failure:
            raise HubAway(type(failure).__name__) from failure


def _refuse_unless_ok(reply: HttpReply) -> None:
    if 200 <= reply.status < 300:
        return
    if reply.status == 429 or reply.status >= 500:
        raise HubAway(f"status {reply.status}")
    try:
        told = msgspec.json.decode(reply.body, type=_Problem)
    except (msgspec.DecodeError, UnicodeDecodeError):
        told = _Problem()
    raise HubRefuses(told.title, told.reasons)
