"""Where leaves are kept: what the writer needs of a database, the same for both kinds."""

import re
from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from hub.audit.leaf import Leaf, leaf_bytes, leaf_hash
from hub.errors import ConfigurationError

COLUMNS = "at", "request_id", "stage", "kind", "principal", "subject", "purpose", "outcome", "leaf", "hash"


class Row(NamedTuple):
    """A leaf as it is stored: its bytes and hash are the evidence, the other columns only find it."""

    at: str
    request_id: str
    stage: str
    kind: str
    principal: str
    subject: str | None
    purpose: str | None
    outcome: str
    leaf: bytes
    hash: bytes


class Repeated(Exception):
    """A leaf with this request id and stage is there already. Nothing of the transaction was kept."""


class Leaves(Protocol):
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

    def insert(self, rows: Iterable[tuple[int, Row]]) -> None:
        """Write rows under their indexes, inside a transaction. Raises Repeated."""
        ...

    def find(self, request_id: str, stage: str) -> tuple[int, bytes] | None:
        """The index and bytes of the leaf with this request id and stage."""
        ...

    def somebody_stopped(self) -> bool:
        """Whether a writer that is no more may have left intents that nobody has taken over. Cheap."""
        ...

    def take_over(self, newest: int) -> list[bytes]:
        """The intents without an outcome that no living writer will give one, oldest first.

        Inside a transaction, which has to give them one. Of each writer that stopped the ``newest``
        leaves are looked at.
        """
        ...

    def close(self) -> None:
        """Let go of the log."""
        ...


def row_of(leaf: Leaf) -> Row:
    """The row of a leaf."""
    content = leaf_bytes(leaf)
    return Row(
        leaf.at,
        leaf.request_id,
        leaf.stage,
        leaf.kind,
        leaf.principal,
        leaf.subject,
        leaf.purpose,
        leaf.outcome,
        content,
        leaf_hash(content),
    )


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
