"""What a document with misspelt words most probably means, so that one slip hides no other mistake and causes none."""

import copy
import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec
from msgspec import inspect

from hub.connectors.manifests.mistakes import Mistake, Path
from hub.connectors.manifests.shape import MOST, misfits

_ROUNDS = 8  # a misspelt table is looked into once its name is known


class Supposed(msgspec.Struct, frozen=True):
    """The values as they are probably meant, all that is wrong with their shape, and at which paths nothing fits.

    ``renamed`` says of each misspelt field, by its path as meant, where it stands.
    """

    values: dict[str, Any]
    wrong: tuple[Mistake, ...]
    misfits: frozenset[Path]
    renamed: dict[Path, Path]
    overflowing: bool = False  # there are more mistakes than are looked for, and so more misfits than are known


def supposed(values: Mapping[str, Any], kind: inspect.Type) -> Supposed:
    """Take misspelt words for what they are nearest to, and check the shape of what comes of it."""
    meant = copy.deepcopy(dict(values))
    slips: list[Mistake] = []
    renamed: dict[Path, Path] = {}
    for _ in range(_ROUNDS):
        found = tuple(itertools.islice(misfits(meant, kind), MOST))
        new = [one for one in found if one.meant is not None]
        if len(found) == MOST:
            return Supposed(meant, (*slips, *found), frozenset(), renamed, overflowing=True)
        if not new:
            break
        slips += new
        renamed |= _mended(meant, new)
    rest = tuple(itertools.islice(misfits(meant, kind), MOST))
    return Supposed(meant, (*slips, *rest), frozenset(one.path for one in rest), renamed)


def _mended(values: dict[str, Any], slips: Iterable[Mistake]) -> dict[Path, Path]:
    """Put in what is meant: words first, and fields from the inside out, because renaming one moves what is in it."""
    renamed: dict[Path, Path] = {}
    for slip in sorted(slips, key=lambda one: (one.rule == "unknown-field", -len(one.path))):
        table: Any = values
        for step in slip.path[:-1]:
            table = table[step]
        if slip.rule == "unknown-field":
            table.setdefault(slip.meant, table.pop(slip.path[-1]))
            renamed[*slip.path[:-1], str(slip.meant)] = slip.path
        else:
            table[slip.path[-1]] = slip.meant
    return renamed


def as_written(path: Path, renamed: dict[Path, Path]) -> Path:
    """A path as the document has it: with its author's own names of misspelt fields."""
    for meant, written in reversed(renamed.items()):  # the last was found under names that were mended before it
        if path[: len(meant)] == meant:
            path = (*written, *path[len(meant) :])
    return path


def told_as_written(mistakes: Iterable[Mistake], renamed: dict[Path, Path]) -> Iterator[Mistake]:
    """The mistakes at the places where their author will look for them."""
    return (msgspec.structs.replace(one, path=as_written(one.path, renamed)) for one in mistakes)
