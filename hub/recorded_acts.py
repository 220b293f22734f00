"""The bracket around an act that is not a read: it leaves evidence of what was done, or of why it was not."""

import secrets
from typing import Self

import msgspec

from hub.audit.evidence import Act
from hub.audit.leaf import Opening, Outcome, timestamp
from hub.domain.acts import Action
from hub.domain.enquiries import Enquiry, well_formed
from hub.domain.identifiers import SourceId
from hub.domain.people import PersonReference
from hub.domain.permits import Authorised, Verdict
from hub.domain.principals import Principal
from hub.errors import AccessDenied, BadInput, Conflict, HubError, NotFound
from hub.services import Services

_CHANGES_AT_ONCE = frozenset({Action.OPEN_ENQUIRY, Action.CLOSE_ENQUIRY, Action.BREAK_GLASS})


def act_of(action: Action, principal: Principal, enquiry_id: str | None, services: Services) -> Act:
    """An act that is about to be tried, under an id of its own."""
    return Act(
        action=action,
        request_id=secrets.token_urlsafe(18),
        outcome=Outcome.DONE,
        policy_version=services.policies.version,
        principal=principal,
        enquiry_id=well_formed(enquiry_id),
    )


class Recorded:
    """``async with`` this around an act. Leaving it makes one durable line: done, refused or failed."""

    def __init__(self, act: Act, services: Services) -> None:
        self._act, self._services = act, services
        self._quiet = False
        self._named: tuple[str, ...] = ()  # stands in every line, refusals as well

    async def __aenter__(self) -> Self:
        """Make durable that something is about to change, where the act changes it. Raises AuditUnavailable."""
        if self._act.action in _CHANGES_AT_ONCE:
            await self.about_to_change()
        return self

    def __call__(self, enquiry: Enquiry, reasons: tuple[str, ...] = ()) -> None:
        """Say about which enquiry it is, and for which reasons it was done where no policy alone says."""
        self._act = msgspec.structs.replace(
            self._act, reasons=reasons, enquiry_id=enquiry.id, purpose=enquiry.purpose, reference=enquiry.about
        )
        if self._act.action is Action.OPEN_ENQUIRY:
            told = Opening(enquiry.urgency, enquiry.referral_id is not None, timestamp(enquiry.expires_at))
            self._act = msgspec.structs.replace(self._act, opening=told, words=enquiry.reason)

    def at(self, source: SourceId, version: int | None = None) -> None:
        """Say about which source it is, and about which version of it."""
        self._act = msgspec.structs.replace(self._act, source=source)
        self._named = () if version is None else (f"{source}@{version}",)

    def naming(self, *ids: str) -> None:
        """Say what else it is about, in every line from here on: ids that are nobody's, never a caller's own words."""
        self._named = (*self._named, *ids)

    def about(self, reference: PersonReference) -> None:
        """Say about whom it is, where that is nobody's enquiry. Keyed hashes of it are written."""
        self._act = msgspec.structs.replace(self._act, reference=reference)

    def under(self, enquiry_id: str | None) -> None:
        """Say about which enquiry it is, where no more of it is to be told."""
        self._act = msgspec.structs.replace(self._act, enquiry_id=well_formed(enquiry_id))

    def wrote(self, words: str) -> None:
        """Say what somebody wrote, which the store keeps: its keyed hash shows whether it was altered since."""
        self._act = msgspec.structs.replace(self._act, words=words)

    def permitted(self, verdict: Verdict) -> None:
        """Say which policies allowed it."""
        facts = verdict.facts if isinstance(verdict, Authorised) else None
        self._act = msgspec.structs.replace(self._act, reasons=verdict.policies, facts=facts)

    async def about_to_change(self, once: str | None = None) -> None:
        """Make durable that something is about to change, and what is known of it. Raises AuditUnavailable.

        ``once`` is an id that the log takes once: Conflict where a line that says otherwise stands under it.
        """
        request_id = once or f"{self._act.request_id}.asked"
        await self._record(msgspec.structs.replace(self._act, request_id=request_id, outcome=Outcome.ASKED))

    def quietly(self) -> None:
        """Leave the line to the read that follows; a refusal is written all the same."""
        self._quiet = True

    async def __aexit__(self, kind: object, fault: BaseException | None, trace: object) -> None:
        """Make the line durable. Raises AuditUnavailable where it cannot be."""
        if isinstance(fault, AccessDenied):
            self._act = msgspec.structs.replace(self._act, facts=fault.facts)
        if isinstance(fault, AccessDenied | NotFound | BadInput | Conflict):
            await self._write(Outcome.REFUSED, fault.reasons)
        elif fault is not None:
            await self._write(Outcome.FAILED, (fault.code if isinstance(fault, HubError) else HubError.code,))
        elif not self._quiet:
            await self._record(self._act)

    async def _write(self, outcome: Outcome, reasons: tuple[str, ...]) -> None:
        await self._record(msgspec.structs.replace(self._act, outcome=outcome, reasons=reasons))

    async def _record(self, act: Act) -> None:
        await self._services.audit.record(msgspec.structs.replace(act, reasons=(*self._named, *act.reasons)))
