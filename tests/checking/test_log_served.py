"""The log's own door: checkpoint, tiles and keys for everybody (C2SP tlog-tiles); proofs for those who may."""

import asyncio
import base64
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from proving_hub import ProvingHub, proving_hub

from hub.audit.leaves import SignedSize
from hub.audit.merkle import WIDTH, Frontier, consistency_path, inclusion_path, leaf_hash, verify_consistency
from hub.audit.notes import Kind, VerifierKey, parse_checkpoint, parse_note, verify
from hub.audit.proofs import Proofs
from hub.audit.tiles import StoredTree
from hub.domain.acts import Action
from hub.exchange.log_door import AT_ONCE
from hub.keys import FileKeys


class Follower:
    """A client that has nothing but the door: it reads tiles and works everything out itself."""

    def __init__(self, hub: ProvingHub) -> None:
        self._hub, self._tiles = hub, dict[str, bytes]()

    async def hashes(self, level: int, size: int) -> list[bytes]:
        """All hashes of one level of a tree of this size."""
        count = size >> (8 * level)
        found: list[bytes] = []
        for number in range((count + WIDTH - 1) // WIDTH):
            width = min(WIDTH, count - number * WIDTH)
            reply = await self._hub.get(f"/log/tile/{level}/{number:03}" + (f".p/{width}" if width < WIDTH else ""))
            assert reply.status == 200
            assert len(reply.body) == 32 * width
            found += [reply.body[at : at + 32] for at in range(0, len(reply.body), 32)]
        return found


async def test_a_client_that_follows_the_tiles_comes_to_the_signed_root(hub: ProvingHub, keys: FileKeys) -> None:
    await hub.write(1, 250, 60, 7)
    note = parse_note((await hub.get("/log/checkpoint")).body.decode())
    told = parse_checkpoint(note.text)
    assert verify(note, VerifierKey(told.origin, Kind.LOG, keys.log_key().public))
    leaves = await Follower(hub).hashes(0, told.size)
    tree = Frontier()
    nodes = tree.append(leaves)
    assert (tree.size, tree.root()) == (told.size, told.root)
    assert await Follower(hub).hashes(1, told.size) == [node.hash for node in nodes]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/log/tile/0/000.p/1", 200),
        ("/log/tile/0/000.p/5", 200),
        ("/log/tile/0/000.p/6", 404),
        ("/log/tile/0/000.p/0", 404),
        ("/log/tile/0/000.p/05", 404),
        ("/log/tile/0/000.p/256", 404),
        ("/log/tile/0/000", 404),
        ("/log/tile/0/001", 404),
        ("/log/tile/1/000.p/1", 404),
        ("/log/tile/0/0", 404),
        ("/log/tile/00/000.p/1", 404),
        ("/log/tile/0/x000/000.p/1", 404),
        ("/log/tile/0/x001/234.p/1", 404),
        ("/log/tile/0/x999/x999/x999/x999/x999/x999/x999/999", 404),
        ("/log/tile/0/" + "x001/" * 1500 + "001", 404),
        ("/log/tile/64/000.p/1", 404),
        ("/log/tile/-1/000.p/1", 404),
        ("/log/tile/entries/000.p/1", 404),
        ("/log/tile/0/000.p/1/", 404),
        ("/log/tile/0/000.p/1\n", 404),
        ("/log/tile/", 404),
    ],
)
async def test_a_tile_is_there_in_the_one_way_its_path_is_written(one_hub: ProvingHub, path: str, status: int) -> None:
    await one_hub.write(5)
    reply = await one_hub.get(path)
    assert reply.status == status
    assert status == 200 or reply.headers["cache-control"] == "no-store", "what is not there yet may be soon"


async def test_no_tile_is_beyond_what_the_newest_checkpoint_signs(keys: FileKeys, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/audit.db"
    async with proving_hub(url, keys) as hub:
        await hub.write(3, 2)
    with closing(sqlite3.connect(tmp_path / "audit.db")) as log, log:
        log.execute("DELETE FROM audit_checkpoints WHERE size = 5")
        [(signed,)] = log.execute("SELECT max(size) FROM audit_checkpoints")
    proofs = Proofs(url, keys)
    assert await proofs.tile(0, 0, signed) is not None
    assert await proofs.tile(0, 0, signed + 1) is None
    proofs.close()


async def test_readers_of_hashes_wait_for_each_other_and_keep_nobody_else_waiting(
    one_hub: ProvingHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    await one_hub.write(5)
    released, newest = threading.Event(), StoredTree.newest

    def slowly(tree: StoredTree) -> SignedSize | None:
        released.wait(60)
        return newest(tree)

    monkeypatch.setattr(StoredTree, "newest", slowly)
    readers = [asyncio.ensure_future(one_hub.get("/log/tile/0/000.p/5")) for _ in range(AT_ONCE + 1)]
    try:
        [refused], waiting = await asyncio.wait(readers, return_when=asyncio.FIRST_COMPLETED)
        assert await asyncio.wait_for(asyncio.to_thread(int), 20) == 0
    finally:
        released.set()
    assert (refused.result().status, refused.result().headers["retry-after"]) == (429, "1")
    assert [reply.status for reply in await asyncio.gather(*waiting)] == [200] * AT_ONCE


async def test_a_path_of_many_digits_is_the_number_that_it_says(one_hub: ProvingHub) -> None:
    asked: list[tuple[int, int, int]] = []

    async def tile(level: int, number: int, width: int) -> bytes:
        asked.append((level, number, width))
        return b""

    one_hub.services.audit.proofs.tile = tile  # type: ignore[method-assign]
    assert (await one_hub.get("/log/tile/2/x001/x234/067.p/9")).status == 200
    assert asked == [(2, 1234067, 9)]


async def test_tiles_may_be_kept_for_ever_and_the_checkpoint_may_not(one_hub: ProvingHub) -> None:
    assert (await one_hub.get("/log/checkpoint")).status == 404, "an empty log has none"
    await one_hub.write(5)
    tile, checkpoint = await one_hub.get("/log/tile/0/000.p/5"), await one_hub.get("/log/checkpoint")
    assert tile.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert checkpoint.headers["cache-control"] == "no-cache"
    assert checkpoint.headers["content-type"].startswith("text/plain")


async def test_the_hashes_are_everybodys_and_following_them_is_not_recorded(
    one_hub: ProvingHub, keys: FileKeys
) -> None:
    await one_hub.write(5)
    before = one_hub.services.audit.size
    tile = (await one_hub.get("/log/tile/0/000.p/5")).body
    published = msgspec.json.decode((await one_hub.get("/log/keys")).body)
    assert one_hub.services.audit.size == before
    assert published["keys"] == []
    assert published["vkey"] == VerifierKey(published["origin"], Kind.LOG, keys.log_key().public).render()
    contents = await one_hub.entries()
    assert tile == b"".join(one.hash for one in contents)


async def test_a_proof_is_decided_and_recorded_as_reading_the_entry_is(one_hub: ProvingHub) -> None:
    await one_hub.write(5)
    refused = await one_hub.proof(2, role="mash_social_worker")
    assert refused["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    told = (await one_hub.proof(2))["data"]["auditProof"]
    *_, denied, read = await one_hub.entries()
    assert (denied.kind, denied.outcome) == (Action.READ_AUDIT, "refused")
    assert (read.kind, read.outcome, read.reasons[0]) == (Action.READ_AUDIT, "done", "proof:2")
    assert leaf_hash(base64.b64decode(told["leaf"])) == base64.b64decode(told["leafHash"])


@pytest.mark.parametrize(
    ("index", "against", "code"),
    [(99, None, "NOT_FOUND"), (-1, None, "BAD_USER_INPUT"), (1, 4, "NOT_FOUND"), (1, 0, "BAD_USER_INPUT")],
)
async def test_what_is_not_there_is_said_not_to_be(
    one_hub: ProvingHub, index: int, against: int | None, code: str
) -> None:
    await one_hub.write(5)
    told = await one_hub.proof(index, against)
    assert told["errors"][0]["extensions"]["code"] == code


async def test_proofs_out_of_the_store_are_those_of_the_tree(hub: ProvingHub) -> None:
    await hub.write(70, 200, 30)
    leaves = [one.hash for one in await hub.entries()]
    for index, against in ((0, 70), (69, 270), (255, 70), (256, 270), (299, None)):
        bundle = await hub.bundle(index, against)
        told = parse_checkpoint(parse_note(bundle["checkpoint"]).text)
        leaves = [one.hash for one in await hub.entries()]
        memory = InMemory(leaves[: told.size])
        assert decoded(bundle["entries"][0]["path"]) == inclusion_path(index, told.size, memory)
        if against is not None:
            older = parse_checkpoint(parse_note(bundle["consistency"]["checkpoint"]).text)
            path = decoded(bundle["consistency"]["path"])
            assert path == consistency_path(against, told.size, memory)
            verify_consistency(against, told.size, older.root, told.root, path)


class InMemory:
    """The tree's hashes in memory."""

    def __init__(self, leaves: list[bytes]) -> None:
        self._leaves = leaves
        self._nodes = {(node.level, node.place): node.hash for node in Frontier().append(leaves)}

    def tile(self, level: int, number: int, width: int) -> list[bytes]:
        first = number * WIDTH
        if level == 0:
            return self._leaves[first : first + width]
        return [self._nodes[level, place] for place in range(first, first + width)]


def decoded(path: list[Any]) -> tuple[bytes, ...]:
    return tuple(base64.b64decode(one) for one in path)
