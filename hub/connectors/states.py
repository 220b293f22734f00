"""Answers that need no fetch: each state with a sentence a practitioner can act on."""

from datetime import datetime

import msgspec

from hub.domain.answers import MATCH_WAITS, SOURCE_LEFT, SOURCE_SUSPENDED, Answer, SourceFailed
from hub.domain.categories import Category
from hub.domain.codes import AnswerState, MatchState, SubjectKind
from hub.domain.disclosures import shown_reasons
from hub.domain.handed import Handed
from hub.domain.holding import DenialReason, HolderReview, ReviewState, deciding, declining, handed_of, reasons_of
from hub.domain.people import TOO_MANY_FOUND, Person, SourceFind
from hub.domain.permits import Permit
from hub.domain.searching import Step
from hub.domain.sources import Source

MORE_LIKELY_THAN_NOT = 0.5
_FAILED = frozenset({AnswerState.TIMED_OUT, AnswerState.UNAVAILABLE, AnswerState.BAD_DATA, AnswerState.UNDER_REVIEW})
_STAYS = _FAILED | {AnswerState.NOT_ASKED, AnswerState.WITHHELD}


def explained(
    source: Source,
    state: AnswerState,
    happened: str,
    *,
    as_of: datetime | None = None,
    reasons: tuple[str, ...] = (),
) -> Answer:
    """An answer without records. ``happened`` completes "<source name> ..."."""
    sentence = f"{source.name} {happened}."
    if state in _FAILED:
        sentence += f" This is not reassurance: ask again, or phone {source.contact}."
    return Answer(source=source.id, state=state, explanation=sentence, as_of=as_of, reasons=reasons)


def asked_nothing(source: Source, permit: Permit) -> Answer | None:
    """The answer for a source that this question does not reach; None where it does."""
    if not permit.selection.reaches(source.id):
        return explained(source, AnswerState.NOT_ASKED, "was not asked, because nothing it holds was selected")
    existence = permit.verdicts(source.id, SubjectKind.CHILD)[Category.EXISTENCE]
    if not existence.permitted:
        return _not_permitted(source, existence.policies)
    if (review := permit.reviews.get(source.id)) is not None and review.state is not ReviewState.PERMITTED:
        return _under_review(source, review)
    if permit.selection.kinds and not permit.to_ask(source):
        return _nothing_selected_is_permitted(source, permit)
    return None


def as_it_stands(answer: Answer, then: Source, now: Source | None, permit: Permit) -> Answer:
    """The answer, unless its source was suspended, left or may no longer be asked while it was on its way.

    ``then`` is the source as it was asked, ``now`` as the register has it, ``permit`` as things stand.
    """
    if now is None:
        return _overtaken(answer, then, "left the partnership while this was asked", SOURCE_LEFT)
    if now.state != then.state:
        return _overtaken(answer, now, "was suspended while this was asked", SOURCE_SUSPENDED)
    unasked = asked_nothing(now, permit)
    return answer if unasked is None else msgspec.structs.replace(unasked, asked=answer.asked)


def _overtaken(answer: Answer, source: Source, happened: str, reason: str) -> Answer:
    overtaken = explained(source, AnswerState.UNAVAILABLE, happened, reasons=(reason,))
    return msgspec.structs.replace(overtaken, asked=answer.asked)


def failed(source: Source, failure: SourceFailed) -> Answer:
    """The answer of a source that gave no usable one, or whose holder decides or declined."""
    answer = explained(source, failure.state, failure.happened, reasons=reasons_of(failure))
    return msgspec.structs.replace(answer, handed=handed_of(failure))


def _under_review(source: Source, review: HolderReview) -> Answer:
    """What a person at the partner decided, or decides: the source is not asked again meanwhile."""
    if review.state is ReviewState.DENIED:
        reason = review.reason or DenialReason.OTHER
        happened = f"{declining(reason, review.words)}. Ask {source.contact}"
        return explained(source, AnswerState.WITHHELD, happened, reasons=(reason.value,))
    answer = explained(source, AnswerState.UNDER_REVIEW, deciding(review.who, review.due_at))
    return msgspec.structs.replace(answer, handed=Handed(review.who, review.due_at, review.reference))


def _nothing_selected_is_permitted(source: Source, permit: Permit) -> Answer:
    selected = [
        permit.verdicts(source.id, source.subject_of(category))[category]
        for category in source.serves
        if category.kinds and permit.selection.wants(category)
    ]
    if not selected:
        return explained(source, AnswerState.NOT_ASKED, "was not asked, because nothing it holds was selected")
    return _not_permitted(source, tuple(sorted({policy for verdict in selected for policy in verdict.policies})))


def not_linked(source: Source, person: Person, now: datetime) -> Answer:
    """The answer for a source that was searched, or should have been, without a certain match."""
    find = person.finds.get(source.id)
    if find is None:
        return explained(source, AnswerState.UNAVAILABLE, "could not be asked; find the child again")
    if find.state in _STAYS:
        return Answer(
            source=source.id,
            state=find.state,
            explanation=find.explanation,
            reasons=find.reasons,
            handed=find.handed,
        )
    if find.match in {MatchState.NONE, MatchState.MATCH}:
        return _besides_rejected(not_known(source, now), find)
    if _resembles_only(find):
        return _besides_rejected(_not_known_but_resembling(source, len(find.candidates), now), find)
    return explained(source, AnswerState.WITHHELD, _waiting(source, find), as_of=now, reasons=(MATCH_WAITS,))


def _resembles_only(find: SourceFind) -> bool:
    """Whether everybody found is more likely somebody else, and none was found by a number.

    Searching wider always turns up others: a warning about them on every question would teach people not
    to read it. They are counted in the explanation, and shown by a find.
    """
    by_number = any(one.step is Step.NUMBER and one.found for one in find.steps)
    return (
        find.match is MatchState.LOW
        and not by_number
        and all(one.probability < MORE_LIKELY_THAN_NOT and one.decision is None for one in find.candidates)
    )


def _not_known_but_resembling(source: Source, others: int, now: datetime) -> Answer:
    answer = not_known(source, now)
    more = (
        f" {others} person(s) there resemble this child and are more likely somebody else; "
        f"compare them in a find if in doubt."
    )
    return msgspec.structs.replace(answer, explanation=answer.explanation + more, reasons=("resembling-only",))


def _besides_rejected(answer: Answer, find: SourceFind) -> Answer:
    """The same, where a person and no search is why somebody there is not known: that may be looked at again."""
    if not find.rejected:
        return answer
    more = (
        f" {len(find.rejected)} person(s) there were compared with this child and rejected; a find shows by whom, "
        f"and confirming one takes that back."
    )
    reasons = (*answer.reasons, "match-rejected")
    return msgspec.structs.replace(answer, explanation=answer.explanation + more, reasons=reasons)


def _waiting(source: Source, find: SourceFind) -> str:
    """What stands in the way of asking, with how many wait for a person."""
    if TOO_MANY_FOUND in find.reasons:
        return (
            f"knows more people of this description than can be told apart, so nothing was asked of it. "
            f"Open an enquiry that says more, widen a find, or phone {source.contact}"
        )
    return (
        f"has {len(find.candidates)} possible match(es) that nobody has confirmed, so nothing was asked of it. "
        f"Compare them in a find, or phone {source.contact}"
    )


def not_known(source: Source, now: datetime) -> Answer:
    """Nobody of that description, within what the source covers."""
    happened = f"has no record of this child. It covers: {source.coverage}"
    return explained(source, AnswerState.NOT_KNOWN, happened.rstrip("."), as_of=now)


def _not_permitted(source: Source, policies: tuple[str, ...]) -> Answer:
    if any(name.startswith("purpose-") for name in policies):
        return explained(
            source, AnswerState.NOT_ASKED, "was not asked, because this purpose does not reach it", reasons=policies
        )
    return explained(
        source,
        AnswerState.WITHHELD,
        f"was not asked: a rule forbids it ({', '.join(shown_reasons(policies))}). Ask {source.contact}",
        reasons=policies,
    )
