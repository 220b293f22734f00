"""Record acts, 32 at once, for ever, saying "INDEX REQUEST-ID" on stdout for each one acknowledged.

Run as: write_acts.py URL KEYS [BYTES]. With BYTES no file may grow beyond them, as on a full disk;
the last line is then "sealed" and why. Where its storage failed under it, it ends as ``hub serve`` does.
"""

import asyncio
import os
import resource
import sys
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

from audit_samples import act

from hub.audit.log import AuditLog
from hub.errors import AuditUnavailable
from hub.keys import FileKeys
from hub.logs import configure_logs


async def main(url: str, keys: str, *limit: str) -> None:
    log = await AuditLog.open(url, FileKeys.read(Path(keys)), patience=30)
    numbers = count(log.size)
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit[0]), int(limit[0])))

    async def work() -> None:
        while log.sealed is None:
            request_id = f"{os.getpid()}-{next(numbers)}"
            try:
                index = await log.record(act(request_id))
            except AuditUnavailable:
                return
            os.write(1, f"{index} {request_id}\n".encode())

    await asyncio.gather(*(work() for _ in range(32)))
    os.write(1, f"sealed {log.sealed}\n".encode())
    if log.unsafe:
        os._exit(os.EX_IOERR)


def write_into(said: Connection, url: str, keys: str) -> None:
    """The same in a process that was forked for it, saying so into a pipe."""
    os.dup2(said.fileno(), 1)
    configure_logs()
    asyncio.run(main(url, keys))


if __name__ == "__main__":
    configure_logs()
    asyncio.run(main(*sys.argv[1:]))
