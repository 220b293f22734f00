"""The child as each source describes them, side by side. Nothing is merged or preferred; what differs is said."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import Self

import strawberry

from hub.domain.identifiers import SourceId
from hub.domain.records import IdentityAttribute
from hub.domain.subjects import normal
from hub.schema.records import instant
from hub.schema.sources import Known, SourceAnswer

# What must not differ between sources, and what it is called. Addresses, phones and schools are left out:
# each source writes them in its own way, and people move; postcodes speak for them.
_COMPARED = {
    "nhs_number": "NHS number",
    "upn": "UPN",
    "family_name": "Family name",
    "given_name": "Given name",
    "birth_date": "Birth date",
    "postcode": "Postcode",
}

Told = tuple[SourceId, IdentityAttribute]
Answers = Mapping[SourceId, SourceAnswer]


@strawberry.type(description="A value as one source holds it.")
class SourcedText:
    """A value with where it comes from and as of when: the source's own time, else when it was asked."""

    value: str
    source: str
    as_of: datetime | None


@strawberry.type(description="The child's identity, source by source.")
class Identity:
    """What released identity attributes say about the child."""

    nhs_number: list[SourcedText]
    upn: list[SourcedText]
    names: list[SourcedText]
    other_names: list[SourcedText] = strawberry.field(
        description="Names that a source gives besides: former, known as."
    )
    birth_dates: list[SourcedText]
    addresses: list[SourcedText]
    phones: list[SourcedText]
    schools: list[SourcedText]
    conflicts: list[str] = strawberry.field(description="Where sources differ, each with what it says.")

    @classmethod
    def of(cls, told: Sequence[Told], answers: Answers, known: Known) -> Self:
        """Built from attributes about the child alone."""
        by_attribute: dict[str, list[Told]] = {}
        for one in told:
            by_attribute.setdefault(one[1].attribute, []).append(one)

        def shown(attribute: str) -> list[SourcedText]:
            return [_sourced(one, answers) for one in by_attribute.get(attribute, ())]

        return cls(
            nhs_number=shown("nhs_number"),
            upn=shown("upn"),
            names=list(_names(by_attribute.get("given_name", ()), by_attribute.get("family_name", ()), answers)),
            other_names=shown("alias"),
            birth_dates=shown("birth_date"),
            addresses=shown("address") + _postcodes_alone(by_attribute, answers),
            phones=shown("phone"),
            schools=shown("school"),
            conflicts=list(_conflicts(by_attribute, known)),
        )


def side_by_side(called: str, told: Mapping[SourceId, Iterable[str]], known: Known) -> str:
    """What each source says of one thing, in a sentence."""
    sayings = [f"{known[source].name} says {' and '.join(dict.fromkeys(values))}" for source, values in told.items()]
    return f"{called} differs: {'; '.join(sayings)}."


def _sourced(told: Told, answers: Answers) -> SourcedText:
    source, record = told
    return SourcedText(value=record.value, source=source, as_of=record.as_of or answers[source].as_of)


def _names(given: Iterable[Told], family: Iterable[Told], answers: Answers) -> Iterable[SourcedText]:
    """Given and family names joined within each source, in the order they were told."""
    givens, families = _by_source(given), _by_source(family)
    for source in dict.fromkeys((*givens, *families)):
        for first, last in zip_longest(givens.get(source, ()), families.get(source, ())):
            parts = [part for part in (first, last) if part is not None]
            as_of = max((part.as_of for part in parts if part.as_of is not None), key=instant, default=None)
            value = " ".join(part.value for part in parts)
            yield SourcedText(value=value, source=source, as_of=as_of or answers[source].as_of)


def _postcodes_alone(by_attribute: Mapping[str, list[Told]], answers: Answers) -> list[SourcedText]:
    """Postcodes of sources that told no address."""
    addressed = {source for source, _ in by_attribute.get("address", ())}
    return [_sourced(one, answers) for one in by_attribute.get("postcode", ()) if one[0] not in addressed]


def _by_source(told: Iterable[Told]) -> dict[SourceId, list[IdentityAttribute]]:
    found: dict[SourceId, list[IdentityAttribute]] = {}
    for source, record in told:
        found.setdefault(source, []).append(record)
    return found


def _conflicts(by_attribute: Mapping[str, list[Told]], known: Known) -> Iterable[str]:
    """A sentence for each attribute on which two sources have no value in common."""
    for attribute, called in _COMPARED.items():
        told = _by_source(by_attribute.get(attribute, ()))
        values = {source: {normal(record.value) for record in records} for source, records in told.items()}
        if any(own.isdisjoint(other) for own in values.values() for other in values.values()):
            said = {source: [record.value for record in records] for source, records in told.items()}
            yield side_by_side(called, said, known)
