"""Refusals as FHIR tells them: an OperationOutcome with a code, a sentence, named rules and a reference."""

from http import HTTPStatus
from typing import Any

from hub.domain.disclosures import shown_reasons
from hub.errors import HubError
from hub.gate.telling import logged

_ISSUES = {
    HTTPStatus.BAD_REQUEST: "invalid",
    HTTPStatus.UNAUTHORIZED: "login",
    HTTPStatus.FORBIDDEN: "forbidden",
    HTTPStatus.NOT_FOUND: "not-found",
    HTTPStatus.METHOD_NOT_ALLOWED: "not-supported",
    HTTPStatus.REQUEST_TIMEOUT: "timeout",
    HTTPStatus.CONFLICT: "conflict",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too-long",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "not-supported",
    HTTPStatus.UNPROCESSABLE_ENTITY: "code-invalid",
    HTTPStatus.TOO_MANY_REQUESTS: "throttled",
    HTTPStatus.SERVICE_UNAVAILABLE: "transient",
}


def outcome_of(refusal: HubError, cause: BaseException) -> dict[str, Any]:
    """One refusal, logged under the reference that it bears."""
    coding = [{"code": refusal.code}, *({"code": reason} for reason in shown_reasons(refusal.reasons))]
    issue = {
        "severity": "error",
        "code": _ISSUES.get(HTTPStatus(refusal.status), "exception"),
        "details": {"coding": coding, "text": refusal.message},
        "diagnostics": f"Reference {logged(refusal, cause)}",
    }
    return {"resourceType": "OperationOutcome", "issue": [issue]}
