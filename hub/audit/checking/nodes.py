"""Checks the hashes that are kept of complete subtrees against the leaves that they are over."""

from collections.abc import Iterator

from hub.audit.checking.findings import Findings
from hub.audit.merkle import HEIGHT, Node
from hub.audit.snapshot import Row, Snapshot

_OF_LEVEL = "SELECT place, hash FROM audit_nodes WHERE level = ? ORDER BY place"
_ELSEWHERE = "SELECT count(*) FROM audit_nodes WHERE level < 1 OR level > ?"


class NodeCheck:
    """Told each node that the leaves complete, it reads the one that is kept."""

    def __init__(self, snapshot: Snapshot, findings: Findings) -> None:
        self._snapshot, self._findings = snapshot, findings
        self._levels: dict[int, Iterator[Row]] = {}
        self._next: dict[int, Row | None] = {}
        self._strays = 0

    def completed(self, node: Node) -> None:
        """Compare a node that was worked out."""
        first = node.place << (HEIGHT * node.level)
        kept = self._read(node.level)
        while kept is not None and kept[0] < node.place:  # a place below nought
            self._strays += 1
            kept = self._read(node.level, forward=True)
        last = first + (1 << (HEIGHT * node.level)) - 1
        if kept is None or kept[0] != node.place:
            self._findings.add(first, f"The hash that is kept over entries {first} to {last} is missing.", last)
            return
        self._read(node.level, forward=True)
        if kept[1] != node.hash and not self._findings.explained(first, last):
            self._findings.add(first, f"The hash that is kept over entries {first} to {last} is not theirs.", last)

    def ended(self, size: int) -> None:
        """No leaf follows: nothing more may be kept."""
        for level in self._levels:
            while self._read(level) is not None:
                self._strays += 1
                self._read(level, forward=True)
        [(elsewhere,)] = self._snapshot.all(_ELSEWHERE, (max(self._levels, default=0),))
        if self._strays + elsewhere:
            what = f"{self._strays + elsewhere} hashes are kept over entries that are not there."
            self._findings.add(size, what)

    def _read(self, level: int, *, forward: bool = False) -> Row | None:
        if level not in self._levels:
            self._levels[level] = iter(self._snapshot.each(_OF_LEVEL, (level,)))
            forward = True
        if forward:
            self._next[level] = self._forward(self._levels[level])
        return self._next[level]

    def _forward(self, rows: Iterator[Row]) -> Row | None:
        """The next row; where SQLite let something in that is no place, that is a stray."""
        row = next(rows, None)
        while row is not None and type(row[0]) is not int:
            self._strays += 1
            row = next(rows, None)
        return row
