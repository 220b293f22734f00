"""The Merkle tree against published vectors, and against itself in every size to 1,024.

HUB_TREE_SIZES is up to which size all pairs are tried: 1024 for the figure in docs/evidence.md.
"""

import base64
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random

import msgspec
import pytest

from hub import verifier
from hub.audit.merkle import (
    EMPTY_ROOT,
    WIDTH,
    Frontier,
    ProofBroken,
    consistency_path,
    inclusion_path,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

SIZES = int(os.environ.get("HUB_TREE_SIZES", "70"))
LARGEST = 1024
Hashes = tuple[bytes, ...]


class Tree:
    """A tree in memory, whose roots are worked out as the definition in RFC 6962 says, without any tile."""

    def __init__(self, size: int) -> None:
        self.leaves = [leaf_hash(str(number).encode()) for number in range(size)]
        self._roots: dict[tuple[int, int], bytes] = {}
        nodes = Frontier().append(self.leaves)
        self._nodes = {(node.level, node.place): node.hash for node in nodes}

    def tile(self, level: int, number: int, width: int) -> Sequence[bytes]:
        first = number * WIDTH
        if level == 0:
            return self.leaves[first : first + width]
        return [self._nodes[level, place] for place in range(first, first + width)]

    def root(self, first: int, last: int) -> bytes:
        if last - first == 1:
            return self.leaves[first]
        if (first, last) not in self._roots:
            half = 1 << (last - first - 1).bit_length() - 1
            self._roots[first, last] = node_hash(self.root(first, first + half), self.root(first + half, last))
        return self._roots[first, last]


@pytest.fixture(scope="module")
def tree() -> Tree:
    return Tree(LARGEST + 1)


def vectors(shared_data: Path) -> Iterator[tuple[str, dict[str, object]]]:
    for file in sorted((shared_data / "merkle" / "inclusion").rglob("*.json")):
        yield str(file.relative_to(shared_data)), msgspec.json.decode(file.read_bytes())


@pytest.mark.shared_data
def test_every_published_vector_is_decided_as_published(shared_data: Path) -> None:
    decided = {True: 0, False: 0}
    for name, told in vectors(shared_data):
        hashed, root = base64.b64decode(told["leafHash"]), base64.b64decode(told["root"])
        path = [base64.b64decode(one) for one in told["proof"] or ()]
        ours = shown(verify_inclusion, told["leafIdx"], told["treeSize"], hashed, path, root)
        alone = shown(require_included, told["leafIdx"], told["treeSize"], hashed, path, root)
        assert (ours, alone) == (not told["wantErr"],) * 2, name
        decided[ours] += 1
    assert decided[True] >= 5
    assert decided[False] >= 80


def test_a_tree_has_the_root_that_its_definition_says_in_every_size(tree: Tree) -> None:
    frontier = Frontier()
    assert (frontier.root(), root_of(0, tree)) == (EMPTY_ROOT, EMPTY_ROOT)
    for size in range(1, LARGEST + 1):
        frontier.append([tree.leaves[size - 1]])
        assert frontier.root() == tree.root(0, size) == root_of(size, tree)


@pytest.mark.timeout(60 + SIZES)
def test_every_inclusion_is_shown_in_every_size(tree: Tree) -> None:
    for size in sizes():
        for index in range(size):
            path = inclusion_path(index, size, tree)
            verify_inclusion(index, size, tree.leaves[index], path, tree.root(0, size))
            require_included(index, size, tree.leaves[index], path, tree.root(0, size))


@pytest.mark.timeout(60 + SIZES)
def test_every_tree_is_shown_to_continue_every_smaller_one(tree: Tree) -> None:
    for size in sizes():
        for old in range(1, size):
            path = consistency_path(old, size, tree)
            verify_consistency(old, size, tree.root(0, old), tree.root(0, size), path)
            verifier.require_continued(old, tree.root(0, old), size, tree.root(0, size), list(path))


def test_no_proof_that_was_changed_is_believed(tree: Tree) -> None:
    random, tried = Random(2026), 0
    for _ in range(300):
        size = random.randrange(2, LARGEST)
        index, old = random.randrange(size), random.randrange(1, size)
        root, former = tree.root(0, size), tree.root(0, old)
        path, between = inclusion_path(index, size, tree), consistency_path(old, size, tree)
        for changed in mutations(path, random):
            assert not shown(verify_inclusion, index, size, tree.leaves[index], changed, root)
            assert not shown(require_included, index, size, tree.leaves[index], changed, root)
        for changed in mutations(between, random):
            assert not shown(verify_consistency, old, size, former, root, changed)
            assert not shown(verifier.require_continued, old, former, size, root, list(changed))
        for other in {index ^ 1, index + 1, index - 1, size} - {index}:
            if tree.leaves[index] != (tree.leaves[other] if 0 <= other < size else None):
                assert not shown(verify_inclusion, other, size, tree.leaves[index], path, root)
                assert not shown(require_included, other, size, tree.leaves[index], path, root)
        tried += 1
    assert tried == 300


def test_a_path_that_is_not_of_whole_hashes_is_not_believed(tree: Tree) -> None:
    """Else a hash of 31 bytes and a neighbour of 33 would be read as two of 32."""
    path, root = inclusion_path(4, 8, tree), tree.root(0, 8)
    joined = tree.leaves[4] + path[0]
    for verify in (verify_inclusion, require_included):
        assert not shown(verify, 4, 8, joined[:31], [joined[31:], *path[1:]], root)


def sizes() -> range:
    return range(1, SIZES + 1)


def require_included(index: int, size: int, hashed: bytes, path: Sequence[bytes], root: bytes) -> None:
    verifier.require(0 <= index < size, "")
    verifier.require(verifier.climbed(index, size - 1, hashed, list(path))[1] == root, "")


def shown(verify: Callable[..., None], *proof: object) -> bool:
    try:
        verify(*proof)
    except (ProofBroken, verifier.NotShown):
        return False
    return True


def mutations(path: Hashes, random: Random) -> Iterator[Hashes]:
    """A bit, a hash less, a hash more at either end, two that changed places."""
    more = random.randbytes(32)
    yield (*path, more)
    yield (more, *path)
    for place, one in enumerate(path):
        yield (*path[:place], bytes([one[0] ^ 1 << random.randrange(8)]) + one[1:], *path[place + 1 :])
        yield (*path[:place], *path[place + 1 :])
        yield (*path[:place], more, *path[place:])
        if place and path[place - 1] != one:
            yield (*path[: place - 1], one, path[place - 1], *path[place + 1 :])
