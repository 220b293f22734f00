"""The Merkle tree of RFC 6962: hashes, proofs and their verification. No input, no output.

The tree's hashes are kept as C2SP tlog-tiles has them: level L holds the root of each complete
subtree of 256**L leaves, so level 0 is the leaves' own hashes, and 256 of a level make a tile. Every
other hash of the tree is worked out from those.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

HEIGHT = 8  # of a tile
WIDTH = 1 << HEIGHT
HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
_sha256 = hashlib.sha256


class ProofBroken(Exception):
    """A proof does not show what it should."""


class Node(NamedTuple):
    """The root of the complete subtree of 256**level leaves that is the ``place``-th of its level."""

    level: int
    place: int
    hash: bytes


Known = dict[tuple[int, int], bytes]  # roots of complete subtrees that were worked out, by height and place


class Tiles(Protocol):
    """Where the hashes of a tree come from."""

    def tile(self, level: int, number: int, width: int) -> Sequence[bytes]:
        """The first ``width`` hashes of one tile: those with indexes from ``number`` * 256 on, of its level."""
        ...


def leaf_hash(content: bytes) -> bytes:
    """The hash of a leaf (RFC 6962, section 2.1)."""
    return _sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over two others."""
    return _sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: all that is needed to go on, and for its root."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []  # the complete subtrees that the tree is made of, the largest first

    @classmethod
    def of(cls, size: int, tiles: Tiles) -> "Frontier":
        """The right edge of a tree of which the hashes are kept."""
        frontier = cls()
        for level in reversed(range(tile_levels(size))):
            count = (size >> (level * HEIGHT)) % WIDTH
            if count:
                number = size >> ((level + 1) * HEIGHT)
                for one in _hashes(tiles, level, number, count):
                    frontier._join(one, 1 << (level * HEIGHT))
        return frontier

    def append(self, hashes: Iterable[bytes]) -> list[Node]:
        """Grow by leaves; the nodes of level 1 and above that this completed, in the order they were."""
        completed: list[Node] = []
        peaks = self._peaks
        for one in hashes:
            size = self.size
            hashed, bits, level = one, size, 0
            while bits & 1:
                hashed = _sha256(b"\x01" + peaks.pop() + hashed).digest()
                bits >>= 1
                level += 1
                if level % HEIGHT == 0:
                    completed.append(Node(level // HEIGHT, size >> level, hashed))
            peaks.append(hashed)
            self.size = size + 1
        return completed

    def root(self) -> bytes:
        """The root of the tree as it is."""
        if not self._peaks:
            return EMPTY_ROOT
        *others, root = self._peaks
        for peak in reversed(others):
            root = node_hash(peak, root)
        return root

    def copy(self) -> "Frontier":
        """The same right edge, to grow by itself."""
        other = Frontier()
        other.size, other._peaks = self.size, list(self._peaks)
        return other

    def _join(self, hashed: bytes, leaves: int) -> None:
        while self.size & leaves:
            hashed = node_hash(self._peaks.pop(), hashed)
            self.size -= leaves
            leaves <<= 1
        self._peaks.append(hashed)
        self.size += leaves


def tile_levels(size: int) -> int:
    """How many levels a tree of this size has tiles in."""
    levels = 0
    while size >> (levels * HEIGHT):
        levels += 1
    return levels


def root_of(size: int, tiles: Tiles) -> bytes:
    """The root of the tree's first ``size`` leaves."""
    return Frontier.of(size, tiles).root()


def inclusion_path(index: int, size: int, tiles: Tiles, known: Known | None = None) -> tuple[bytes, ...]:
    """The audit path of a leaf in the tree of ``size`` leaves (RFC 6962, section 2.1.1). Raises IndexError.

    What it works out of larger subtrees it leaves in ``known``, for the next proof out of the same log.
    """
    if not 0 <= index < size:
        raise IndexError("no leaf of that index is in a tree of that size")
    reading = _Reading(tiles, known)
    first, last, path = 0, size, []
    while last - first > 1:
        middle = first + _split(last - first)
        if index < middle:
            path.append(reading.root(middle, last))
            last = middle
        else:
            path.append(reading.root(first, middle))
            first = middle
    return tuple(reversed(path))


def consistency_path(old: int, new: int, tiles: Tiles) -> tuple[bytes, ...]:
    """Proof that the tree of ``new`` leaves begins with that of ``old`` (section 2.1.2). Raises IndexError."""
    if not 0 < old <= new:
        raise IndexError("a tree is consistent with a smaller one that is not empty")
    reading = _Reading(tiles)
    first, last, path = 0, new, []
    while old != last:
        middle = first + _split(last - first)
        if old <= middle:
            path.append(reading.root(middle, last))
            last = middle
        else:
            path.append(reading.root(first, middle))
            first = middle
    return tuple(reversed([*path, *([reading.root(first, last)] if first else [])]))


def verify_inclusion(index: int, size: int, hashed: bytes, path: Sequence[bytes], root: bytes) -> None:
    """Raises ProofBroken unless the path shows that the leaf is in the tree with this root."""
    if not 0 <= index < size:
        raise ProofBroken("the index is not in the tree")
    _refuse_odd(hashed, root, *path)
    position, last = index, size - 1
    for one in path:
        if last == 0:
            raise ProofBroken("the path is too long")
        if position & 1 or position == last:
            hashed = node_hash(one, hashed)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            hashed = node_hash(hashed, one)
        position >>= 1
        last >>= 1
    if last or hashed != root:
        raise ProofBroken("the path does not lead to the root")


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> None:
    """Raises ProofBroken unless the path shows that the new tree begins with the old one.

    Every tree begins with the empty one, which takes an empty path.
    """
    if not 0 <= old <= new:
        raise ProofBroken("the new tree is smaller")
    _refuse_odd(old_root, new_root, *path)
    if old in (0, new):
        if path or old_root != (new_root if old else EMPTY_ROOT):
            raise ProofBroken("equal trees have one root and need no path")
        return
    position, last = old - 1, new - 1
    while position & 1:
        position >>= 1
        last >>= 1
    given = iter(path if position else [old_root, *path])
    former = current = next(given, b"")
    for one in given:
        if last == 0:
            raise ProofBroken("the path is too long")
        if position & 1 or position == last:
            former, current = node_hash(one, former), node_hash(one, current)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            current = node_hash(current, one)
        position >>= 1
        last >>= 1
    if last or former != old_root or current != new_root:
        raise ProofBroken("the path does not lead from the one root to the other")


def _refuse_odd(*hashes: bytes) -> None:
    """Two hashes beside each other could be divided in another place."""
    if any(len(one) != HASH_BYTES for one in hashes):
        raise ProofBroken("a hash has 32 bytes")


class _Reading:
    """The tiles that one proof takes, each read once."""

    def __init__(self, tiles: Tiles, known: Known | None = None) -> None:
        self._tiles, self._known = tiles, {} if known is None else known
        self._read: dict[tuple[int, int], Sequence[bytes]] = {}

    def root(self, first: int, last: int) -> bytes:
        """The root over the leaves from ``first`` to before ``last``; they begin at a multiple of their subtree."""
        parts = []
        while first < last:
            height = (last - first).bit_length() - 1
            parts.append(self._complete(height, first >> height, last))
            first += 1 << height
        root = parts.pop()
        while parts:
            root = node_hash(parts.pop(), root)
        return root

    def _complete(self, height: int, index: int, last: int) -> bytes:
        if height <= HEIGHT:  # there are many of these, and each takes one tile
            return self._worked_out(height, index, last)
        found = self._known.get((height, index))
        if found is None:
            found = self._known[height, index] = self._worked_out(height, index, last)
        return found

    def _worked_out(self, height: int, index: int, last: int) -> bytes:
        level, above = divmod(height, HEIGHT)
        number, start = divmod(index << above, WIDTH)
        hashes = self._tile(level, number, last)[start : start + (1 << above)]
        while len(hashes) > 1:
            # node_hash, without a call for each of 255
            hashes = [_sha256(b"\x01" + left + right).digest() for left, right in _pairs(hashes)]
        return hashes[0]

    def _tile(self, level: int, number: int, last: int) -> Sequence[bytes]:
        width = min(WIDTH, (last >> (level * HEIGHT)) - number * WIDTH)
        read = self._read.get((level, number), ())
        if len(read) < width:
            read = self._read[level, number] = _hashes(self._tiles, level, number, width)
        return read


def _hashes(tiles: Tiles, level: int, number: int, width: int) -> Sequence[bytes]:
    hashes = tiles.tile(level, number, width)
    if len(hashes) != width:
        raise ProofBroken("the tree's own hashes are not all there")
    return hashes


def _pairs(hashes: Sequence[bytes]) -> Iterator[tuple[bytes, bytes]]:
    return zip(hashes[::2], hashes[1::2], strict=True)


def _split(count: int) -> int:
    """The largest power of two smaller than ``count``."""
    return 1 << ((count - 1).bit_length() - 1)
