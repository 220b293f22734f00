"""What a report on accesses keeps back outlives the destruction of old content, for as long as it keeps something.

That somebody was marked as at risk stands in a content alone, and a purpose beside it. Were such a content destroyed
before what is near to it, a later report would tell what was kept back until then. So it stays until both may go.
"""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from hub.audit.leaf import Leaf, Stage
from hub.audit.shredding import Around, Plan, Shredder
from hub.domain.subject_access import FAMILY, TellingRules


async def still_keeping(plan: Plan, rules: TellingRules, now: datetime, shredder: Shredder) -> frozenset[str]:
    """The keys of a plan that seal what keeps something back that stays. Raises Conflict, Unavailable."""
    doomed = frozenset(one.key for one in plan.keys)
    leaves = await shredder.holding(doomed, lambda leaf: _holds(leaf, rules, now))
    time = timedelta(days=max((rule.around_days or 0 for rule in rules.waits), default=0))
    enquiries = await shredder.around(await asyncio.to_thread(_by_enquiry, leaves), time)
    return await asyncio.to_thread(_spared, doomed, enquiries)  # there may be very many


def _by_enquiry(leaves: Iterable[Leaf]) -> Mapping[str, set[str]]:
    """By enquiry, whom it is about: all of it keeps back what is near to any of it."""
    found: dict[str, set[str]] = {}
    for leaf in leaves:
        found.setdefault(str(leaf.enquiry_id), set()).update(filter(None, (leaf.subject, *leaf.also)))
    return found


def _spared(doomed: frozenset[str], enquiries: Iterable[Around]) -> frozenset[str]:
    """All of an enquiry stays where some of it stays, or what is near to it; and so what is near to that."""
    kept_by: dict[str, list[frozenset[str]]] = {}  # by key, the own keys of every enquiry that stays with it
    for own, near in enquiries:
        for key in own | near:
            kept_by.setdefault(key, []).append(own)
    spared, staying = set[str](), [key for key in kept_by if key not in doomed]
    while staying:  # each key once
        for own in kept_by.pop(staying.pop(), ()):
            staying += own - spared
            spared |= own
    return frozenset(spared)


def _holds(leaf: Leaf, rules: TellingRules, now: datetime) -> bool:
    """Whether an access keeps others back: whoever asks, for nobody knows yet who will."""
    passed, marked = now - datetime.fromisoformat(leaf.at), FAMILY in leaf.kept_from
    keeping = (rule for rule in rules.waits if rule.marked or rule.around_days)
    told = leaf.stage is not Stage.INTENT and leaf.enquiry_id is not None
    return told and any(one.holds(leaf.purpose, passed, marked=marked) for one in keeping)
