"""Upgrade a database and die by SIGKILL right after the Nth statement. Run as: upgrade_killed_at.py URL N."""

import os
import signal
import sys

from sqlalchemy import Engine, event

from hub.db.upgrade import upgrade

left = int(sys.argv[2])


@event.listens_for(Engine, "after_cursor_execute")
def _die(*_: object) -> None:
    global left  # noqa: PLW0603 - this process exists to count down
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)


upgrade(sys.argv[1])
