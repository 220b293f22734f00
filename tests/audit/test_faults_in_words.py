"""Each fault of a log's storage says what it is, what to do, and whether the hub may live on."""

import errno
import sqlite3

import psycopg
import pytest
from psycopg import errors

from hub.audit.faults import FileReplaced, LeavesLost, fault_of


def of_sqlite(name: str) -> sqlite3.Error:
    error = sqlite3.OperationalError("CANARY")
    error.sqlite_errorname = name
    return error


@pytest.mark.parametrize(
    ("error", "says", "does", "unsafe"),
    [
        (of_sqlite("SQLITE_FULL"), "disk of the audit log is full", "Make room", False),
        (errors.DiskFull("CANARY"), "disk of the audit log is full", "Make room", False),
        (OSError(errno.ENOSPC, "CANARY"), "disk of the audit log is full", "Make room", False),
        (of_sqlite("SQLITE_IOERR_FSYNC"), "input or output error", "The hub ends itself", True),
        (of_sqlite("SQLITE_IOERR_WRITE"), "input or output error", "The hub ends itself", True),
        (errors.IoError("CANARY"), "input or output error", "The hub ends itself", True),
        (OSError(errno.EIO, "CANARY"), "input or output error", "The hub ends itself", True),
        (of_sqlite("SQLITE_READONLY"), "is read-only", "make it writable", False),
        (OSError(errno.EROFS, "CANARY"), "is read-only", "make it writable", False),
        (errors.ReadOnlySqlTransaction("CANARY"), "is read-only", "make it writable", False),
        (of_sqlite("SQLITE_READONLY_DBMOVED"), "moved or replaced", "Put it back", False),
        (FileReplaced(), "moved or replaced", "Put it back", False),
        (of_sqlite("SQLITE_BUSY"), "Another process", "Stop it", False),
        (of_sqlite("SQLITE_CORRUPT"), "is damaged", "hub audit fsck", False),
        (psycopg.OperationalError("CANARY"), "is gone", "See that it runs", False),
        (errors.AdminShutdown("CANARY"), "is gone", "See that it runs", False),
        (errors.CrashShutdown("CANARY"), "is gone", "See that it runs", False),
        (errors.InsufficientPrivilege("CANARY"), "may not be written by this account", "Give it the right", False),
        (LeavesLost(), "lost leaves that were durable", "hub audit fsck", False),
        (errors.UndefinedTable("CANARY"), "could not be written", "Look into why", False),
        (ZeroDivisionError("CANARY"), "could not be written", "Look into why", False),
    ],
)
def test_a_fault_says_what_it_is_and_what_to_do_and_never_the_databases_own_text(
    error: BaseException, says: str, does: str, unsafe: object
) -> None:
    fault = fault_of(error)
    assert says in fault.words
    assert does in fault.words
    assert "CANARY" not in fault.words
    assert fault.unsafe is unsafe
