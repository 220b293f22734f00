"""Figures over a period, by agency, role or purpose. For those who review access: small numbers are shown."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median

import msgspec

from hub.domain.acts import Action
from hub.domain.questions import QuestionKind
from hub.domain.review import Judgement, ReviewVerdict
from hub.review.cases import Case
from hub.review.facts import Fact
from hub.review.told import Told

SMALL = 5  # below this, a figure may point at one person: not to be passed on as it is


class By(StrEnum):
    """What figures are told apart by. Somebody with two roles counts under both."""

    AGENCY = "AGENCY"
    ROLE = "ROLE"
    PURPOSE = "PURPOSE"


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What one agency, role or purpose came to in a period."""

    of: str  # empty where the log does not say
    enquiries: int
    people: int  # different people who were asked about
    questions: int
    disclosures: int
    refusals: int
    refused_by: Mapping[str, int]  # rule: how often
    withheld_by: Mapping[str, int]  # rule: in how many answers' categories
    broken_glass: int
    verdicts: Mapping[Judgement, int]  # the latest of each line
    glass_without_verdict: int
    finds_without_view: int  # enquiries in which somebody was found, and nothing seen
    median_seconds: float | None  # from opening to the first answer
    small: bool  # so few that they may point at one person


def statistics(
    told: Told, verdicts: Mapping[str, Sequence[ReviewVerdict]], since: datetime, until: datetime, by: By
) -> tuple[Figures, ...]:
    """Figures of a period, by name. An enquiry counts where it was opened; a question when it was asked."""
    facts: dict[str, list[Fact]] = {}
    for fact in told.facts:
        if since <= fact.at < until:
            for name in _names(fact, by):
                facts.setdefault(name, []).append(fact)
    cases: dict[str, list[Case]] = {}
    for case in told.cases:
        if since <= case.opening.at < until and case.opening.opens:
            for name in _names(case.opening, by):
                cases.setdefault(name, []).append(case)
    return tuple(_figures(name, facts[name], cases.get(name, ()), verdicts) for name in sorted(facts) if name)


def _names(fact: Fact, by: By) -> Iterable[str]:
    if by is By.ROLE:
        return fact.roles
    return (fact.agency if by is By.AGENCY else fact.purpose or "",)


def _figures(
    name: str, facts: Sequence[Fact], cases: Sequence[Case], verdicts: Mapping[str, Sequence[ReviewVerdict]]
) -> Figures:
    latest = [verdicts[case.enquiry_id][-1] for case in cases if verdicts.get(case.enquiry_id)]
    broken = [case for case in cases if _glass_broken(case)]
    waits = [delay.total_seconds() for case in cases if (delay := _first_answer(case)) is not None]
    disclosures = [one for one in facts if one.discloses]
    refusals = [one for one in facts if one.refused]
    people = {case.opening.subject for case in cases}
    return Figures(
        of=name,
        enquiries=len(cases),
        people=len(people),
        questions=sum(one.asks for one in facts),
        disclosures=len(disclosures),
        refusals=len(refusals),
        refused_by=_counted(reason for one in refusals for reason in one.reasons),
        withheld_by=_counted(one.rule for fact in disclosures for one in fact.withheld for _ in range(one.times)),
        broken_glass=len(broken),
        verdicts=dict(Counter(one.judgement for one in latest)),
        glass_without_verdict=sum(not verdicts.get(case.enquiry_id) for case in broken),
        finds_without_view=sum(_found_and_not_seen(case) for case in cases),
        median_seconds=median(waits) if waits else None,
        small=0 < len(people) < SMALL,
    )


def _counted(rules: Iterator[str]) -> dict[str, int]:
    return dict(Counter(rules).most_common())


def _glass_broken(case: Case) -> bool:
    return any(one.kind == Action.BREAK_GLASS and not one.refused for one in case.facts)


def _first_answer(case: Case) -> timedelta | None:
    return case.answers[0].at - case.opening.at if case.answers else None


def _found_and_not_seen(case: Case) -> bool:
    kinds = {one.kind for one in case.answers}
    return QuestionKind.FIND in kinds and QuestionKind.VIEW not in kinds
