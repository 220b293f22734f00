"""A mapping, read and compiled: replies in, records out. Never raises on any partner's data."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, TypeVar

import msgspec

from hub.connectors.mapping.expressions import holds
from hub.connectors.mapping.identity import CATEGORIES, PersonMark, Trait, echo
from hub.connectors.mapping.plans import Plan
from hub.connectors.mapping.rows import RowSource
from hub.connectors.mapping.tally import Tally
from hub.connectors.mapping.whom import People
from hub.domain.categories import Category
from hub.domain.codes import PERSON_WIDE, Label
from hub.domain.people import Attributes
from hub.domain.records import THE_CHILD, AnyRecord
from hub.errors import ConfigurationError

Section = TypeVar("Section")


class Mapped(msgspec.Struct, frozen=True):
    """What a mapping made of results. ``attributes`` is the replies' own word on whom they are about.

    ``people`` holds the keys of records about people around the child, by the partner's own key.
    """

    records: tuple[AnyRecord, ...]
    attributes: Attributes
    labels: frozenset[Label]
    unmapped: Mapping[str, int]
    people: Mapping[str, str] = {}


class Readers(msgspec.Struct, frozen=True):
    """Everything that reads rows of one place."""

    rows: RowSource
    plans: tuple[Plan, ...] = ()
    traits: tuple[Trait, ...] = ()
    marks: tuple[PersonMark, ...] = ()


class RecordMapping(msgspec.Struct, frozen=True):
    """One mapping file, compiled. ``sections`` holds what the file says to its connector kind, undecoded."""

    file: str
    readers: tuple[Readers, ...]
    sections: Mapping[str, Any]

    @property
    def categories(self) -> frozenset[Category]:
        """Every category that records of this mapping can have."""
        plans = frozenset(category for one in self.readers for plan in one.plans for category in plan.possible)
        return plans | {CATEGORIES[trait.attribute] for one in self.readers for trait in one.traits}

    def sources_for(self, categories: frozenset[Category]) -> frozenset[str]:
        """Names of the results that records of these categories are made from."""
        return frozenset(
            one.rows.source
            for one in self.readers
            if any(not plan.possible.isdisjoint(categories) for plan in one.plans)
            or any(CATEGORIES[trait.attribute] in categories for trait in one.traits)
        )

    def section(self, kind: type[Section]) -> Section:
        """The connector's part of the file, decoded. Raises ConfigurationError naming the file and the place."""
        try:
            return msgspec.convert(self.sections, type=kind)
        except msgspec.ValidationError as fault:
            raise ConfigurationError(f"{self.file} is not a usable mapping: {fault}") from fault

    def apply(self, results: Mapping[str, Any], categories: frozenset[Category], today: date | None = None) -> Mapped:
        """Records of these categories from results by name: a list of dicts, one dict, ``Fanned`` or None.

        The echo and the labels are always read; what is true of a person is told by a record about the child
        as well. ``today`` tells adults from children by birth date.
        """
        tally = Tally()
        people = People(today or datetime.now(UTC).date())
        records: list[Any] = []
        seen: dict[str, Any] = {}
        labels: set[Label] = set()
        for one in self.readers:
            for row in one.rows.rows(results, tally):
                labels.update(mark.label for mark in one.marks if holds(mark.read(row)))
                records.extend(_identity(one.traits, row, categories, seen, tally))
                made = [plan.record(row, categories, people, tally) for plan in one.plans]
                records.extend(record for record in made if record is not None)
        labels.update(label for one in records if one.about == THE_CHILD for label in PERSON_WIDE & one.labels)
        return Mapped(tuple(records), echo(seen), frozenset(labels), tally.counts, people.numbers)


def _identity(
    traits: tuple[Trait, ...], row: Any, categories: frozenset[Category], seen: dict[str, Any], tally: Tally
) -> list[Any]:
    """Identity records of a row; the first value of each attribute is also the echo."""
    records = []
    for trait in traits:
        value = trait.read(row, tally)
        if value is None:
            continue
        seen.setdefault(trait.attribute, value)
        if CATEGORIES[trait.attribute] in categories:
            records.append(trait.record(value, row, tally))
    return records
