"""Fields: how one value of a record is read from a row, and what is counted when it cannot be."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from hub.connectors.mapping.codetables import CodeTable
from hub.connectors.mapping.dates import read_date, read_moment
from hub.connectors.mapping.expressions import PLACES, Read, Row, compile_expression
from hub.connectors.mapping.language import Coded, Field, Given
from hub.connectors.mapping.tally import Tally
from hub.connectors.mapping.text import LINE, NARRATIVE, words
from hub.domain.network import UNTOLD

Reader = Callable[[Row, Tally], Any]
Convert = Callable[[Any], Any]

_PART = re.compile(r"\{([^{}]+)\}")
MISSING = UNTOLD


def as_narrative(value: Any) -> str | None:
    """A source's own words, at their length."""
    return words(value, NARRATIVE)


CONVERT: Mapping[str, Convert] = {
    "detail": as_narrative,
    "conditions": as_narrative,
    "start": read_date,
    "end": read_date,
    "birth_date": read_date,
    "at": read_moment,
    "as_of": read_moment,
}


class Compiler:
    """Compiles the fields of one entry, remembering which fields of the item and the reply they read."""

    def __init__(self, place: str, tables: Mapping[str, CodeTable]) -> None:
        self.place = place
        self.tables = tables
        self.roots: dict[str, set[str]] = {name: set() for name in PLACES}

    def expression(self, text: str, otherwise: Any = None) -> Read:
        """Compile an expression; ValueError says what is wrong with it."""
        compiled = compile_expression(text, otherwise=otherwise)
        self.roots[compiled.place] |= compiled.roots
        return compiled.read

    def table(self, name: str) -> CodeTable:
        """A code table of the file; ValueError when there is none of that name."""
        if name not in self.tables:
            raise ValueError(f"there is no table [codes.{name}]")
        return self.tables[name]

    def code(self, coded: Coded) -> Reader:
        """A reader of the meaning of a code."""
        read, table = self.expression(coded.path), self.table(coded.codes)
        return lambda row, tally: table.meaning(read(row), tally)

    def field(self, name: str, field: Field) -> Reader:
        """A reader of one field in the type that a record wants it in."""
        convert: Convert = CONVERT.get(name, words)
        if isinstance(field, Given):
            return self._given(name, field)
        read = self.expression(field)
        unreadable = f"{self.place}: {name} unreadable"

        def plain(row: Row, tally: Tally) -> Any:
            value = read(row)
            if value is None:
                return None
            converted = convert(value)
            if converted is None and value not in ("", [], {}):
                tally.add(unreadable)
            return converted

        return plain

    def _given(self, name: str, field: Given) -> Reader:
        if field.template is not None:
            return self._template(field.template, NARRATIVE if name == "detail" else LINE)
        if CONVERT.get(name, as_narrative) is not as_narrative:
            raise ValueError(f"{name} is a date, so give a plain expression")
        read = self.expression(field.path or "")
        if field.codes is None:
            return lambda row, _tally: words(read(row))
        table = self.table(field.codes)

        def meaning(row: Row, tally: Tally) -> str | None:
            value = read(row)
            return None if value is None else table.meaning(value, tally).label

        return meaning

    def _template(self, template: str, limit: int) -> Reader:
        pieces = _PART.split(template)
        if any("{" in piece or "}" in piece for piece in pieces):
            raise ValueError("braces in a template do not pair up")
        constant, reads = pieces[::2], [self.expression(piece) for piece in pieces[1::2]]

        def sentence(row: Row, _tally: Tally) -> str | None:
            values = [words(read(row), limit) for read in reads]
            if not any(values):
                return None
            said = [text for pair in zip(constant, [v or MISSING for v in values] + [""], strict=True) for text in pair]
            return "".join(said)[:limit]

        return sentence
