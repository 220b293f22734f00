"""Every refusal of the hub: a code, a status and a sentence fit to show to anybody.

No message here, and no message made from these classes, holds a personal value: callers may
render ``message`` as it is.
"""

from http import HTTPStatus


class HubError(Exception):
    """A refusal. ``reasons`` are names of deciding policies or of broken rules, never values."""

    code = "INTERNAL"
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    message = "The hub could not complete this request. Quote the reference to your hub's operator."

    def __init__(self, message: str | None = None, reasons: tuple[str, ...] = ()) -> None:
        self.message = message or type(self).message
        self.reasons = reasons
        super().__init__(self.message)


class Unauthenticated(HubError):
    """The caller's token is missing, malformed, expired or from an issuer we do not know."""

    code = "UNAUTHENTICATED"
    status = HTTPStatus.UNAUTHORIZED
    message = "Sign in again: this request needs a valid bearer token."


class AccessDenied(HubError):
    """Policy refused. ``reasons`` names the deciding policies; there is always at least one."""

    code = "FORBIDDEN"
    status = HTTPStatus.FORBIDDEN
    message = "This is not permitted for your role and purpose. The reasons name the rules that decided."

    def __init__(
        self, reasons: tuple[str, ...], message: str | None = None, facts: tuple[str, ...] | None = None
    ) -> None:
        """``facts``, for evidence: names of what held of what it was decided on; None where nobody says."""
        if not reasons:
            raise ValueError("a denial names at least one reason")
        self.facts = facts
        super().__init__(message, reasons)


class BadInput(HubError):
    """What was sent cannot be used; the sentence says what to send instead."""

    code = "BAD_USER_INPUT"
    status = HTTPStatus.BAD_REQUEST
    message = "This request cannot be used as it was sent."


class NotFound(HubError):
    """Nothing of that id exists, or the caller may not know that it does."""

    code = "NOT_FOUND"
    status = HTTPStatus.NOT_FOUND
    message = "There is nothing here under that id, or it is not yours to see."


class Conflict(HubError):
    """The thing is in a state that does not allow this."""

    code = "CONFLICT"
    status = HTTPStatus.CONFLICT
    message = "This cannot be done in its present state."


class TooManyRequests(HubError):
    """More work is under way than the hub takes on at once."""

    code = "TOO_MANY_REQUESTS"
    status = HTTPStatus.TOO_MANY_REQUESTS
    message = "The hub is busy. Try again in a moment."


class AuditUnavailable(HubError):
    """Evidence cannot be written, so nothing is disclosed."""

    code = "AUDIT_UNAVAILABLE"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    message = "The audit log cannot be written, so nothing was disclosed. Phone the partners and tell your operator."


class Unavailable(HubError):
    """A part of the hub itself does not answer."""

    code = "UNAVAILABLE"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    message = "The hub cannot answer at the moment. Try again, or phone the partners."


class ConfigurationError(HubError):
    """The hub refuses to start: settings, keys, policies or manifests are wrong. Says which and the mend."""

    code = "INTERNAL"
    message = "The hub's configuration is not usable."
