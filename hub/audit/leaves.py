"""Where leaves are kept: what the sequencer needs of a database, the same for both kinds."""

import re
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from hub.audit.contents import ContentKey
from hub.audit.leaf import Leaf, leaf_bytes, salted
from hub.audit.merkle import Node, Tiles, leaf_hash
from hub.errors import ConfigurationError

COLUMNS = (
    "at",
    "request_id",
    "stage",
    "kind",
    "principal",
    "subject",
    "purpose",
    "outcome",
    "enquiry",
    "sources",
    "key",
    "leaf",
    "hash",
)

# Each leaf beside its content's key, on either engine. Whoever selects adds what follows.
KEPT_COLUMNS = "leaves.idx, leaves.leaf, leaves.hash, keys.id, keys.subject, keys.period, keys.sealed"
KEPT_FROM = "audit_leaves AS leaves LEFT JOIN audit_keys AS keys ON keys.id = leaves.key"
KEPT = f"SELECT {KEPT_COLUMNS} FROM {KEPT_FROM} "  # noqa: S608 - our own words
OLDER = (
    "This audit log was begun before it had checkpoints, and cannot be gone on with. "
    "Keep it as it is, and name a new one in the settings."
)


class Row(NamedTuple):
    """A leaf on its way to the log: its content and hash are the evidence, the rest only finds it."""

    at: str
    request_id: str
    stage: str
    kind: str
    principal: str
    subject: str | None
    purpose: str | None
    outcome: str
    enquiry: str | None
    sources: str  # the ids of its sources, each between spaces
    content: bytes
    hash: bytes
    also: tuple[str, ...]  # further keyed hashes of the person, and of others whose records were shown


class Stored(NamedTuple):
    """A leaf as it is stored, column by column: the content sealed, beside the id of its key."""

    at: str
    request_id: str
    stage: str
    kind: str
    principal: str
    subject: str | None
    purpose: str | None
    outcome: str
    enquiry: str | None
    sources: str
    key: str
    leaf: bytes
    hash: bytes


class SignedSize(NamedTuple):
    """A checkpoint's row: when it was made, by the newest leaf's time, and the signed note."""

    size: int
    at: str
    note: str


class Batch(NamedTuple):
    """All that one transaction adds. Indexes of leaves are consecutive from ``first``."""

    first: int
    leaves: Sequence[Stored]
    keys: Sequence[ContentKey]
    also: Sequence[tuple[str, int]]  # keyed hash, index
    nodes: Sequence[Node]
    checkpoint: SignedSize


class Kept(NamedTuple):
    """A leaf as it is read back. ``key`` is None where the content's key was destroyed."""

    place: int
    leaf: bytes
    hash: bytes
    key: ContentKey | None


class Left(NamedTuple):
    """What writers that stopped left behind, each oldest first."""

    intents: list[Kept]  # without an outcome, which no living writer will give them
    doubtful: list[Kept]  # disclosures in the last commit of one that stopped without a word: told to nobody, maybe


class Origin(NamedTuple):
    """Under which name the log goes on from which size, and the record of why where that is a new one."""

    since: int
    name: str
    record: str = ""


class Repeated(Exception):
    """A leaf with this request id and stage is there already. Nothing of the transaction was kept."""


class Leaves(Tiles, Protocol):
    """One open log. Used by the writer's thread alone. Any other error than Repeated seals the log."""

    def size(self) -> int:
        """The next index, as of now."""
        ...

    def transaction(self) -> AbstractContextManager[int]:
        """This writer's turn, and the next index, which is its own until the block ends.

        Durable when the block ends; nothing of it kept when it raises. Turns of several writers are
        taken one after the other, and each sees all that the turns before it wrote.
        """
        ...

    def write(self, batch: Batch) -> None:
        """Write a batch, inside a transaction. Raises Repeated."""
        ...

    def origin(self) -> Origin | None:
        """Under which name the log stands now."""
        ...

    def begin_origin(self, origin: Origin) -> None:
        """Let the log go on under another name, inside a transaction."""
        ...

    def checkpoint(self) -> SignedSize | None:
        """The newest checkpoint."""
        ...

    def find(self, request_id: str, stage: str) -> Kept | None:
        """The leaf with this request id and stage."""
        ...

    def kept(self, first: int, until: int) -> list[Kept]:
        """The leaves from one index to before another, in order."""
        ...

    def nodes(self, level: int, first: int, until: int) -> list[bytes]:
        """Hashes of a level of the tree, from one place to before another. Level 0 is the leaves."""
        ...

    def somebody_stopped(self) -> bool:
        """Whether a writer that is no more may have left intents that nobody has taken over. Cheap."""
        ...

    def take_over(self, newest: int) -> Left:
        """What writers that stopped left, since anybody asked. Inside a transaction, which has to see to all of it.

        Of each the ``newest`` leaves are looked at.
        """
        ...

    def put_away(self) -> None:
        """Whatever the engine has to do after commits now and then, when nobody waits for it."""
        ...

    def end_well(self) -> None:
        """Say that whoever waited has heard of all that this writer committed."""
        ...

    def close(self) -> None:
        """Let go of the log."""
        ...


def kept_of(row: tuple[int, bytes, bytes, str | None, str, str, bytes]) -> Kept:
    """A leaf as a row of it was read."""
    place, leaf, hashed, key, subject, period, sealed = row
    found = None if key is None else ContentKey(key, subject, period, bytes(sealed))
    return Kept(place, bytes(leaf), bytes(hashed), found)


def row_of(leaf: Leaf) -> Row:
    """The row of a leaf, which gets its salt here. Its texts are plain ones: databases are slow with any other kind."""
    leaf = salted(leaf)
    content = leaf_bytes(leaf)
    return Row(
        leaf.at,
        leaf.request_id,
        str(leaf.stage),
        leaf.kind,
        leaf.principal,
        leaf.subject,
        None if leaf.purpose is None else str(leaf.purpose),
        str(leaf.outcome),
        leaf.enquiry_id,
        sources_of(leaf),
        content,
        leaf_hash(content),
        tuple(dict.fromkeys((*leaf.also, *leaf.others))),
    )


def sources_of(leaf: Leaf) -> str:
    """The ids of a leaf's sources as they are looked for: each between spaces; empty where there is none."""
    return f" {' '.join(one.source for one in leaf.sources)} " if leaf.sources else ""


def backend(url: str) -> str:
    """``sqlite`` or ``postgresql``. Raises ConfigurationError, never repeating the URL."""
    kind = re.match(r"(sqlite|postgresql)(\+\w+)?://", url)
    if kind is None or (kind[1] == "sqlite" and not sqlite_path(url)):
        raise ConfigurationError("The audit log is SQLite in a file or PostgreSQL: sqlite:///FILE or postgresql://...")
    return kind[1]


def sqlite_path(url: str) -> str:
    """The file that a SQLite URL names."""
    return url.partition(":///")[2]


def conninfo(url: str) -> str:
    """A PostgreSQL URL without the name of a driver, as libpq takes it."""
    return re.sub(r"^postgresql\+\w+:", "postgresql:", url)
