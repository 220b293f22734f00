"""Runs migrations over the hub's own engine, so that its transactions and settings hold here as well."""

import asyncio

from alembic import context
from sqlalchemy import Connection, text

from hub.db.sealed_rows import metadata
from hub.db.store import async_url, transactional_engine
from hub.errors import ConfigurationError

_LOCK = 0x4855_4253_544F_5245  # "HUBSTORE": two upgrades of one PostgreSQL database take turns


def _url() -> str:
    url = context.config.attributes.get("url") or context.get_x_argument(as_dictionary=True).get("url")
    if not url:
        raise ConfigurationError("Say which database: alembic -x url=sqlite:///FILE upgrade head")
    return str(url)


def _run(connection: Connection) -> None:
    # One transaction for everything: SQLite can do that too, once BEGIN is ours.
    context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        context.run_migrations()


async def _main() -> None:
    engine = transactional_engine(async_url(_url()))
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_run)
    finally:
        await engine.dispose()


asyncio.run(_main())
