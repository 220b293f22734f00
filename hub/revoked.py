"""What the log says was stopped for good, or is stopped, whatever the register says.

Whoever can write the register's database can put an old row of it back: sealed by the hub, as it once
stood. The log cannot be taken back unseen, so where the two differ the log wins.
"""

from collections.abc import Iterable

import msgspec
import structlog

from hub.audit.leaf import Outcome
from hub.audit.log import AuditLog
from hub.audit.reader import AuditEntry, EntryQuery
from hub.domain.acts import Action
from hub.domain.agreements import AgreementRecord
from hub.domain.registrations import Registration, RegistrationState

_log = structlog.get_logger("hub.register")
_PAGE = 500
_TELLING = (
    Action.REVOKE_AGREEMENT,
    Action.RETIRE_SOURCE,
    Action.SUSPEND_SOURCE,
    Action.RESUME_SOURCE,
    Action.ACTIVATE_SOURCE,
)


class Revocations:
    """What was stopped, as far as the log was read. One for each worker; reads on from where it was."""

    def __init__(self, audit: AuditLog) -> None:
        self._audit, self._after = audit, -1
        self._revoked: dict[str, int] = {}  # by an agreement's id the newest version of it
        self._retired: set[str] = set()  # references of sources, id@version
        self._stopped: set[str] = set()

    async def look(self) -> None:
        """Read what the log has more. Raises Unavailable where it cannot be read."""
        query = EntryQuery(kinds=_TELLING, outcome=Outcome.DONE)
        while True:
            page = await self._audit.entries(query, _PAGE, self._after)
            for entry in page.entries:
                self._take(entry)
                self._after = entry.index
            if not page.has_next:
                return

    def agreements(self, records: Iterable[AgreementRecord]) -> tuple[AgreementRecord, ...]:
        """Those that the log does not say were revoked: with a version goes every older one."""
        revoked = self._revoked
        return tuple(
            one for one in records if not self._contradicted(one.version <= revoked.get(one.id, -1), one.reference)
        )

    def registrations(self, registered: Iterable[Registration]) -> tuple[Registration, ...]:
        """The same without what was retired, and suspended where the log says that nobody lifted it."""
        retired = self._retired
        standing = (one for one in registered if not self._contradicted(one.reference in retired, one.reference))
        return tuple(map(self._suspended, standing))

    def _suspended(self, one: Registration) -> Registration:
        live = one.state is RegistrationState.LIVE
        if not self._contradicted(live and one.reference in self._stopped, one.reference):
            return one
        return msgspec.structs.replace(one, state=RegistrationState.SUSPENDED)

    def _contradicted(self, contradicted: bool, reference: str) -> bool:  # noqa: FBT001 - what it is about
        if contradicted:
            _log.critical("register_contradicts_evidence", reference=reference)
        return contradicted

    def _take(self, entry: AuditEntry) -> None:
        reference = next((one for one in entry.reasons if _version_of(one) is not None), None)
        if reference is None:  # its content was destroyed: it tells nothing any more
            return
        if entry.kind == Action.REVOKE_AGREEMENT:
            name = reference.rpartition("@")[0]
            self._revoked[name] = max(self._revoked.get(name, -1), _version_of(reference) or 0)
        elif entry.kind == Action.RETIRE_SOURCE:
            self._retired.add(reference)
        elif entry.kind == Action.SUSPEND_SOURCE:
            self._stopped.add(reference)
        else:
            self._stopped.discard(reference)


def _version_of(reason: str) -> int | None:
    name, _, version = reason.rpartition("@")
    return int(version) if name and version.isdecimal() else None
