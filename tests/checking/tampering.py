"""Tamperings at random, each with the first entry that it makes bad."""

from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple

from rewriting import rewrite_from
from stored_tables import TABLES, Key, StoredTables, Unwritable

from hub.keys import LogKeys

_UNTOLD = {"at", "kind", "stage", "outcome", "request_id"}  # columns of a destroyed entry that nothing repeats
_WEIGHTS = {
    "audit_leaves": 40,
    "audit_also": 10,
    "audit_keys": 10,
    "audit_nodes": 5,
    "audit_checkpoints": 20,
    "audit_cosignatures": 5,
    "audit_origins": 5,
}


class Tampered(NamedTuple):
    """What was done. ``exactly``: the check knows the very entry; else it lies within what the check names."""

    what: str
    index: int
    exactly: bool = True


class Tamperer:
    """One change at a time, on tables that are as they were."""

    def __init__(self, tables: StoredTables, keys: LogKeys, random: Random) -> None:
        self._tables, self._keys, self._random = tables, keys, random
        rows = tables.rows
        self._leaves = rows["audit_leaves"]
        self.size = len(self._leaves)
        self._sizes = sorted(size for (size,) in rows["audit_checkpoints"])
        self._first_of_key: dict[str, int] = {}
        for (index,), row in sorted(self._leaves.items()):
            self._first_of_key.setdefault(row["key"], index)
        self._destroyed = {index for (index,), row in self._leaves.items() if (row["key"],) not in rows["audit_keys"]}

    def tamper(self) -> Tampered:
        """One of the kinds; another where the database itself refuses it."""
        kinds: list[Callable[[], Tampered]] = [self._bit, self._bit, self._bit, self._deleted, self._swapped]
        kinds += [self._inserted, self._shifted, self._cut, self._truncated, self._rewritten]
        while True:
            try:
                return self._random.choice(kinds)()
            except Unwritable:
                self._tables.put_back()

    def _table(self) -> str:
        return self._random.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]

    def _row(self, table: str) -> tuple[Key, dict[str, Any]]:
        return self._random.choice(list(self._tables.rows[table].items()))

    def _bit(self) -> Tampered:
        table = self._table()
        key, row = self._row(table)
        column = self._random.choice(list(row))
        if table == "audit_leaves" and key[0] in self._destroyed and column in _UNTOLD:
            raise Unwritable
        value = self._flipped(row[column])
        self._tables.change(table, key, {column: value})
        return self._concerned(f"a bit of {table}.{column} of {key}", table, key, {**row, column: value})

    def _deleted(self) -> Tampered:
        table = self._table()
        key, row = self._row(table)
        self._tables.delete(table, key)
        return self._concerned(f"{table} {key} deleted", table, key, row)

    def _swapped(self) -> Tampered:
        """Two rows change places: all but their keys."""
        table = self._random.choice([one for one in _WEIGHTS if one not in {"audit_also", "audit_origins"}])
        (one, row), (other, its) = self._row(table), self._row(table)
        content = [name for name in row if name not in TABLES[table]]
        if one == other or all(row[name] == its[name] for name in content):
            raise Unwritable
        if table == "audit_leaves":  # no two may be of one request and stage
            self._tables.change(table, other, {"idx": -1 - other[0]})
            self._tables.change(table, one, {"idx": other[0]})
            self._tables.change(table, (-1 - other[0],), {"idx": one[0]})
        else:
            self._tables.change(table, one, {name: its[name] for name in content})
            self._tables.change(table, other, {name: row[name] for name in content})
        first = min(self._concerned("", table, one, row), self._concerned("", table, other, its), key=lambda t: t.index)
        exactly = not (table == "audit_leaves" and {one[0], other[0]} & self._destroyed)
        return first._replace(what=f"{table} {one} and {other} swapped", exactly=exactly)

    def _inserted(self) -> Tampered:
        """A row more, made of another one."""
        table = self._random.choice([one for one in _WEIGHTS if one != "audit_leaves"])
        _, row = self._row(table)
        made = {name: self._flipped(value) if name in TABLES[table] else value for name, value in row.items()}
        if table == "audit_origins":
            made |= {
                "number": len(self._tables.rows[table]) + 1,
                "name": "another.example",
                "since": self._random.randrange(self.size),
            }
        self._tables.insert(table, made)
        index = {
            "audit_also": lambda: made["idx"] if 0 <= made["idx"] < self.size else self.size,
            "audit_keys": lambda: self.size,
            "audit_nodes": lambda: self.size,
            "audit_checkpoints": lambda: self._before(made["size"]),
            "audit_cosignatures": lambda: self._cosigned(made),
            "audit_origins": lambda: min(made["since"], self._of_origin(made["since"])),
        }[table]()
        return Tampered(f"a row in {table} inserted: {made}", index)

    def _shifted(self) -> Tampered:
        """An entry more in the middle, and all after it one place on."""
        index = self._random.randrange(self.size)
        _, row = self._row("audit_leaves")
        for place in range(self.size - 1, index - 1, -1):
            self._tables.change("audit_leaves", (place,), {"idx": place + 1})
        self._tables.insert("audit_leaves", {**row, "idx": index, "request_id": f"forged-{index}"})
        told_apart = not {index - 1, index, row["idx"]} & self._destroyed
        return Tampered(f"an entry like {row['idx']} inserted at {index}", index, told_apart)

    def _cut(self) -> Tampered:
        """The last entries deleted, and nothing else."""
        left = self._random.randrange(self.size)
        self._tables.run("DELETE FROM audit_leaves WHERE idx >= ?", (left,))
        self._tables._changed.add("audit_leaves")
        return Tampered(f"cut to {left} entries", left)

    def _truncated(self) -> Tampered:
        """The log as it was at an earlier checkpoint, in every table: only what is kept elsewhere tells."""
        left = self._random.choice(self._sizes[:-1])
        for table in TABLES:
            self._tables._changed.add(table)
        for statement in (
            "DELETE FROM audit_leaves WHERE idx >= ?",
            "DELETE FROM audit_also WHERE idx >= ?",
            "DELETE FROM audit_nodes WHERE level > 0 AND (place + 1) * 256 > ?",
            "DELETE FROM audit_checkpoints WHERE size > ?",
            "DELETE FROM audit_cosignatures WHERE size > ?",
            "DELETE FROM audit_origins WHERE since >= ? AND number > 1",
        ):
            self._tables.run(statement, (left,))
        self._tables.run("DELETE FROM audit_keys WHERE id NOT IN (SELECT key FROM audit_leaves)")
        return Tampered(f"an old backup of {left} entries", left)

    def _rewritten(self) -> Tampered:
        """An entry altered with the real keys, and all above it made to fit: only what is kept elsewhere tells."""
        index = self._random.randrange(self.size)
        if index in self._destroyed or self._leaves[index,]["kind"] == "shredAudit":
            raise Unwritable
        rewrite_from(self._tables, self._keys, index, self._random)
        return Tampered(f"entry {index} and all above it made anew with the real keys", index, exactly=False)

    def _concerned(self, what: str, table: str, key: Key, now: dict[str, Any]) -> Tampered:
        """The first entry that is bad when a row is not what it was."""
        exactly = True
        if table == "audit_leaves":
            index = key[0]
            exactly = index not in self._destroyed
        elif table == "audit_also":
            moved = now["idx"]
            index = min(key[1], moved if 0 <= moved < self.size else key[1])
        elif table == "audit_keys":
            index = self._first_of_key[key[0]]
        elif table == "audit_nodes":
            index = key[1] << (8 * key[0])
        elif table == "audit_checkpoints":
            index = min(self._before(key[0]), self._before(now["size"]))
        elif table == "audit_cosignatures":
            index = min(key[1] - 1, self._cosigned(now))
        else:
            was = self._tables.rows[table][key]["since"]
            index = min(was, max(0, now["since"]))
        return Tampered(what, index, exactly)

    def _cosigned(self, row: dict[str, Any]) -> int:
        gap = max(since for since in (one["since"] for one in self._tables.rows["audit_origins"].values()))
        names = [one["name"] for one in self._tables.rows["audit_origins"].values()]
        former = len(names) > 1 and row["origin"] == names[0]
        return self.size if former and row["size"] > gap else max(0, row["size"] - 1)

    def _before(self, size: int) -> int:
        return max((one for one in self._sizes if one < size), default=0)

    def _of_origin(self, since: int) -> int:
        """The first entry of the first checkpoint after a size."""
        after = [one for one in self._sizes if one > since]
        return self._before(after[0]) if after else since

    def _flipped(self, value: Any) -> Any:
        flip = self._random.randrange
        if value is None:
            return "x"
        if isinstance(value, int):
            return value ^ (1 << flip(24))
        if isinstance(value, bytes):
            place = flip(len(value)) if value else 0
            return value[:place] + bytes([value[place] ^ (1 << flip(8))]) + value[place + 1 :] if value else b"x"
        place = flip(len(value)) if value else 0
        changed = chr(ord(value[place]) ^ (1 << flip(4))) if value else "x"
        return value[:place] + changed + value[place + 1 :]
