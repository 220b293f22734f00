"""Evidence under kill -9 (docs/promises.md): every view that a client received has its outcome in the log.

``HUB_KILLS`` sets how often each engine's hub is killed; few by default, 200 for the figure.
"""

import asyncio
import os
import random
from typing import Any

import msgspec
import pytest

from hub.cli.queries import ENTRIES
from hub.domain.answers import SourceFailed
from hub.outbound import PartnerHttp
from tests.fixtures.partnership import RunningPartnership

KILLS = int(os.environ.get("HUB_KILLS", "3"))
CLIENTS = 6
QUERY = """query ($id: ID!) { combinedChildView(enquiryId: $id) {
    sources { source { id } state recordCount } alerts { label } receipt { intentIndex outcomeIndex } } }"""


class Reader:
    """Clients that read one enquiry's view again and again, and remember every receipt they were given."""

    def __init__(self, url: str, token: str, enquiry: str) -> None:
        self.url, self.token, self.enquiry = url, token, enquiry
        self.receipts: list[dict[str, int]] = []
        self.answered = asyncio.Event()

    async def read_until_killed(self) -> None:
        http = PartnerHttp(self.url, max_bytes=4_000_000)
        try:
            while True:
                reply = await http.send(
                    "POST",
                    "/graphql",
                    json={"query": QUERY, "variables": {"id": self.enquiry}},
                    headers={"Authorization": f"Bearer {self.token}"},
                )
                told = msgspec.json.decode(reply.body)
                if told.get("data"):
                    self.receipts.append(told["data"]["combinedChildView"]["receipt"])
                    self.answered.set()
        except SourceFailed:
            return  # the hub is gone
        finally:
            await http.close()


async def one_life(
    partnership: RunningPartnership, name: str, reader: Reader, seconds: float, *, warm: bool
) -> list[dict[str, int]]:
    """Read until the hub is killed: at any moment of its life, or a while after its first answer."""
    reading = [asyncio.create_task(reader.read_until_killed()) for _ in range(CLIENTS)]
    if warm:
        await asyncio.wait_for(reader.answered.wait(), 30)
    await asyncio.sleep(seconds)
    partnership.processes.kill(name)
    await asyncio.gather(*reading)
    return reader.receipts


def every_entry(partnership: RunningPartnership, url: str) -> dict[int, dict[str, Any]]:
    auditor, after, entries = partnership.caller("auditor", url), None, {}
    while True:
        page = auditor.ask(ENTRIES, {"first": 100, "after": after})["auditEntries"]
        entries |= {edge["node"]["index"]: edge["node"] for edge in page["edges"]}
        if not page["pageInfo"]["hasNextPage"]:
            return entries
        after = page["pageInfo"]["endCursor"]


@pytest.mark.slow
@pytest.mark.timeout(240 + 30 * KILLS)
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_every_view_that_a_client_received_has_its_outcome_in_the_log(partnership, engine, fresh_database):
    name, chance, received = f"killed-{engine}", random.Random(engine), []
    where = _where(engine, fresh_database)
    usual = partnership.url
    try:
        url = partnership.start_hub(name=name, **where)
        enquiry = partnership.open("mash_social_worker", "S47")
        for life in range(KILLS):
            reader = Reader(url, partnership.caller("mash_social_worker").token, enquiry)
            warm, seconds = life % 2 == 0, chance.uniform(0.0, 1.0)
            received += asyncio.run(one_life(partnership, name, reader, seconds, warm=warm))
            url = partnership.start_hub(name=name, **where)
        entries = every_entry(partnership, url)
    finally:
        partnership.processes.kill(name)
        partnership.url = usual
    assert received, "no client received a view, so nothing was shown"
    missing = [one for one in received if one["outcomeIndex"] not in entries or one["intentIndex"] not in entries]
    assert missing == []
    wrong = [one for one in received if entries[one["outcomeIndex"]]["enquiryId"] != enquiry]
    assert wrong == []
    assert sorted(entries) == list(range(len(entries))), "indexes are dense"
    print(f"\n{engine}: {KILLS} kills, {len(received)} views received, {len(entries)} entries, 0 missing")  # noqa: T201  the figure of docs/promises.md


def _where(engine: str, database: str) -> dict[str, str]:
    if engine == "sqlite":
        return {}
    plain = database.replace("postgresql+psycopg://", "postgresql://")
    return {"store": plain.replace("postgresql://", "postgresql+psycopg://"), "audit": plain}
