"""Entries of the log as the rules look at them: small, without what no rule needs."""

from datetime import datetime
from sys import intern

import msgspec

from hub.audit.leaf import AuditedSource, Opening, Outcome, Stage
from hub.audit.reader import AuditEntry
from hub.domain.acts import Action
from hub.domain.disclosures import shown_reasons
from hub.domain.questions import QuestionKind

READS = frozenset({QuestionKind.FIND.value, QuestionKind.VIEW.value})
# Acts that are part of a case. Reading the log about it, and judging it, are not.
OF_A_CASE = READS | {
    action.value
    for action in (
        Action.OPEN_ENQUIRY,
        Action.READ_ENQUIRY,
        Action.CLOSE_ENQUIRY,
        Action.BREAK_GLASS,
        Action.FIND,
        Action.VIEW,
        Action.CONFIRM_MATCH,
        Action.REJECT_MATCH,
    )
}


_READS_LOG = frozenset({Action.READ_AUDIT.value, Action.REPORT_ACCESS.value})


class Withheld(msgspec.Struct, frozen=True):
    """How often one rule kept something back in one answer."""

    rule: str
    times: int


class Fact(msgspec.Struct, frozen=True):
    """One entry."""

    index: int
    at: datetime
    stage: Stage
    kind: str
    outcome: Outcome
    principal: str
    agency: str
    roles: tuple[str, ...]
    purpose: str | None
    enquiry_id: str | None
    subject: str | None
    people: frozenset[str]  # the person, in every way in which they were named
    others: frozenset[str]  # people around them, and candidates
    near: frozenset[str]  # family names and postcodes
    broken_glass: bool
    reasons: tuple[str, ...]
    withheld: tuple[Withheld, ...]
    records: int
    opening: Opening | None

    @property
    def opens(self) -> bool:
        """Whether it is an enquiry that was opened."""
        return self.kind == Action.OPEN_ENQUIRY and self.outcome is Outcome.DONE

    @property
    def asks(self) -> bool:
        """Whether it is a question that was put."""
        return self.stage is Stage.INTENT and self.kind in READS

    @property
    def discloses(self) -> bool:
        """Whether it is an answer that was given."""
        return self.stage is Stage.OUTCOME and self.outcome is Outcome.DISCLOSED

    @property
    def reads_log(self) -> bool:
        """Whether somebody had the log searched, or a report made, about a person."""
        return self.kind in _READS_LOG and self.outcome is Outcome.DONE and self.subject is not None

    @property
    def refused(self) -> bool:
        """Whether somebody was refused something by it."""
        return self.outcome is Outcome.REFUSED


_NOBODY: frozenset[str] = frozenset()


def fact_of(entry: AuditEntry) -> Fact:
    """An entry as a fact. One whose content was destroyed tells when and what kind it was, and no more."""
    outcome = Outcome(entry.outcome)
    people = frozenset((entry.subject, *entry.also)) if entry.subject else _NOBODY
    return Fact(
        index=entry.index,
        at=entry.at,
        stage=entry.stage,
        kind=intern(entry.kind),
        outcome=outcome,
        principal=intern(entry.principal),
        agency=intern(entry.agency),
        roles=tuple(map(intern, entry.roles)),
        purpose=entry.purpose,
        enquiry_id=entry.enquiry_id,
        subject=entry.subject,
        people=people,
        others=frozenset(entry.others) if entry.others else _NOBODY,
        near=frozenset(entry.near) if entry.near else _NOBODY,
        broken_glass=entry.broken_glass,
        reasons=tuple(map(intern, entry.reasons)),
        withheld=_withheld(entry.sources),
        records=sum(one.record_count for one in entry.sources),
        opening=entry.opening,
    )


def _withheld(sources: tuple[AuditedSource, ...]) -> tuple[Withheld, ...]:
    counted: dict[str, int] = {}
    for source in sources:
        for kept in source.withheld:
            for rule in shown_reasons(kept.reasons):
                counted[rule] = counted.get(rule, 0) + 1
    return tuple(Withheld(intern(rule), times) for rule, times in counted.items())
