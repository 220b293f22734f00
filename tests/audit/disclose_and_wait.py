"""Settle two questions, one after the other, say "told" on stdout, and do nothing more for ever.

Run as: disclose_and_wait.py URL KEYS.
"""

import asyncio
import os
import sys
from pathlib import Path

from audit_samples import disclosure, question

from hub.audit.log import AuditLog
from hub.keys import FileKeys


async def main(url: str, keys: str) -> None:
    log = await AuditLog.open(url, FileKeys.read(Path(keys)), patience=30)
    for name in ("first", "last"):
        asked = question(name)
        async with log.recording(asked, "policy-1") as entry:
            entry.settle(disclosure(asked))
    os.write(1, b"told\n")
    await asyncio.Event().wait()


asyncio.run(main(*sys.argv[1:]))
