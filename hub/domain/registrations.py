"""Registrations: one version of one source's manifest, and how far it has come on its way into use."""

from collections.abc import Mapping, Sequence
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
    _S.SUSPENDED: frozenset({_S.SUSPENDED, _S.LIVE, _S.RETIRED}),  # another side stops it too, or lifts its stop
    _S.RETIRED: frozenset(),
}


class Side(StrEnum):
    """For whom somebody suspends a source. Whoever stopped it says when it may go on."""

    OWNER = "owner"  # the organisation whose records it holds
    OPERATOR = "operator"  # those who run the hub
    GUARDIAN = "guardian"  # those who answer for information governance


class _Owned(msgspec.Struct, frozen=True):
    owner: str | None = None


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

    @property
    def reference(self) -> str:
        """How people name this very version."""
        return f"{self.source}@{self.version}"

    @property
    def owner(self) -> str | None:
        """The organisation that the document names as whose records these are."""
        return msgspec.json.decode(self.manifest, type=_Owned).owner


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One step of one version. ``before`` is None where it began.

    ``side`` is who stops it, of a suspension; with ``lifted``, who no longer does while another still does.
    """

    source: SourceId
    version: int
    before: RegistrationState | None
    after: RegistrationState
    by: str  # the principal's id
    at: datetime
    reason: str
    side: Side | None = None
    lifted: bool = False


def suspensions(history: Sequence[Change]) -> Mapping[Side, int]:
    """Which sides stop a source now, each with the place of its suspension in the source's history.

    Each side lifts its own. Retiring a suspended version lifts none, or a new version would get round it.
    """
    standing: dict[Side, int] = {}
    for place, change in enumerate(history):
        if change.after is RegistrationState.LIVE:
            standing.clear()
        elif change.after is RegistrationState.SUSPENDED and change.side is not None:
            if change.lifted:
                standing.pop(change.side, None)
            else:
                standing.setdefault(change.side, place)
    return standing
