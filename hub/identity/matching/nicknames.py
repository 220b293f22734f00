"""Given names that stand for one another: short forms, and one name written in several alphabets' ways."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from hub.errors import ConfigurationError
from hub.identity.matching.writing import squeezed

_SHORTEST_FIRST = 3

Nicknames = Mapping[str, frozenset[str]]  # a name, to the full forms that it may stand for


def read_nicknames(path: Path) -> Nicknames:
    """Read a table ``form,names``: a full form, and the names that stand for it with spaces between.

    A name may stand for several forms. Raises ConfigurationError naming the file and the line.
    """
    standing: dict[str, set[str]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for number, line in enumerate(csv.reader(file), start=1):
            if line == ["form", "names"] or not line:
                continue
            if len(line) != 2 or not squeezed(line[0]) or not line[1].split():
                raise ConfigurationError(f"{path.name}, line {number}: write a form, a comma, and names with spaces.")
            form = squeezed(line[0])
            for name in (form, *map(squeezed, line[1].split())):
                standing.setdefault(name, set()).add(form)
    return {name: frozenset(found) for name, found in standing.items()}


def forms(words: Iterable[str], nicknames: Nicknames) -> frozenset[str]:
    """The forms of a given name, by its first word and by its words together; empty without a name."""
    words = tuple(words)
    if not words:
        return frozenset()
    whole = "".join(words)
    # The "Al" of "Al-Amin" is no Alexander.
    first = words[0] if len(words[0]) >= _SHORTEST_FIRST else whole
    return nicknames.get(first, frozenset((first,))) | nicknames.get(whole, frozenset((whole,)))
