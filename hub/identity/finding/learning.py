"""What certain matches at some sources teach for the search of others. Pure."""

from collections.abc import Sequence

import msgspec

from hub.domain.codes import Label
from hub.domain.identifiers import NhsNumber, Upn, nhs_number, upn
from hub.domain.people import MOST_ALIASES, Attributes, Name, PersonReference, SourceFind
from hub.errors import BadInput
from hub.identity.finding.reading import Claim, Reader


def learned(claim: Claim, matches: Sequence[SourceFind], reader: Reader) -> Claim:
    """The reference with the numbers, names, birth date and postcode that certain matches taught us.

    What the enquirer said is never replaced, but for a number that a match says was superseded; a
    matched name that is written otherwise is learned as another name. Nothing is learned where matches
    do not hang together as one person, of an identity before or after an adoption, or of a place that
    is at risk.
    """
    found = [find.candidates[0].found for find in matches]
    if any(Label.ADOPTION in one.labels for one in found):
        return claim
    if not reader.one_person([find.candidates[0].found for find in matches if not reader.confirmed(find)]):
        return claim
    at_risk = any(Label.LOCATION_AT_RISK in one.labels for one in found)
    told, former = claim.told, claim.former
    for one in found:
        if Label.GENDER_HISTORY not in one.labels:
            former |= frozenset(one.attributes.former_nhs_numbers)
            if told.nhs_number in one.attributes.former_nhs_numbers:
                told = msgspec.structs.replace(told, nhs_number=_nhs_number(one.attributes) or told.nhs_number)
            told = msgspec.structs.replace(told, aliases=_other_names(told, one.attributes))
        told = _with(told, one.attributes, at_risk=at_risk)
    return Claim(claim.about, told, former)


def _with(told: PersonReference, known: Attributes, *, at_risk: bool) -> PersonReference:
    return msgspec.structs.replace(
        told,
        nhs_number=told.nhs_number or _nhs_number(known),
        upn=told.upn or _upn(known),
        given_name=told.given_name or known.given_name,
        family_name=told.family_name or known.family_name,
        birth_date=told.birth_date or known.birth_date,
        postcode=told.postcode or (None if at_risk else known.postcode),
    )


def _other_names(told: PersonReference, known: Attributes) -> tuple[Name, ...]:
    """The names already told, and this one where it is whole and written otherwise."""
    name = Name(known.given_name, known.family_name)
    whole = bool(name.given_name and name.family_name and told.family_name)
    heard = {_spoken(one) for one in (Name(told.given_name, told.family_name), *told.aliases)}
    if not whole or _spoken(name) in heard or len(told.aliases) >= MOST_ALIASES:
        return told.aliases
    return (*told.aliases, name)


def _spoken(name: Name) -> tuple[str, str]:
    return (name.given_name or "").casefold(), (name.family_name or "").casefold()


def _nhs_number(known: Attributes) -> NhsNumber | None:
    try:
        return nhs_number(known.nhs_number or "")
    except BadInput:
        return None


def _upn(known: Attributes) -> Upn | None:
    try:
        return upn(known.upn or "")
    except BadInput:
        return None
