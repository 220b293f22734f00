"""What one enquiry by itself may show: each rule a pure function from a case to findings."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from hub.domain.acts import Action
from hub.domain.codes import PurposeCode
from hub.domain.questions import QuestionKind
from hub.domain.review import FlagKind, Rule, StaffMarks
from hub.review.cases import Case
from hub.review.finding import Finding, Ground
from hub.review.hours import goes_on_late, out_of_hours, works_at_night

Sign = Callable[[Case, Ground], Iterator[Finding]]

_FLAGGED = {
    FlagKind.COLLEAGUE: "a colleague",
    FlagKind.PUBLIC_FIGURE: "somebody in the public eye",
    FlagKind.FAMILY_OF_STAFF: "somebody of a colleague's family",
    FlagKind.OTHER: "somebody who is watched over",
}


def break_glass(case: Case, _ground: Ground) -> Iterator[Finding]:
    """The glass was broken: always looked at."""
    entries = tuple(one.index for one in case.facts if one.kind == Action.BREAK_GLASS and not one.refused)
    if entries:
        used = sum(one.broken_glass for one in case.questions)
        what = "nothing was asked under it" if not used else f"{_times(used, 'question')} asked under it"
        yield Finding(Rule.BREAK_GLASS, f"The glass was broken; {what}.", entries, 0.6)


def emergency(case: Case, ground: Ground) -> Iterator[Finding]:
    """Asked as an emergency, which opens much: every use is looked at; it weighs less when offices are closed."""
    used = tuple(one.index for one in case.facts if one.purpose == PurposeCode.EMERGENCY and (one.opens or one.asks))
    if used:
        by_day = out_of_hours(case.opening.at, ground.thresholds) is None
        reason = "Asked as an emergency" + (", in working hours." if by_day else ".")
        yield Finding(Rule.EMERGENCY, reason, used, 0.3 if by_day else 0.2)


def no_referral(case: Case, ground: Ground) -> Iterator[Finding]:
    """Records were asked for, for a purpose that begins with a referral, and none is linked.

    It weighs less for whoever is on duty when offices are closed: what comes by telephone at night is not written yet.
    """
    told = case.opening.opening
    if told is None or told.referred or case.opening.purpose not in ground.thresholds.referral_expected:
        return
    if case.answers:
        entries = (case.opening.index, *(one.index for one in case.answers))
        on_duty = _is_duty_work(case, ground)
        reason = (
            f"No referral is linked, though {case.opening.purpose} begins with one, and "
            f"{_times(len(case.answers), 'answer')} given"
            + (", out of hours, to whoever was on duty." if on_duty else ".")
        )
        yield Finding(Rule.NO_REFERRAL, reason, entries, 0.2 if on_duty else 0.35)
    elif case.questions:
        yield Finding(Rule.NO_REFERRAL, "No referral is linked; nothing was disclosed.", (case.opening.index,), 0.15)


def same_surname(case: Case, ground: Ground) -> Iterator[Finding]:
    """Whoever asked bears a family name of the child's. A common name says less; so does one word of two."""
    for marks, near in _askers(case, ground):
        principal = marks.principal
        if whole := near & marks.surnames:
            common = all(ground.share(one) >= ground.thresholds.common_surname for one in whole)
            said = "a family name of the child's" + (", which is common here" if common else "")
            yield Finding(
                Rule.SAME_SURNAME, f"{principal} bears {said}.", case.having("near", whole), 0.2 if common else 0.65
            )
        elif parts := near & marks.parts:
            common = all(ground.share(one) >= ground.thresholds.common_surname for one in parts)
            weight = 0.1 if common else 0.4
            said = "one word of a family name in common with the child" + (", which is common here" if common else "")
            yield Finding(Rule.SAME_SURNAME, f"{principal} has {said}.", case.having("near", parts), weight)


def same_address(case: Case, ground: Ground) -> Iterator[Finding]:
    """The child lives, or lived, at a postcode of whoever asked."""
    for marks, near in _askers(case, ground):
        if shared := near & marks.postcodes:
            reason = f"{marks.principal}, or their household, has the child's postcode."
            yield Finding(Rule.SAME_ADDRESS, reason, case.having("near", shared), 0.75)


def own_record(case: Case, ground: Ground) -> Iterator[Finding]:
    """Whoever asked is the person asked about, or one of the people around the child."""
    for marks, _ in _askers(case, ground):
        entries = dict.fromkeys((*case.having("people", marks.people), *case.having("others", marks.people)))
        if entries:
            reason = (
                f"Somebody with {marks.principal}'s family name and birth date is among the people whom this tells of."
            )
            yield Finding(Rule.OWN_RECORD, reason, tuple(entries), 0.85)


def flagged_person(case: Case, ground: Ground) -> Iterator[Finding]:
    """Somebody to whom a flag stands was asked about, or was among those whom an answer told of.

    A flag that was lifted counts for what was done before.
    """
    for flag in ground.flags:
        until, said = flag.lifted_at, _FLAGGED[flag.kind]
        seen = case if until is None else case._replace(facts=tuple(one for one in case.facts if one.at < until))
        if entries := seen.having("people", flag.people):
            yield Finding(Rule.FLAGGED_PERSON, f"The person asked about is flagged as {said}.", entries, 0.8)
        elif entries := seen.having("others", flag.people):
            reason = f"Among the people whom the answer tells of is one flagged as {said}."
            yield Finding(Rule.FLAGGED_PERSON, reason, entries, 0.4)


def night_work(case: Case, ground: Ground) -> Iterator[Finding]:
    """Questions outside working hours by somebody who is not on duty then.

    It weighs less for an emergency, and where work only went on past closing time.
    """
    seen = [
        (one, why)
        for one in case.facts
        if (one.asks or one.opens)
        and not works_at_night(one.roles, ground.thresholds)
        and (why := out_of_hours(one.at, ground.thresholds)) is not None
    ]
    if seen:
        late = all(goes_on_late(one.at, ground.thresholds) for one, _ in seen)
        weight = 0.1 if case.opening.purpose == PurposeCode.EMERGENCY else 0.2 if late else 0.35
        roles = ", ".join(seen[0][0].roles)
        reason = f"Asked {seen[0][1]} by {seen[0][0].principal}, whose role ({roles}) has no duty then."
        yield Finding(Rule.OUT_OF_HOURS, reason, tuple(one.index for one, _ in seen), weight)


def looked_again(case: Case, ground: Ground) -> Iterator[Finding]:
    """One person asks about one child again and again over months, and nobody else does."""
    limits, alone = ground.thresholds, ground.openings.alone(case)
    if len(alone) >= limits.looked_again and alone[-1].at - alone[0].at > timedelta(days=limits.looked_again_days):
        days = (alone[-1].at - alone[0].at).days
        reason = (
            f"{case.principal} opened {len(alone)} enquiries about this child over {days} days, "
            "and nobody else opened one in that time."
        )
        yield Finding(Rule.LOOKED_AGAIN, reason, tuple(one.index for one in alone), 0.3)


def no_outcome(case: Case, ground: Ground) -> Iterator[Finding]:
    """It has ended, and nothing came of it: nothing asked, nothing answered, or nobody closed it."""
    opened = case.opening.index
    ran_out = not case.closed and case.ended_by is not None and case.ended_by <= ground.now
    if not case.questions and (ran_out or case.closed):
        how = "closed" if case.closed else "left to run out"
        yield Finding(Rule.NO_OUTCOME, f"Opened, nothing asked, and {how}.", (opened,), 0.2)
    elif ran_out and not case.answers:
        entries = (opened, *(one.index for one in case.questions))
        yield Finding(Rule.NO_OUTCOME, "Asked, never answered, and never closed.", entries, 0.2)
    elif ran_out:
        entries = (opened, case.answers[-1].index)
        viewed = any(one.kind == QuestionKind.VIEW for one in case.questions)
        says = "Answered, and never closed: it ran out."
        if not viewed:
            says = "Asked only who knows the child, looked at nothing more, and never closed."
        yield Finding(Rule.NO_OUTCOME, says, entries, 0.05 if viewed else 0.15)


def random_sample(case: Case, ground: Ground) -> Iterator[Finding]:
    """Drawn by lot, so that anybody's work may be looked at. Nobody can tell beforehand whose."""
    if ground.drawn(case.enquiry_id, case.opening.at):
        yield Finding(Rule.RANDOM_SAMPLE, "Drawn by lot.", (case.opening.index,), 0.1)


SIGNS: tuple[Sign, ...] = (
    break_glass,
    emergency,
    no_referral,
    same_surname,
    same_address,
    own_record,
    flagged_person,
    night_work,
    looked_again,
    no_outcome,
    random_sample,
)


def findings_of(case: Case, ground: Ground) -> tuple[Finding, ...]:
    """All that the rules find in one case."""
    return tuple(finding for sign in SIGNS for finding in sign(case, ground))


def _askers(case: Case, ground: Ground) -> Iterator[tuple[StaffMarks, frozenset[str]]]:
    """Each of those who asked of whom marks are kept, beside family names and postcodes of the child."""
    asked = dict.fromkeys(one.principal for one in case.facts if one.asks or one.opens or one.reads_log)
    marked = [ground.staff[principal] for principal in asked if principal in ground.staff]
    near = case.together("near") if marked else frozenset()
    return ((marks, near) for marks in marked)


def _is_duty_work(case: Case, ground: Ground) -> bool:
    opening, limits = case.opening, ground.thresholds
    return works_at_night(opening.roles, limits) and out_of_hours(opening.at, limits) is not None


def _times(count: int, what: str) -> str:
    return f"{count} {what} was" if count == 1 else f"{count} {what}s were"
