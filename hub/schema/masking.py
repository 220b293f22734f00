"""Errors as callers see them: a code, named reasons, a reference. Never a value, a trace or a guess.

The reference stands in the hub's own log beside the class of the fault and the line it came from,
so that an operator can find what a caller cannot be shown.
"""

import secrets
from http import HTTPStatus
from traceback import walk_tb
from typing import Any

import structlog
from graphql import ExecutionResult, GraphQLError

from hub.domain.disclosures import shown_reasons
from hub.errors import BadInput, HubError

_log = structlog.get_logger("hub.schema")


def refusal_of(error: GraphQLError) -> HubError:
    """The refusal behind an execution's error; INTERNAL for anything that is not one of ours."""
    cause = error.original_error
    if isinstance(cause, HubError):
        return cause
    if cause is None or isinstance(cause, GraphQLError):  # graphql-core's own word on an argument
        return BadInput("An argument does not fit its type.", ("graphql-arguments",))
    return HubError()


def rendered(refusal: HubError, cause: BaseException, path: list[str | int] | None = None) -> dict[str, Any]:
    """One error of a response, logged under the reference it bears."""
    reference = secrets.token_hex(8)
    log = _log.error if refusal.status >= HTTPStatus.INTERNAL_SERVER_ERROR else _log.info
    log("refused", code=refusal.code, reasons=refusal.reasons, reference=reference, **_origin(cause))
    told: dict[str, Any] = {
        "message": refusal.message,
        "extensions": {"code": refusal.code, "reasons": list(shown_reasons(refusal.reasons)), "reference": reference},
    }
    return told | ({"path": path} if path else {})


def answered(result: ExecutionResult) -> tuple[HTTPStatus, dict[str, Any]]:
    """The status and body of an executed operation: 200, or its one refusal's status when nothing came of it."""
    if not result.errors:
        return HTTPStatus.OK, {"data": result.data}
    refusals = [refusal_of(error) for error in result.errors]
    body = {
        "data": result.data,
        "errors": [
            rendered(refusal, error.original_error or error, error.path)
            for refusal, error in zip(refusals, result.errors, strict=True)
        ],
    }
    empty = result.data is None or all(value is None for value in result.data.values())
    return (HTTPStatus(refusals[0].status) if empty else HTTPStatus.OK), body


def _origin(cause: BaseException) -> dict[str, str]:
    """The class of a fault and where it arose: names of code, no values."""
    places = [f"{frame.f_globals.get('__name__', '?')}:{line}" for frame, line in walk_tb(cause.__traceback__)]
    return {"fault": type(cause).__name__, "place": places[-1] if places else "?"}
