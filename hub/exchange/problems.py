"""Refusals of the partner door: ``application/problem+json`` (RFC 9457), with a code, reasons and a reference."""

from http import HTTPStatus

import msgspec
from starlette.responses import Response

from hub.domain.disclosures import shown_reasons
from hub.errors import HubError
from hub.gate.telling import logged

_HEADERS = {
    HTTPStatus.UNAUTHORIZED: {"WWW-Authenticate": "Bearer"},
    HTTPStatus.METHOD_NOT_ALLOWED: {"Allow": "POST"},
    HTTPStatus.TOO_MANY_REQUESTS: {"Retry-After": "1"},
    HTTPStatus.SERVICE_UNAVAILABLE: {"Retry-After": "5"},
}


def problem(refusal: HubError, cause: BaseException) -> Response:
    """A refusal as its caller sees it; an operator finds more of it under the reference."""
    status = HTTPStatus(refusal.status)
    told = {
        "title": refusal.message,
        "status": int(status),
        "code": refusal.code,
        "reasons": list(shown_reasons(refusal.reasons)),
        "reference": logged(refusal, cause),
    }
    headers = {"Cache-Control": "no-store"} | _HEADERS.get(status, {})
    return Response(msgspec.json.encode(told), int(status), headers, "application/problem+json")
