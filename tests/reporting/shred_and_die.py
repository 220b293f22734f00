"""Propose and confirm a destruction, and be killed when the first key is gone: shred_and_die.py URL KEYS."""

import asyncio
import os
import signal
import sys
from collections.abc import Iterable
from pathlib import Path

from asking_for_reports import CHILD, TWIN
from reporting_hub import reporting_hub

from hub.audit.shredding import Shredder
from hub.domain.codes import PurposeCode
from hub.keys import FileKeys
from hub.retention import confirm_shredding, propose_shredding
from tests.reporting.reporting_hub import Tokens


class Dying(Shredder):
    """Destroys one key, and no more."""

    async def destroy(self, keys: Iterable[str]) -> int:
        await super().destroy(list(keys)[:1])
        os.kill(os.getpid(), signal.SIGKILL)
        return 0


async def main(url: str, keys: FileKeys) -> None:
    async with reporting_hub(url, keys) as hub:
        object.__setattr__(hub.services, "shredder", Dying(url, keys))
        await hub.looked(CHILD, PurposeCode.SCREEN)
        await hub.looked(TWIN, PurposeCode.SCREEN)
        hub.clock.move(days=366 * 7 + 60)
        tokens = Tokens()
        proposal = await propose_shredding(await tokens.principal("dpo"), "2026-05", None, hub.services)
        await confirm_shredding(await tokens.principal("ig_lead"), proposal.id, None, hub.services)


asyncio.run(main(sys.argv[1], FileKeys.read(Path(sys.argv[2]))))
