"""Agreements on their way into force: one submits what the parties signed, another approves, either side revokes.

Each act is decided by policy and recorded. An approval counts from the next question on, and a revocation within
a second, also for questions that are under way.
"""

from typing import NamedTuple

from hub.domain.acts import Action
from hub.domain.agreements import AgreementRecord, AgreementState
from hub.domain.documents import digest
from hub.domain.identifiers import SourceId
from hub.domain.permits import Verdict
from hub.domain.principals import Principal, speaks_for
from hub.enquiries import LONGEST_REASON, require_words
from hub.errors import AccessDenied, BadInput, Conflict, NotFound
from hub.onboarding.deciding import decided
from hub.policy.agreements import Agreement, Read, Unusable, current, day_of, decode, decoded, unsigned_parties
from hub.policy.facts import Partnering
from hub.recorded_acts import Recorded, act_of
from hub.services import Services

MOST_CHARACTERS = 256 * 1024
MOST_FAULTS = 20  # told at once
_S = AgreementState


class Kept(NamedTuple):
    """One version as the register has it, and what it says; ``read`` is None for a document that cannot be used."""

    record: AgreementRecord
    read: Read | None
    in_force: bool


async def submit_agreement(principal: Principal, document: str, services: Services) -> Kept:
    """Put in a document. The very same one again is the version that there is.

    Raises BadInput with every mistake of the document, AccessDenied, Conflict (this version has other content, or
    the source is another agency's), AuditUnavailable.
    """
    async with Recorded(act_of(Action.SUBMIT_AGREEMENT, principal, None, services), services) as done:
        read = _read(document)
        agreement, now = read.agreement, services.now()
        done.at(agreement.source)
        done.naming(agreement.reference)
        owner = await _owner(agreement.source, services)
        facts = Partnering(own_agency=_holds(principal, agreement, owner))
        done.permitted(decided(principal, Action.SUBMIT_AGREEMENT, facts, services))
        await _refuse_anothers_source(read, services)
        await done.about_to_change()
        kept = await services.agreements.put(
            AgreementRecord(
                id=agreement.id,
                version=agreement.version,
                source=agreement.source,
                state=_S.SUBMITTED,
                digest=digest(read.document),
                origin="registered",
                document=read.document,
                submitted_by=principal.id,
                submitted_at=now,
                changed_by=principal.id,
                changed_at=now,
            )
        )
    return await _kept(kept, services)


async def approve_agreement(principal: Principal, agreement_id: str, version: int, services: Services) -> Kept:
    """Let a version count, from its first day on. Twice is no fault.

    Raises NotFound, AccessDenied (the submitter does not approve), AuditUnavailable, and Conflict for a document
    that not every party signed, that has ended, or that was revoked.
    """
    async with Recorded(act_of(Action.APPROVE_AGREEMENT, principal, None, services), services) as done:
        record = await _version(agreement_id, version, done, services)
        done.permitted(await _decided(principal, Action.APPROVE_AGREEMENT, record, services))
        if record.state is not _S.APPROVED:
            _refuse_unsigned(_read(record.document.decode()), services)
            await done.about_to_change()
            record = await services.agreements.move(
                record.id,
                record.version,
                _S.APPROVED,
                by=principal.id,
                at=services.now(),
                reason="",
                expecting=frozenset({_S.SUBMITTED}),
            )
    return await _kept(record, services)


async def revoke_agreement(
    principal: Principal, agreement_id: str, version: int, reason: str, services: Services
) -> Kept:
    """End a version for good, with every older one of it: what was replaced does not come back. Twice is no fault.

    Raises BadInput, NotFound, AccessDenied, AuditUnavailable.
    """
    async with Recorded(act_of(Action.REVOKE_AGREEMENT, principal, None, services), services) as done:
        require_words(reason, "reason", LONGEST_REASON)
        record = await _version(agreement_id, version, done, services)
        done.permitted(await _decided(principal, Action.REVOKE_AGREEMENT, record, services))
        if record.state is not _S.REVOKED:
            await done.about_to_change()
            record = await services.agreements.move(
                record.id,
                record.version,
                _S.REVOKED,
                by=principal.id,
                at=services.now(),
                reason=reason.strip(),
                expecting=frozenset({_S.SUBMITTED, _S.APPROVED}),
            )
    return await _kept(record, services)


async def list_agreements(principal: Principal, source: SourceId | None, services: Services) -> tuple[Kept, ...]:
    """Every version that this person may see, of one source or of all, by source, id and version.

    Raises AccessDenied where that can be none, AuditUnavailable.
    """
    async with Recorded(act_of(Action.READ_AGREEMENTS, principal, None, services), services) as done:
        done.permitted(decided(principal, Action.READ_AGREEMENTS, Partnering(own_agency=True), services))
        known = [one for one in await services.agreements.all() if source in {None, one.source}]
        owners = {one: await _owner(one, services) for one in {record.source for record in known}}
        seen = [one for one in known if _may_see(principal, one, owners[one.source], services)]
    counting = await _counting(services)
    return tuple(Kept(one, _usable(one), one.reference in counting) for one in seen)


def _read(document: str) -> Read:
    if len(document) > MOST_CHARACTERS:
        raise BadInput(f"An agreement has at most {MOST_CHARACTERS} characters.", ("agreement-too-large",))
    try:
        return decode(document.encode())
    except Unusable as fault:
        told = [f"{one.path}: {one.says}. {one.fix}" if one.path else f"{one.says}. {one.fix}" for one in fault.faults]
        more = f" And {len(told) - MOST_FAULTS} more." if len(told) > MOST_FAULTS else ""
        raise BadInput(" ".join(told[:MOST_FAULTS]) + more, ("agreement-unusable",)) from None


async def _version(agreement_id: str, version: int, done: Recorded, services: Services) -> AgreementRecord:
    record = await services.agreements.get(agreement_id, version)
    if record is None:
        raise NotFound("There is no such version of an agreement.", ("no-such-agreement",))
    done.at(record.source)
    done.naming(record.reference)
    return record


async def _decided(principal: Principal, action: Action, record: AgreementRecord, services: Services) -> Verdict:
    owner = await _owner(record.source, services)
    return decided(principal, action, _about(principal, record, owner), services)


async def _owner(source: SourceId, services: Services) -> str | None:
    """The organisation that owns the source, as its newest registration says; None where it is not registered."""
    known = await services.register.versions(source)
    return known[-1].owner if known else None


def _holds(principal: Principal, agreement: Agreement, owner: str | None) -> bool:
    """Whether somebody speaks for whoever the document is about the source of."""
    return speaks_for(principal, agreement.source_agency, agreement.source, owner)


def _about(principal: Principal, record: AgreementRecord, owner: str | None) -> Partnering:
    """What is true of anybody's act on this version. A document that cannot be used is nobody's own."""
    read = _usable(record)
    own = read is not None and _holds(principal, read.agreement, owner)
    return Partnering(own_agency=own, submitter=record.submitted_by == principal.id)


def _may_see(principal: Principal, record: AgreementRecord, owner: str | None, services: Services) -> bool:
    try:
        services.policies.authorise_partnering(principal, Action.READ_AGREEMENTS, _about(principal, record, owner))
    except AccessDenied:
        return False
    return True


async def _refuse_anothers_source(read: Read, services: Services) -> None:
    known = await services.register.versions(read.agreement.source)
    if known and known[-1].agency is not read.agreement.source_agency:
        raise Conflict("This source belongs to another agency than the agreement says.", ("agreement-agency",))


def _refuse_unsigned(read: Read, services: Services) -> None:
    missing = unsigned_parties(read.agreement, read.signed)
    if missing or not read.agreement.parties:
        who = ", ".join(missing) or "any party: the document names none, with their keys"
        raise Conflict(f"Not signed for {who}. Every party signs before an approval.", ("agreement-not-signed",))
    if read.agreement.valid_until < day_of(services.now()):
        raise Conflict("This version has ended already. Put in a new one.", ("agreement-ended",))


async def _kept(record: AgreementRecord, services: Services) -> Kept:
    return Kept(record, _usable(record), record.reference in await _counting(services))


async def _counting(services: Services) -> frozenset[str]:
    """What counts today: approved, begun, not ended, and with no newer version in its place."""
    day = day_of(services.now())
    approved = decoded(await services.agreements.standing()).values()
    return frozenset(one.reference for some in approved for one in current(some, day) if one.in_force(day))


def _usable(record: AgreementRecord) -> Read | None:
    try:
        return decode(record.document)
    except Unusable:
        return None
