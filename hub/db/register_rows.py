"""Rows of the register: what stands in the open, and what is sealed to it."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Row

from hub.db.partner_tables import conformance_results, registration_changes, registrations
from hub.domain.codes import Agency
from hub.domain.conformance import ConformanceResult
from hub.domain.identifiers import SourceId
from hub.domain.registrations import Change, Registration, RegistrationState, Side
from hub.keys import Keys

PASSED, FAILED = "passed", "failed"


class _Document(msgspec.Struct, frozen=True, array_like=True):
    """What the blob of a registration holds. New fields go last, with a default, so that old blobs still open."""

    manifest: bytes
    reason: str


class _Why(msgspec.Struct, frozen=True, array_like=True):
    """What the blob of a change holds."""

    reason: str
    side: Side | None
    lifted: bool


class _Report(msgspec.Struct, frozen=True, array_like=True):
    """What the blob of a conformance result holds."""

    report: bytes
    signature: str


_document = msgspec.msgpack.Decoder(_Document).decode
_why = msgspec.msgpack.Decoder(_Why).decode
_report = msgspec.msgpack.Decoder(_Report).decode


def registration_row(one: Registration, keys: Keys) -> dict[str, Any]:
    """A registration as it is stored."""
    plain: dict[str, Any] = {
        "source": one.source,
        "version": one.version,
        "state": one.state.value,
        "digest": one.digest,
        "agency": one.agency.value,
        "origin": one.origin,
        "registered_by": one.registered_by,
        "registered_at": one.registered_at,
        "changed_by": one.changed_by,
        "changed_at": one.changed_at,
    }
    inside = msgspec.msgpack.encode(_Document(one.manifest, one.reason))
    return {**plain, "sealed": keys.seal(inside, _context("registration", plain.values()))}


def registration_of(row: Row[Any], keys: Keys) -> Registration:
    """A stored registration. Raises SealBroken when anything of its row was altered."""
    inside = _document(keys.open(row.sealed, registration_context(row)))
    return Registration(
        source=SourceId(row.source),
        version=row.version,
        state=RegistrationState(row.state),
        digest=row.digest,
        agency=Agency(row.agency),
        origin=row.origin,
        manifest=inside.manifest,
        registered_by=row.registered_by,
        registered_at=row.registered_at,
        changed_by=row.changed_by,
        changed_at=row.changed_at,
        reason=inside.reason,
    )


def change_row(one: Change, place: int, keys: Keys) -> dict[str, Any]:
    """A change as it is stored, at its place in its source's history."""
    plain: dict[str, Any] = {
        "id": f"{one.source}:{place:08d}",  # sorts as it happened
        "source": one.source,
        "version": one.version,
        "from_state": one.before.value if one.before else None,
        "to_state": one.after.value,
        "by": one.by,
        "at": one.at,
    }
    inside = msgspec.msgpack.encode(_Why(one.reason, one.side, one.lifted))
    return {**plain, "sealed": keys.seal(inside, _context("registration-change", plain.values()))}


def change_of(row: Row[Any], keys: Keys) -> Change:
    """A stored change. Raises SealBroken when anything of its row was altered."""
    inside = _why(keys.open(row.sealed, registration_change_context(row)))
    return Change(
        source=SourceId(row.source),
        version=row.version,
        before=RegistrationState(row.from_state) if row.from_state else None,
        after=RegistrationState(row.to_state),
        by=row.by,
        at=row.at,
        reason=inside.reason,
        side=inside.side,
        lifted=inside.lifted,
    )


def result_row(one: ConformanceResult, keys: Keys) -> dict[str, Any]:
    """A conformance result as it is stored."""
    plain: dict[str, Any] = {
        "id": one.id,
        "source": one.source,
        "version": one.version,
        "digest": one.digest,
        "outcome": PASSED if one.passed else FAILED,
        "by": one.by,
        "at": one.at,
    }
    inside = msgspec.msgpack.encode(_Report(one.report, one.signature))
    return {**plain, "sealed": keys.seal(inside, _context("conformance-result", plain.values()))}


def result_of(row: Row[Any], keys: Keys) -> ConformanceResult:
    """A stored conformance result. Raises SealBroken when anything of its row was altered."""
    inside = _report(keys.open(row.sealed, conformance_result_context(row)))
    return ConformanceResult(
        id=row.id,
        source=SourceId(row.source),
        version=row.version,
        digest=row.digest,
        passed=row.outcome == PASSED,
        by=row.by,
        at=row.at,
        report=inside.report,
        signature=inside.signature,
    )


def registration_context(row: Row[Any]) -> bytes:
    """What binds the blob of a stored registration to its row."""
    return _context(
        "registration", (getattr(row, column.name) for column in registrations.c if column.name != "sealed")
    )


def registration_change_context(row: Row[Any]) -> bytes:
    """What binds the blob of a stored change to its row."""
    plain = (getattr(row, column.name) for column in registration_changes.c if column.name != "sealed")
    return _context("registration-change", plain)


def conformance_result_context(row: Row[Any]) -> bytes:
    """What binds the blob of a stored conformance result to its row."""
    plain = (getattr(row, column.name) for column in conformance_results.c if column.name != "sealed")
    return _context("conformance-result", plain)


def _context(kind: str, plain: Iterable[str | int | datetime | None]) -> bytes:
    """Bind a blob to everything that its row says in the open, in the order of the table's columns."""
    return msgspec.json.encode([kind, *(_told(value) for value in plain)])


def _told(value: str | int | datetime | None) -> str | int | None:
    if isinstance(value, datetime):  # an engine may give back another zone
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value
