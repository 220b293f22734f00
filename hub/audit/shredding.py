"""Destroying the keys that contents of the log are sealed with: the contents go, their hashes stay, proofs hold.

What is destroyed stands in the log first: acts that name each key. Whoever opens the log destroys every named key
that is still there, so what was broken off is completed, and what a backup brought back goes again. Acts about
nobody are never destroyed: these are among them.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeVar

import psycopg

from hub.audit.contents import NOBODY, cipher_of, opened
from hub.audit.leaf import Leaf, read_leaf, timestamp
from hub.audit.leaves import KEPT_COLUMNS, backend, conninfo, kept_of, sqlite_path
from hub.audit.named_keys import NamedKey, SealedEntries, keys_named
from hub.audit.reader import AuditReader, EntryQuery
from hub.domain.acts import Action
from hub.errors import Conflict, Unavailable
from hub.keys import Keys, SealBroken

_PURPOSE = "audit-destroyed"
AT_ONCE = 100  # keys in one transaction: a hub that writes waits for no more than that
_PURPOSES = """
SELECT keys.id, keys.period, leaves.purpose, count(*) FROM audit_keys AS keys
JOIN audit_leaves AS leaves ON leaves.subject = keys.subject AND leaves.key = keys.id
WHERE keys.subject <> ? AND keys.period < ?{} GROUP BY keys.id, keys.period, leaves.purpose
"""
_ACTS = "SELECT idx FROM audit_leaves WHERE stage = 'act' AND kind = ? AND outcome = 'done' ORDER BY idx"
_SEALING = """
SELECT leaves.idx, keys.id FROM audit_leaves AS leaves
JOIN audit_keys AS keys ON keys.subject = leaves.subject AND keys.id = leaves.key WHERE leaves.idx = ?
"""
# Of what a report on accesses may tell: acts about somebody, under an enquiry, and what came of questions.
_BESIDE = """
SELECT keys.id, leaves.at FROM audit_leaves AS leaves
JOIN audit_keys AS keys ON keys.subject = leaves.subject AND keys.id = leaves.key
WHERE leaves.stage <> 'intent' AND leaves.enquiry IS NOT NULL AND {}
"""
_ABOUT = """
(leaves.subject IN ({0}) OR leaves.idx IN (SELECT idx FROM audit_also WHERE subject IN ({0})))
AND leaves.at >= ? AND leaves.at <= ?
"""
_LEAVES = """
SELECT leaves.idx, leaves.request_id FROM audit_keys AS keys
JOIN audit_leaves AS leaves ON leaves.subject = keys.subject AND leaves.key = keys.id WHERE keys.id = ?
"""
_SEALED = f"""
SELECT {KEPT_COLUMNS} FROM audit_keys AS keys
JOIN audit_leaves AS leaves ON leaves.subject = keys.subject AND leaves.key = keys.id WHERE keys.id = ?
ORDER BY leaves.idx
"""  # noqa: S608 - our own words
_BLANK = (
    "UPDATE audit_leaves SET request_id = ?, principal = '', subject = NULL, purpose = NULL, enquiry = NULL, "
    "sources = '', leaf = ? WHERE idx = ?"
)
_DOOMED = "CREATE TEMP TABLE doomed (idx bigint PRIMARY KEY)"
_DOOM = "INSERT INTO doomed VALUES (?)"
_FOUND_BY = "SELECT subject, idx FROM audit_also WHERE idx IN (SELECT idx FROM doomed)"
_FORGET = "DELETE FROM audit_also WHERE subject = ? AND idx = ?"
_KEYS = "SELECT id FROM audit_keys"
# A read that went over a month's end has two keys: while either is there, its request's id stands.
_LIVING = (
    "SELECT keys.id FROM audit_leaves AS leaves JOIN audit_keys AS keys ON keys.id = leaves.key "
    "WHERE leaves.request_id = ?"
)
_UNLINK = "UPDATE audit_leaves SET request_id = ? WHERE request_id = ? AND leaf = ?"
_DESTROY = "DELETE FROM audit_keys WHERE id = ?"
_Told = Callable[[str, Sequence[object]], list[tuple[Any, ...]]]
_Done = TypeVar("_Done")


class Doomed(NamedTuple):
    """A key that may be destroyed: how many entries it seals, and the month they are of."""

    key: str
    period: str
    entries: int


class Plan(NamedTuple):
    """What would be destroyed, and how many keys are kept for what they seal is still within its time.

    And how many are spared, with how many entries: reviewers are not done with one of these, or it keeps something.
    """

    keys: tuple[Doomed, ...]
    kept: int = 0
    spared: int = 0
    spared_entries: int = 0

    def sparing(self, keys: Collection[str]) -> "Plan":
        """The plan without some of its keys."""
        stay = [one for one in self.keys if one.key in keys]
        return Plan(
            tuple(one for one in self.keys if one.key not in keys),
            self.kept,
            self.spared + len(stay),
            self.spared_entries + sum(one.entries for one in stay),
        )


class Around(NamedTuple):
    """Keys of an enquiry's own entries, and of what is near to any of them."""

    own: frozenset[str]
    near: frozenset[str]


class Shredder:
    """Works over connections of its own, beside whoever writes. Every call raises Unavailable."""

    def __init__(self, url: str, keys: Keys) -> None:
        self._kind, self._url, self._keys = backend(url), url, keys
        self._reader = AuditReader(url, keys)

    async def of_months(self, before: str, cutoffs: Mapping[str, str]) -> Plan:
        """Keys of months before one, of any person; each only where it is before the cutoff of all its purposes."""
        rows = await self._run(lambda told: told(_PURPOSES.format(""), (NOBODY, before)))
        return _planned(rows, cutoffs)

    async def of_person(self, subjects: Sequence[str], before: str) -> Plan:
        """Keys of one person's months before one, whatever their purposes."""
        named = f" AND keys.subject IN ({_marks(subjects)})"
        rows = await self._run(lambda told: told(_PURPOSES.format(named), (NOBODY, before, *subjects)))
        return _planned(rows, {})

    async def sealing(self, indexes: Iterable[int]) -> Mapping[int, str]:
        """The key that seals each entry; entries that are gone are left out."""
        wanted = tuple(dict.fromkeys(indexes))
        rows = await self._run(lambda told: [row for index in wanted for row in told(_SEALING, (index,))])
        return {int(index): key for index, key in rows}

    async def holding(self, keys: Iterable[str], holds: Callable[[Leaf], bool]) -> Sequence[Leaf]:
        """The contents under these keys of which something holds. Raises Conflict as ``named``."""
        wanted = tuple(keys)
        return await self._run(lambda told: [one for key in wanted for one in self._leaves(told, key) if holds(one)])

    async def around(self, enquiries: Mapping[str, Collection[str]], time: timedelta) -> Sequence[Around]:
        """Of each enquiry, the keys of its entries, and of those about these people that are so near to any of them."""
        return await self._run(lambda told: [_around(told, one, people, time) for one, people in enquiries.items()])

    async def named(self, keys: Iterable[str]) -> tuple[NamedKey, ...]:
        """Keys as the act that is to destroy them names them; those that are gone already are left out.

        Raises Conflict where an entry does not open: what was altered is looked into, and not destroyed.
        """
        wanted = tuple(keys)
        found = await self._run(lambda told: [self._named(told, key) for key in wanted])
        return tuple(one for one in found if one.entries)

    async def destroy(self, keys: Iterable[str]) -> int:
        """Destroy keys that an act in the log names, with what found their entries; how many entries went."""
        named = tuple(keys)
        return await self._run(lambda told: _destroyed(told, named, self._kind, self._unlinked), closing=True)

    async def complete(self) -> int:
        """Destroy every key that an act names and that is still there; how many entries went."""
        acts = await self._run(lambda told: told(_ACTS, (Action.SHRED_AUDIT.value,)))
        named: list[str] = []
        for (index,) in acts:
            page = await self._reader.entries(EntryQuery(kind=Action.SHRED_AUDIT), 1, index - 1)
            named += [key for one in page.entries for key in named_keys(one.reasons)]
        there = await self._run(lambda told: {key for (key,) in told(_KEYS, ())}) if named else set()
        left = [key for key in dict.fromkeys(named) if key in there]
        return await self.destroy(left) if left else 0

    def _named(self, told: _Told, key: str) -> NamedKey:
        entries = SealedEntries()
        for row in told(_SEALED, (key,)):
            self._content(row)
            kept = kept_of(row)
            entries.add(kept.place, kept.hash)
        return entries.named(key)

    def _leaves(self, told: _Told, key: str) -> Iterator[Leaf]:
        return (read_leaf(self._content(row)) for row in told(_SEALED, (key,)))

    def _content(self, row: tuple[Any, ...]) -> bytes:
        try:
            kept = kept_of(row)
            return opened(kept.place, kept.leaf, kept.hash, cipher_of(kept.key, self._keys))  # type: ignore[arg-type]
        except (SealBroken, TypeError):
            raise Conflict(
                f"Entry {row[0]} was altered: nothing is destroyed. Run: hub audit fsck", ("entry-altered",)
            ) from None

    def _unlinked(self, request_id: str) -> str:
        """What stands for a request's id when its content is gone: the same for all its entries."""
        return f"destroyed:{self._keys.mac(_PURPOSE, request_id.encode()).hex()}"

    async def _run(self, work: Callable[[_Told], _Done], *, closing: bool = False) -> _Done:
        return await asyncio.to_thread(self._worked, work, closing)

    def _worked(self, work: Callable[[_Told], _Done], closing: bool) -> _Done:  # noqa: FBT001 - handed to a thread by position
        try:
            with _sqlite(sqlite_path(self._url)) if self._kind == "sqlite" else _postgres(self._url) as told:
                done = work(told)
                if closing:  # what was deleted is not to be read in a journal either
                    told("PRAGMA wal_checkpoint(TRUNCATE)" if self._kind == "sqlite" else "VACUUM audit_keys", ())
                return done
        except (sqlite3.Error, psycopg.Error) as fault:
            raise Unavailable from fault


def named_keys(reasons: Iterable[str]) -> list[str]:
    """The keys that an act of destroying names."""
    return [one.id for one in keys_named(reasons)]


def _marks(values: Collection[str]) -> str:
    return ", ".join("?" * len(values))


def _around(told: _Told, enquiry: str, people: Collection[str], time: timedelta) -> Around:
    own = told(_BESIDE.format("leaves.enquiry = ?"), (enquiry,))
    if not own:  # it went meanwhile
        return Around(frozenset(), frozenset())
    moments = [datetime.fromisoformat(at) for _, at in own]
    since, until = timestamp(min(moments) - time), timestamp(max(moments) + time)
    near = told(_BESIDE.format(_ABOUT.format(_marks(people))), (*people, *people, since, until))
    return Around(frozenset(key for key, _ in own), frozenset(key for key, _ in near))


def _planned(rows: Iterable[tuple[Any, ...]], cutoffs: Mapping[str, str]) -> Plan:
    found: dict[str, tuple[str, int]] = {}
    kept: set[str] = set()
    for key, period, purpose, entries in rows:
        found[key] = period, found.get(key, ("", 0))[1] + int(entries)
        if cutoffs and period >= cutoffs.get(purpose or "", cutoffs[""]):
            kept.add(key)
    doomed = (Doomed(key, period, entries) for key, (period, entries) in sorted(found.items()) if key not in kept)
    return Plan(tuple(doomed), len(kept))


def _destroyed(told: _Told, keys: Sequence[str], kind: str, unlinked: Callable[[str], str]) -> int:
    """In short transactions, each of them whole: of a key that is gone, nothing finds its entries any more."""
    leaves = {key: told(_LEAVES, (key,)) for key in keys}
    found_by = _found_by(told, [index for rows in leaves.values() for index, _ in rows])
    for first in range(0, len(keys), AT_ONCE):
        told("BEGIN IMMEDIATE" if kind == "sqlite" else "BEGIN", ())
        for key in keys[first : first + AT_ONCE]:
            for index, request in leaves[key]:
                living = {sibling for (sibling,) in told(_LIVING, (request,))} - leaves.keys()
                told(_BLANK, (request if living else unlinked(request), b"", index))
                if not living:
                    told(_UNLINK, (unlinked(request), request, b""))
                for subject in found_by.get(index, ()):
                    told(_FORGET, (subject, index))
            told(_DESTROY, (key,))
        told("COMMIT", ())
    return sum(map(len, leaves.values()))


def _found_by(told: _Told, indexes: Iterable[int]) -> Mapping[int, Sequence[str]]:
    """The keyed hashes that find these entries: looked for before anything is locked, and all at once."""
    told("BEGIN", ())
    told(_DOOMED, ())
    for index in indexes:
        told(_DOOM, (index,))
    found: dict[int, list[str]] = {}
    for subject, index in told(_FOUND_BY, ()):
        found.setdefault(int(index), []).append(subject)
    told("COMMIT", ())
    return found


@contextmanager
def _sqlite(path: str) -> Iterator[_Told]:
    connection = sqlite3.connect(path, timeout=5, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA secure_delete=ON")
        yield lambda statement, values: connection.execute(statement, values).fetchall()
    finally:
        connection.close()


@contextmanager
def _postgres(url: str) -> Iterator[_Told]:
    with psycopg.connect(conninfo(url), connect_timeout=5, autocommit=True) as connection:

        def told(statement: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
            found = connection.execute(statement.replace("?", "%s"), values)
            return found.fetchall() if found.description else []

        yield told
