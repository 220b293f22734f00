"""Which of a source's agreements stands behind a question, and what the others still deny."""

from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from hub.policy.agreements.document import Agreement
from hub.policy.facts import NO_AGREEMENT, Terms


def current(agreements: Sequence[Agreement], day: date) -> tuple[Agreement, ...]:
    """Of each agreement the newest version that has begun; or, where none has, the first that will.

    What a newer version replaced does not come back when that version ends.
    """
    found: dict[str, Agreement] = {}
    for one in sorted(agreements, key=lambda one: one.version):
        if one.id not in found or one.valid_from <= day:
            found[one.id] = one
    return tuple(one for one in agreements if found[one.id] is one)


def strongest(terms: Iterable[Terms]) -> Terms:
    """The one agreement that stands behind a question. Agreements never add up: one document decides what is given.

    It is the one that meets most of: in force, names the purpose, names the recipient. Of equals the
    first, so give them newest first. What any of them denies is denied.
    """
    told = tuple(terms)
    chosen = max(told, key=lambda one: one.bearing, default=NO_AGREEMENT)
    return msgspec.structs.replace(chosen, denies=frozenset().union(*(one.denies for one in told)))
