"""The simulated social care system as a process of its own, for tests that ask it over the wire."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Self

import msgspec

import hub.demo
from hub.connectors.manifest import Manifest
from hub.connectors.mapping import read_mapping
from hub.connectors.sql import Sql
from hub.demo.behaviour import set_behaviour
from hub.domain.deadline import Deadline
from hub.domain.identifiers import LocalId, SourceId
from hub.domain.people import LinkedPerson

PASSWORD = "a-password-of-the-test"
SOON = 5.0


class SocialCare:
    """One running process; use as a context."""

    def __init__(self, state: Path) -> None:
        self.state = state
        (state / "secrets").mkdir(parents=True)
        (state / "secrets" / "social-care").write_text(PASSWORD)

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "hub.demo.partners.social_care", "--port", "0", "--state", str(self.state)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        ready, name, port = self.process.stdout.readline().split()
        assert (ready, name) == ("ready", "social-care")
        self.port = int(port)
        return self

    def __exit__(self, *fault: object) -> None:
        self.process.terminate()
        self.process.wait(20)
        assert self.process.stdout is not None
        self.process.stdout.close()

    @property
    def manifest(self) -> Manifest:
        written = msgspec.toml.decode(
            (Path(hub.demo.__file__).parent / "manifests" / "social-care.toml").read_bytes(), type=Manifest
        )
        return msgspec.structs.replace(written, endpoint=f"postgresql+psycopg://hub_reader@127.0.0.1:{self.port}/ssd")

    def connector(self, password: str = PASSWORD) -> Sql:
        return Sql(self.manifest, read_mapping("ssd"), password)

    def behave(self, word: str) -> None:
        set_behaviour(self.state, "social-care", word)

    @property
    def statements(self) -> str:
        """Everything that PostgreSQL was asked, by its own log."""
        return (self.state / "social-care" / "postgresql.log").read_text(errors="replace")

    @property
    def postmaster(self) -> int:
        return int((self.state / "social-care" / "data" / "postmaster.pid").read_text().splitlines()[0])


def link(local_id: str) -> LinkedPerson:
    return LinkedPerson(SourceId("social-care"), LocalId(local_id), b"")


def soon() -> Deadline:
    return Deadline.after(SOON)


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def ended(pid: int, seconds: float = 10.0) -> bool:
    """Whether the process has ended by then."""
    for _ in range(int(seconds / 0.05)):
        if not runs(pid):
            return True
        await asyncio.sleep(0.05)
    return False
