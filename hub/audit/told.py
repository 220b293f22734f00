"""Who was told of in a disclosure, as keyed hashes: so that whoever is named is found, however they were asked for.

Made from what is released and from nothing else. Somebody under witness protection is in no disclosure, so they
leave here what somebody leaves whom nobody knows.
"""

from collections.abc import Iterable, Iterator
from datetime import date

import msgspec

from hub.audit.subjects import hashes_of, kin_of
from hub.domain.codes import MatchState
from hub.domain.disclosures import Disclosure
from hub.domain.matches import Decision
from hub.domain.people import Attributes, Candidate, Name
from hub.domain.questions import QuestionKind
from hub.domain.records import THE_CHILD, AnyRecord, IdentityAttribute, RelatedPerson
from hub.keys import Keys


class PeopleTold(msgspec.Struct, frozen=True):
    """Keyed hashes of whom a disclosure tells of."""

    child: tuple[str, ...]  # the child that was recognised
    others: tuple[str, ...]  # people around the child, and candidates nobody has recognised
    near: tuple[str, ...]  # family names and postcodes of the child


def people_told(disclosure: Disclosure, keys: Keys) -> PeopleTold:
    """Whom a disclosure tells of."""
    recognised, offered = _candidates(disclosure)
    described = [*recognised, *_described(disclosure, about_child=True)]
    names = [one.family_name for one in described]
    former = [name.family_name for one in described for name in one.aliases]
    return PeopleTold(
        child=hashes_of(described, keys),
        others=hashes_of([*offered, *_described(disclosure, about_child=False), *_related(disclosure)], keys),
        near=kin_of((*names, *former), (one.postcode for one in described), keys).all,
    )


def _candidates(disclosure: Disclosure) -> tuple[list[Attributes], list[Attributes]]:
    """Who was recognised, and who was offered without that. A view shows no candidate, so nobody is offered there."""
    recognised, offered = [], []
    for found in disclosure.finds.values():
        for candidate in (*found.candidates, *found.rejected):
            if _is_the_child(candidate, found.match):
                recognised.append(candidate.found.attributes)
            elif disclosure.question.kind is QuestionKind.FIND:
                offered.append(candidate.found.attributes)
    return recognised, offered


def _is_the_child(candidate: Candidate, match: MatchState) -> bool:
    if candidate.decided is Decision.REJECTED:
        return False
    return candidate.decided is Decision.CONFIRMED or match is MatchState.MATCH


def _described(disclosure: Disclosure, *, about_child: bool) -> Iterator[Attributes]:
    """How each source describes the child, or each of the others, in the records that are released."""
    for released in disclosure.released:
        of_whom: dict[str, list[IdentityAttribute]] = {}
        for record in released.records:
            if isinstance(record, IdentityAttribute) and (record.about == THE_CHILD) is about_child:
                of_whom.setdefault(f"{record.about.kind} {record.about.key}", []).append(record)
        yield from (_attributes(records) for records in of_whom.values())


def _attributes(records: Iterable[IdentityAttribute]) -> Attributes:
    told: dict[str, list[str]] = {}
    for one in records:
        told.setdefault(one.attribute, []).append(one.value)
    first = {name: values[0] for name, values in told.items()}
    families = (*told.get("family_name", ())[1:], *(_last_word(one) for one in told.get("alias", ())))
    return Attributes(
        nhs_number=first.get("nhs_number"),
        upn=first.get("upn"),
        family_name=first.get("family_name"),
        birth_date=_day(first.get("birth_date")),
        postcode=first.get("postcode"),
        aliases=tuple(Name(None, one) for one in families if one),
        former_nhs_numbers=tuple(told.get("nhs_number", ())[1:]),
    )


def _related(disclosure: Disclosure) -> Iterator[Attributes]:
    """People whom a source names around the child."""
    records: Iterator[AnyRecord] = (record for released in disclosure.released for record in released.records)
    for record in records:
        if isinstance(record, RelatedPerson):
            name = record.family_name or _last_word(record.name or "")
            yield Attributes(family_name=name or None, birth_date=record.birth_date)


def _last_word(name: str) -> str:
    return next(iter(name.rsplit(maxsplit=1)[-1:]), "")


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:  # a partner may have written anything
        return None
