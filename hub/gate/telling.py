"""What a caller is told of a refusal, and what an operator can find of it: one reference joins the two."""

import secrets
from http import HTTPStatus
from traceback import walk_tb

import structlog

from hub.errors import HubError

_log = structlog.get_logger("hub.gate")


def logged(refusal: HubError, cause: BaseException) -> str:
    """The reference under which a refusal stands in the hub's own log, with the class of its fault and its place."""
    reference = secrets.token_hex(8)
    log = _log.error if refusal.status >= HTTPStatus.INTERNAL_SERVER_ERROR else _log.info
    log("refused", code=refusal.code, reasons=refusal.reasons, reference=reference, **_origin(cause))
    return reference


def _origin(cause: BaseException) -> dict[str, str]:
    """The class of a fault and where it arose: names of code, no values."""
    places = [f"{frame.f_globals.get('__name__', '?')}:{line}" for frame, line in walk_tb(cause.__traceback__)]
    return {"fault": type(cause).__name__, "place": places[-1] if places else "?"}
