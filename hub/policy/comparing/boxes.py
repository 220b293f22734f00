"""Many cells as few rows: a row is every combination of what stands in its columns; together they are the cells."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

Row = tuple[frozenset[str], ...]


def boxes(cells: Iterable[Sequence[str]], order: Sequence[int]) -> list[Row]:
    """Rows that together are the cells, no more and no less. Columns are gathered one by one, in ``order``."""
    rows: set[Row] = {tuple(frozenset((part,)) for part in cell) for cell in cells}
    for column in order:
        gathered: defaultdict[Row, set[str]] = defaultdict(set)
        for row in rows:
            gathered[row[:column] + row[column + 1 :]] |= row[column]
        rows = {(*rest[:column], frozenset(some), *rest[column:]) for rest, some in gathered.items()}
    return sorted(rows, key=lambda row: tuple(sorted(part) for part in row))
