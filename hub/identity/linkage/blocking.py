"""Which pairs of two files are worth scoring: those that meet in at least one block of bounded size."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from hub.identity.linkage.keys import keys, refinements
from hub.identity.matching.description import Description

LARGEST_BLOCK = 100


class Blocks:
    """The rows of one file under their keys.

    A block of more than ``largest`` rows is divided by what else its rows say; where a part is still too
    large it is left out, and counted in ``left_out``: never silently.
    """

    def __init__(self, people: Sequence[Description], largest: int = LARGEST_BLOCK) -> None:
        sizes = Counter(key for person in people for key in keys(person))
        self._divided = {key for key, size in sizes.items() if size > largest}
        del sizes
        self._rows: dict[str, list[int]] = defaultdict(list)
        for row, person in enumerate(people):
            for key in self._filed(person):
                self._rows[key].append(row)
        too_large = [key for key, rows in self._rows.items() if len(rows) > largest]
        self.left_out, self.rows_left_out = len(too_large), sum(len(self._rows[key]) for key in too_large)
        for key in too_large:
            del self._rows[key]
        self.divided = len(self._divided)

    def candidates(self, person: Description) -> set[int]:
        """Every row that shares a block with this person."""
        return set().union(*(self._rows[key] for key in self._filed(person) if key in self._rows))

    def meet(self, one: Description, other: Description) -> bool:
        """Whether a row of the file and somebody else share a block that was not left out."""
        return any(key in self._rows for key in set(self._filed(one)).intersection(self._filed(other)))

    def _filed(self, person: Description) -> Iterable[str]:
        for key in keys(person):
            if key in self._divided:
                yield from (f"{key}\x1f{part}" for part in refinements(person))
            else:
                yield key
