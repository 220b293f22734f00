"""The floor: the very requests that one view makes, by bare aiohttp and psycopg, decoded and thrown away."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import psycopg
from sqlalchemy import event
from sqlalchemy.engine import Engine

from benchmarks.prepared import prepared
from hub import outbound
from hub.connectors.manifests import read_manifest
from hub.disclosure import disclose

CLIENTS = 8
Call = Callable[[], Awaitable[object]]


async def bare_fan_out(state: Path, seconds: float) -> dict[str, float]:
    """Fan-outs per second of this process's CPU: every request of a view at once, JSON decoded, nothing else."""
    requests, statements = await _what_a_view_asks(state)
    async with aiohttp.ClientSession(auto_decompress=False) as session, await _database(state) as database:
        await _run(session, database, requests, statements, min(1.0, seconds))
        done, cpu = await _run(session, database, requests, statements, seconds)
    return {
        "bare_fan_outs_per_core_second": done / cpu,
        "bare_cpu_ms_per_fan_out": 1000 * cpu / done,
        "requests_in_a_view": len(requests),
        "sql_statements_in_a_view": len(statements),
    }


async def _run(
    session: aiohttp.ClientSession,
    database: psycopg.AsyncConnection,
    requests: list[Any],
    statements: list[Any],
    seconds: float,
) -> tuple[int, float]:
    busy = asyncio.Lock()

    async def over_http(method: str, url: str, sent: dict[str, Any]) -> None:
        async with session.request(method, url, allow_redirects=False, **sent) as response:
            msgspec.json.decode(await response.read())

    async def over_sql() -> None:
        async with busy:  # one connection serves one question at a time
            for text, values in statements:
                cursor = await database.execute(text, values)
                await cursor.fetchall()

    async def client(end: float) -> int:
        done = 0
        while time.perf_counter() < end:
            await asyncio.gather(over_sql(), *(over_http(*one) for one in requests))
            done += 1
        return done

    cpu, end = time.process_time(), time.perf_counter() + seconds
    done = sum(await asyncio.gather(*(client(end) for _ in range(CLIENTS))))
    return done, time.process_time() - cpu


async def _what_a_view_asks(state: Path) -> tuple[list[Any], list[Any]]:
    requests: list[Any] = []
    statements: list[Any] = []

    def heard(_c: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        statements.append((statement, parameters))

    async with prepared(state) as (services, question):
        await disclose(question, services)  # links are made, tokens fetched, pools filled
        with _overheard(requests):
            event.listen(Engine, "before_cursor_execute", heard)
            await disclose(msgspec.structs.replace(question, id="benchmark-1"), services)
            event.remove(Engine, "before_cursor_execute", heard)
    return requests, [one for one in statements if "ssd_" in one[0]]


class _overheard:  # noqa: N801  reads as a verb where it is used
    """Note every outgoing request while it lasts."""

    def __init__(self, requests: list[Any]) -> None:
        self._requests, self._send = requests, outbound.PartnerHttp.send

    def __enter__(self) -> None:
        requests, send = self._requests, self._send

        async def noting(http: outbound.PartnerHttp, method: str, path: str, **sent: Any) -> outbound.Reply:
            reply = await send(http, method, path, **sent)
            body = {"data": msgspec.json.encode(sent["json"])} if sent.get("json") is not None else {}
            headers = {"Accept-Encoding": "identity", **(sent.get("headers") or {})}
            if body:
                headers["Content-Type"] = "application/json"
            requests.append((method, http._inside(path), {"params": sent.get("params"), "headers": headers, **body}))  # noqa: SLF001
            return reply

        outbound.PartnerHttp.send = noting  # type: ignore[method-assign]

    def __exit__(self, *_: object) -> None:
        outbound.PartnerHttp.send = self._send  # type: ignore[method-assign]


async def _database(state: Path) -> psycopg.AsyncConnection:
    manifest = read_manifest(state / "manifests" / "social-care.toml")
    password = (state / "secrets" / "social-care").read_text().strip()
    url = manifest.endpoint.replace("postgresql+psycopg://", "postgresql://")
    return await psycopg.AsyncConnection.connect(
        url, password=password, autocommit=True, cursor_factory=psycopg.AsyncRawCursor
    )
