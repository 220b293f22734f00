"""One past act that policy decided, decided again.

What an act was decided on stands in its entry where the hub recorded it. Where it does not, every possibility is
decided: if all come out alike, nothing was lacking; if not, too little was recorded to say that it agrees.
"""

import asyncio
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import NamedTuple

import msgspec

from hub.audit.leaf import Outcome
from hub.audit.reader import AuditEntry, Content
from hub.domain.acts import Action
from hub.domain.codes import Agency, PurposeCode, Role
from hub.domain.disclosures import RESTRICTED
from hub.domain.holding import DenialReason
from hub.domain.permits import Verdict
from hub.holding import HOLDER_DENIED, HOLDER_PERMITTED
from hub.policy.built_in import SENTENCES
from hub.policy.engine import Request
from hub.policy.entities import ABOUT_SOMEBODY, DECIDED, about_a_partner, act, partner_act, person
from hub.policy.facts import Partnering
from hub.policy.policies import Policies
from hub.replaying.past import Broken, Past
from hub.replaying.reads import says_in, unreplayed
from hub.replaying.told import Deciding, Difference, Effect, Finding, FindingKind, PolicyCompared, Replayed, state_of

# What stands among an act's reasons beside policies and ids (which have a colon or an at sign in them).
BESIDES_POLICIES = frozenset(
    {
        "flags",
        "flag-lifted",
        "staff-forgotten",
        "staff-named",
        "finished",
        HOLDER_PERMITTED,
        HOLDER_DENIED,
        *DenialReason,
    }
)


class _Compared(NamedTuple):
    """One act as it was decided, by the entry, and every way in which it could be decided now."""

    recorded: Verdict
    decided: frozenset[Verdict]
    by: tuple[Policies, Policies]  # now, then


async def replay_act(entry: AuditEntry, past: Past) -> Replayed:
    """Decide an act again. What stands in the way is a finding, never an exception."""
    lacking = _undecided(entry)
    if lacking is not None:
        return unreplayed(entry, lacking)
    try:
        somebody = person(frozenset(map(Role, entry.roles)), Agency(entry.agency))
        possible = tuple(_possible(entry))
    except ValueError:
        says = "The entry names a role, agency or purpose that this hub no longer knows."
        return unreplayed(entry, Finding(FindingKind.UNUSABLE, says))
    try:
        now, then = await past.deciding_acts(entry.policy_version), await past.of_version(entry.policy_version)
    except Broken as fault:
        return unreplayed(entry, fault.finding)
    named = tuple(name for name in entry.reasons if name in then.notes or name in SENTENCES or name == RESTRICTED)
    recorded = Verdict(permitted=entry.outcome == Outcome.DONE, policies=named)
    if entry.outcome == Outcome.REFUSED and not recorded.policies:
        says = "It was refused for what was sent or for how things stood, and the entry names no policy."
        return unreplayed(entry, Finding(FindingKind.NOT_RECORDED, says, names=entry.reasons))
    verdicts = await asyncio.to_thread(now.engine.decide, somebody, possible)  # by policies of anybody's writing
    decided = frozenset(map(_plain, verdicts))
    return _told(entry, _Compared(recorded, decided, (now, then)))


def decides(kind: str) -> bool:
    """Whether acts of this kind are decided by policy."""
    return kind in set(DECIDED)


def _undecided(entry: AuditEntry) -> Finding | None:
    if entry.content is Content.ALTERED:
        says = "The entry does not fit its hash. Check the log with hub audit fsck."
        return Finding(FindingKind.ENTRY_ALTERED, says)
    if entry.content is not Content.WHOLE:
        says = "The entry's content was destroyed on purpose; its hash is all that is left."
    elif not decides(entry.kind):
        says = "Acts of this kind are not decided by policy."
    elif entry.outcome not in {Outcome.DONE, Outcome.REFUSED}:
        says = "It did not come to an end, so no decision was recorded."
    else:
        return None
    return Finding(FindingKind.NOT_RECORDED, says)


def _possible(entry: AuditEntry) -> Iterator[Request]:
    """Every request that the entry could be about."""
    action = Action(entry.kind)
    if about_a_partner(action):
        for facts in [entry.facts] if entry.facts is not None else _subsets(Partnering.__struct_fields__):
            yield partner_act(action, Partnering(**dict.fromkeys(facts, True)))
        return
    purposes = [PurposeCode(entry.purpose)] if entry.purpose else [None, *_unnamed_purposes(entry)]
    for purpose in purposes:
        for own in [True, False] if entry.facts is None else ["own" in entry.facts]:
            yield act(action, purpose, own=own)


def _unnamed_purposes(entry: AuditEntry) -> Iterable[PurposeCode]:
    """A refusal may be written before it is known which enquiry it is about."""
    return PurposeCode if entry.outcome == Outcome.REFUSED else ()


def _subsets(names: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for many in range(len(names) + 1):
        yield from combinations(names, many)


def _told(entry: AuditEntry, compared: _Compared) -> Replayed:
    findings = tuple(_findings(entry, compared))
    differ = tuple(_differences(entry, compared, findings))
    return msgspec.structs.replace(
        unreplayed(entry, *findings, under=compared.by[0].version),
        state=state_of(findings, differ),
        differences=differ,
        policies=_policies(compared),
    )


def _findings(entry: AuditEntry, compared: _Compared) -> Iterator[Finding]:
    recorded, then = _plain(compared.recorded), compared.by[1]
    if strange := _strange(entry, recorded):
        says = "It gives reasons that no policy of that version is called by, and no rule of the hub."
        yield Finding(FindingKind.OUTCOME, says, names=strange)
    labelled = {
        name for name in recorded.policies if name == RESTRICTED or '"labels"' in then.engine.meanings.get(name, "")
    }
    if labelled:
        says = "Refused because of a label that a source told; labels are not in the log, so it is not decided again."
        yield Finding(FindingKind.NOT_RECORDED, says, names=tuple(sorted(labelled)))
    elif len(compared.decided) > 1 and _possibly(recorded, compared.decided):
        says = "It comes out as recorded by some of what it may have been decided on, which the entry does not hold."
        yield Finding(FindingKind.NOT_RECORDED, says)
    elif recorded.permitted and not recorded.policies and _possibly(recorded, compared.decided):
        yield Finding(FindingKind.NOT_RECORDED, "The entry does not name the policies that allowed it.")
    if Action(entry.kind) in ABOUT_SOMEBODY and not labelled:
        yield Finding(FindingKind.BY_LABEL, "Decided again without labels, which are not in the log and only narrow.")


def _strange(entry: AuditEntry, recorded: Verdict) -> tuple[str, ...]:
    known = BESIDES_POLICIES.union(recorded.policies)
    return tuple(one for one in entry.reasons if one not in known and ":" not in one and "@" not in one)


def _possibly(recorded: Verdict, decided: frozenset[Verdict]) -> bool:
    return any(_same(recorded, one) for one in decided)


def _same(recorded: Verdict, decided: Verdict) -> bool:
    named = not recorded.policies or recorded.policies == decided.policies
    return recorded.permitted == decided.permitted and named


def _differences(entry: AuditEntry, compared: _Compared, findings: tuple[Finding, ...]) -> Iterator[Difference]:
    recorded = _plain(compared.recorded)
    if _possibly(recorded, compared.decided) or any(one.kind is FindingKind.NOT_RECORDED for one in findings):
        return
    nearest = min(compared.decided, key=lambda one: (one.permitted != recorded.permitted, one.policies))
    effect = Effect.OTHER_POLICIES
    if nearest.permitted != recorded.permitted:
        effect = Effect.OPENS if nearest.permitted else Effect.CLOSES
    was, now = (_deciding(one, compared.by) for one in (recorded, nearest))
    yield Difference(effect, "", (), (entry.kind,), was, now, asked=True)


def _deciding(verdict: Verdict, by: tuple[Policies, Policies]) -> tuple[Deciding, ...]:
    return tuple(Deciding(name, says_in(name, *by)) for name in verdict.policies)


def _policies(compared: _Compared) -> tuple[PolicyCompared, ...]:
    was = frozenset(compared.recorded.policies)
    now = frozenset[str]() if len(compared.decided) > 1 else frozenset(next(iter(compared.decided)).policies)
    return tuple(
        PolicyCompared(name, says_in(name, *compared.by), int(name in was), int(name in now))
        for name in sorted(was | now)
    )


def _plain(verdict: Verdict) -> Verdict:
    return Verdict(permitted=verdict.permitted, policies=tuple(sorted(verdict.policies)))
