"""Views a second through the hub's public door, and what each costs the hub's process."""

import asyncio
import time
from pathlib import Path

import msgspec
import psutil

from hub.cli.client import Caller
from hub.cli.queries import OPEN, VIEW
from hub.demo.issuer import mint
from hub.demo.partnership import AUDIENCE, demo_file
from hub.outbound import PartnerHttp

CLIENTS = 8
WARM_UP = 50


def served_views(state: Path, url: str, seconds: float) -> dict[str, float]:
    """Views per second of wall time and per second of the hub's own CPU, with 8 clients; latency alone."""
    token, enquiry = opened_enquiry(state, url)
    hub = psutil.Process(int(msgspec.json.decode(demo_file(state).read_bytes())["hub_pid"]))
    return asyncio.run(_measure(url, token, enquiry, hub, seconds))


def opened_enquiry(state: Path, url: str) -> tuple[str, str]:
    """A social worker's token, and an enquiry of theirs about the main child."""
    token = mint(state, "mash_social_worker", audience=AUDIENCE)
    asked = {
        "purpose": "S47",
        "reason": "A benchmark asks",
        "urgency": "RED",
        "subject": {"nhsNumber": "999 100 0003"},
        "idempotencyKey": "benchmark",
    }
    return token, Caller(url, token).ask(OPEN, {"input": asked})["openEnquiry"]["id"]


async def _measure(url: str, token: str, enquiry: str, hub: psutil.Process, seconds: float) -> dict[str, float]:
    client = Client(url, token, enquiry)
    for _ in range(WARM_UP):
        await client.view()
    alone = sorted([await client.timed() for _ in range(100)])
    before, began = _cpu(hub), time.perf_counter()
    counts = await asyncio.gather(*(client.views_until(began + seconds) for _ in range(CLIENTS)))
    took, cpu = time.perf_counter() - began, _cpu(hub) - before
    await client.close()
    return {
        "views_per_second": sum(counts) / took,
        "views_per_core_second": sum(counts) / cpu,
        "hub_cpu_ms_per_view": 1000 * cpu / sum(counts),
        "answer_bytes": client.size,
        "latency_ms_one_client_p50": 1000 * alone[50],
        "latency_ms_one_client_p99": 1000 * alone[98],
    }


class Client:
    """Asks for one enquiry's view."""

    def __init__(self, url: str, token: str, enquiry: str) -> None:
        self._http = PartnerHttp(url, max_bytes=8_000_000, concurrency=CLIENTS)
        self._body = {"query": VIEW, "variables": {"id": enquiry}}
        self._headers = {"Authorization": f"Bearer {token}"}
        self.size = 0

    async def view(self) -> None:
        """One view. Raises RuntimeError when it is refused."""
        reply = await self._http.send("POST", "/graphql", json=self._body, headers=self._headers)
        if reply.status != 200 or b'"errors"' in reply.body[:20]:
            raise RuntimeError("the hub refused a view, so there is nothing to measure")
        self.size = len(reply.body)

    async def timed(self) -> float:
        """The seconds that one view took."""
        began = time.perf_counter()
        await self.view()
        return time.perf_counter() - began

    async def views_until(self, end: float) -> int:
        """How many were answered until then."""
        done = 0
        while time.perf_counter() < end:
            await self.view()
            done += 1
        return done

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system
