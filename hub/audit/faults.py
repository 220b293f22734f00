"""What went wrong with the log: told in words with what to do, and whether this process may live on.

A process that lives on sealed discloses nothing and says on /readyz why. One whose storage gave an
input or output error may not: after a failed flush nobody knows what of the page cache is on the disk,
so it writes nothing more, and the next start checks what is there (docs/adr/0022-failing-closed.md).

Never the fault's own text: a database's texts can hold values.
"""

import errno
import sqlite3
from typing import NamedTuple

import psycopg

from hub.errors import ConfigurationError, HubError

_FULL = "The disk of the audit log is full. Make room, then start the hub again."
_READ_ONLY = (
    "The audit log's storage is read-only. Find out why (a disk that failed is often mounted so; a standby"
    " database is), make it writable, then start the hub again."
)
_BROKEN = (
    "The audit log's storage gave an input or output error. The hub ends itself; when it starts again it checks the"
    " log. If this comes back, replace the disk and run: hub audit fsck"
)
_CORRUPT = "The audit log's database is damaged. Keep it as it is, and run: hub audit fsck"
_GONE = (
    "The database of the audit log is gone, or ended this hub's session. See that it runs, then start the hub again."
)
_TAKEN = "Another process keeps the audit log's database to itself. Stop it, then start the hub again."
_DENIED = "The audit log may not be written by this account. Give it the right to, then start the hub again."
_SHORTER = (
    "The audit log has lost leaves that were durable: a backup was put back, or somebody took them away."
    " Run: hub audit fsck"
)
_DROPPED = (
    "The database of the audit log did not store what it was given: somebody added a trigger or a rule to its tables."
    " Take it away, and run: hub audit fsck"
)
_UNLOCKED = (
    "The lock file beside the audit log was moved or deleted, so another process may have begun to write the log."
    " Stop all but one, then start the hub again."
)
_REPLACED = (
    "The audit log's file was moved or replaced while it was being written. Put it back, then start the hub again."
)
_OTHER = "The audit log could not be written. Look into why, then start the hub again."

_SQLITE = (
    ("SQLITE_FULL", _FULL),
    ("SQLITE_IOERR_NOMEM", _OTHER),
    ("SQLITE_IOERR", _BROKEN),
    ("SQLITE_READONLY_DBMOVED", _REPLACED),
    ("SQLITE_READONLY", _READ_ONLY),
    ("SQLITE_CANTOPEN", _DENIED),
    ("SQLITE_PERM", _DENIED),
    ("SQLITE_AUTH", _DENIED),
    ("SQLITE_BUSY", _TAKEN),
    ("SQLITE_LOCKED", _TAKEN),
    ("SQLITE_CORRUPT", _CORRUPT),
    ("SQLITE_NOTADB", _CORRUPT),
)
_SQLSTATES = (
    ("53100", _FULL),
    ("58030", _BROKEN),
    ("58", _BROKEN),  # the server's own system calls
    ("25006", _READ_ONLY),
    ("42501", _DENIED),
    ("28", _DENIED),
    ("55P03", _TAKEN),
    ("XX001", _CORRUPT),
    ("XX002", _CORRUPT),
    ("57P", _GONE),
    ("08", _GONE),
)
_ERRNOS = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: _FULL,
    errno.EIO: _BROKEN,
    errno.EROFS: _READ_ONLY,
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
    errno.ENOENT: _REPLACED,
}


class LeavesLost(Exception):
    """The log is shorter than its writer has seen it."""


class FileReplaced(Exception):
    """The log's file is not the one that was opened."""


class LeavesDropped(Exception):
    """Fewer rows, or others, were stored than were given."""


class LockGone(Exception):
    """The lock that keeps a second process out is held no more where one would look for it."""


class Fault(NamedTuple):
    """What ended a writer. ``unsafe``: its process is to end too, and to write nothing more."""

    words: str
    unsafe: bool


_OWN: dict[type[BaseException], str] = {
    LeavesLost: _SHORTER,
    LeavesDropped: _DROPPED,
    FileReplaced: _REPLACED,
    LockGone: _UNLOCKED,
}


def fault_of(error: BaseException) -> Fault:
    """What an error means for the log."""
    words = _words(error)
    return Fault(f"{words} ({_name(error)})", unsafe=words is _BROKEN)


def refused_start(error: BaseException) -> ConfigurationError:
    """Why a log cannot be opened."""
    if isinstance(error, ConfigurationError):
        return error
    if isinstance(error, HubError):
        return ConfigurationError(f"The audit log cannot be opened. {error.message}")
    words = _words(error)
    if words in {_OTHER, _DENIED, _REPLACED}:
        words = "Check that its folder or database is there and writable."
    return ConfigurationError(f"The audit log cannot be opened. {words} ({_name(error)})")


def _words(error: BaseException) -> str:
    if isinstance(error, ConfigurationError):
        return error.message
    if type(error) in _OWN:
        return _OWN[type(error)]
    if isinstance(error, sqlite3.Error):
        return _first(_SQLITE, getattr(error, "sqlite_errorname", "")) or _OTHER
    if isinstance(error, psycopg.Error):
        return _of_postgres(error)
    return _ERRNOS.get(error.errno or 0, _OTHER) if isinstance(error, OSError) else _OTHER


def _of_postgres(error: psycopg.Error) -> str:
    if error.sqlstate is None:  # no word from the server: the connection ended
        return _GONE if isinstance(error, psycopg.OperationalError) else _OTHER
    return _first(_SQLSTATES, error.sqlstate) or _OTHER


def _first(table: tuple[tuple[str, str], ...], code: str) -> str | None:
    return next((words for beginning, words in table if code.startswith(beginning)), None)


def _name(error: BaseException) -> str:
    if isinstance(error, sqlite3.Error):
        return str(getattr(error, "sqlite_errorname", type(error).__name__))
    if isinstance(error, psycopg.Error):
        return f"{type(error).__name__} {error.sqlstate or ''}".strip()
    known = errno.errorcode.get(error.errno or 0) if isinstance(error, OSError) else None
    return known or type(error).__name__
