"""Settle one question, then keep others open for ever; say "asked" on stdout when their intents are durable.

Run as: ask_for_ever.py URL KEYS [PREFIX]. The prefix goes before the names of the questions.
"""

import asyncio
import os
import sys
from pathlib import Path

from audit_samples import disclosure, question

from hub.audit.log import AuditLog
from hub.domain.questions import QuestionKind
from hub.keys import FileKeys


async def main(url: str, keys: str, prefix: str = "") -> None:
    log = await AuditLog.open(url, FileKeys.read(Path(keys)), patience=30)
    settled = question(f"{prefix}settled")
    async with log.recording(settled, "policy-1") as entry:
        entry.settle(disclosure(settled))
    async with (
        log.recording(question(f"{prefix}find", QuestionKind.FIND), "policy-1"),
        log.recording(question(f"{prefix}view", QuestionKind.VIEW), "policy-1"),
    ):
        os.write(1, b"asked\n")
        await asyncio.Event().wait()


asyncio.run(main(*sys.argv[1:]))
