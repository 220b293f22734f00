"""Destroying the content of old evidence: one person proposes, another confirms, and the log says so first.

The proposal is an entry of the log, and so is what was destroyed: no other table says who agreed to what.
"""

import asyncio
import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from hub.audit.contents import period_of
from hub.audit.leaf import Outcome, timestamp
from hub.audit.reader import AuditEntry, EntryQuery
from hub.audit.shredding import NAMED, Doomed, Plan
from hub.audit.subjects import also_of, subject_of
from hub.domain.acts import Action
from hub.domain.people import PersonReference
from hub.domain.principals import Principal
from hub.errors import BadInput, Conflict, NotFound
from hub.recorded_acts import Recorded, act_of
from hub.services import Services

OPEN_FOR = timedelta(days=7)  # for a proposal to be confirmed
IN_ONE_ACT = 500  # keys that one entry names
_GRACE = timedelta(days=1)  # after a month, until nothing is sealed with its keys any more
_BEFORE, _SUBJECT, _DIGEST = "before:", "subject:", "digest:"


class Scope(msgspec.Struct, frozen=True):
    """Whose content, of which months. ``before`` is the first month that is kept; no subjects: everybody's."""

    before: str
    subjects: tuple[str, ...] = ()  # keyed hashes


class Proposal(NamedTuple):
    """What was proposed, under the id by which somebody else confirms it."""

    id: str
    scope: Scope
    plan: Plan
    until: datetime


class Destroyed(NamedTuple):
    """What was destroyed."""

    proposal: str
    keys: int
    entries: int


async def propose_shredding(
    principal: Principal, before: str | None, about: PersonReference | None, services: Services
) -> Proposal:
    """Propose to destroy the content of months before one, or one person's. Nothing is destroyed by this.

    A person is found by their numbers where one is given; by family name and birth date only where none is, for
    a twin's are the same.

    Raises BadInput, Conflict where there is nothing to destroy, AccessDenied, AuditUnavailable.
    """
    act = act_of(Action.SHRED_AUDIT, principal, None, services)
    async with Recorded(act, services) as done:
        done.permitted(services.policies.authorise(principal, Action.SHRED_AUDIT))
        scope = _scope(before, about, services)
        plan = await _plan(scope, services)
        if not plan.keys:
            raise Conflict(
                f"There is nothing to destroy; {plan.kept} keys are kept for the time that retention.toml says.",
                ("nothing-to-destroy",),
            )
        done.naming(*_told(scope), *_counted(plan), f"{_DIGEST}{_digest(plan)}")
        await done.about_to_change()  # the entry that somebody else confirms
        done.quietly()
    return Proposal(f"{act.request_id}.asked", scope, plan, services.now() + OPEN_FOR)


async def confirm_shredding(principal: Principal, proposal: str, services: Services) -> Destroyed:
    """Destroy what somebody else proposed. Every key is named in the log before it goes.

    Raises NotFound, AccessDenied, Conflict, AuditUnavailable; Unavailable where destroying was broken off: it is
    completed when the hub starts.
    """
    async with Recorded(act_of(Action.CONFIRM_SHREDDING, principal, None, services), services) as done:
        entry = await _proposed(proposal, services)
        own = entry is not None and entry.principal == principal.id
        done.permitted(services.policies.authorise(principal, Action.CONFIRM_SHREDDING, own=own))
        if entry is None:
            raise NotFound(reasons=("no-such-proposal",))
        done.naming(f"proposal:{entry.index}")
        plan = await _plan(_scope_of(entry), services)
        _require_the_same(entry, plan, services)
        await done.about_to_change()
        await _name(principal, entry.index, plan.keys, services)
        entries = await services.shredder.destroy(one.key for one in plan.keys)
        await _record(principal, ("finished", f"proposal:{entry.index}", *_counted(plan)), services)
    return Destroyed(proposal, len(plan.keys), entries)


async def _name(principal: Principal, proposal: int, keys: tuple[Doomed, ...], services: Services) -> None:
    """Acts that name every key, all in line at once so that they are durable together."""
    batches = [keys[first : first + IN_ONE_ACT] for first in range(0, len(keys), IN_ONE_ACT)]
    await asyncio.gather(
        *(
            _record(principal, (f"proposal:{proposal}", *(f"{NAMED}{one.key}" for one in batch)), services)
            for batch in batches
        )
    )


async def _record(principal: Principal, reasons: tuple[str, ...], services: Services) -> None:
    act = act_of(Action.SHRED_AUDIT, principal, None, services)
    await services.audit.record(
        msgspec.structs.replace(act, request_id=secrets.token_urlsafe(18), outcome=Outcome.DONE, reasons=reasons)
    )


def _scope(before: str | None, about: PersonReference | None, services: Services) -> Scope:
    closed = period_of(timestamp(services.now() - _GRACE))
    if (before is None) == (about is None):
        raise BadInput("Say either a month, before which content is destroyed, or whose content.", ("shred-scope",))
    if about is not None:
        numbers = msgspec.structs.replace(about, family_name=None) if about.nhs_number or about.upn else about
        return Scope(closed, (subject_of(numbers, services.keys), *also_of(numbers, services.keys)))
    if not _is_month(before or ""):
        raise BadInput("A month is written 2019-05.", ("shred-month",))
    if (before or "") > closed:
        raise BadInput(
            f"Only months that are over can go: those before {closed}, or before an earlier one.", ("shred-open",)
        )
    return Scope(before or "")


def _is_month(text: str) -> bool:
    try:
        return len(text) == len("YYYY-MM") and bool(datetime.strptime(f"{text}-01+0000", "%Y-%m-%d%z"))
    except ValueError:
        return False


async def _plan(scope: Scope, services: Services) -> Plan:
    if scope.subjects:
        return await services.shredder.of_person(scope.subjects, scope.before)
    present = period_of(timestamp(services.now()))
    return await services.shredder.of_months(scope.before, services.retention_rules.cutoffs(present))


async def _proposed(proposal: str, services: Services) -> AuditEntry | None:
    query = EntryQuery(request_id=proposal, kind=Action.SHRED_AUDIT.value, outcome=Outcome.ASKED.value)
    page = await services.audit.entries(query, 1)
    return page.entries[0] if page.entries else None


def _require_the_same(entry: AuditEntry, plan: Plan, services: Services) -> None:
    """Refuse what was not proposed in just this form, or too long ago. Raises Conflict."""
    if services.now() - entry.at > OPEN_FOR:
        raise Conflict(f"This was proposed more than {OPEN_FOR.days} days ago. Propose it again.", ("proposal-old",))
    if f"{_DIGEST}{_digest(plan)}" not in entry.reasons:
        raise Conflict(
            "What would be destroyed is not what was proposed: it was destroyed since, or the periods were changed. "
            "Propose it again.",
            ("proposal-overtaken",),
        )


def _scope_of(entry: AuditEntry) -> Scope:
    told = {name: _after(name, entry.reasons) for name in (_BEFORE, _SUBJECT)}
    return Scope(told[_BEFORE][0], tuple(told[_SUBJECT]))


def _after(name: str, reasons: Iterable[str]) -> list[str]:
    return [reason.removeprefix(name) for reason in reasons if reason.startswith(name)]


def _told(scope: Scope) -> tuple[str, ...]:
    return (f"{_BEFORE}{scope.before}", *(f"{_SUBJECT}{one}" for one in scope.subjects))


def _counted(plan: Plan) -> tuple[str, ...]:
    return f"keys:{len(plan.keys)}", f"entries:{sum(one.entries for one in plan.keys)}"


def _digest(plan: Plan) -> str:
    return hashlib.sha256("\n".join(one.key for one in plan.keys).encode()).hexdigest()
