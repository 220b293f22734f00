"""A log of the tests' own, with a key of its own: grown, forked and shown by hand."""

import base64
from collections.abc import Iterable, Sequence

from hub.audit.merkle import WIDTH, Frontier, consistency_path, leaf_hash, root_of
from hub.audit.notes import Checkpoint, Kind, Signature, SignedNote, VerifierKey, signed
from hub.audit.succession import endorsing
from hub.keys.log_keys import LogKey, LogPart


class GrowingLog:
    """Small enough for one tile of leaves; larger trees are checked elsewhere."""

    def __init__(self, origin: str = "hub.example/audit", *, part: LogPart | None = None) -> None:
        self.origin, self.part = origin, part or LogPart.fresh()
        self.leaves: list[bytes] = []

    @property
    def key(self) -> VerifierKey:
        return VerifierKey(self.origin, Kind.LOG, LogKey.of(self.part).public)

    def grow(self, *leaves: str) -> "GrowingLog":
        self.leaves += [leaf_hash(one.encode()) for one in leaves]
        assert len(self.leaves) < WIDTH
        return self

    def copy(self) -> "GrowingLog":
        other = GrowingLog(self.origin, part=self.part)
        other.leaves = list(self.leaves)
        return other

    def rotate(self) -> None:
        self.part = self.part.rotated()

    def note(self, size: int | None = None, *, endorsed: bool = False) -> SignedNote:
        """The checkpoint of the first leaves, signed with the present key."""
        size = len(self.leaves) if size is None else size
        body = Checkpoint(self.origin, size, root_of(size, self)).body()
        note = signed(body, self.key, LogKey.of(self.part).sign(body.encode()))
        return note.with_signatures(self.words()) if endorsed else note

    def words(self) -> tuple[Signature, ...]:
        return endorsing(self.origin, LogKey.of(self.part).endorsements)

    def request(self, old: int, size: int | None = None, *, endorsed: bool = False) -> str:
        """What is asked of a witness that has cosigned ``old`` leaves."""
        size = len(self.leaves) if size is None else size
        proof = consistency_path(old, size, self) if 0 < old < size else ()
        return asked(old, proof, self.note(size, endorsed=endorsed).render())

    def tile(self, level: int, number: int, width: int) -> Sequence[bytes]:
        assert (level, number) == (0, 0)
        return self.leaves[:width]


def asked(old: int, proof: Sequence[bytes], note: str) -> str:
    return "\n".join([f"old {old}", *(base64.b64encode(one).decode() for one in proof), "", note])


def root(leaves: Iterable[str]) -> bytes:
    frontier = Frontier()
    frontier.append(leaf_hash(one.encode()) for one in leaves)
    return frontier.root()
