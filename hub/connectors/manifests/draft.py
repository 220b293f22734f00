"""A manifest that may be full of mistakes, as the rules read it: whatever misfits is not there."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path as File
from typing import Any

import msgspec

from hub.connectors.manifests.mistakes import Mistake, Path


class Draft(msgspec.Struct, frozen=True):
    """One document's values. ``beside`` is None where it stands alone; ``registering`` where it asks to be approved."""

    values: Mapping[str, Any]
    misfits: frozenset[Path]
    today: date
    beside: File | None = None
    registering: bool = False

    def has(self, *path: str | int) -> bool:
        """Whether something of this path stands there at all, fitting or not."""
        return self._at(path) is not None

    def text(self, *path: str | int) -> str | None:
        """The text there; None where there is none or another thing."""
        value = None if path in self.misfits else self._at(path)
        return value if isinstance(value, str) else None

    def blank(self, *path: str | int) -> bool:
        """Whether text stands there that says nothing."""
        told = self.text(*path)
        return told is not None and not told.strip()

    def words(self, *path: str | int) -> Iterator[tuple[Path, str]]:
        """The fitting words of a list, each with its path."""
        value = self._at(path)
        for number, word in enumerate(value if isinstance(value, list) else ()):
            if isinstance(word, str) and (*path, number) not in self.misfits:
                yield (*path, number), word

    def lists(self, *path: str | int) -> Iterator[tuple[Path, list[str]]]:
        """The lists in a list, each with its path and its fitting words."""
        value = self._at(path)
        for number, one in enumerate(value if isinstance(value, list) else ()):
            if isinstance(one, list):
                yield (*path, number), [word for _, word in self.words(*path, number)]

    def tables(self, *path: str | int) -> Iterator[tuple[Path, Mapping[str, Any]]]:
        """The tables in a list, each with its path."""
        value = self._at(path)
        for number, one in enumerate(value if isinstance(value, list) else ()):
            if isinstance(one, dict):
                yield (*path, number), one

    def value(self, *path: str | int) -> Any:
        """Whatever fits there; None where nothing does."""
        return None if path in self.misfits else self._at(path)

    def wanted(self, rule: str, path: Path, says: str, instead: str) -> Mistake:
        """What a registration may not be without, and what a declared file had better have."""
        return Mistake(rule=rule, path=path, says=says, instead=instead, warning=not self.registering)

    def _at(self, path: Path) -> Any:
        value: Any = self.values
        for step in path:
            if isinstance(value, Mapping) and isinstance(step, str):
                value = value.get(step)
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                value = value[step]
            else:
                return None
        return value


def mistake(rule: str, path: Path, says: str, instead: str, given: str | None = None) -> Mistake:
    """A mistake that makes a document unusable."""
    return Mistake(rule=rule, path=path, says=says, instead=instead, given=given)


def advice(rule: str, path: Path, says: str, instead: str) -> Mistake:
    """Something that can be used as it is, and had better be otherwise."""
    return Mistake(rule=rule, path=path, says=says, instead=instead, warning=True)
