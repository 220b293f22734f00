"""The tree's hashes, its checkpoints and single leaves, over one connection that cannot write and is kept."""

import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import psycopg

from hub.audit.leaves import KEPT, Kept, SignedSize, backend, conninfo, kept_of, sqlite_path
from hub.audit.merkle import HASH_BYTES, HEIGHT, WIDTH, Frontier, Known, ProofBroken, root_of
from hub.errors import Unavailable

_T = TypeVar("_T")
_LEAF_HASHES = "SELECT hash FROM audit_leaves WHERE idx >= ? AND idx < ? ORDER BY idx"
_NODES = "SELECT hash FROM audit_nodes WHERE level = ? AND place >= ? AND place < ? ORDER BY place"
_LEAF = f"{KEPT} WHERE leaves.idx = ?"
_NEWEST = "SELECT size, at, note FROM audit_checkpoints ORDER BY size DESC LIMIT 1"
_OF_SIZE = "SELECT size, at, note FROM audit_checkpoints WHERE size = ?"
_COSIGNED = """
SELECT max(size) FROM audit_cosignatures
WHERE origin = (SELECT name FROM audit_origins ORDER BY number DESC LIMIT 1)
"""
_LINES = "SELECT line FROM audit_cosignatures WHERE origin = ? AND size = ? ORDER BY witness"
_FAULTS = (sqlite3.Error, psycopg.Error)
ALTERED = "The log's own hashes do not lead to its checkpoint. Run: hub audit fsck"
_TILES = 128  # held at once; all above the lowest level of a log of some millions; 3 MiB
_ROOTS = 20_000  # of larger subtrees; 5 MiB


class StoredTree:
    """Used by any thread, one at a time. What is asked for is durable and never changes, but for the newest.

    So tiles that were read are held, for as long as the connection. Whoever finds that they do not lead to a
    signed root forgets them, and reads again.
    """

    def __init__(self, url: str) -> None:
        self._url, self._is_sqlite = url, backend(url) == "sqlite"
        self._lock = threading.Lock()
        self._closed = False
        self._connection: Any = None
        self._file: tuple[int, int] | None = None
        self._held: OrderedDict[tuple[int, int], Sequence[bytes]] = OrderedDict()  # used last at the end
        self._known: Known = {}

    def over(self, read: Callable[["StoredTree"], _T]) -> _T:
        """Read with the connection to oneself. Raises Unavailable. A connection that was lost is made again, once."""
        with self._lock:
            if self._closed:
                raise Unavailable
            try:
                return self._tried(read)
            except _FAULTS as fault:
                self._let_go()
                raise Unavailable from fault

    def tile(self, level: int, number: int, width: int) -> Sequence[bytes]:
        """The first hashes of one tile. Inside ``over``, as all that follows.

        Raises Unavailable where what is stored is no hash.
        """
        held = self._held.get((level, number), ())
        if len(held) < width:
            first = number * WIDTH
            asked = (_LEAF_HASHES, (first, first + width)) if level == 0 else (_NODES, (level, first, first + width))
            held = self._held[level, number] = [_hash(one) for (one,) in self._rows(*asked)]
            if len(self._held) > _TILES:
                self._held.popitem(last=False)
        self._held.move_to_end((level, number))
        return held[:width]

    @property
    def known(self) -> Known:
        """What proofs worked out of these tiles; held as they are."""
        if len(self._known) > _ROOTS:
            self._known.clear()
        return self._known

    def forget(self) -> None:
        """Hold nothing any more."""
        self._held.clear()
        self._known.clear()

    def leaf(self, index: int) -> Kept | None:
        """One leaf and its content's key."""
        found = self._rows(_LEAF, (index,))
        try:
            return kept_of(found[0]) if found else None
        except TypeError as odd:  # a text, which SQLite lets be
            raise Unavailable(ALTERED) from odd

    def newest(self) -> SignedSize | None:
        """The newest checkpoint."""
        return self._checkpoint(_NEWEST, ())

    def checkpoint(self, size: int) -> SignedSize | None:
        """The checkpoint of just this size."""
        return self._checkpoint(_OF_SIZE, (size,))

    def cosigned(self) -> int | None:
        """The size of the newest checkpoint that a witness cosigned. Raises Unavailable for a size that is none."""
        [(size,)] = self._rows(_COSIGNED, ())
        if size is not None and type(size) is not int:  # which SQLite does not see to
            raise Unavailable("A cosignature was altered. Run: hub audit fsck")
        return size

    def cosignatures(self, origin: str, size: int) -> list[str]:
        """The witnesses' lines on one checkpoint."""
        return [line for (line,) in self._rows(_LINES, (origin, size))]

    def close(self) -> None:
        """Let go of the connection, for good: whoever waits for it, and whoever comes later, finds it Unavailable."""
        self._closed = True
        with self._lock:
            self._let_go()

    def _tried(self, read: Callable[["StoredTree"], _T]) -> _T:
        if self._stands():
            try:
                return read(self)
            except _FAULTS:
                self._let_go()
        self._connect()
        return read(self)

    def _stands(self) -> bool:
        if self._is_sqlite and self._connection is not None and self._file != self._identity():
            self._let_go()
        return self._connection is not None

    def _connect(self) -> None:
        if self._is_sqlite:
            self._file = self._identity()
            place = f"file:{quote(sqlite_path(self._url))}?mode=ro"
            self._connection = sqlite3.connect(
                place, uri=True, timeout=5, isolation_level=None, check_same_thread=False
            )
        else:
            self._connection = psycopg.connect(conninfo(self._url), connect_timeout=5, autocommit=True)
            self._connection.read_only = True

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = Path(sqlite_path(self._url)).stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _let_go(self) -> None:
        self.forget()
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _checkpoint(self, statement: str, values: Sequence[object]) -> SignedSize | None:
        found = self._rows(statement, values)
        return SignedSize(*found[0]) if found else None

    def _rows(self, statement: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        if self._is_sqlite:
            return self._connection.execute(statement, values).fetchall()  # type: ignore[no-any-return]
        marked = statement.replace("?", "%s")
        return self._connection.execute(marked, values, binary=True).fetchall()  # type: ignore[no-any-return]


def proven_tile(tree: StoredTree, level: int, number: int, size: int, root: bytes) -> Sequence[bytes]:
    """What a tree of this size and root has of a tile that it begins.

    A full tile is below one hash of the tile above it. The last of each level, which is not full, makes the root
    with its like. Raises ProofBroken where that root is another.
    """
    width = min(WIDTH, (size >> (level * HEIGHT)) - number * WIDTH)
    hashes = tree.tile(level, number, width)
    if len(hashes) != width:
        raise ProofBroken("the tree's own hashes are not all there")
    if width == WIDTH:
        above, place = divmod(number, WIDTH)
        tile = Frontier()
        tile.append(hashes)
        fits = tile.root() == proven_tile(tree, level + 1, above, size, root)[place]
    else:
        fits = root_of(size, tree) == root
    if not fits:
        raise ProofBroken("a tile is not of the tree with this root")
    return hashes


def _hash(stored: object) -> bytes:
    if type(stored) is not bytes or len(stored) != HASH_BYTES:  # which SQLite does not see to
        raise Unavailable(ALTERED)
    return stored
