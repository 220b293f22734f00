"""The one pass over the leaves, with everything that is kept beside them read in step."""

from collections.abc import Callable

from hub.audit.checking.checkpoints import CheckpointCheck
from hub.audit.checking.contents import ContentCheck
from hub.audit.checking.findings import Findings
from hub.audit.checking.names import NameCheck
from hub.audit.checking.nodes import NodeCheck
from hub.audit.checking.stored import IN_ORDER, Stored
from hub.audit.merkle import EMPTY_ROOT, Frontier
from hub.audit.snapshot import Snapshot

_COUNT = "SELECT count(*) FROM audit_leaves"
_STEP = 1000  # leaves between two words of how far it is

Progress = Callable[[int, int], None]  # leaves read, of how many


class Walk:
    """Goes from leaf to leaf. Indexes are dense from nought; where one is missing the tree ends."""

    def __init__(self, snapshot: Snapshot, findings: Findings, roots: set[int]) -> None:
        self.size = 0  # leaves that were read, and the index that comes next
        self.tree = Frontier()
        self.roots: dict[int, bytes] = {0: EMPTY_ROOT}  # at the sizes that were asked for
        self._snapshot, self._findings, self._wanted = snapshot, findings, roots
        self._whole = True
        self._strays = 0

    def go(self, contents: ContentCheck, checkpoints: CheckpointCheck, names: NameCheck | None, tell: Progress) -> None:
        """Read everything. Raises Damaged where the database cannot read it."""
        nodes = NodeCheck(self._snapshot, self._findings)
        [(entries,)] = self._snapshot.all(_COUNT)
        for row in self._snapshot.each(IN_ORDER[self._snapshot.engine]):
            one = Stored.of(row)
            if one.place < self.size:
                self._strays += 1
                continue
            self._reach(one.place)
            told = contents.check(one)
            if names is not None:
                names.check(one.place, told.names)
            self._grow(one, nodes)
            checkpoints.written(one.place, one.writer)
            checkpoints.reached(self.tree if self._whole else None, one.place + 1, told.at)
            self.size = one.place + 1
            if self.size % _STEP == 0:
                tell(min(self.size, entries), entries)
        tell(entries, entries)
        self._end(nodes, checkpoints, names)

    def _reach(self, index: int) -> None:
        if index > self.size:
            missing = f"Entry {self.size} is" if index == self.size + 1 else f"Entries {self.size} to {index - 1} are"
            self._findings.add(self.size, f"{missing} missing.", index - 1, torn=True)
            self._whole = False

    def _grow(self, one: Stored, nodes: NodeCheck) -> None:
        self._whole = self._whole and type(one.hash) is bytes  # which SQLite does not see to
        if self._whole:
            for node in self.tree.append((one.hash,)):
                nodes.completed(node)
            if self.tree.size in self._wanted:
                self.roots[self.tree.size] = self.tree.root()

    def _end(self, nodes: NodeCheck, checkpoints: CheckpointCheck, names: NameCheck | None) -> None:
        if self._strays:
            self._findings.add(self.size, f"{self._strays} rows stand before the first entry.")
        if self._whole:
            nodes.ended(self.size)
        if names is not None:
            names.ended(self.size)
        checkpoints.ended(self.size)
