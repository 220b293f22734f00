"""Reading a mapping: decode, check, compile. Every fault names the document and the entry, and all are told at once."""

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
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

INLINE = "the manifest's mapping"  # how faults call a mapping that stands in its manifest
_SHIPPED = Path(__file__).parent.parent / "mappings"
_ENTRIES: Mapping[str, Any] = {"records": AnyEntry, "identity": Identity, "labels": PersonLabel}
_OURS = {*_ENTRIES, "codes", "ignored"}
_Place = tuple[str, str | None]


class MappingFault(msgspec.Struct, frozen=True):
    """One thing wrong with a mapping: where in its document, and what."""

    path: tuple[str | int, ...]
    says: str


class UnusableMapping(ConfigurationError):
    """A mapping that cannot be used. ``faults`` is everything that is wrong with it."""

    def __init__(self, file: str, faults: tuple[MappingFault, ...]) -> None:
        self.faults = faults
        super().__init__(" ".join(f"{file}, {fault.says}." for fault in faults))


def read_mapping(given: str | Mapping[str, Any], beside: Path | None = None) -> RecordMapping:
    """Read a shipped mapping by name, a ``.toml`` file below the folder ``beside``, or a mapping as it stands.

    Raises ConfigurationError naming the file, the entry and the fault.
    """
    if not isinstance(given, str):
        return compile_mapping(INLINE, given)
    return compile_mapping(mapping_file(given), mapping_document(given, beside))


def mapping_document(given: str, beside: Path | None) -> dict[str, Any]:
    """A shipped mapping, or a ``.toml`` file below ``beside``, decoded. Raises ConfigurationError naming the file."""
    text = mapping_text(given, beside)
    try:
        return msgspec.toml.decode(text, type=dict[str, Any])
    except (ValueError, RecursionError) as fault:
        raise ConfigurationError(f"{mapping_file(given)} is not a usable mapping: {fault}") from fault


def mapping_text(given: str, beside: Path | None) -> str:
    """The text of a shipped mapping, or of a file below ``beside``. Raises ConfigurationError."""
    name = mapping_file(given)
    inside = PurePosixPath(given)
    if inside.is_absolute() or ".." in inside.parts or "\0" in given or (given != name and "/" in given):
        raise ConfigurationError("A mapping is a shipped mapping's name or a .toml file below the manifest's folder.")
    path = ((beside or Path()) if given == name else _SHIPPED) / name
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as fault:
        known = ", ".join(shipped_mappings())
        raise ConfigurationError(
            f"{path.name} is not a usable mapping: there is no such file. Shipped mappings: {known}."
        ) from fault
    except (OSError, UnicodeDecodeError) as fault:
        raise ConfigurationError(f"{path.name} is not a usable mapping: it cannot be read as text.") from fault


def mapping_file(given: str) -> str:
    """The file that a mapping's name means."""
    return given if given.endswith(".toml") else f"{given}.toml"


def shipped_mappings() -> tuple[str, ...]:
    """Names of the mappings that come with the hub."""
    return tuple(sorted(path.stem for path in _SHIPPED.glob("*.toml")))


def compile_mapping(file: str, document: Mapping[str, Any]) -> RecordMapping:
    """Compile a decoded mapping. Raises UnusableMapping naming the document and everything wrong with it."""
    found = _Faults()
    places = _Places(_tables(document.get("codes", {}), found))
    for section, kind in _ENTRIES.items():
        with found.at((section,), section):
            entries: list[Any] = msgspec.convert(document.get(section, []), list[Any])
            for number, raw in enumerate(entries):
                with found.at((section, number), f"{section} entry {number + 1}"):
                    places.add(msgspec.convert(raw, type=kind))
    ignored: dict[str, frozenset[str]] = {}
    with found.at(("ignored",), "ignored"):
        ignored = msgspec.convert(document.get("ignored", {}), dict[str, frozenset[str]])
        if not found.faults:  # an entry that cannot be read is one that nothing is ignored of
            places.refuse_unread(ignored)
    if found.faults:
        raise UnusableMapping(file, tuple(found.faults))
    return RecordMapping(
        file, places.readers(ignored), {name: value for name, value in document.items() if name not in _OURS}
    )


class _Faults:
    def __init__(self) -> None:
        self.faults: list[MappingFault] = []

    @contextlib.contextmanager
    def at(self, path: tuple[str | int, ...], where: str) -> Iterator[None]:
        """Note what is wrong in here, and go on."""
        try:
            yield
        except ValueError as fault:
            self.faults.append(MappingFault(path, f"{where}: {fault}"))
        except RecursionError:  # of an expression: its parser follows brackets without a limit of its own
            self.faults.append(MappingFault(path, f"{where}: this is nested too deeply to be read"))


class _Places:
    """Entries gathered by the place that they read, with the fields of that place that any of them reads."""

    def __init__(self, tables: Mapping[str, CodeTable]) -> None:
        self._tables = tables
        self._compiled: dict[_Place, list[Plan | Trait | PersonMark]] = {}
        self._known: dict[_Place, set[str]] = {}

    def add(self, entry: Rows) -> None:
        """Compile an entry. Raises ValueError saying what is wrong with it."""
        place = (entry.source, entry.items)
        compiler = Compiler(_name(place), self._tables)
        self._compiled.setdefault(place, []).append(_compile(entry, compiler))
        outer = Compiler(entry.source, self._tables)
        if entry.items is not None:
            outer.expression(entry.items)
        self._known.setdefault(place, set()).update(compiler.roots["item"])
        self._known.setdefault((entry.source, None), set()).update(compiler.roots["reply"], outer.roots["item"])

    def refuse_unread(self, ignored: Mapping[str, frozenset[str]]) -> None:
        """Raise ValueError for a place that is ignored though nothing reads it."""
        if strange := ignored.keys() - {_name(place) for place in self._known}:
            raise ValueError(f"nothing reads {min(strange)!r}")

    def readers(self, ignored: Mapping[str, frozenset[str]]) -> tuple[Readers, ...]:
        """What reads each place."""
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


def _tables(raw: Any, found: _Faults) -> dict[str, CodeTable]:
    tables: dict[str, CodeTable] = {}
    with found.at(("codes",), "codes"):
        for name, rows in msgspec.convert(raw, dict[str, dict[str, Any]]).items():
            with found.at(("codes", name), f"codes.{name}"):
                title = rows.get("title")
                tables[name] = code_table(name, _codes(name, rows, found), str(title))
                if not isinstance(title, str):
                    raise ValueError("give the table a title in plain words")  # noqa: TRY004 - a fault of the document
    return tables


def _codes(name: str, rows: Mapping[str, Any], found: _Faults) -> dict[str, Code]:
    codes: dict[str, Code] = {}
    for code, one in rows.items():
        if code != "title":
            with found.at(("codes", name, code), f"codes.{name}, code {code}"):
                codes[code] = msgspec.convert(one, Code)
    return codes
