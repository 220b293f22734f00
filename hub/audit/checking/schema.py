"""Compares the log's tables themselves with what a hub makes: a view, a trigger or a rule can hide what rows do not."""

import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing

from hub.audit import postgres_tables, postgres_writers, sqlite_tables
from hub.audit.snapshot import Row, Snapshot

_SQLITE = """
SELECT type, name, tbl_name, sql FROM sqlite_master
WHERE name LIKE 'audit\\_%' ESCAPE '\\' OR tbl_name LIKE 'audit\\_%' ESCAPE '\\'
   OR (type = 'trigger' AND sql LIKE '%audit\\_%' ESCAPE '\\')
"""
_POSTGRES = """
SELECT one.relkind::text, one.relrowsecurity OR one.relforcerowsecurity, one.relpersistence::text,
    ARRAY(SELECT tgname::text FROM pg_trigger WHERE tgrelid = one.oid ORDER BY tgname),
    ARRAY(SELECT rulename::text FROM pg_rewrite WHERE ev_class = one.oid ORDER BY rulename),
    (SELECT count(*) FROM pg_policy WHERE polrelid = one.oid),
    (SELECT count(*) FROM pg_inherits WHERE one.oid IN (inhrelid, inhparent))
FROM pg_class AS one WHERE one.oid = to_regclass(?)
"""  # triggers of every kind: a hub makes none, nor a foreign key, which is kept by triggers of the server's own
_NAMES = re.compile(r"CREATE TABLE IF NOT EXISTS (\w+)")
_KINDS = {"v": "a view", "m": "a view", "f": "kept elsewhere", "p": "in parts"}


def foreign_to(snapshot: Snapshot) -> list[str]:
    """What is not as a hub makes it, a sentence each."""
    return _of_sqlite(snapshot) if snapshot.engine == "sqlite" else _of_postgres(snapshot)


def _of_sqlite(snapshot: Snapshot) -> list[str]:
    with closing(sqlite3.connect(":memory:")) as fresh:
        fresh.executescript(sqlite_tables.TABLES)
        made = _told(fresh.execute(_SQLITE))
    found = _told(snapshot.all(_SQLITE))
    strange = [f"The database has a {kind} {name} that no hub makes." for kind, name in sorted(found.keys() - made)]
    gone = [f"The log's {kind} {name} is missing." for kind, name in sorted(made.keys() - found)]
    other = sorted(name for name in made.keys() & found if made[name] != found[name])
    return [*gone, *strange, *(f"The log's {kind} {name} is not made as a hub makes it." for kind, name in other)]


def _told(rows: Iterable[Row]) -> dict[tuple[str, str], tuple[str, str]]:
    """How each thing is made, without comments and spaces."""
    return {
        (str(kind), str(name)): (str(table), "".join(re.sub(r"--.*", "", str(sql)).split()))
        for kind, name, table, sql in rows
    }


def _of_postgres(snapshot: Snapshot) -> list[str]:
    found = []
    for name in _NAMES.findall(postgres_tables.TABLES + postgres_writers.TABLE):
        rows = snapshot.all(_POSTGRES, (name,))
        if not rows:
            found.append(f"The log's table {name} is missing.")
            continue
        kind, secured, persistence, triggers, rules, policies, heirs = rows[0]
        if kind != "r":
            found.append(f"The log's table {name} is {_KINDS.get(kind, 'something else')}, and no table.")
            continue
        has = [f"the trigger {one}" for one in triggers] + [f"the rule {one}" for one in rules]
        foreign = {"row security": secured or policies, "tables below it": heirs}
        foreign["another way of being kept"] = persistence != "p"
        if has := [*has, *(what for what, there in foreign.items() if there)]:
            found.append(f"The log's table {name} has {', '.join(has)}, which no hub makes.")
    return found
