"""``POST /oauth/token``: a partner's system proves itself by its own key and is given a short-lived token.

RFC 6749 section 4.4 with RFC 7523's ``private_key_jwt``, and no other way. A refusal says which kind it is and
nothing more: why stands in the evidence.
"""

from http import HTTPStatus
from typing import Any, NoReturn
from urllib.parse import parse_qsl

import msgspec
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from hub.clients import ClientDesk, sign_in
from hub.errors import HubError, Unauthenticated
from hub.gate.body import CallerLeft, check_headers, read_body
from hub.gate.refused_sign_ins import RefusedSignIns
from hub.gate.telling import logged
from hub.services import Services

PATH = "/oauth/token"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
MOST_FIELDS = 10
_FORM = b"application/x-www-form-urlencoded"


class TokenLimits(msgspec.Struct, frozen=True):
    """Bounds of one request, and of all of them together."""

    body_bytes: int = 16 * 1024
    body_seconds: float = 5.0
    under_way: int = 32
    refusals_recorded: int = 5  # a second, at most


class _Refused(Exception):
    """One of RFC 6749's errors, by its name there."""

    def __init__(self, error: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> None:
        self.error, self.status = error, status
        super().__init__(error)


class TokenDoor:
    """An ASGI application. ``open`` it once the services stand."""

    def __init__(self, limits: TokenLimits) -> None:
        self._limits = limits
        self._open: tuple[Services, ClientDesk, RefusedSignIns] | None = None
        self._under_way = 0

    def open(self, services: Services, desk: ClientDesk) -> None:
        """Let systems in."""
        self._open = services, desk, RefusedSignIns(services, self._limits.refusals_recorded)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. A caller who leaves gets no answer."""
        try:
            status, told = HTTPStatus.OK, await self._answer(scope, receive)
        except CallerLeft:
            return
        except _Refused as refusal:
            status, told = refusal.status, {"error": refusal.error}
        except HubError as refusal:
            logged(refusal, refusal)
            status, told = _as_oauth(refusal)
        except Exception as fault:  # noqa: BLE001  nothing leaves this door unmasked
            logged(HubError(), fault)
            status, told = HubError.status, {"error": "server_error"}
        headers = {"Cache-Control": "no-store", "Pragma": "no-cache"}
        if status is HTTPStatus.METHOD_NOT_ALLOWED:
            headers["Allow"] = "POST"
        reply = Response(msgspec.json.encode(told), int(status), headers, "application/json")
        await reply(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> dict[str, Any]:
        if self._open is None or self._under_way >= self._limits.under_way:
            raise _Refused("temporarily_unavailable", HTTPStatus.SERVICE_UNAVAILABLE)
        services, desk, refused = self._open
        self._under_way += 1
        try:
            assertion = await self._assertion(scope, receive)
            try:
                issued = await sign_in(assertion, desk, services)
            except Unauthenticated as refusal:
                await refused.record(refusal.reasons[0])
                raise
        finally:
            self._under_way -= 1
        return {"access_token": issued.token, "token_type": "Bearer", "expires_in": issued.seconds}

    async def _assertion(self, scope: Scope, receive: Receive) -> str:
        check_headers(scope, self._limits, _FORM)
        form = _form(await read_body(receive, self._limits))
        if any(name == b"authorization" for name, _ in scope["headers"]) or "client_secret" in form:
            raise _Refused("invalid_request")  # one way to prove oneself, and it is not this one
        if form.get("grant_type") != "client_credentials":
            raise _Refused("unsupported_grant_type" if form.get("grant_type") else "invalid_request")
        if form.get("client_assertion_type") != ASSERTION_TYPE or not form.get("client_assertion"):
            raise _Refused("invalid_client", HTTPStatus.UNAUTHORIZED)
        return form["client_assertion"]


def _form(body: bytes) -> dict[str, str]:
    """The fields of a form, each once."""
    try:
        pairs = parse_qsl(body.decode("ascii"), strict_parsing=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError:
        _refuse_form()
    form = dict(pairs)
    if len(form) != len(pairs):
        _refuse_form()
    return form


def _refuse_form() -> NoReturn:
    raise _Refused("invalid_request") from None


def _as_oauth(refusal: HubError) -> tuple[HTTPStatus, dict[str, str]]:
    status = HTTPStatus(refusal.status)
    if isinstance(refusal, Unauthenticated):
        return status, {"error": "invalid_client"}
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return status, {"error": "server_error" if status is HubError.status else "temporarily_unavailable"}
    return status, {"error": "invalid_request"}
