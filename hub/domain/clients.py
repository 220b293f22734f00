"""Partners' own systems that may sign in: a client id, whom it belongs to, and the public keys that prove it."""

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from hub.domain.codes import Agency, Role
from hub.domain.identifiers import SourceId
from hub.domain.principals import Principal

NAMESPACE = "client:"  # goes before a client's id, so that no issuer of people's tokens can name a system
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{2,62}")


class ClientState(StrEnum):
    """REVOKED is for good: a system that comes back is enrolled under another id."""

    ENROLLED = "ENROLLED"
    REVOKED = "REVOKED"


class PartnerClient(msgspec.Struct, frozen=True, kw_only=True):
    """One system. ``jwks`` is a JSON Web Key Set of public keys; ``sources`` are those that it speaks for."""

    id: str
    agency: Agency
    organisation: str
    sources: frozenset[SourceId]
    jwks: Mapping[str, Any]
    state: ClientState
    enrolled_by: str  # a principal's id
    enrolled_at: datetime
    changed_at: datetime
    reason: str = ""  # why it was revoked

    @property
    def principal(self) -> Principal:
        """Who signs in by this client's keys."""
        return Principal(
            id=NAMESPACE + self.id,
            name=self.organisation,
            agency=self.agency,
            roles=frozenset({Role.PARTNER_SYSTEM}),
            organisation=self.organisation,
            sources=self.sources,
        )


def well_formed_client(name: str) -> bool:
    """Whether this can be a client's id: 3 to 63 small letters, digits, dots, dashes and underscores."""
    return _ID.fullmatch(name) is not None
