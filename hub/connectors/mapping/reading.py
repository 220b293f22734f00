"""Reading a mapping file: decode, check, compile. Every fault names the file and the entry."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from hub.connectors.mapping.codetables import CodeTable, code_table
from hub.connectors.mapping.expressions import UNDECIDED
from hub.connectors.mapping.fields import Compiler
from hub.connectors.mapping.identity import PersonMark, Trait, compile_mark, compile_trait
from hub.connectors.mapping.language import AnyEntry, Code, Identity, PersonLabel, Rows
from hub.connectors.mapping.mapping import Readers, RecordMapping
from hub.connectors.mapping.plans import Plan, compile_entry
from hub.connectors.mapping.rows import RowSource
from hub.errors import ConfigurationError

_SHIPPED = Path(__file__).parent.parent / "mappings"
_OURS = {"records", "identity", "labels", "codes", "ignored"}
_Place = tuple[str, str | None]


def read_mapping(name_or_path: str, beside: Path | None = None) -> RecordMapping:
    """Read a shipped mapping by name, or a ``.toml`` file relative to the folder ``beside``.

    Raises ConfigurationError naming the file, the entry and the fault.
    """
    folder = (beside or Path()) if name_or_path.endswith(".toml") else _SHIPPED
    path = folder / (name_or_path if name_or_path.endswith(".toml") else f"{name_or_path}.toml")
    try:
        document = msgspec.toml.decode(path.read_bytes(), type=dict[str, Any])
    except (OSError, ValueError) as fault:
        raise ConfigurationError(f"{path.name} is not a usable mapping: {fault}") from fault
    return compile_mapping(path.name, document)


def compile_mapping(file: str, document: Mapping[str, Any]) -> RecordMapping:
    """Compile a decoded mapping. Raises ConfigurationError naming the file, the entry and the fault."""
    tables = _tables(file, document.get("codes", {}))
    ignored = _decoded(file, "ignored", document.get("ignored", {}), dict[str, frozenset[str]])
    places = _Places(tables)
    for number, raw in enumerate(_entries(file, document, "records"), 1):
        places.add(file, f"records entry {number}", _decoded(file, f"records entry {number}", raw, AnyEntry))
    for number, raw in enumerate(_entries(file, document, "identity"), 1):
        places.add(file, f"identity entry {number}", _decoded(file, f"identity entry {number}", raw, Identity))
    for number, raw in enumerate(_entries(file, document, "labels"), 1):
        places.add(file, f"labels entry {number}", _decoded(file, f"labels entry {number}", raw, PersonLabel))
    sections = {name: value for name, value in document.items() if name not in _OURS}
    return RecordMapping(file, places.readers(file, ignored), sections)


class _Places:
    """Entries gathered by the place that they read, with the fields of that place that any of them reads."""

    def __init__(self, tables: Mapping[str, CodeTable]) -> None:
        self._tables = tables
        self._compiled: dict[_Place, list[Plan | Trait | PersonMark]] = {}
        self._known: dict[_Place, set[str]] = {}

    def add(self, file: str, where: str, entry: Rows) -> None:
        place = (entry.source, entry.items)
        compiler = Compiler(_name(place), self._tables)
        try:
            self._compiled.setdefault(place, []).append(_compile(entry, compiler))
            outer = Compiler(entry.source, self._tables)
            if entry.items is not None:
                outer.expression(entry.items)
        except ValueError as fault:
            raise ConfigurationError(f"{file}, {where}: {fault}.") from fault
        self._known.setdefault(place, set()).update(compiler.roots["item"])
        self._known.setdefault((entry.source, None), set()).update(compiler.roots["reply"], outer.roots["item"])

    def readers(self, file: str, ignored: Mapping[str, frozenset[str]]) -> tuple[Readers, ...]:
        if strange := ignored.keys() - {_name(place) for place in self._known}:
            raise ConfigurationError(f"{file}, ignored: nothing reads {min(strange)!r}.")
        return tuple(self._reader(place, ignored.get(_name(place), frozenset())) for place in self._known)

    def _reader(self, place: _Place, ignored: frozenset[str]) -> Readers:
        source, items = place
        read = None if items is None else Compiler(source, {}).expression(items, otherwise=UNDECIDED)
        known = None if "*" in ignored else frozenset(self._known[place] | ignored)
        compiled = self._compiled.get(place, [])
        return Readers(
            RowSource(source, _name(place), read, known, wrapper=not compiled),
            tuple(one for one in compiled if isinstance(one, Plan)),
            tuple(one for one in compiled if isinstance(one, Trait)),
            tuple(one for one in compiled if isinstance(one, PersonMark)),
        )


def _compile(entry: Rows, compiler: Compiler) -> Plan | Trait | PersonMark:
    if isinstance(entry, Identity):
        return compile_trait(entry, compiler)
    if isinstance(entry, PersonLabel):
        return compile_mark(entry, compiler)
    return compile_entry(entry, compiler)  # type: ignore[arg-type]  # the rest of Rows is AnyEntry


def _name(place: _Place) -> str:
    source, items = place
    return source if items is None else f"{source}.{items}"


def _tables(file: str, raw: Any) -> dict[str, CodeTable]:
    tables = {}
    for name, rows in _decoded(file, "codes", raw, dict[str, dict[str, Any]]).items():
        title = rows.pop("title", None)
        if not isinstance(title, str):
            raise ConfigurationError(f"{file}, codes.{name}: give the table a title in plain words.")
        codes = {code: _decoded(file, f"codes.{name}, code {code}", one, Code) for code, one in rows.items()}
        tables[name] = code_table(name, codes, title)
    return tables


def _entries(file: str, document: Mapping[str, Any], name: str) -> list[Any]:
    entries: list[Any] = _decoded(file, name, document.get(name, []), list[Any])
    return entries


def _decoded(file: str, where: str, raw: Any, kind: Any) -> Any:
    try:
        return msgspec.convert(raw, type=kind)
    except msgspec.ValidationError as fault:
        raise ConfigurationError(f"{file}, {where}: {fault}.") from fault
