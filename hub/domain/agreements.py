"""Agreements as the register keeps them: one version of one document, and whether it stands."""

from datetime import datetime
from enum import StrEnum

import msgspec

from hub.domain.identifiers import SourceId
from hub.domain.registrations import Origin


class AgreementState(StrEnum):
    """APPROVED is in force between its dates. REVOKED is for good: a new version takes its place."""

    SUBMITTED = "SUBMITTED"
    APPROVED = "APPROVED"
    REVOKED = "REVOKED"


class AgreementRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One version of one agreement. ``document`` is the JSON as it was signed; ``digest`` its SHA-256 in hex."""

    id: str
    version: int
    source: SourceId
    state: AgreementState
    digest: str
    origin: Origin
    document: bytes
    submitted_by: str
    submitted_at: datetime
    changed_by: str
    changed_at: datetime
    reason: str = ""

    @property
    def reference(self) -> str:
        """How a decision and its evidence name it."""
        return f"{self.id}@{self.version}"
