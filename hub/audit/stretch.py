"""A stretch of the log that is read page by page, one way or the other."""

from datetime import datetime
from typing import NamedTuple

LAST = 2**63 - 1  # index that no log reaches
NEAR = 2000  # entries that are looked through before anybody works out where a period lies


class Stretch(NamedTuple):
    """Between which indexes is read, which way, and beyond which index: there the page before ended."""

    after: int | None
    newest_first: bool
    first: int = 0
    last: int = LAST
    sought: bool = False  # whether ``first`` and ``last`` are those of the period

    def ends(self) -> tuple[int, int]:
        """The first index and the last that the next page may hold."""
        if self.after is None:
            return self.first, self.last
        return (self.first, self.after - 1) if self.newest_first else (max(self.first, self.after + 1), self.last)

    def near(self, newest: int) -> "Stretch":
        """The first few of it, in a log with this newest entry."""
        first, last = self.ends()
        if self.newest_first:
            last = min(last, newest)  # without an upper bound SQLite would look at all of the period
            return self._replace(first=max(first, last - NEAR + 1), last=last)
        return self._replace(last=min(last, first + NEAR - 1))

    def ahead(self, since: datetime | None, until: datetime | None) -> tuple[datetime | None, datetime | None]:
        """Which bounds of a period are still to be sought: of a later page not the one at which the first began."""
        if self.sought:
            return None, None
        if self.after is None:
            return since, until
        return (since, None) if self.newest_first else (None, until)
