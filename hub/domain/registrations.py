"""Registrations: one version of one source's manifest, and how far it has come on its way into use."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Literal

import msgspec

from hub.domain.codes import Agency
from hub.domain.identifiers import SourceId

Origin = Literal["file", "registered"]


class RegistrationState(StrEnum):
    """The life cycle of one version. At most one version of a source is LIVE or SUSPENDED."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    TESTED = "TESTED"
    APPROVED = "APPROVED"
    LIVE = "LIVE"
    SUSPENDED = "SUSPENDED"
    RETIRED = "RETIRED"


_S = RegistrationState
REGISTERED = frozenset({_S.LIVE, _S.SUSPENDED})  # stands in every answer
NEXT: Mapping[RegistrationState, frozenset[RegistrationState]] = {
    _S.DRAFT: frozenset({_S.SUBMITTED, _S.RETIRED}),
    _S.SUBMITTED: frozenset({_S.TESTED, _S.RETIRED}),
    _S.TESTED: frozenset({_S.TESTED, _S.SUBMITTED, _S.APPROVED, _S.RETIRED}),  # a failed test puts it back
    _S.APPROVED: frozenset({_S.LIVE, _S.RETIRED}),
    _S.LIVE: frozenset({_S.SUSPENDED, _S.RETIRED}),
    _S.SUSPENDED: frozenset({_S.LIVE, _S.RETIRED}),
    _S.RETIRED: frozenset(),
}


class Registration(msgspec.Struct, frozen=True, kw_only=True):
    """One version of one source's manifest. ``manifest`` is its canonical document; ``digest`` its SHA-256 in hex.

    ``origin`` says whether the operator's files declare it or the partner registered it.
    """

    source: SourceId
    version: int
    state: RegistrationState
    digest: str
    agency: Agency
    origin: Origin
    manifest: bytes
    registered_by: str
    registered_at: datetime
    changed_by: str
    changed_at: datetime
    reason: str = ""  # of the last change, in the words of whoever made it
