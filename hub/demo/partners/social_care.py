"""Simulated children's social care: a PostgreSQL database with the Standard Safeguarding Dataset's tables."""

import argparse
import asyncio
import os
import signal
import sys
from pathlib import Path

import psycopg
from psycopg import sql

from hub.demo.behaviour import behaviour
from hub.demo.partners.ssd_front import Front
from hub.demo.partners.ssd_postgres import Postgres
from hub.demo.partners.ssd_rows import Tables, columns, person_ids, tables
from hub.demo.population import populate

NAME = "social-care"
DATABASE, READER = "ssd", "hub_reader"
_SCHEMA = Path(__file__).with_name("ssd_schema.sql")
_PARENT_SECONDS = 0.2


def main() -> None:
    """Serve until told to stop or until the parent process dies; PostgreSQL ends in either case."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--state", type=Path, required=True)
    options.add_argument("--seed", type=int, default=2019)
    chosen = options.parse_args()
    state = chosen.state.resolve()
    parent = os.getppid()
    population = populate(chosen.seed)
    database = Postgres(state / NAME)
    try:
        database.start()
        load(database, tables(population), (state / "secrets" / NAME).read_text().strip())
        known = person_ids(population)
        others = dict(zip(known, known[1:] + known[:1], strict=True))
        front = Front(database.socket, lambda: behaviour(state, NAME), others)
        asyncio.run(_serve(front, chosen.port, parent))
    finally:
        database.stop()


def load(database: Postgres, rows: Tables, password: str) -> None:
    """Make the database, its tables and a role that may only read them."""
    with database.connect() as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(DATABASE)))
        connection.execute(
            sql.SQL("create role {} login password {}").format(sql.Identifier(READER), sql.Literal(password))
        )
    with database.connect(DATABASE) as connection:
        connection.execute(_SCHEMA.read_text())
        for table, held in rows.items():
            _copy(connection, table, held)
        connection.execute(sql.SQL("grant select on all tables in schema public to {}").format(sql.Identifier(READER)))
        connection.execute("analyze")


def _copy(connection: "psycopg.Connection[tuple[object, ...]]", table: str, rows: list[dict[str, object]]) -> None:
    names = columns(rows)
    statement = sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    with connection.cursor().copy(statement) as copy:
        for row in rows:
            copy.write_row([row.get(name) for name in names])


async def _serve(front: Front, port: int, parent: int) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    server = await front.listen(port)
    sys.stdout.write(f"ready {NAME} {server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    while not stopping.is_set() and os.getppid() == parent:
        try:
            await asyncio.wait_for(stopping.wait(), _PARENT_SECONDS)
        except TimeoutError:
            continue
    server.close()


if __name__ == "__main__":
    main()
