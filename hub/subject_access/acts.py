"""The acts about a person that a person is told of, and in which words. What is not here is not told."""

from collections.abc import Mapping

from hub.audit.leaf import Outcome
from hub.domain.acts import Action

TOLD_ACTS: Mapping[str, tuple[str, str]] = {  # as it is told where it was done, and where it was not
    Action.OPEN_ENQUIRY: ("An enquiry about you was opened.", "Somebody tried to open an enquiry about you."),
    Action.CLOSE_ENQUIRY: ("An enquiry about you was closed.", "Somebody tried to close an enquiry about you."),
    Action.BREAK_GLASS: (
        "The usual limits of an enquiry were widened for a short time, which is always reviewed.",
        "Somebody tried to widen the usual limits of an enquiry.",
    ),
    Action.REVIEW_GLASS: (
        "Somebody else reviewed that the usual limits had been widened.",
        "Somebody tried to review that the usual limits had been widened.",
    ),
    Action.CONFIRM_MATCH: (
        "A worker confirmed that a service's record is about you.",
        "A worker tried to confirm that a service's record is about you.",
    ),
    Action.REJECT_MATCH: (
        "A worker decided that a service's record is about somebody else.",
        "A worker tried to decide that a service's record is about somebody else.",
    ),
    Action.READ_ENQUIRY: ("An enquiry about you was read.", "Somebody tried to read an enquiry about you."),
    Action.DECIDE_REVIEW: (
        "A service decided whether to share what it was asked for.",
        "A service tried to decide whether to share what it was asked for.",
    ),
    Action.TELL_HOLDER: (
        "A service that knows you was to be told that an enquiry asked about you.",
        "A service that knows you was to be told that an enquiry asked about you.",
    ),
}


def what_was_done(kind: str, outcome: str) -> str:
    """An act in everyday words: as done only where it was done."""
    done, tried = TOLD_ACTS[kind]
    return done if outcome == Outcome.DONE else tried
