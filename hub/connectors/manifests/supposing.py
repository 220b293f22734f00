"""What a document with misspelt words most probably means, so that one slip hides no other mistake and causes none."""

import copy
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec
from msgspec import inspect

from hub.connectors.manifests.mistakes import Mistake, Path
from hub.connectors.manifests.shape import misfits


class Supposed(msgspec.Struct, frozen=True):
    """The values as they are probably meant, what is wrong with them as written, and where renamed fields stand."""

    values: dict[str, Any]
    wrong: tuple[Mistake, ...]
    renamed: Mapping[Path, Path]  # as meant, as written

    @property
    def misfits(self) -> frozenset[Path]:
        """Paths, as meant, at which nothing usable stands."""
        return frozenset(one.path for one in self.wrong if one.meant is None)


def supposed(values: Mapping[str, Any], kind: inspect.Type) -> Supposed:
    """Check the shape twice: as written for what is misspelt, and as meant for everything else."""
    slips = [one for one in misfits(values, kind) if one.meant is not None]
    meant = copy.deepcopy(dict(values))
    renamed: dict[Path, Path] = {}
    # Words first, deepest first: renaming a field moves everything below it.
    for slip in sorted(slips, key=lambda one: (one.rule == "unknown-field", -len(one.path))):
        table, name = _at(meant, slip.path[:-1]), slip.path[-1]
        if slip.rule == "unknown-field":
            table[slip.meant] = table.pop(name)
            renamed[*slip.path[:-1], str(slip.meant)] = slip.path
        else:
            table[name] = slip.meant
    rest = [one for one in misfits(meant, kind) if one.meant is None or one.path not in _paths(slips)]
    return Supposed(meant, (*slips, *rest), renamed)


def _paths(mistakes: Iterable[Mistake]) -> frozenset[Path]:
    return frozenset(one.path for one in mistakes)


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def aliases(places: Mapping[Path, int], renamed: Mapping[Path, Path]) -> Iterator[tuple[Path, int]]:
    """Where the fields stand that are meant, and everything below them."""
    for meant, written in renamed.items():
        for path, offset in places.items():
            if path[: len(written)] == written:
                yield (*meant, *path[len(written) :]), offset
