"""What a witness is shown of the log, and its cosignatures: read and kept over connections of their own."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote

import psycopg

from hub.audit.leaves import Origin, SignedSize, backend, conninfo, sqlite_path
from hub.audit.merkle import EMPTY_ROOT, WIDTH, ProofBroken, consistency_path, root_of
from hub.domain.acts import Action
from hub.errors import ConfigurationError, Unavailable

_T = TypeVar("_T")
_Rows = Callable[[str, Sequence[object]], list[tuple[Any, ...]]]
_ORIGINS = "SELECT since, name, record FROM audit_origins ORDER BY number"
_NEWEST = "SELECT size, at, note FROM audit_checkpoints ORDER BY size DESC LIMIT 1"
_LEAF_HASHES = "SELECT hash FROM audit_leaves WHERE idx >= ? AND idx < ? ORDER BY idx"
_NODES = "SELECT hash FROM audit_nodes WHERE level = ? AND place >= ? AND place < ? ORDER BY place"
_COSIGNED = """
SELECT kept.size, kept.witness, kept.line, kept.at, kept.origin, checkpoints.note
FROM audit_cosignatures AS kept LEFT JOIN audit_checkpoints AS checkpoints ON checkpoints.size = kept.size
WHERE kept.origin = ?
"""
_NEWEST_COSIGNED = f"{_COSIGNED} ORDER BY kept.size DESC LIMIT 1"
_NEWEST_OF_WITNESS = f"{_COSIGNED} AND kept.witness = ? ORDER BY kept.size DESC LIMIT 1"
_UNCOSIGNED = "SELECT at FROM audit_leaves WHERE idx >= ? ORDER BY idx LIMIT 1"
_UNWITNESSED = "SELECT at FROM audit_leaves WHERE stage = 'act' AND kind = ? AND idx >= ? ORDER BY idx LIMIT 1"
_NEWEST_ENTRY = "SELECT at FROM audit_leaves ORDER BY idx DESC LIMIT 1"
_KEEP = """
INSERT INTO audit_cosignatures (size, witness, line, at, origin) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (origin, size, witness) DO UPDATE SET line = excluded.line, at = excluded.at
"""
_SETTLED = 10.0  # seconds: longer than a statement waits for a lock
_THERE = {
    "sqlite": "SELECT count(*) FROM sqlite_master WHERE name = 'audit_origins'",
    "postgresql": "SELECT CASE WHEN to_regclass('audit_origins') IS NULL THEN 0 ELSE 1 END",
}


class CosignatureAltered(ConfigurationError):
    """What is kept in a cosignature's place is none: SQLite lets a column hold anything."""

    message = "A cosignature's row in the audit log was altered in its database. Run: hub audit fsck"


class Standing(NamedTuple):
    """How far the log has come. No origin where none was begun; no checkpoint where it has no leaf."""

    origins: tuple[Origin, ...]  # the oldest first; the last is the present one
    newest: SignedSize | None
    cosigned: "tuple[Cosigned, ...]"  # under the present origin, unverified: the newest, and that of each witness named


class Cosigned(NamedTuple):
    """A witness's cosignature as it is kept."""

    size: int
    witness: str  # as its key is named
    line: str
    at: int  # by the witness's clock, seconds since 1970
    origin: str
    note: str | None = None  # the log's own checkpoint of that size, as it stands now


class Uncovered(NamedTuple):
    """What waits for a cosignature: the entries after a size. When the first of them was recorded, and the newest."""

    size: int
    first: str
    newest: str


class WitnessedLog:
    """Reads what is durable. Needs no lock, so any process may. Each call raises Unavailable."""

    def __init__(self, url: str) -> None:
        self._kind, self._url = backend(url), url
        self._under_way = set[asyncio.Future[Any]]()

    async def standing(self, witnesses: Sequence[str] = ()) -> Standing:
        """How far the log has come, as of now. Raises CosignatureAltered too."""
        return await self._over(lambda rows: self._standing(rows, witnesses))

    async def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        """The proof that the tree of ``new`` leaves continues that of ``old``. Raises ProofBroken too."""
        if not 0 < old < new:
            return ()
        return await self._over(lambda rows: _proven(rows, new, lambda tree: consistency_path(old, new, tree)))

    async def root(self, size: int) -> bytes:
        """The root over the first leaves as they stand now. Raises ProofBroken where their hashes are not there."""
        if not size:
            return EMPTY_ROOT
        return await self._over(lambda rows: _proven(rows, size, lambda tree: root_of(size, tree)))

    async def uncovered(self, cosigned: int) -> Uncovered:
        """What waits after this size, or after the newest that any witness cosigned, unverified. There is something.

        Where nothing was cosigned the log may be older than its witnesses: since it first went on without them.
        Raises CosignatureAltered too.
        """
        return await self._over(lambda rows: _uncovered(rows, cosigned))

    async def keep(self, one: Cosigned) -> None:
        """Keep a cosignature. Durable when this returns."""
        await self._over(lambda rows: rows(_KEEP, one[:-1]))

    async def settle(self) -> None:
        """Wait for calls that were cancelled: nothing of them reaches the database after this, if it answers at all."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=_SETTLED)

    def _standing(self, rows: _Rows, witnesses: Sequence[str]) -> Standing:
        if rows(_THERE[self._kind], ()) != [(1,)]:
            return Standing((), None, ())
        origins = tuple(Origin(*row) for row in rows(_ORIGINS, ()))
        # Before the newest checkpoint, which can only have grown meanwhile: no worker sees itself behind another.
        cosigned = _cosigned(rows, origins[-1].name, witnesses) if origins else ()
        newest = rows(_NEWEST, ())
        return Standing(origins, SignedSize(*newest[0]) if newest else None, cosigned)

    async def _over(self, read: Callable[[_Rows], _T]) -> _T:
        work = asyncio.get_running_loop().run_in_executor(None, self._connected, read)
        self._under_way.add(work)
        work.add_done_callback(self._under_way.discard)
        return await asyncio.shield(work)  # a thread goes on, whoever does not wait for it any more

    def _connected(self, read: Callable[[_Rows], _T]) -> _T:
        try:
            with _sqlite(sqlite_path(self._url)) if self._kind == "sqlite" else _postgres(self._url) as rows:
                return read(rows)
        except (sqlite3.Error, psycopg.Error) as fault:
            raise Unavailable from fault


def _cosigned(rows: _Rows, origin: str, witnesses: Sequence[str]) -> tuple[Cosigned, ...]:
    found = rows(_NEWEST_COSIGNED, (origin,))
    for witness in witnesses:
        found += rows(_NEWEST_OF_WITNESS, (origin, witness))
    if any([type(told) for told in row[:4]] != [int, str, str, int] for row in found):
        raise CosignatureAltered
    return tuple(dict.fromkeys(Cosigned(*row) for row in found))


def _uncovered(rows: _Rows, cosigned: int) -> Uncovered:
    (*_, (since, origin, _)) = rows(_ORIGINS, ())
    # A witness that was replaced covered what it cosigned all the same, whatever its key was.
    size = max([cosigned, *(kept.size for kept in _cosigned(rows, origin, ()))])
    act = Action.START_UNWITNESSED.value
    (first,), *_ = rows(_UNCOSIGNED, (size,)) if size else rows(_UNWITNESSED, (act, since))
    ((newest,),) = rows(_NEWEST_ENTRY, ())
    return Uncovered(size, first, newest)


def _proven(rows: _Rows, size: int, work: Callable[["_Tiles"], _T]) -> _T:
    """Raises ProofBroken; Unavailable where the log has not come to this size, as when it was put back meanwhile.

    Whoever looks again sees that it is behind, which is another thing than altered.
    """
    try:
        return work(_Tiles(rows))
    except ProofBroken:
        newest = rows(_NEWEST, ())
        if not newest or newest[0][0] < size:
            raise Unavailable from None
        raise


class _Tiles:
    """The tree's hashes, over one connection."""

    def __init__(self, rows: _Rows) -> None:
        self._rows = rows

    def tile(self, level: int, number: int, width: int) -> Sequence[bytes]:
        """The first hashes of one tile."""
        first = number * WIDTH
        if level == 0:
            return [bytes(one) for (one,) in self._rows(_LEAF_HASHES, (first, first + width))]
        return [bytes(one) for (one,) in self._rows(_NODES, (level, first, first + width))]


@contextmanager
def _sqlite(path: str) -> Iterator[_Rows]:
    if not Path(path).exists():  # asked about before it is begun, and not to be made by asking
        yield lambda _statement, _values: [(0,)]
        return
    connection = sqlite3.connect(f"file:{quote(path)}?mode=rw", uri=True, timeout=5, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous=FULL")
        yield lambda statement, values: connection.execute(statement, values).fetchall()
    finally:
        connection.close()


@contextmanager
def _postgres(url: str) -> Iterator[_Rows]:
    with psycopg.connect(conninfo(url), connect_timeout=5, autocommit=True) as connection:

        def rows(statement: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
            found = connection.execute(statement.replace("?", "%s"), values)
            return found.fetchall() if found.description else []

        yield rows
