"""Whether the state in which an entry says a source answered fits the verdicts it was decided by."""

from collections.abc import Iterator
from typing import NamedTuple

from hub.audit.leaf import AuditedSource
from hub.domain.answers import DOUBTFUL, MATCH_WAITS, OVERTAKEN
from hub.domain.codes import AnswerState
from hub.domain.disclosures import shown_reasons
from hub.domain.holding import DenialReason
from hub.domain.people import TOO_MANY_FOUND
from hub.domain.questions import Selection
from hub.replaying.asking import CHILD, EXISTENCE, Place
from hub.replaying.told import Finding, FindingKind

# Why a source was not asked, or what became of asking it, where no policy says so.
BESIDES_POLICIES = OVERTAKEN | DOUBTFUL | {MATCH_WAITS, TOO_MANY_FOUND, *DenialReason}
BESIDES_POLICIES |= {"no-search-key", "resembling-only", "match-rejected"}
_KEPT_BACK = frozenset({AnswerState.NOT_ASKED, AnswerState.WITHHELD})
_NOT_ANSWERED = _KEPT_BACK | {AnswerState.UNAVAILABLE}


class Rules(NamedTuple):
    """What may stand in an entry as a deciding policy, and those of them that look at labels."""

    deciding: frozenset[str]
    of_labels: frozenset[str]


def states(one: AuditedSource, then: Place, now: Place | None, selection: Selection, rules: Rules) -> Iterator[Finding]:
    """What is wrong with it. ``then`` is the source as it was asked, ``now`` as it was settled; None where it left."""
    places = [then] if now is None else [then, now]
    if _answered(one, now, selection):
        says = "The source answered, although it was not selected or the verdicts keep it from being asked."
        yield Finding(FindingKind.STATE, says, one.source, (one.state,))
    if one.state is AnswerState.NOT_KNOWN and frozenset(one.categories) - {EXISTENCE}:
        says = "Nobody is known there, and yet it was asked for somebody's records."
        yield Finding(FindingKind.STATE, says, one.source, one.categories)
    if one.state in _KEPT_BACK:
        yield from _kept_back(one, places, selection, rules)
    decides = rules.of_labels.union(*(verdict.policies for place in places for verdict in place.decided.cells.values()))
    if strange := [name for name in one.reasons if name not in decides | BESIDES_POLICIES]:
        says = "Reasons are given for its state that decided nothing there."
        yield Finding(FindingKind.STATE, says, one.source, shown_reasons(tuple(strange)))


def _answered(one: AuditedSource, now: Place | None, selection: Selection) -> bool:
    """Whether a source answered that left, was not selected, or of which nothing was permitted."""
    if now is None:
        return one.state is not AnswerState.UNAVAILABLE or bool(one.record_count)
    if now.unasked(selection) is None:
        return False
    reviewed = (CHILD, EXISTENCE) in now.decided.permitted and selection.reaches(now.source.id)
    silent = _NOT_ANSWERED | ({AnswerState.UNDER_REVIEW} if reviewed else frozenset())
    return one.state not in silent or bool(one.record_count)


def _kept_back(one: AuditedSource, places: list[Place], selection: Selection, rules: Rules) -> Iterator[Finding]:
    """What kept a source from being asked, or its answer from being shown."""
    reasons, names = frozenset(one.reasons), (one.state.value, *one.reasons)
    for place in places:
        kept = place.unasked(selection)
        said = bool(reasons) or one.state is AnswerState.NOT_ASKED
        if said and kept is not None and reasons == frozenset(shown_reasons(tuple(kept))):
            return
    if reasons & rules.of_labels:
        says = "Kept back because of a label that a source told; labels are not in the log, so it is not decided again."
        yield Finding(FindingKind.BY_LABEL, says, one.source, names)
    elif reasons and reasons <= BESIDES_POLICIES:
        says = "Kept back by the source or by a rule of the hub, and not by a policy; it is not decided again."
        yield Finding(FindingKind.BESIDES_POLICY, says, one.source, names)
    else:
        says = "Kept back, and the recorded verdicts give no such reason."
        yield Finding(FindingKind.STATE, says, one.source, names)
