"""What an entry says, in sentences for people who review access."""

from collections.abc import Mapping

from hub.audit.leaf import Outcome, Stage
from hub.domain.acts import Action
from hub.domain.questions import QuestionKind

_DONE: Mapping[str, str] = {
    Action.OPEN_ENQUIRY: "Opened the enquiry.",
    Action.READ_ENQUIRY: "Read the enquiry itself: its reason and whom it is about.",
    Action.CLOSE_ENQUIRY: "Closed the enquiry.",
    Action.BREAK_GLASS: "Broke the glass: deeper access for a short time.",
    Action.REVIEW_GLASS: "Said that they have looked at the broken glass.",
    Action.CONFIRM_MATCH: "Said that somebody a source offered is the child.",
    Action.REJECT_MATCH: "Said that somebody a source offered is not the child.",
    Action.DECIDE_REVIEW: "Decided for the source whether it shares what was asked for.",
    Action.TELL_HOLDER: "The source's own practitioners were to be told that the front door looked.",
    Action.READ_STORY: "Read the story of this enquiry.",
    Action.RECORD_VERDICT: "Recorded a verdict on this enquiry.",
    Action.REPLAY_DECISION: "Had a decision of this enquiry made once more, to compare.",
}
_TRIED: Mapping[str, str] = {
    Action.OPEN_ENQUIRY: "open the enquiry",
    Action.READ_ENQUIRY: "read the enquiry",
    Action.CLOSE_ENQUIRY: "close the enquiry",
    Action.BREAK_GLASS: "break the glass",
    Action.REVIEW_GLASS: "review the broken glass",
    Action.FIND: "find the child",
    Action.VIEW: "see the combined view",
    QuestionKind.FIND: "find the child",
    QuestionKind.VIEW: "see the combined view",
    Action.CONFIRM_MATCH: "confirm a match",
    Action.REJECT_MATCH: "reject a match",
    Action.DECIDE_REVIEW: "decide for the source",
    Action.TELL_HOLDER: "tell the source's own practitioners that the front door looked",
    Action.READ_STORY: "read the story of this enquiry",
    Action.RECORD_VERDICT: "record a verdict",
}
_CAME_OF: Mapping[Outcome, str] = {
    Outcome.REFUSED: "was refused",
    Outcome.FAILED: "failed, and nothing was disclosed",
    Outcome.ABANDONED: "was given up, and nothing was disclosed",
}
# Reasons that no policy gives.
_SAYS: Mapping[str, str] = {
    "enquiry-closed": "The enquiry was closed.",
    "enquiry-expired": "The enquiry had run out.",
    "glass-no-longer-broken": "The break-glass grant ended while answers were gathered.",
    "hub-stopped": "The hub stopped before there was an answer.",
    "no-such-enquiry": "There is no enquiry of this id.",
    "no-such-candidate": "No such candidate was offered.",
    "restricted-by-its-owner": "A restriction of the record's owner keeps it.",
    "holder-permitted": "The source's own practitioner shares it.",
    "holder-denied": "The source's own practitioner does not share it.",
    "AUDIT_UNAVAILABLE": "Evidence could not be written.",
    "UNAVAILABLE": "A part of the hub did not answer.",
    "INTERNAL": "The hub failed.",
    "match-not-confirmed": "Possible matches wait for a person's decision.",
    "wrong-person": "The source sent a record about somebody else, which was put aside.",
    "link-stale": "The source no longer has the record that the link leads to.",
    "source-suspended": "The source was suspended while it was asked.",
    "source-left": "The source left the partnership while it was asked.",
    "too-many-found": "The source knows more people than can be told apart.",
}


def sentence(kind: str, stage: Stage, outcome: str, records: int) -> str:
    """What happened, in one sentence."""
    came_of = Outcome(outcome)
    tried = _TRIED.get(kind, "do what the hub calls " + kind)
    if came_of is Outcome.ASKED:
        return f"Was about to {tried}." if stage is Stage.ACT else f"Asked to {tried}."
    if came_of in _CAME_OF:
        return f"Tried to {tried}; this {_CAME_OF[came_of]}."
    if stage is Stage.OUTCOME and kind == QuestionKind.FIND:
        return f"Was shown that sources know, or do not know, the child: {_count(records, 'candidate')}."
    if stage is Stage.OUTCOME:
        return f"Was shown the combined view: {_count(records, 'record')}."
    return _DONE.get(kind, f"Did what the hub calls {kind}.")


def says_besides(reason: str) -> str:
    """The sentence of a reason that no policy gives; empty where there is none."""
    return _SAYS.get(reason, "")


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
