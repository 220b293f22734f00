"""Destroying the content of old evidence: one person proposes, another confirms, and the log says so first.

The proposal is an entry of the log, and so is what was destroyed: no other table says who agreed to what.
"""

import asyncio
import hashlib
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from hub.audit.contents import period_of
from hub.audit.leaf import Outcome, timestamp
from hub.audit.named_keys import NamedKey
from hub.audit.reader import AuditEntry, EntryQuery
from hub.audit.shredding import Plan
from hub.audit.subjects import also_of, subject_of
from hub.domain.acts import Action
from hub.domain.people import PersonReference
from hub.domain.principals import Principal
from hub.domain.retention import months_before
from hub.domain.review import ids_of
from hub.errors import BadInput, Conflict, NotFound
from hub.recorded_acts import Recorded, act_of
from hub.review.outliving import still_keeping
from hub.review.spared import Reach, in_dispute, looked
from hub.services import Services

OPEN_FOR = timedelta(days=7)  # for a proposal to be confirmed
IN_ONE_ACT = 200  # keys that one entry names
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
    a twin's are the same. Nobody proposes what holds their own access. Spared is what reviewers are not done with,
    and what still keeps something back from a report on accesses.

    Raises BadInput, Conflict where nothing may be destroyed, AccessDenied, AuditUnavailable.
    """
    act = act_of(Action.SHRED_AUDIT, principal, None, services)
    async with Recorded(act, services) as done:
        done.permitted(services.policies.authorise(principal, Action.SHRED_AUDIT))
        scope = _scope(before, about, services)
        plan = await _plan(scope, services)
        _require_something(plan)
        await _require_disinterest((principal.id,), scope, services)
        done.naming(*_told(scope), *_counted(plan), f"{_DIGEST}{_digest(plan)}")
        await done.about_to_change()  # the entry that somebody else confirms
        done.quietly()
    return Proposal(f"{act.request_id}.asked", scope, plan, services.now() + OPEN_FOR)


async def confirm_shredding(
    principal: Principal, proposal: str, about: PersonReference | None, services: Services
) -> Destroyed:
    """Destroy what somebody else proposed. Every key is named in the log before it goes.

    Whoever confirms that one person's goes names the person too, so that they know whose evidence they destroy.

    Of two who confirm at once, one does it: the log takes one confirmation of each proposal.

    Raises BadInput, NotFound, AccessDenied, Conflict, AuditUnavailable; Unavailable where destroying was broken
    off: it is completed when the hub starts.
    """
    async with Recorded(act_of(Action.CONFIRM_SHREDDING, principal, None, services), services) as done:
        entry = await _proposed(proposal, services)
        own = entry is not None and entry.principal in await _ids_of(principal.id, services)
        done.permitted(services.policies.authorise(principal, Action.CONFIRM_SHREDDING, own=own))
        if entry is None:
            raise NotFound(reasons=("no-such-proposal",))
        done.naming(f"proposal:{entry.index}")
        plan = await _confirmed(principal, entry, about, services)
        keys = await services.shredder.named(one.key for one in plan.keys)
        await _alone(proposal, done)
        await _require_undisputed(keys, _scope_of(entry), services)  # what goes before this takes minutes
        await _name(principal, entry.index, keys, services)
        entries = await services.shredder.destroy(one.id for one in keys)
        await _record(principal, ("finished", f"proposal:{entry.index}", *_counted(plan)), services)
    return Destroyed(proposal, len(plan.keys), entries)


async def _confirmed(
    principal: Principal, proposed: AuditEntry, about: PersonReference | None, services: Services
) -> Plan:
    """What goes, where it is what was proposed and nobody's own. Raises BadInput, Conflict."""
    scope = _scope_of(proposed)
    _require_same_person(about, scope, services)
    plan = await _plan(scope, services)
    _require_the_same(proposed, plan, services)
    await _require_disinterest((principal.id, proposed.principal), scope, services)
    return plan


async def _name(principal: Principal, proposal: int, keys: tuple[NamedKey, ...], services: Services) -> None:
    """Acts that name every key, all in line at once so that they are durable together."""
    batches = [keys[first : first + IN_ONE_ACT] for first in range(0, len(keys), IN_ONE_ACT)]
    await asyncio.gather(
        *(_record(principal, (f"proposal:{proposal}", *(one.reason for one in batch)), services) for batch in batches)
    )


async def _record(principal: Principal, reasons: tuple[str, ...], services: Services) -> None:
    act = act_of(Action.SHRED_AUDIT, principal, None, services)
    await services.audit.record(
        msgspec.structs.replace(act, request_id=secrets.token_urlsafe(18), outcome=Outcome.DONE, reasons=reasons)
    )


async def _alone(proposal: str, done: Recorded) -> None:
    """Go on where nobody else confirms, or confirmed, the same: the log takes one such line. Raises Conflict."""
    done.naming(f"turn:{secrets.token_urlsafe(18)}")  # so that even the same person's second line says something else
    try:
        await done.about_to_change(once=f"{proposal}.confirmed")
    except Conflict:
        says = "This was confirmed before: what it names goes, at the latest when the hub starts. Propose what is left."
        raise Conflict(says, ("proposal-overtaken",)) from None


def _scope(before: str | None, about: PersonReference | None, services: Services) -> Scope:
    closed = period_of(timestamp(services.now() - _GRACE))
    if (before is None) == (about is None):
        raise BadInput("Say either a month, before which content is destroyed, or whose content.", ("shred-scope",))
    if about is not None:
        return Scope(months_before(closed, services.retention_rules.one_person), _named(about, services))
    if not _is_month(before or ""):
        raise BadInput("A month is written 2019-05.", ("shred-month",))
    if (before or "") > closed:
        raise BadInput(
            f"Only months that are over can go: those before {closed}, or before an earlier one.", ("shred-open",)
        )
    return Scope(before or "")


def _named(about: PersonReference, services: Services) -> tuple[str, ...]:
    numbers = msgspec.structs.replace(about, family_name=None) if about.nhs_number or about.upn else about
    return subject_of(numbers, services.keys), *also_of(numbers, services.keys)


def _is_month(text: str) -> bool:
    try:
        return len(text) == len("YYYY-MM") and bool(datetime.strptime(f"{text}-01+0000", "%Y-%m-%d%z"))
    except ValueError:
        return False


async def _plan(scope: Scope, services: Services) -> Plan:
    """What goes, without what is spared. Raises Conflict where an entry was altered."""
    plan = (
        await services.shredder.of_person(scope.subjects, scope.before)
        if scope.subjects
        else await services.shredder.of_months(scope.before, _cutoffs(services))
    )
    plan = plan.sparing(await _disputed(scope, services))
    return plan.sparing(await still_keeping(plan, services.telling_rules, services.now(), services.shredder))


async def _disputed(scope: Scope, services: Services) -> frozenset[str]:
    """The keys of what reviewers are not done with."""
    entries = await in_dispute(await services.review.verdicts.by_item(), _reach(scope, services), services.audit)
    return frozenset((await services.shredder.sealing(entries)).values())


def _require_something(plan: Plan) -> None:
    """Refuse a proposal of nothing. Raises Conflict."""
    if not plan.keys and plan.spared:
        raise Conflict(
            "All that would go is spared: a query or a finding of misuse stands on it, or it keeps something back from "
            "reports on accesses.",
            ("shred-spared",),
        )
    if not plan.keys:
        raise Conflict(
            f"There is nothing to destroy; {plan.kept} keys are kept for the time that retention.toml says.",
            ("nothing-to-destroy",),
        )


def _reach(scope: Scope, services: Services) -> Reach:
    return Reach(scope.before, scope.subjects, {} if scope.subjects else _cutoffs(services))


async def _ids_of(principal: str, services: Services) -> frozenset[str]:
    return ids_of(principal, await services.review.watched.staff())


def _cutoffs(services: Services) -> Mapping[str, str]:
    return services.retention_rules.cutoffs(period_of(timestamp(services.now())))


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
            "What would be destroyed is not what was proposed: it was destroyed since, a query was raised or settled, "
            "or the periods were changed. Propose it again.",
            ("proposal-overtaken",),
        )


async def _require_undisputed(keys: Iterable[NamedKey], scope: Scope, services: Services) -> None:
    """Refuse what a query was raised on meanwhile: once a key is named, it goes. Raises Conflict."""
    if not (await _disputed(scope, services)).isdisjoint(one.id for one in keys):
        says = "A query was raised on what would be destroyed, and nothing was. Propose it again: that is spared then."
        raise Conflict(says, ("proposal-overtaken",))


def _require_same_person(about: PersonReference | None, scope: Scope, services: Services) -> None:
    """Refuse whoever does not say whose content goes, or says somebody else's. Raises BadInput, Conflict."""
    if (about is None) != (not scope.subjects):
        says = "Name the person whose content goes, as the proposal did; name nobody where it is of months."
        raise BadInput(says, ("shred-person",))
    if about is not None and not set(_named(about, services)) <= set(scope.subjects):
        says = "The proposal is about somebody else, or named them otherwise. Ask whoever proposed it whom they meant."
        raise Conflict(says, ("shred-other-person",))


async def _require_disinterest(principals: Iterable[str], scope: Scope, services: Services) -> None:
    """Refuse what would destroy evidence on one of these, under any id of theirs. Raises Conflict."""
    reach = _reach(scope, services)
    for principal in principals:
        for one in await _ids_of(principal, services):
            if await looked(one, reach, services.audit):
                says = "Whoever proposed or confirms this looked at records, and that would go. Two others may."
                raise Conflict(says, ("shred-own-evidence",))


def _scope_of(entry: AuditEntry) -> Scope:
    told = {name: _after(name, entry.reasons) for name in (_BEFORE, _SUBJECT)}
    return Scope(told[_BEFORE][0], tuple(told[_SUBJECT]))


def _after(name: str, reasons: Iterable[str]) -> list[str]:
    return [reason.removeprefix(name) for reason in reasons if reason.startswith(name)]


def _told(scope: Scope) -> tuple[str, ...]:
    return (f"{_BEFORE}{scope.before}", *(f"{_SUBJECT}{one}" for one in scope.subjects))


def _counted(plan: Plan) -> tuple[str, ...]:
    return f"keys:{len(plan.keys)}", f"entries:{sum(one.entries for one in plan.keys)}", f"spared:{plan.spared}"


def _digest(plan: Plan) -> str:
    return hashlib.sha256("\n".join(one.key for one in plan.keys).encode()).hexdigest()
