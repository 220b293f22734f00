"""A careless agent, to be killed: claims, dawdles, answers. ``python claim_and_answer.py URL KEYS LOG NAME``."""

import asyncio
import os
import random
import sys
from pathlib import Path

from hub.db.bells import open_bell
from hub.db.exchange import Claimed, ExchangeStore
from hub.db.store import open_store
from hub.domain.identifiers import SourceId
from hub.errors import Conflict, NotFound, Unavailable
from hub.keys import FileKeys

SOURCE = SourceId("school")
LEASE = 0.6  # seconds


async def main(url: str, keys: Path, log: Path, name: str) -> None:
    store = open_store(url)
    with log.open("ab", buffering=0) as told:
        async with open_bell(url) as bell:
            line = ExchangeStore(store, FileKeys.read(keys), bell)
            while True:
                with line.waiting(SOURCE) as ear:
                    try:
                        claimed = await line.claim(SOURCE, name, random.randint(1, 4), LEASE)
                    except Unavailable:  # so many writers on one SQLite file
                        continue
                    for one in claimed:
                        await answer(line, one, name, told)
                    if not claimed:
                        await ear.heard(0.05)


async def answer(line: ExchangeStore, one: Claimed, name: str, told) -> None:
    """Answer; now and then so late that somebody else holds it by then."""
    if random.random() < 0.04:
        await asyncio.sleep(1.5 * LEASE)
    outcome = await tried(line, one, name, b"answer to " + one.asked)
    if outcome == "taken":
        again = await tried(line, one, name, b"a second answer")
        outcome = "answered-twice" if again == "taken" else outcome
    os.write(told.fileno(), f"{one.id} {outcome}\n".encode())


async def tried(line: ExchangeStore, one: Claimed, name: str, reply: bytes) -> str:
    try:
        await line.answer(SOURCE, one.id, name, one.lease, reply)
    except (Conflict, NotFound, Unavailable) as refusal:
        return refusal.reasons[0] if refusal.reasons else "unavailable"
    return "taken"


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]))
