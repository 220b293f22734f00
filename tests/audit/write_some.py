"""Record so many acts one after the other, saying "INDEX REQUEST-ID" on stdout for each one acknowledged, and end.

Run as: write_some.py URL KEYS ACTS [AT-ONCE]. With AT-ONCE so many more come first, all at once. With
a dash there it waits for a line on stdin when it has opened the log, having said "opened".
Ends as ``hub serve`` does where its storage failed under it.
"""

import asyncio
import os
import sys
from contextlib import suppress
from pathlib import Path

from audit_samples import act

from hub.audit.log import AuditLog
from hub.errors import AuditUnavailable, ConfigurationError
from hub.keys import FileKeys
from hub.logs import configure_logs

REFUSED = 3


async def main(url: str, keys: str, acts: str, at_once: str = "0") -> None:
    try:
        log = await AuditLog.open(url, FileKeys.read(Path(keys)), patience=30)
    except ConfigurationError as refused:
        os.write(1, f"refused {refused.message}\n".encode())
        os._exit(REFUSED)
    if at_once == "-":
        os.write(1, b"opened\n")
        sys.stdin.readline()
    else:
        await asyncio.gather(*(say(log, f"{os.getpid()}-burst-{number}") for number in range(int(at_once))))
    for number in range(int(acts)):
        await say(log, f"{os.getpid()}-{number}")
    await log.close()
    os.write(1, f"sealed {log.sealed}\n".encode())
    os._exit(os.EX_IOERR if log.unsafe else 0)


async def say(log: AuditLog, request_id: str) -> None:
    with suppress(AuditUnavailable):
        os.write(1, f"{await log.record(act(request_id))} {request_id}\n".encode())


configure_logs()
asyncio.run(main(*sys.argv[1:]))
