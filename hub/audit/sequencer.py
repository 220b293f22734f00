"""Gives leaves their place: in one transaction they are sealed and stored, the tree grows, and is signed for."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Self

from hub.audit.contents import Contents, cipher_of, opened
from hub.audit.faults import LeavesLost
from hub.audit.leaves import Batch, Kept, Leaves, Origin, Row, SignedSize, Stored
from hub.audit.merkle import Frontier
from hub.audit.notes import Checkpoint, Kind, VerifierKey, signed
from hub.audit.signers import Signers
from hub.audit.tail import refuse_altered_tail, right_edge
from hub.errors import ConfigurationError
from hub.keys import LogKeys


class Sequencer:
    """One writer's part of it. Used by its thread alone."""

    def __init__(self, leaves: Leaves, keys: LogKeys, origin: str) -> None:
        self.leaves = leaves
        self._keys, self._origin = keys, origin
        self._contents, self._signers = Contents(keys), Signers(keys)
        self._frontier = self._grown = Frontier()

    @classmethod
    def open(cls, leaves: Leaves, keys: LogKeys, origin: str | None) -> Self:
        """Take up a log, or begin one under this name. Raises ConfigurationError where it is altered or another's."""
        keys.log_key()  # without one nothing can be written, and nothing is begun
        with leaves.transaction() as size:
            standing = leaves.origin()
            if standing is None:
                standing = Origin(0, origin or f"partnership-hub/{secrets.token_hex(8)}")
                leaves.begin_origin(standing)
            if origin is not None and standing.name != origin and not standing.name.startswith(f"{origin}/"):
                raise ConfigurationError("The audit log was begun under another origin than the settings name.")
            sequencer = cls(leaves, keys, standing.name)
            sequencer._frontier = sequencer._grown = sequencer._edge(size)
        refuse_altered_tail(leaves, size, keys)
        return sequencer

    @contextmanager
    def turn(self) -> Iterator[int]:
        """This writer's turn and the next index. Durable when the block ends; nothing of it kept when it raises.

        The block may ``append`` once. Raises ConfigurationError when what others wrote is not signed by the log's key.
        """
        try:
            with self.leaves.transaction() as index:
                if index != self._frontier.size:  # others had their turns
                    self._origin = (self.leaves.origin() or Origin(0, self._origin)).name
                    self._frontier = self._edge(index)
                self._grown = self._frontier
                yield index
        except BaseException:
            self._contents.lost()
            raise
        self._contents.kept()
        self._frontier = self._grown

    def go_on_as(self, origin: Origin) -> None:
        """Let the log go on under another name, inside a turn and before anything is appended in it."""
        self.leaves.begin_origin(origin)
        self._origin = origin.name

    def append(self, rows: Sequence[Row]) -> None:
        """Write rows under the next indexes, and the checkpoint over them, inside a turn. Raises Repeated."""
        if not rows:
            return
        first = self._frontier.size
        grown = self._frontier.copy()
        nodes = grown.append(row.hash for row in rows)
        stored = [self._stored(index, row) for index, row in enumerate(rows, first)]
        also = [(one, index) for index, row in enumerate(rows, first) for one in row.also]
        note = SignedSize(grown.size, rows[-1].at, self._signed(grown))
        self.leaves.write(Batch(first, stored, self._contents.fresh, also, nodes, note))
        self._grown = grown

    def find(self, request_id: str, stage: str) -> tuple[int, bytes | None] | None:
        """The index and content of the leaf with this request id and stage; no content where it was destroyed."""
        kept = self.leaves.find(request_id, stage)
        return None if kept is None else (kept.place, self._content(kept))

    def take_over(self, newest: int) -> tuple[list[bytes], list[bytes]]:
        """The contents of open intents, and of disclosures in doubt, as ``Leaves.take_over`` has them."""
        left = self.leaves.take_over(newest)
        return self._contents_of(left.intents), self._contents_of(left.doubtful)

    def close(self) -> None:
        """Let go of the log."""
        self.leaves.close()

    def _edge(self, size: int) -> Frontier:
        if size < self._frontier.size:
            raise LeavesLost
        return right_edge(self.leaves, size, self._signers, self._origin)

    def _contents_of(self, several: Sequence[Kept]) -> list[bytes]:
        return [content for one in several if (content := self._content(one)) is not None]

    def _content(self, kept: Kept) -> bytes | None:
        if kept.key is None:
            return None
        return opened(kept.place, kept.leaf, kept.hash, cipher_of(kept.key, self._keys))

    def _stored(self, index: int, row: Row) -> Stored:
        key, sealed = self._contents.seal(index, row.subject, row.at, row.content, row.hash)
        return Stored(*row[:10], key, sealed, row.hash)

    def _signed(self, tree: Frontier) -> str:
        key = self._keys.log_key()
        body = Checkpoint(self._origin, tree.size, tree.root()).body()
        return signed(body, VerifierKey(self._origin, Kind.LOG, key.public), key.sign(body.encode())).render()
