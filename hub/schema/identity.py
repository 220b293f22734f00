"""The child as each source describes them, side by side. Nothing is merged; what differs is said."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import Self

import strawberry

from hub.domain.identifiers import SourceId
from hub.domain.records import IdentityAttribute
from hub.domain.subjects import normal
from hub.schema.records import instant
from hub.schema.sources import Known

# What must not differ between sources, and what it is called. Addresses are left out: each source
# writes them in its own way, and people move; postcodes speak for them.
_COMPARED = {
    "nhs_number": "NHS number",
    "upn": "UPN",
    "family_name": "Family name",
    "given_name": "Given name",
    "birth_date": "Birth date",
    "postcode": "Postcode",
}


Told = tuple[SourceId, IdentityAttribute]


@strawberry.type(description="A value as one source holds it.")
class SourcedText:
    """A value with where it comes from and as of when."""

    value: str
    source: str
    as_of: datetime | None

    @classmethod
    def of(cls, told: Told) -> Self:
        """One attribute as the schema shows it."""
        source, record = told
        return cls(value=record.value, source=source, as_of=record.as_of)


@strawberry.type(description="The child's identity, source by source.")
class Identity:
    """What released identity attributes say about the child."""

    nhs_number: list[SourcedText]
    upn: list[SourcedText]
    names: list[SourcedText]
    birth_dates: list[SourcedText]
    addresses: list[SourcedText]
    phones: list[SourcedText]
    conflicts: list[str]

    @classmethod
    def of(cls, told: Sequence[Told], known: Known) -> Self:
        """Built from attributes about the child alone."""
        by_attribute: dict[str, list[Told]] = {}
        for one in told:
            by_attribute.setdefault(one[1].attribute, []).append(one)

        def shown(attribute: str) -> list[SourcedText]:
            return [SourcedText.of(one) for one in by_attribute.get(attribute, ())]

        return cls(
            nhs_number=shown("nhs_number"),
            upn=shown("upn"),
            names=list(_names(by_attribute.get("given_name", ()), by_attribute.get("family_name", ()))),
            birth_dates=shown("birth_date"),
            addresses=shown("address") + _postcodes_alone(by_attribute),
            phones=shown("phone"),
            conflicts=list(_conflicts(by_attribute, known)),
        )


def _names(given: Iterable[Told], family: Iterable[Told]) -> Iterable[SourcedText]:
    """Given and family names joined within each source, in the order they were told."""
    givens, families = _by_source(given), _by_source(family)
    for source in dict.fromkeys((*givens, *families)):
        for first, last in zip_longest(givens.get(source, ()), families.get(source, ())):
            parts = [part for part in (first, last) if part is not None]
            as_of = max((part.as_of for part in parts if part.as_of is not None), key=instant, default=None)
            yield SourcedText(value=" ".join(part.value for part in parts), source=source, as_of=as_of)


def _postcodes_alone(by_attribute: Mapping[str, list[Told]]) -> list[SourcedText]:
    """Postcodes of sources that told no address."""
    addressed = {source for source, _ in by_attribute.get("address", ())}
    return [SourcedText.of(one) for one in by_attribute.get("postcode", ()) if one[0] not in addressed]


def _by_source(told: Iterable[Told]) -> dict[SourceId, list[IdentityAttribute]]:
    found: dict[SourceId, list[IdentityAttribute]] = {}
    for source, record in told:
        found.setdefault(source, []).append(record)
    return found


def _conflicts(by_attribute: Mapping[str, list[Told]], known: Known) -> Iterable[str]:
    """A sentence for each attribute on which two sources have no value in common. Holds no value."""
    for attribute, called in _COMPARED.items():
        told = _by_source(by_attribute.get(attribute, ()))
        if len(told) < 2:
            continue
        values = {source: {normal(record.value) for record in records} for source, records in told.items()}
        differing = [
            source for source, own in values.items() if any(own.isdisjoint(other) for other in values.values())
        ]
        if differing:
            names = [known[source].name for source in differing]
            yield f"{called} differs between sources: {', '.join(names[:-1])} and {names[-1]}."
