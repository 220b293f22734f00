"""Gives leaves their place: in one transaction they are sealed and stored, the tree grows, and is signed for."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Self

from hub.audit.contents import Contents, opened
from hub.audit.leaves import Batch, Kept, Leaves, Origin, Row, SignedSize, Stored
from hub.audit.merkle import Frontier
from hub.audit.notes import Checkpoint, Kind, NoteBroken, VerifierKey, parse_checkpoint, parse_note, signed
from hub.errors import ConfigurationError
from hub.keys import LogKeys

_ALTERED = "The audit log does not fit its newest checkpoint: leaves were altered or taken away. Run: hub audit fsck"


class Sequencer:
    """One writer's part of it. Used by its thread alone."""

    def __init__(self, leaves: Leaves, keys: LogKeys, origin: str) -> None:
        self.leaves = leaves
        self._keys, self._origin = keys, origin
        self._contents = Contents(keys)
        self._frontier = self._grown = Frontier()

    @classmethod
    def open(cls, leaves: Leaves, keys: LogKeys, origin: str | None) -> Self:
        """Take up a log, or begin one under this name. Raises ConfigurationError where it is altered or another's."""
        keys.log_key()  # without one nothing can be written
        with leaves.transaction() as size:
            standing = leaves.origin()
            if standing is None:
                standing = Origin(0, origin or f"partnership-hub/{secrets.token_hex(8)}")
                leaves.begin_origin(standing)
            if origin is not None and standing.name != origin and not standing.name.startswith(f"{origin}/"):
                raise ConfigurationError("The audit log was begun under another origin than the settings name.")
            sequencer = cls(leaves, keys, standing.name)
            sequencer._frontier = sequencer._grown = Frontier.of(size, leaves)
            _refuse_altered(leaves.checkpoint(), sequencer._frontier)
        return sequencer

    @contextmanager
    def turn(self) -> Iterator[int]:
        """This writer's turn and the next index. Durable when the block ends; nothing of it kept when it raises.

        The block may ``append`` once.
        """
        try:
            with self.leaves.transaction() as index:
                if index != self._frontier.size:  # others had their turns
                    self._frontier = Frontier.of(index, self.leaves)
                    self._origin = (self.leaves.origin() or Origin(0, self._origin)).name
                self._grown = self._frontier
                yield index
        except BaseException:
            self._contents.lost()
            raise
        self._contents.kept()
        self._frontier = self._grown

    def append(self, rows: Sequence[Row]) -> None:
        """Write rows under the next indexes, and the checkpoint over them, inside a turn. Raises Repeated."""
        if not rows:
            return
        first = self._frontier.size
        grown = self._frontier.copy()
        nodes = grown.append(row.hash for row in rows)
        stored = [self._stored(row) for row in rows]
        also = [(one, index) for index, row in enumerate(rows, first) for one in row.also]
        note = SignedSize(grown.size, rows[-1].at, self._signed(grown))
        self.leaves.write(Batch(first, stored, self._contents.fresh, also, nodes, note))
        self._grown = grown

    def find(self, request_id: str, stage: str) -> tuple[int, bytes | None] | None:
        """The index and content of the leaf with this request id and stage; no content where it was destroyed."""
        kept = self.leaves.find(request_id, stage)
        return None if kept is None else (kept.place, self._content(kept))

    def take_over(self, newest: int) -> list[bytes]:
        """The contents of the intents that are left without an outcome, as ``Leaves.take_over``."""
        return [content for one in self.leaves.take_over(newest) if (content := self._content(one)) is not None]

    def close(self) -> None:
        """Let go of the log."""
        self.leaves.close()

    def _content(self, kept: Kept) -> bytes | None:
        return None if kept.key is None else opened(kept.leaf, kept.hash, kept.key, self._keys)

    def _stored(self, row: Row) -> Stored:
        key, sealed = self._contents.seal(row.subject, row.at, row.content, row.hash)
        return Stored(*row[:10], key, sealed, row.hash)

    def _signed(self, tree: Frontier) -> str:
        key = self._keys.log_key()
        body = Checkpoint(self._origin, tree.size, tree.root()).body()
        return signed(body, VerifierKey(self._origin, Kind.LOG, key.public), key.sign(body.encode())).render()


def _refuse_altered(newest: SignedSize | None, tree: Frontier) -> None:
    if newest is None and tree.size == 0:
        return
    try:
        stands = newest is not None and parse_checkpoint(parse_note(newest.note).text)
    except NoteBroken:
        stands = False
    if not stands or (stands.size, stands.root) != (tree.size, tree.root()):
        raise ConfigurationError(_ALTERED)
