"""Errors as callers see them: a code, named reasons, a reference. Never a value, a trace or a guess.

The reference stands in the hub's own log beside the class of the fault and the line it came from,
so that an operator can find what a caller cannot be shown.
"""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from graphql import ExecutionResult, GraphQLError

from hub.domain.disclosures import Grounds, shown_reasons
from hub.errors import BadInput, HubError
from hub.gate.telling import logged


def refusal_of(error: GraphQLError) -> HubError:
    """The refusal behind an execution's error; INTERNAL for anything that is not one of ours."""
    cause = error.original_error
    if isinstance(cause, HubError):
        return cause
    if cause is None or isinstance(cause, GraphQLError):  # graphql-core's own word on an argument
        return BadInput("An argument does not fit its type.", ("graphql-arguments",))
    return HubError()


def _no_rule(_reasons: Sequence[str]) -> tuple[str, ...]:
    """What stopped a request that no rule was asked about."""
    return ()


def rendered(
    refusal: HubError, cause: BaseException, path: list[str | int] | None = None, grounds: Grounds = _no_rule
) -> dict[str, Any]:
    """One error of a response, logged under the reference it bears."""
    reference, reasons = logged(refusal, cause), shown_reasons(refusal.reasons)
    told: dict[str, Any] = {
        "message": refusal.message,
        "extensions": {
            "code": refusal.code,
            "reasons": list(reasons),
            "stoppedBy": list(grounds(reasons)),
            "reference": reference,
        },
    }
    return told | ({"path": path} if path else {})


def answered(result: ExecutionResult, grounds: Grounds) -> tuple[HTTPStatus, dict[str, Any]]:
    """The status and body of an executed operation: 200, or its one refusal's status when nothing came of it."""
    if not result.errors:
        return HTTPStatus.OK, {"data": result.data}
    refusals = [refusal_of(error) for error in result.errors]
    body = {
        "data": result.data,
        "errors": [
            rendered(refusal, error.original_error or error, error.path, grounds)
            for refusal, error in zip(refusals, result.errors, strict=True)
        ],
    }
    empty = result.data is None or all(value is None for value in result.data.values())
    return (HTTPStatus(refusals[0].status) if empty else HTTPStatus.OK), body
