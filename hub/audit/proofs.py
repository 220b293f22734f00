"""Proofs about entries: that one is in the log, and that the log continues what it was before."""

import asyncio
import base64
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import msgspec

from hub.audit.contents import cipher_of, opened
from hub.audit.leaves import Kept
from hub.audit.merkle import (
    HEIGHT,
    WIDTH,
    ProofBroken,
    consistency_path,
    inclusion_path,
    verify_consistency,
    verify_inclusion,
)
from hub.audit.notes import (
    Checkpoint,
    Kind,
    NoteBroken,
    SignedNote,
    VerifierKey,
    parse_checkpoint,
    parse_note,
    parse_signature,
)
from hub.audit.tiles import ALTERED, StoredTree, proven_tile
from hub.errors import BadInput, NotFound, Unavailable
from hub.keys import LogKeys, SealBroken

_T = TypeVar("_T")
_Path = tuple[bytes, ...]
FORMAT, VERSION = "partnership-hub/audit-bundle", 1
KEYS_FORMAT = "partnership-hub/log-keys"
_CHECKPOINT_ALTERED = "A checkpoint was altered. Run: hub audit fsck"
_NO_CHECKPOINT = "The log has no checkpoint of that size."


class ProvenEntry(msgspec.Struct, frozen=True):
    """An entry and its audit path."""

    index: int
    leaf: bytes | None  # exactly as it was hashed; None where the content was destroyed, or is not shown
    hash: bytes
    path: tuple[bytes, ...]  # from the leaf to the root


class Consistency(msgspec.Struct, frozen=True):
    """That the log continues an older checkpoint."""

    checkpoint: str
    path: tuple[bytes, ...]


class PublishedKey(msgspec.Struct, frozen=True):
    """A key of the log, and how it is tied to the one before it."""

    vkey: str
    former: str  # verifier key
    signature: str  # by the former key, base64
    agreed: str  # by this key, base64


class LogKeyList(msgspec.Struct, frozen=True):
    """The log's present key, and how those before it led to it, the oldest first."""

    format: str
    version: int
    origin: str
    vkey: str
    keys: tuple[PublishedKey, ...]


class Bundle(msgspec.Struct, frozen=True):
    """All that somebody needs who has a verifier key of the log and nothing else. docs/audit-bundle.md."""

    format: str
    version: int
    origin: str
    keys: tuple[PublishedKey, ...]
    checkpoint: str  # with the cosignatures of witnesses
    entries: tuple[ProvenEntry, ...]
    consistency: Consistency | None


class Proofs:
    """Proofs out of a log that may grow meanwhile. Each call raises Unavailable."""

    def __init__(self, url: str, keys: LogKeys) -> None:
        self._tree, self._keys = StoredTree(url), keys
        self._everybodys = StoredTree(url)  # whoever reads hashes waits for nobody's proofs, and keeps nobody waiting
        self._reading = ThreadPoolExecutor(1, "audit-tiles")

    async def bundle(self, indexes: Sequence[int], against: int | None = None, *, contents: bool = True) -> Bundle:
        """Proof of entries under one checkpoint: the newest cosigned one that holds all of them, else the newest.

        Without ``contents`` none is opened: a hash tells nothing of its content, for every leaf has 128 random bits
        of its own. Whoever is shown a content later can tell whether it is the one that was proven.

        With ``against`` also that the log continues its checkpoint of that size. Raises NotFound for an
        entry or a checkpoint that is not there.
        """
        return await self._over(lambda tree: self._bundled(tree, tuple(indexes), against, contents=contents))

    async def checkpoint(self) -> str | None:
        """The checkpoint to follow the log by: the newest cosigned one, else the newest. None of an empty log."""
        note = await self._for_everybody(lambda tree: _followed(tree, 0))
        return None if note is None else note.render()

    async def tile(self, level: int, number: int, width: int) -> bytes | None:
        """The first hashes of a tile, one after the other; None where the newest checkpoint does not sign as many.

        Readers keep it for ever, so it is one that leads to that checkpoint's root.
        """
        return await self._for_everybody(lambda tree: _tile(tree, level, number, width))

    async def keys(self) -> LogKeyList | None:
        """The log's keys. None of an empty log."""
        note = await self._for_everybody(lambda tree: _followed(tree, 0))
        if note is None:
            return None
        origin = parse_checkpoint(note.text).origin
        vkey = _vkey(origin, self._keys.log_key().public)
        return LogKeyList(KEYS_FORMAT, 1, origin, vkey, self._published(origin))

    def close(self) -> None:
        """Let go of the connections, for good. What is asked for meanwhile or later is Unavailable."""
        self._everybodys.close()
        self._tree.close()
        self._reading.shutdown()

    async def _over(self, read: Callable[[StoredTree], _T]) -> _T:
        return await asyncio.to_thread(self._tree.over, read)

    async def _for_everybody(self, read: Callable[[StoredTree], _T]) -> _T:
        try:
            told = asyncio.get_running_loop().run_in_executor(self._reading, self._everybodys.over, read)
        except RuntimeError as closed:  # no thread takes up anything any more
            raise Unavailable from closed
        return await told

    def _bundled(self, tree: StoredTree, indexes: tuple[int, ...], against: int | None, *, contents: bool) -> Bundle:
        note = _followed(tree, max((*(index + 1 for index in indexes), against or 0)))
        if note is None and against is not None and _followed(tree, max(indexes, default=-1) + 1) is not None:
            raise NotFound(_NO_CHECKPOINT, ("checkpoint-unknown",))
        if note is None:
            raise NotFound("The log has no such entry.", ("entry-unknown",))
        told = parse_checkpoint(note.text)
        return Bundle(
            FORMAT,
            VERSION,
            told.origin,
            self._published(told.origin),
            note.render(),
            tuple(self._entry(tree, index, told, contents=contents) for index in indexes),
            None if against is None else _continued(tree, against, told),
        )

    def _entry(self, tree: StoredTree, index: int, told: Checkpoint, *, contents: bool) -> ProvenEntry:
        kept = tree.leaf(index)
        if kept is None:
            raise NotFound("The log has no such entry.", ("entry-unknown",))
        path = _proven(
            tree,
            lambda: inclusion_path(index, told.size, tree, tree.known),
            lambda path: verify_inclusion(index, told.size, kept.hash, path, told.root),
        )
        return ProvenEntry(index, self._content(kept) if contents else None, kept.hash, path)

    def _content(self, kept: Kept) -> bytes | None:
        if kept.key is None:
            return None
        try:
            return opened(kept.place, kept.leaf, kept.hash, cipher_of(kept.key, self._keys))
        except SealBroken as broken:
            raise Unavailable("The entry's content does not fit its hash. Run: hub audit fsck") from broken

    def _published(self, origin: str) -> tuple[PublishedKey, ...]:
        return tuple(
            PublishedKey(
                _vkey(origin, base64.b64decode(one.successor)),
                _vkey(origin, base64.b64decode(one.public)),
                one.signature,
                one.agreed,
            )
            for one in self._keys.log_key().endorsements
        )


def _followed(tree: StoredTree, least: int) -> SignedNote | None:
    """The newest cosigned checkpoint of so many entries at least, else the newest at all; None where it is smaller."""
    size = tree.cosigned()
    found = tree.checkpoint(size) if size is not None and size >= least else None
    found = found or tree.newest()
    if found is None or found.size < least:
        return None
    try:
        note = parse_note(found.note)
        origin = parse_checkpoint(note.text).origin
        return note.with_signatures([parse_signature(line) for line in tree.cosignatures(origin, found.size)])
    except NoteBroken as broken:
        raise Unavailable(_CHECKPOINT_ALTERED) from broken


def _continued(tree: StoredTree, against: int, told: Checkpoint) -> Consistency:
    older = tree.checkpoint(against)
    if older is None:
        raise NotFound(_NO_CHECKPOINT, ("checkpoint-unknown",))
    try:
        before = parse_checkpoint(parse_note(older.note).text)
    except NoteBroken as broken:
        raise Unavailable(_CHECKPOINT_ALTERED) from broken
    if before.origin != told.origin:
        raise BadInput(
            "That checkpoint is from before a gap, and of the log under another name. Compare with one from after it; "
            "the gap record says how the names follow each other.",
            ("checkpoint-before-gap",),
        )
    if not 0 < against < told.size:
        raise BadInput("Give the size of a checkpoint that is older than the entry's own.", ("checkpoint-newer",))
    path = _proven(
        tree,
        lambda: consistency_path(against, told.size, tree),
        lambda path: verify_consistency(against, told.size, before.root, told.root, path),
    )
    return Consistency(older.note, path)


def _proven(tree: StoredTree, path: Callable[[], _Path], verify: Callable[[_Path], None]) -> _Path:
    """A path that leads to the signed root; no other is given out. Raises Unavailable where there is none."""
    for _ in range(2):
        try:
            found = path()
            verify(found)
        except ProofBroken:
            tree.forget()  # held tiles may be those of a log that stood in this one's place
        else:
            return found
    raise Unavailable(ALTERED)


def _tile(tree: StoredTree, level: int, number: int, width: int) -> bytes | None:
    newest = tree.newest()
    if newest is None or number * WIDTH + width > newest.size >> (level * HEIGHT):
        return None
    tree.forget()  # readers keep it for ever: so it is read each time
    try:
        told = parse_checkpoint(parse_note(newest.note).text)
        return b"".join(proven_tile(tree, level, number, newest.size, told.root)[:width])
    except NoteBroken as broken:
        raise Unavailable(_CHECKPOINT_ALTERED) from broken
    except ProofBroken as broken:
        raise Unavailable(ALTERED) from broken


def _vkey(origin: str, public: bytes) -> str:
    return VerifierKey(origin, Kind.LOG, public).render()
