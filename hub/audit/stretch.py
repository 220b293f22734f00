"""A stretch of the log that is read page by page, one way or the other."""

from typing import NamedTuple

LAST = 2**63 - 1  # index that no log reaches


class Stretch(NamedTuple):
    """Between which indexes is read, which way, and beyond which index: there the page before ended."""

    after: int | None
    newest_first: bool
    first: int = 0
    last: int = LAST

    def ends(self) -> tuple[int, int]:
        """The first index and the last that the next page may hold."""
        if self.after is None:
            return self.first, self.last
        return (self.first, self.after - 1) if self.newest_first else (max(self.first, self.after + 1), self.last)
