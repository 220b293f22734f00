"""What a report on accesses keeps back outlives the destruction of old content, for as long as it keeps something.

That somebody was marked as at risk stands in a content alone, and a purpose beside it. Were such a content destroyed
before what is near to it, a later report would tell what was kept back until then. So it stays until both may go.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from hub.audit.leaf import Leaf, Stage
from hub.audit.shredding import Plan, Shredder
from hub.domain.subject_access import FAMILY, TellingRules


async def still_keeping(plan: Plan, rules: TellingRules, now: datetime, shredder: Shredder) -> frozenset[str]:
    """The keys of a plan that seal what keeps something back that stays. Raises Conflict, Unavailable."""
    doomed = frozenset(one.key for one in plan.keys)
    holding: dict[str, set[str]] = {}  # by enquiry, whom it is about: all of it keeps back what is near to any of it
    for leaf in await shredder.holding(doomed, lambda leaf: _holds(leaf, rules, now)):
        holding.setdefault(str(leaf.enquiry_id), set()).update(filter(None, (leaf.subject, *leaf.also)))
    time = timedelta(days=max((rule.around_days or 0 for rule in rules.waits), default=0))
    return _spared(doomed, [await shredder.around(one, sorted(people), time) for one, people in holding.items()])


def _spared(doomed: frozenset[str], enquiries: Sequence[tuple[frozenset[str], frozenset[str]]]) -> frozenset[str]:
    """All of an enquiry stays where some of it stays, or what is near to it; and so what is near to that."""
    spared = frozenset[str]()
    while more := _beside(doomed - spared, enquiries) - spared:
        spared |= more
    return spared


def _beside(going: frozenset[str], enquiries: Sequence[tuple[frozenset[str], frozenset[str]]]) -> frozenset[str]:
    return frozenset(key for own, near in enquiries if not own | near <= going for key in own)


def _holds(leaf: Leaf, rules: TellingRules, now: datetime) -> bool:
    """Whether an access keeps others back: whoever asks, for nobody knows yet who will."""
    passed, marked = now - datetime.fromisoformat(leaf.at), FAMILY in leaf.kept_from
    keeping = (rule for rule in rules.waits if rule.marked or rule.around_days)
    told = leaf.stage is not Stage.INTENT and leaf.enquiry_id is not None
    return told and any(one.holds(leaf.purpose, passed, marked=marked) for one in keeping)
