"""A document's text, taken apart: its values, where each stands, and what is wrong with the writing itself."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from hub.connectors.manifests.json_places import json_places
from hub.connectors.manifests.json_writing import mended_json
from hub.connectors.manifests.mistakes import Mistake, Path, dotted
from hub.connectors.manifests.toml_places import toml_places
from hub.connectors.manifests.toml_writing import mended_toml

MOST_BYTES = 256 * 1024
_SCHEMA = "$schema"  # by which an editor finds the schema of a JSON document; it says nothing about the source


class Document(msgspec.Struct, frozen=True):
    """What could be read of a text. ``lost`` names what stands there but could not be read, so is not missing."""

    values: Mapping[str, Any] | None
    places: Mapping[Path, int]
    starts: tuple[int, ...]  # of the text's lines
    mistakes: tuple[Mistake, ...] = ()
    lost: frozenset[Path] = frozenset()
    file: str | None = None

    def placed(self, mistakes: Iterable[Mistake]) -> tuple[Mistake, ...]:
        """The mistakes with the line and column of the nearest thing that has one, in the order of the text."""
        told = [self._placed(one) for one in mistakes]
        return tuple(sorted(told, key=lambda one: (one.line or 0, one.column or 0, one.where)))

    def lost_sight_of(self, mistake: Mistake) -> bool:
        """Whether what is said to be missing stands there, in a statement that could not be read."""
        return (
            mistake.rule == "missing-field"
            and tuple(step for step in mistake.path if isinstance(step, str)) in self.lost
        )

    def _placed(self, mistake: Mistake) -> Mistake:
        if mistake.line is not None or mistake.file != self.file:
            return mistake
        path = mistake.path
        while path and path not in self.places:
            path = path[:-1]
        line, column = self.line_and_column(self.places.get(path, 0))
        return msgspec.structs.replace(mistake, line=line, column=column)

    def line_and_column(self, offset: int) -> tuple[int, int]:
        """Both counted from one."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1


def read_text(text: str, file: str | None = None) -> Document:
    """Take a text apart: JSON where it begins with a brace, else TOML. Never raises; what is wrong stands in it."""
    text = text.removeprefix("\ufeff")
    starts = (0, *(place + 1 for place, letter in enumerate(text) if letter == "\n"))
    blank = Document(None, {}, starts, file=file)
    if len(text.encode(errors="replace")) > MOST_BYTES:
        return _unreadable(blank, "this is longer than 256 KiB", "Leave out what the hub does not need.")
    if not text.strip():
        return _unreadable(blank, "this is empty", "Begin with `hub connector new`.")
    try:
        read = _json(text, blank) if text.lstrip().startswith("{") else _toml(text, blank)
    except RecursionError:
        return _unreadable(blank, "this is nested too deeply to be read", "Use fewer brackets inside brackets.")
    return read


def _unreadable(blank: Document, says: str, instead: str) -> Document:
    mistake = Mistake(rule="syntax", path=(), says=says, instead=instead, file=blank.file, line=1, column=1)
    return msgspec.structs.replace(blank, mistakes=(mistake,))


def _toml(text: str, blank: Document) -> Document:
    mended = mended_toml(text)
    mistakes = tuple(msgspec.structs.replace(one, file=blank.file) for one in mended.mistakes)
    if mended.values is None:
        return msgspec.structs.replace(blank, mistakes=mistakes)
    places = toml_places(mended.text)
    return msgspec.structs.replace(
        blank, values=mended.values, places=places, mistakes=mistakes, lost=frozenset(mended.lost)
    )


def _json(text: str, blank: Document) -> Document:
    mended = mended_json(text)
    mistakes = tuple(
        Mistake(rule="syntax", path=(), says=says, instead=instead, file=blank.file, line=line, column=column)
        for offset, says, instead in mended.faults
        for line, column in (blank.line_and_column(offset),)
    )
    if mended.text is None:
        return msgspec.structs.replace(blank, mistakes=mistakes)
    values: dict[str, Any] = msgspec.json.decode(mended.text)
    places, twice = json_places(mended.text)
    values.pop(_SCHEMA, None)
    again = tuple(_given_twice(path, blank, offset) for path, offset in twice)
    return msgspec.structs.replace(blank, values=values, places=places, mistakes=mistakes + again)


def _given_twice(path: Path, blank: Document, offset: int) -> Mistake:
    line, column = blank.line_and_column(offset)
    says = f"{dotted(path[-1:])} is given twice"
    return Mistake(
        rule="twice", path=path, says=says, instead="Keep one of them.", file=blank.file, line=line, column=column
    )
