"""Sessions that can only read, and that let go of a silent server at once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from urllib.parse import quote

import psycopg
from psycopg import waiting
from psycopg.abc import PQGen
from sqlalchemy import AsyncAdaptedQueuePool, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from hub.connectors.manifest import Manifest
from hub.errors import ConfigurationError

Value = TypeVar("Value")

CONNECT_SECONDS = 5
STATEMENT_MILLISECONDS = 10_000
_POSTGRESQL = {
    "default_transaction_read_only": "on",
    "statement_timeout": str(STATEMENT_MILLISECONDS),
    "client_connection_check_interval": "1000",  # an abandoned statement ends at the server as well
    "datestyle": "ISO",
    "timezone": "UTC",
    # One statement of many small queries: plan it once for a session and never compile it.
    "plan_cache_mode": "force_generic_plan",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
}


class Impatient(psycopg.AsyncConnection[Any]):
    """A connection that is dropped when its caller stops waiting.

    psycopg would ask the server to cancel, and wait up to ten seconds for one that says nothing:
    far beyond the question's deadline.
    """

    async def wait(
        self,
        gen: PQGen[Value],
        interval: float = 0.1,
        timeout: float | None = None,  # noqa: ASYNC109 - as the driver declares it
    ) -> Value:
        """Wait for the server. An interrupted wait leaves the connection closed."""
        try:
            return await waiting.wait_async(gen, self.pgconn.socket, interval=interval, timeout=timeout)
        except (asyncio.CancelledError, KeyboardInterrupt, SystemExit):
            self.pgconn.finish()
            raise


def read_only_engine(manifest: Manifest, secret: str | None) -> AsyncEngine:
    """An engine for the manifest's database. Raises ConfigurationError for a URL that it cannot use."""
    url = _url(manifest)
    pool: dict[str, Any] = {
        "isolation_level": "AUTOCOMMIT",  # each statement is its own transaction: no round trips around it
        "poolclass": AsyncAdaptedQueuePool,
        "pool_size": manifest.limits.concurrency,
        "max_overflow": 0,
        "pool_use_lifo": True,
        "pool_reset_on_return": None,
        "hide_parameters": True,
    }
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, pool)
    creator = _postgresql(url, secret)
    return create_async_engine(url, async_creator=creator, use_native_hstore=False, paramstyle="numeric_dollar", **pool)


def _url(manifest: Manifest) -> URL:
    try:
        url = make_url(manifest.endpoint)
    except ArgumentError:
        raise ConfigurationError(f"The endpoint of {manifest.id} is not a SQLAlchemy URL.") from None
    if url.drivername not in {"postgresql+psycopg", "sqlite+aiosqlite"} or url.password or not url.database:
        raise ConfigurationError(
            f"The endpoint of {manifest.id} must be a postgresql+psycopg or sqlite+aiosqlite URL "
            "that names a database and holds no password."
        )
    return url


def _postgresql(url: URL, secret: str | None) -> Callable[..., Awaitable[Any]]:
    named = {**url.translate_connect_args(username="user", database="dbname"), **url.query}
    ours = {
        "password": secret,
        "options": " ".join(f"-c {name}={value}" for name, value in _POSTGRESQL.items()),
        "connect_timeout": CONNECT_SECONDS,
        "application_name": "partnership-hub",
        "autocommit": True,
        "prepare_threshold": 1,
        "cursor_factory": psycopg.AsyncRawCursor,  # takes $1 as it stands: no parsing of long statements
    }

    async def connect(**own: Any) -> Impatient:
        return await Impatient.connect(**{**named, **ours}, context=own.get("context"))

    return connect


def _sqlite(url: URL, pool: dict[str, Any]) -> AsyncEngine:
    file = url.set(database=f"file:{quote(url.database or '')}", query={"mode": "ro", "uri": "true"})
    engine = create_async_engine(file, **pool)

    @event.listens_for(engine.sync_engine, "connect")
    def query_only(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("pragma query_only = on")
        cursor.close()

    return engine
