"""The acts about a person that a person is told of, and in which words. What is not here is not told."""

from collections.abc import Mapping

from hub.domain.acts import Action

TOLD_ACTS: Mapping[str, str] = {
    Action.OPEN_ENQUIRY: "An enquiry about you was opened.",
    Action.CLOSE_ENQUIRY: "An enquiry about you was closed.",
    Action.BREAK_GLASS: "The usual limits of an enquiry were widened for a short time, which is always reviewed.",
    Action.REVIEW_GLASS: "Somebody else reviewed that the usual limits had been widened.",
    Action.CONFIRM_MATCH: "A worker confirmed that a service's record is about you.",
    Action.REJECT_MATCH: "A worker decided that a service's record is about somebody else.",
    Action.READ_ENQUIRY: "An enquiry about you was read.",
    Action.DECIDE_REVIEW: "A service decided whether to share what it was asked for.",
    Action.TELL_HOLDER: "A service that knows you was told that an enquiry asked about you.",
}
