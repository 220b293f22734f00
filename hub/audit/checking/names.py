"""Checks by what further names each entry is found: no fewer, so that none is hidden, and no more."""

from hub.audit.checking.findings import Findings
from hub.audit.snapshot import Row, Snapshot

_IN_ORDER = "SELECT idx, subject FROM audit_also ORDER BY idx"


class NameCheck:
    """Told of each leaf in order, it reads the names that are kept beside them."""

    def __init__(self, snapshot: Snapshot, findings: Findings) -> None:
        self._findings = findings
        self._stray = 0
        self._rows = iter(snapshot.each(_IN_ORDER))
        self._next = self._read()

    def check(self, index: int, wanted: frozenset[str] | None) -> None:
        """Compare the names of a leaf; None where what it says cannot be known."""
        kept = set()
        while self._next is not None and self._next[0] <= index:
            if self._next[0] == index:
                kept.add(self._next[1])
            elif self._next[0] < 0:
                self._stray += 1
            else:
                self._of_nothing(self._next[0])
            self._next = self._read()
        if wanted is not None and kept != wanted:
            what = "is not found by every name" if wanted - kept else "is found by a name"
            self._findings.add(
                index, f"Entry {index} {what} that its content {'says' if wanted - kept else 'does not say'}."
            )

    def ended(self, size: int) -> None:
        """No leaf follows."""
        while self._next is not None:
            self._stray += 1
            self._next = self._read()
        if self._stray:
            self._findings.add(size, f"{self._stray} names are kept for entries that are not there.")

    def _read(self) -> Row | None:
        """The next row; where SQLite let something in that is no place, that is a stray."""
        row = next(self._rows, None)
        while row is not None and type(row[0]) is not int:
            self._stray += 1
            row = next(self._rows, None)
        return row

    def _of_nothing(self, index: int) -> None:
        self._findings.add(index, f"A name is kept for entry {index}, which is not there.")
