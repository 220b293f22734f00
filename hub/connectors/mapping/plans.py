"""Plans: the compiled form of entries. A plan makes at most one record of a row and never raises."""

from collections.abc import Iterable
from typing import Any

import msgspec

from hub.connectors.mapping.codetables import UNMAPPED
from hub.connectors.mapping.expressions import UNDECIDED, Read, Row, holds
from hub.connectors.mapping.fields import MISSING, Compiler, Reader
from hub.connectors.mapping.language import AnyEntry, Code, Coding, Episode, Event, Kin, Marked, Observation, Worker
from hub.connectors.mapping.tally import Tally
from hub.connectors.mapping.whom import People, Whom, compile_whom
from hub.domain.categories import Category
from hub.domain.codes import Label
from hub.domain.records import (
    KINDS,
    AnyRecord,
    Finding,
    LifeEvent,
    Record,
    RelatedPerson,
    RelatedProfessional,
    ServiceEpisode,
)

SHAPES: dict[type[AnyEntry], type[AnyRecord]] = {
    Episode: ServiceEpisode,
    Event: LifeEvent,
    Observation: Finding,
    Kin: RelatedPerson,
}
_NEVER_EMPTY = ("service", "organisation", "relationship")


class Condition(msgspec.Struct, frozen=True):
    """A ``where``. Where it cannot be told, nothing is claimed, and the row is counted."""

    read: Read
    undecided: str

    def admits(self, row: Row, tally: Tally) -> bool:
        """Whether the row is one that the entry means."""
        value = self.read(row)
        if value is UNDECIDED:
            tally.add(self.undecided)
            return False
        return holds(value)


class Marking(msgspec.Struct, frozen=True):
    """Labels of an entry's records: those that always hold, and those that hold where an expression does."""

    always: frozenset[Label]
    sometimes: tuple[tuple[Label, Read], ...] = ()

    def labels(self, row: Row) -> frozenset[Label]:
        """The labels of one row's record. A label whose expression cannot be told holds."""
        if not self.sometimes:
            return self.always
        return self.always | {label for label, read in self.sometimes if holds(read(row))}


class Plan(msgspec.Struct, frozen=True):
    """One compiled entry."""

    shape: type[Record]
    category: Category
    possible: frozenset[Category]
    where: Condition | None
    whom: Whom
    marking: Marking
    code: Reader | None
    fields: tuple[tuple[str, Reader], ...]
    professionals: tuple[tuple[tuple[str, Reader], ...], ...]
    severity: int | None
    no_time: str

    def record(self, row: Row, asked: frozenset[Category], people: People, tally: Tally) -> Record | None:
        """The row's record; None when the entry does not mean the row or nobody asked for its category."""
        if self.where is not None and not self.where.admits(row, tally):
            return None
        code = self.code(row, tally) if self.code is not None else None
        category = (code.category if code is not None else None) or self.category
        if category not in asked:
            return None
        values = {name: read(row, tally) for name, read in self.fields}
        if self.shape is LifeEvent and values["at"] is None:
            tally.add(self.no_time)
            return None
        self._complete(values, code, category, row, tally)
        about, labels = self.whom.about(row, people), self.marking.labels(row)
        return self.shape(category=category, about=about, labels=labels, **values)

    def _complete(self, values: dict[str, Any], code: Code | None, category: Category, row: Row, tally: Tally) -> None:
        """Fill in what the code says, and what a record may not be without."""
        for name in _NEVER_EMPTY:
            if name in values and values[name] is None:
                values[name] = MISSING
        if self.professionals:
            values["professionals"] = _professionals(self.professionals, row, tally)
        if self.shape is RelatedPerson:
            return
        unknown = code is not None and code.type == UNMAPPED
        said = None if unknown else values.get("type")
        values["type"] = said or (code.type if code else UNMAPPED)
        said = None if unknown else values.get("label")
        values["label"] = said or (code.label if code else category.label.capitalize())
        if self.shape is Finding:
            values["severity"] = self.severity if self.severity is not None else (code.severity if code else 0)


def compile_entry(entry: AnyEntry, compiler: Compiler) -> Plan:
    """Compile one entry. Raises ValueError saying what is wrong with it."""
    shape = SHAPES[type(entry)]
    coded = entry.code if isinstance(entry, Coding) else None
    possible = {entry.category}
    if coded is not None:
        possible |= {code.category for code in compiler.table(coded.codes).codes.values() if code.category is not None}
    _refuse_misplaced(shape, possible)
    if isinstance(entry, Coding) and coded is None and entry.type is None:
        raise ValueError("give a code or a type")
    workers = entry.professionals if isinstance(entry, Episode) else ()
    return Plan(
        shape=shape,
        category=entry.category,
        possible=frozenset(possible),
        where=compile_where(entry.where, compiler),
        whom=compile_whom(entry.about, compiler),
        marking=compile_marking(entry.labels, compiler),
        code=None if coded is None else compiler.code(coded),
        fields=_given_fields(entry, shape, compiler),
        professionals=tuple(_given_fields(worker, RelatedProfessional, compiler) for worker in workers),
        severity=entry.severity if isinstance(entry, Observation) else None,
        no_time=f"{compiler.place}: at missing",
    )


def compile_where(text: str | None, compiler: Compiler) -> Condition | None:
    """Compile a condition."""
    if text is None:
        return None
    return Condition(compiler.expression(text, otherwise=UNDECIDED), f"{compiler.place}: where undecided")


def compile_marking(labels: Iterable[Label | Marked], compiler: Compiler) -> Marking:
    """Compile labels. An expression that cannot work on a value counts as true: labels only ever narrow."""
    always = frozenset(label for label in labels if not isinstance(label, Marked))
    marked = [label for label in labels if isinstance(label, Marked)]
    return Marking(always, tuple((one.label, compiler.expression(one.where, otherwise=True)) for one in marked))


def _given_fields(
    entry: AnyEntry | Worker, shape: type[msgspec.Struct], compiler: Compiler
) -> tuple[tuple[str, Reader], ...]:
    """Readers of those fields of a record that an entry gives."""
    skipped = {"category", "about", "labels", "severity", "professionals"}
    names = [name for name in shape.__struct_fields__ if name not in skipped]
    given = [(name, getattr(entry, name)) for name in names]
    return tuple((name, compiler.field(name, field)) for name, field in given if field is not None)


def _professionals(
    plans: tuple[tuple[tuple[str, Reader], ...], ...], row: Row, tally: Tally
) -> tuple[RelatedProfessional, ...]:
    read = [{name: reader(row, tally) for name, reader in plan} for plan in plans]
    return tuple(RelatedProfessional(**values) for values in read if any(values.values()))


def _refuse_misplaced(shape: type[Record], categories: Iterable[Category]) -> None:
    for category in categories:
        if KINDS[shape] not in category.kinds:
            raise ValueError(f"records of category {category.value} cannot be a {KINDS[shape].value}")
