"""What a database error means for the answer. Only classes and codes are read from it, never its words' values."""

from sqlalchemy.exc import DBAPIError

from hub.domain.answers import SourceFailed
from hub.domain.codes import AnswerState

_DIFFERS = "holds tables that differ from the mapping; the mapping must be changed before it can be read"
_UNREADABLE = "sent something that is not its database's language"
_BROKE_OFF = "cannot be reached or broke off the connection"

# SQLSTATE, longest prefix first: (state, what happened, whether asking again may help).
_BY_CODE: dict[str, tuple[AnswerState, str, bool]] = {
    "42P01": (AnswerState.BAD_DATA, _DIFFERS, False),  # undefined table
    "42703": (AnswerState.BAD_DATA, _DIFFERS, False),  # undefined column
    "42883": (AnswerState.BAD_DATA, _DIFFERS, False),  # undefined function or operator: another type
    "3F000": (AnswerState.BAD_DATA, _DIFFERS, False),  # undefined schema
    "42501": (AnswerState.UNAVAILABLE, "does not let the hub read a table that the mapping names", False),
    "57014": (AnswerState.TIMED_OUT, "took longer than a statement may", False),
    "57P": (AnswerState.UNAVAILABLE, "is stopping or starting", True),
    "53": (AnswerState.UNAVAILABLE, "is taking no more requests at the moment", False),
    "28": (AnswerState.UNAVAILABLE, "refused the hub's credentials", False),
    "3D": (AnswerState.UNAVAILABLE, "does not have the database that its manifest names", False),
    "08": (AnswerState.UNAVAILABLE, _BROKE_OFF, True),
    "22": (AnswerState.BAD_DATA, "holds a value that it cannot read itself", False),
    "42": (AnswerState.BAD_DATA, _DIFFERS, False),
}

# Errors without a SQLSTATE come from the driver: libpq's and SQLite's own phrases, which hold no values.
_BY_PHRASE: tuple[tuple[tuple[str, ...], tuple[AnswerState, str, bool]], ...] = (
    (("no such table", "no such column", "no such function"), (AnswerState.BAD_DATA, _DIFFERS, False)),
    (
        (
            "not a database",
            "malformed",
            "could not decode",
            "synchronization",
            "negotiation",
            "expected authentication",
        ),
        (AnswerState.BAD_DATA, _UNREADABLE, False),
    ),
    (
        ("message type", "message contents", "insufficient data", "invalid message", "unexpected response"),
        (AnswerState.BAD_DATA, _UNREADABLE, False),
    ),
    (("database is locked",), (AnswerState.UNAVAILABLE, "is busy", True)),
    (("timeout expired",), (AnswerState.TIMED_OUT, "did not accept a connection in time", False)),
    (
        ("authentication failed", "no password supplied"),
        (AnswerState.UNAVAILABLE, "refused the hub's credentials", False),
    ),
)


def explained(fault: DBAPIError | OSError) -> SourceFailed:
    """The failure to raise for an error of the database or of its driver."""
    cause = fault.orig if isinstance(fault, DBAPIError) else fault
    code = getattr(cause, "sqlstate", None)
    state, happened, retry = _coded(code) if code else _phrased(str(cause).casefold())
    return SourceFailed(state, happened, retry=retry)


def _coded(code: str) -> tuple[AnswerState, str, bool]:
    for prefix in sorted(_BY_CODE, key=len, reverse=True):
        if code.startswith(prefix):
            return _BY_CODE[prefix]
    return AnswerState.UNAVAILABLE, "has a fault of its own", False


def _phrased(words: str) -> tuple[AnswerState, str, bool]:
    for phrases, meaning in _BY_PHRASE:
        if any(phrase in words for phrase in phrases):
            return meaning
    return AnswerState.UNAVAILABLE, _BROKE_OFF, True
