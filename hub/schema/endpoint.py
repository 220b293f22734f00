"""POST /graphql: sign-in, gate, execution under a deadline, masked errors."""

import secrets
from http import HTTPStatus
from typing import Any, cast

import msgspec
from graphql import ExecutionResult
from starlette.types import Receive, Scope, Send

from hub.authentication.tokens import Verifier
from hub.errors import HubError, TooManyRequests, Unavailable
from hub.gate.body import CallerLeft, check_headers, read_body
from hub.gate.leaving import unless_left
from hub.gate.refusals import RequestRefused
from hub.gate.sign_in import SignIn
from hub.schema.asking import Asking
from hub.schema.documents import Documents
from hub.schema.executor import LeafExecutor
from hub.schema.gate import GraphQLRequest, read_request
from hub.schema.limits import DoorLimits
from hub.schema.masking import answered, rendered
from hub.schema.schema import build_schema
from hub.services import Services

_HEADERS_OF: dict[HTTPStatus, tuple[bytes, bytes]] = {
    HTTPStatus.UNAUTHORIZED: (b"www-authenticate", b"Bearer"),
    HTTPStatus.METHOD_NOT_ALLOWED: (b"allow", b"POST"),
    HTTPStatus.TOO_MANY_REQUESTS: (b"retry-after", b"1"),
    HTTPStatus.SERVICE_UNAVAILABLE: (b"retry-after", b"5"),
}


class GraphQLDoor:
    """An ASGI application. ``open`` it once the services stand; until then it answers UNAVAILABLE."""

    def __init__(self, limits: DoorLimits) -> None:
        self._limits = limits
        self._schema = build_schema().core
        self._documents = Documents(self._schema, self._limits)
        self._open: tuple[Services, SignIn] | None = None
        self._executing = 0

    def open(self, services: Services, verifier: Verifier) -> None:
        """Let callers in."""
        self._open = services, SignIn(verifier, services, self._limits.sign_ins_recorded)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. A caller who leaves gets no answer, and what was under way is cancelled."""
        try:
            status, body = await self._answer(scope, receive)
        except CallerLeft:
            return
        except HubError as refusal:
            status, body = HTTPStatus(refusal.status), {"errors": [rendered(refusal, refusal)]}
        except Exception as fault:  # noqa: BLE001  nothing leaves this door unmasked
            status, body = HubError.status, {"errors": [rendered(HubError(), fault)]}
        await _send(send, status, msgspec.json.encode(body))

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[HTTPStatus, dict[str, Any]]:
        if self._open is None:
            raise Unavailable
        services, sign_in = self._open
        self._refuse_if_full()
        principal = await sign_in.principal(scope)
        check_headers(scope, self._limits)
        request = read_request(await read_body(receive, self._limits), self._limits)
        standing = await services.as_of_now()
        executor = self._executor(request, Asking(principal, standing, _request_id(scope)))
        self._refuse_if_full()
        self._executing += 1
        try:
            return answered(await self._executed(executor, receive), standing.policies.grounds)
        finally:
            self._executing -= 1

    def _refuse_if_full(self) -> None:
        if self._executing >= self._limits.executing:
            raise TooManyRequests

    def _executor(self, request: GraphQLRequest, asking: Asking) -> LeafExecutor:
        document = self._documents.read(request.query, request.variables)
        executor = LeafExecutor.build(
            self._schema,
            document.node,
            context_value=asking,
            raw_variable_values=request.variables,
            operation_name=request.operation_name,
            max_coercion_errors=1,
            hide_suggestions=True,
            shapes=document.shapes,
        )
        if not isinstance(executor, LeafExecutor):
            raise RequestRefused("graphql-variables", "The variables or the operationName do not fit the document.")
        return executor

    async def _executed(self, executor: LeafExecutor, receive: Receive) -> ExecutionResult:
        result: Any = executor.execute_operation()
        if executor.is_awaitable(result):
            try:
                result = await unless_left(result, receive, self._limits.request_seconds)
            except TimeoutError:
                raise Unavailable(
                    "The hub ran out of time for this request. Try again, or ask for less.", ("deadline",)
                ) from None
        return cast("ExecutionResult", result)  # the base executor gives nothing else


def _request_id(scope: Scope) -> str:
    made: str | None = scope.get("state", {}).get("request_id")
    return made or secrets.token_hex(16)


async def _send(send: Send, status: HTTPStatus, body: bytes) -> None:
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    if status in _HEADERS_OF:
        headers.append(_HEADERS_OF[status])
    await send({"type": "http.response.start", "status": int(status), "headers": headers})
    await send({"type": "http.response.body", "body": body})
