"""What is asked of a report: by whom, about whom, by what right, and what was decided about single entries."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import msgspec

from hub.audit.reader import AuditEntry
from hub.domain.people import PersonReference
from hub.domain.periods import require_period
from hub.domain.subject_access import AskedBy, Because, Capacity
from hub.errors import AccessDenied, BadInput
from hub.subject_access.weighing import RELEASED, WITHHELD, Fate, Weighed


class ReportAsked(msgspec.Struct, frozen=True, kw_only=True):
    """Who is asked about, by whom, and what whoever makes the report decided about single entries, and why."""

    about: PersonReference
    asked_by: AskedBy
    capacity: Capacity
    identity_checked: bool  # who asks, and by what right, was checked
    child_agrees: bool = False  # a child who is able to ask agrees that a parent is told
    since: datetime | None = None
    until: datetime | None = None
    release: Mapping[int, Because] = {}
    withhold: Mapping[int, Because] = {}
    name_staff: bool = False

    def covers(self, entry: AuditEntry) -> bool:
        """Whether an entry is of the period asked for."""
        after = self.since is None or entry.at >= self.since
        return after and (self.until is None or entry.at < self.until)


def require_right(asked: ReportAsked) -> None:
    """Refuse where nobody checked who asks, or where a child who can decide has not agreed. Raises BadInput."""
    if not asked.identity_checked:
        raise BadInput(
            "Check first who asks, and by what right: a report about somebody else is a breach.",
            ("identity-unchecked",),
        )
    if asked.asked_by is AskedBy.PARENT and asked.capacity is Capacity.ADULT:
        raise BadInput("A parent asks for a child. For an adult somebody with authority asks.", ("asked-for-an-adult",))
    if asked.asked_by is AskedBy.PARENT and asked.capacity is Capacity.ABLE and not asked.child_agrees:
        raise BadInput(
            "This child is able to ask, so the right is the child's: a parent is told where the child agrees.",
            ("child-has-not-agreed",),
        )
    require_period(asked.since, asked.until)
    if asked.release.keys() & asked.withhold.keys():
        raise BadInput("One entry is both released and withheld. Say one of the two.", ("entry-both-ways",))
    if not all(one.releases for one in asked.release.values()) or any(one.releases for one in asked.withhold.values()):
        raise BadInput(
            f"Release an entry for one of {_names(releases=True)}; withhold one for one of {_names(releases=False)}.",
            ("entry-reason",),
        )


def require_others_entries(asked: ReportAsked, about: Sequence[AuditEntry], ids: Collection[str]) -> None:
    """Refuse to decide about an entry of somebody else's report, or of one's own look. Raises BadInput, AccessDenied.

    ``ids`` are all those of whoever makes the report.
    """
    decided = {*asked.release, *asked.withhold}
    if decided - {one.index for one in about}:
        raise BadInput("An entry to release or withhold is not among those about this person.", ("entry-of-another",))
    if any(one.index in decided and one.principal in ids for one in about):
        raise AccessDenied(
            ("own-entry",), "You did what one of these entries says. Somebody else has to decide whether it is told."
        )


def decisions(asked: ReportAsked, weighed: Sequence[Weighed], rules: str) -> tuple[str, ...]:
    """What was decided, as evidence says it: who asked, under which rules, and what was done about single entries."""
    return (
        f"asked-by:{asked.asked_by.value}",
        f"capacity:{asked.capacity.value}",
        f"rules:{rules}",
        f"told:{sum(one.fate is Fate.TOLD for one in weighed)}",
        f"not-told:{sum(one.fate is not Fate.TOLD for one in weighed)}",
        *(("staff-named",) if asked.name_staff else ()),
        *(f"{RELEASED}:{index}:{why.value}" for index, why in sorted(asked.release.items())),
        *(f"{WITHHELD}:{index}:{why.value}" for index, why in sorted(asked.withhold.items())),
    )


def _names(*, releases: bool) -> str:
    return ", ".join(one.value for one in Because if one.releases is releases)
