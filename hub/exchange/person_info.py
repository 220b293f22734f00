"""``POST /Patient/$person-info-query``: another hub, or a case system, asks who knows somebody, and whom to phone.

It asks through the same corridor as everybody: an enquiry in its own name, decided, recorded, cut down. What
it may have is existence and involvement, where an agreement names it.
"""

import asyncio
import secrets
from http import HTTPStatus
from typing import Any

import msgspec
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from hub import disclosure, enquiries
from hub.domain.categories import RecordKind
from hub.domain.codes import PurposeCode, Role, Urgency
from hub.domain.principals import Principal
from hub.domain.questions import Selection
from hub.enquiries import OpenEnquiry
from hub.errors import AccessDenied, HubError, TooManyRequests, Unavailable
from hub.exchange.operation_outcome import outcome_of
from hub.exchange.parameters import PersonInfoQuery, read_query
from hub.exchange.person_info_told import told
from hub.gate.body import CallerLeft, check_headers, read_body
from hub.gate.refusals import RequestRefused
from hub.gate.sign_in import SignIn
from hub.gate.strict_json import read_object
from hub.services import Services

PATH = "/Patient/$person-info-query"
_FHIR, _JSON = b"application/fhir+json", b"application/json"
_INVOLVED = Selection(frozenset({RecordKind.EPISODE}))
_HEADERS_OF = {
    HTTPStatus.UNAUTHORIZED: {"WWW-Authenticate": "Bearer"},
    HTTPStatus.METHOD_NOT_ALLOWED: {"Allow": "POST"},
    HTTPStatus.TOO_MANY_REQUESTS: {"Retry-After": "1"},
    HTTPStatus.SERVICE_UNAVAILABLE: {"Retry-After": "5"},
}


class PersonInfoLimits(msgspec.Struct, frozen=True):
    """Bounds of one request, and of all of them together."""

    body_bytes: int = 64 * 1024
    body_seconds: float = 5.0
    json_depth: int = 16
    under_way: int = 64
    request_seconds: float = 10.0  # a backstop: the question's own deadline is shorter


class PersonInfoDoor:
    """An ASGI application. ``open`` it once the services stand."""

    def __init__(self, limits: PersonInfoLimits) -> None:
        self._limits = limits
        self._open: tuple[Services, SignIn] | None = None
        self._under_way = 0

    def open(self, services: Services, sign_in: SignIn) -> None:
        """Let callers in."""
        self._open = services, sign_in

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. A caller who leaves while sending gets no answer."""
        try:
            status, body = HTTPStatus.OK, await self._answer(scope, receive)
        except CallerLeft:
            return
        except HubError as refusal:
            status, body = HTTPStatus(refusal.status), outcome_of(refusal, refusal)
        except Exception as fault:  # noqa: BLE001  nothing leaves this door unmasked
            status, body = HubError.status, outcome_of(HubError(), fault)
        headers = {"Cache-Control": "no-store", **_HEADERS_OF.get(status, {})}
        reply = Response(msgspec.json.encode(body), int(status), headers, _FHIR.decode())
        await reply(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> dict[str, Any]:
        if self._open is None:
            raise Unavailable
        if self._under_way >= self._limits.under_way:
            raise TooManyRequests
        services, sign_in = self._open
        self._under_way += 1
        try:
            principal = await sign_in.principal(scope)
            query = await self._query(scope, receive)
            async with asyncio.timeout(self._limits.request_seconds):
                return await _asked(principal, query, scope, await services.as_of_now())
        except TimeoutError:
            raise Unavailable("The hub ran out of time for this request. Try again.", ("deadline",)) from None
        finally:
            self._under_way -= 1

    async def _query(self, scope: Scope, receive: Receive) -> PersonInfoQuery:
        plain = any(name == b"content-type" and value.startswith(_JSON) for name, value in scope["headers"])
        check_headers(scope, self._limits, _JSON if plain else _FHIR)
        return read_query(read_object(await read_body(receive, self._limits), self._limits.json_depth))


async def _asked(principal: Principal, query: PersonInfoQuery, scope: Scope, services: Services) -> dict[str, Any]:
    """One question under one enquiry. The caller's own request id gives the same enquiry again."""
    if Role.PARTNER_SYSTEM not in principal.roles:
        raise AccessDenied(("for-partner-systems",), "This is for partners' systems. People ask in the hub itself.")
    own = scope.get("state", {}).get("request_id") or secrets.token_hex(16)
    theirs = [value for name, value in scope["headers"] if name == b"x-request-id"]
    request = OpenEnquiry(
        purpose=_purpose(query.reason, services),
        reason=f"Asked by {principal.name} under {query.reason}",
        urgency=Urgency.AMBER,
        about=query.about,
        idempotency_key=f"person-info {theirs[0].decode('latin-1')[:128] if theirs else own}",
    )
    enquiry = await enquiries.open_enquiry(principal, request, services)
    answered = await disclosure.view(principal, enquiry.id, _INVOLVED, own, services)
    return told(answered.disclosure, {one.id: one for one in services.sources.all}, own)


def _purpose(reason: str, services: Services) -> PurposeCode:
    """The purpose that a reason stands for. Raises RequestRefused(422) for one that stands for none."""
    purposes = services.policies.purposes
    for code, purpose in purposes.items():
        if reason in purpose.reasons:
            return code
    known = sorted(uri for purpose in purposes.values() for uri in purpose.reasons)
    raise RequestRefused(
        "reason-unknown",
        f"The hub answers to no such reason. Give one of {', '.join(known)}.",
        HTTPStatus.UNPROCESSABLE_ENTITY,
    )
