"""Reasons that no policy gives: what each says, and what stopped something where one is named."""

from collections.abc import Iterable, Mapping

from hub.domain.disclosures import RESTRICTED
from hub.domain.holding import DenialReason
from hub.policy.engine import NO_POLICY_PERMITS, POLICY_ERROR, PolicyNote
from hub.policy.grounds import Ground

NO_SOURCE, UNREGISTERED = "no-source-registered", "source-not-registered"
SENTENCES: Mapping[str, str] = {
    POLICY_ERROR: "A policy could not be evaluated, and an error is a refusal. Tell your hub's operator.",
    NO_POLICY_PERMITS: "No policy permits this, and what nothing permits is refused.",
    NO_SOURCE: "No source is registered with this hub.",
    UNREGISTERED: "This source is not registered with this hub.",
}
_GROUNDS: Mapping[str, Ground] = {
    POLICY_ERROR: Ground.HUB,
    NO_POLICY_PERMITS: Ground.HUB,
    NO_SOURCE: Ground.SOURCE,
    UNREGISTERED: Ground.SOURCE,
    RESTRICTED: Ground.RESTRICTED,
    "location-protection-unknown": Ground.LABEL,
    "enquiry-closed": Ground.ENQUIRY,
    "enquiry-expired": Ground.ENQUIRY,
    "glass-no-longer-broken": Ground.ENQUIRY,
    **dict.fromkeys(DenialReason, Ground.HOLDER),
}


def grounds_of(reasons: Iterable[str], notes: Mapping[str, PolicyNote]) -> tuple[str, ...]:
    """What stopped something, each once, by the reasons as they may be shown. Reasons of no rule give nothing.

    Give only reasons that passed ``shown_reasons``: the ground of a rule that may not be spoken of would tell it.
    """
    found = (notes[reason].ground if reason in notes else _GROUNDS.get(reason) for reason in reasons)
    return tuple(dict.fromkeys(str(ground) for ground in found if ground))
