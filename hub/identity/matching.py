"""How well a found person fits a reference. Pure; exact comparisons only.

Weights are log2 Bayes factors computed from the m and u values of the HMPPS model of February
2026, with a prior of one person in a hundred thousand. They were made for adults: until a model
is trained on children, a name and a birth date alone never link without the given name, and
people who share surname and birth date but not the given name (twins) are forced apart.
"""

from collections.abc import Sequence

import msgspec

from hub.domain.codes import MatchState
from hub.domain.people import Attributes, Candidate, MatchReason, PersonReference
from hub.domain.subjects import normal

PRIOR = -16.6
_SAME_NUMBER, _OTHER_NUMBER = 24.0, -14.0
_FULL_NAME, _FAMILY_NAME, _OTHER_NAME = 17.1, 2.8, -7.9
_BIRTH_DATE, _OTHER_BIRTH_DATE = 13.9, -8.6
_POSTCODE, _OTHER_POSTCODE = 7.1, -2.3
_TWINS = -5.0


class Thresholds(msgspec.Struct, frozen=True):
    """Probabilities at which a candidate counts (DfE's SUI Matcher)."""

    match: float = 0.95
    potential: float = 0.85


def compare(reference: PersonReference, found: Attributes) -> tuple[float, tuple[MatchReason, ...]]:
    """The log2 match weight and a reason for every attribute that both sides have."""
    reasons = [
        *_numbers(reference, found),
        *_names(reference, found),
        *_compared("birth date", reference.birth_date, found.birth_date, _BIRTH_DATE, _OTHER_BIRTH_DATE),
        *_compared("postcode", normal(reference.postcode), normal(found.postcode), _POSTCODE, _OTHER_POSTCODE),
    ]
    weight = PRIOR + sum(reason.weight for reason in reasons)
    if _could_be_twins(reference, found):
        reasons.append(MatchReason("siblings", "same surname and birth date, other given name: kept apart", 0.0))
        weight = weight if _same_number(reference, found) else min(weight, _TWINS)
    return weight, tuple(reasons)


def probability(weight: float) -> float:
    """The probability that belongs to a log2 weight."""
    odds: float = 2.0 ** max(-60.0, min(60.0, weight))
    return odds / (1.0 + odds)


def certain(reference: PersonReference, candidate: Candidate, thresholds: Thresholds) -> bool:
    """Whether this candidate may be linked without a person's confirmation."""
    found = candidate.found.attributes
    if _conflicting_numbers(reference, found) or _could_be_twins(reference, found):
        return False
    if reference.birth_date and found.birth_date and reference.birth_date != found.birth_date:
        return False
    same_person = _same_full_name(reference, found) and reference.birth_date == found.birth_date is not None
    moved = bool(reference.postcode and found.postcode) and normal(reference.postcode) != normal(found.postcode)
    return candidate.probability >= thresholds.match and (_same_number(reference, found) or (same_person and not moved))


def judge(reference: PersonReference, candidates: Sequence[Candidate], thresholds: Thresholds) -> MatchState:
    """What a source's candidates amount to together."""
    if not candidates:
        return MatchState.NONE
    likely = [one for one in candidates if one.probability >= thresholds.match]
    if len(likely) > 1:
        return MatchState.MANY
    best = max(candidates, key=lambda one: one.score)
    if certain(reference, best, thresholds):
        return MatchState.MATCH
    return MatchState.POTENTIAL if best.probability >= thresholds.potential else MatchState.LOW


def _numbers(reference: PersonReference, found: Attributes) -> list[MatchReason]:
    return [
        *_compared("NHS number", reference.nhs_number, found.nhs_number, _SAME_NUMBER, _OTHER_NUMBER),
        *_compared("UPN", reference.upn, found.upn, _SAME_NUMBER, _OTHER_NUMBER),
    ]


def _names(reference: PersonReference, found: Attributes) -> list[MatchReason]:
    if not reference.family_name or not found.family_name:
        return []
    if normal(reference.family_name) != normal(found.family_name):
        return [MatchReason("name", "different", _OTHER_NAME)]
    if _same_full_name(reference, found):
        return [MatchReason("name", "same", _FULL_NAME)]
    given = "not compared" if not reference.given_name or not found.given_name else "different"
    return [MatchReason("name", f"family name same, given name {given}", _FAMILY_NAME)]


def _compared(attribute: str, ours: object, theirs: object, same: float, other: float) -> list[MatchReason]:
    if not ours or not theirs:
        return []
    return [MatchReason(attribute, "same", same) if ours == theirs else MatchReason(attribute, "different", other)]


def _same_full_name(reference: PersonReference, found: Attributes) -> bool:
    given, family = normal(reference.given_name), normal(reference.family_name)
    return bool(given and family) and (given, family) == (normal(found.given_name), normal(found.family_name))


def _could_be_twins(reference: PersonReference, found: Attributes) -> bool:
    given, theirs = normal(reference.given_name), normal(found.given_name)
    return (
        bool(given and theirs)
        and given != theirs
        and normal(reference.family_name) == normal(found.family_name)
        and reference.birth_date == found.birth_date is not None
    )


def _same_number(reference: PersonReference, found: Attributes) -> bool:
    pairs = ((reference.nhs_number, found.nhs_number), (reference.upn, found.upn))
    return any(ours and ours == theirs for ours, theirs in pairs)


def _conflicting_numbers(reference: PersonReference, found: Attributes) -> bool:
    pairs = ((reference.nhs_number, found.nhs_number), (reference.upn, found.upn))
    return any(ours and theirs and ours != theirs for ours, theirs in pairs)


def one_person(people: Sequence[Attributes]) -> bool:
    """Whether people matched at different sources hang together: by a number, or by full name and birth date.

    A number held by both with the same value joins two people whatever their names; without it a
    different given name or birth date keeps them apart.
    """
    joined, waiting = list(people[:1]), list(people[1:])
    while waiting:
        near = next((one for one in waiting if any(_joined(one, other) for other in joined)), None)
        if near is None:
            return False
        waiting.remove(near)
        joined.append(near)
    return True


def _joined(one: Attributes, other: Attributes) -> bool:
    numbers = ((one.nhs_number, other.nhs_number), (one.upn, other.upn))
    if any(ours and theirs and ours != theirs for ours, theirs in numbers):
        return False
    names = (normal(one.given_name), normal(one.family_name), one.birth_date)
    same_name = names == (normal(other.given_name), normal(other.family_name), other.birth_date) and all(names)
    return same_name or any(ours and ours == theirs for ours, theirs in numbers)
