"""A source that cannot be called, served by ``hub agent`` over HTTP, beside the same source called directly."""

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import uvicorn
import uvloop

from hub.app import create_app
from hub.authentication.proofs import new_key_pair
from hub.connectors.breaker import RetryBudget
from hub.connectors.credentials import Credentials
from hub.connectors.envelopes import Envelopes, fetching
from hub.connectors.guarded import GuardedSource
from hub.connectors.manifest import Manifest
from hub.connectors.manifests import read_manifest
from hub.connectors.pull.connector import Pull
from hub.db.upgrade import upgrade
from hub.demo.personas import persona
from hub.demo.population import populate
from hub.domain.clients import ClientState, PartnerClient
from hub.domain.codes import PurposeCode
from hub.domain.deadline import Deadline
from hub.domain.identifiers import SourceId
from hub.domain.people import LinkedPerson
from hub.domain.permits import Permit
from hub.domain.principals import Principal
from hub.domain.questions import Selection
from hub.domain.searching import Probe, SearchKey, Step
from hub.opening import connector_of
from hub.services import Services
from hub.settings import Settings, read_settings

SOURCE, CLIENT = SourceId("youth-justice"), "benchmark-agent"
WARM_UP, PATIENCE = 30, 20.0
Call = Callable[[], Awaitable[object]]


def pulled_beside_direct(state: Path, seconds: float, store: str = "") -> dict[str, float]:
    """Milliseconds of one fetch, directly and through the line, and what the line adds. No hub may run on ``state``.

    ``store`` is a database URL, SQLite unless given.
    """
    folder = state / "pulled"
    (folder / "manifests").mkdir(parents=True, exist_ok=True)
    told = (state / "manifests" / f"{SOURCE}.toml").read_text()
    (folder / "manifests" / f"{SOURCE}.toml").write_text(f'reach = "pull"\n{told}')
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = msgspec.structs.replace(
        read_settings(state / "hub.toml"),
        store=store or f"sqlite:///{folder / 'hub.db'}",
        audit=f"sqlite:///{folder / 'audit.db'}",
        manifests=folder / "manifests",
        agreements=None,
        port=port,
    )
    upgrade(settings.store)
    return uvloop.run(_measured(state, folder, settings, seconds))


async def _measured(state: Path, folder: Path, settings: Settings, seconds: float) -> dict[str, float]:
    direct = read_manifest(state / "manifests" / f"{SOURCE}.toml")
    pulled = read_manifest(folder / "manifests" / f"{SOURCE}.toml")
    async with _serving(settings) as services:
        envelopes = Envelopes(services.signing, f"http://127.0.0.1:{settings.port}", services.now)
        connector = await connector_of(direct, Credentials(None, settings.secrets))
        both = (
            GuardedSource(direct, connector, RetryBudget(), envelopes),
            GuardedSource(pulled, Pull(pulled, services.exchange), RetryBudget(), envelopes),
        )
        with _agent(folder, settings, await _enrolled(services, folder, direct)):
            person = await _somebody(both[0])
            called, claimed = await _times([_fetch(one, person) for one in both], seconds)
        await connector.close()
    return {
        "direct_fetch_ms_p50": _at(called, 0.5),
        "direct_fetch_ms_p99": _at(called, 0.99),
        "pulled_fetch_ms_p50": _at(claimed, 0.5),
        "pulled_fetch_ms_p99": _at(claimed, 0.99),
        "pull_adds_ms_p50": _at(claimed, 0.5) - _at(called, 0.5),
    }


@contextlib.asynccontextmanager
async def _serving(settings: Settings) -> AsyncIterator[Services]:
    """A hub in this process, so that both ways are timed from where a question is asked."""
    app = create_app(settings)
    server = uvicorn.Server(
        uvicorn.Config(app, port=settings.port, http="httptools", log_config=None, access_log=False)
    )
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells in no other way
        await asyncio.sleep(0.01)
    yield app.state.services
    app.state.partners.end()
    server.should_exit = True
    await serving


async def _enrolled(services: Services, folder: Path, manifest: Manifest) -> Path:
    """A private key of a client that speaks for the source."""
    key, public = new_key_pair()
    now = datetime.now(UTC)
    client = PartnerClient(
        id=CLIENT,
        agency=manifest.agency,
        organisation=manifest.name,
        sources=frozenset({SOURCE}),
        jwks=public,
        state=ClientState.ENROLLED,
        enrolled_by="benchmark",
        enrolled_at=now,
        changed_at=now,
    )
    await services.clients.enrol(client)
    path = folder / "agent.jwk"
    path.touch(0o600)
    path.write_text(json.dumps(key))
    return path


@contextlib.contextmanager
def _agent(folder: Path, settings: Settings, key: Path):
    """``hub agent run``, as a process of its own."""
    where = [str(folder / "manifests" / f"{SOURCE}.toml"), "--hub", f"http://127.0.0.1:{settings.port}"]
    who = ["--client-id", CLIENT, "--key", str(key), "--secrets", str(settings.secrets)]
    kept = ["--evidence", str(folder / "evidence.jsonl")]
    command = [sys.executable, "-m", "hub.cli", "agent", "run", *where, *who, *kept]
    with (folder / "agent.log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


async def _somebody(source: GuardedSource) -> LinkedPerson:
    upn = populate(2019).main_child.upn or ""
    (found,) = await source.connector.find(Probe(Step.NUMBER, {SearchKey.UPN: upn}), Deadline.after(5))
    return LinkedPerson(SOURCE, found.local_id, b"")


def _fetch(source: GuardedSource, person: LinkedPerson) -> Call:
    categories = source.manifest.categories
    who = persona("mash_social_worker")
    permit = Permit(
        purpose=PurposeCode.S47,
        policy_version="benchmark",
        agreements={},
        selection=Selection(frozenset()),
        decide=lambda *_: {},
        asker=Principal(who.id, who.name, who.agency, frozenset(who.roles)),
        request_id="benchmark",
    )

    async def fetch() -> object:
        deadline = Deadline.after(PATIENCE)
        asked = fetching(categories, permit)
        return await source.call(
            lambda: source.connector.fetch(person, categories, deadline, permit.asker), deadline, asked
        )

    return fetch


async def _times(calls: list[Call], seconds: float) -> list[list[float]]:
    """Each call in turn, again and again, so that whatever else the machine does hits all alike."""
    for call in calls * WARM_UP:
        await call()
    taken: list[list[float]] = [[] for _ in calls]
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        for times, call in zip(taken, calls, strict=True):
            began = time.perf_counter()
            await call()
            times.append(1000 * (time.perf_counter() - began))
    return [sorted(times) for times in taken]


def _at(times: list[float], share: float) -> float:
    return times[min(len(times) - 1, int(len(times) * share))]
