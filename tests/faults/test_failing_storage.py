"""A hub whose log's storage fails under it: it discloses nothing, says why, and ends where living on is unsafe."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from hub.cli.client import Refused
from tests.fixtures.partnership import RunningPartnership
from tests.fixtures.tracing import failing, require_strace

NAME = "failing"


class ServedHub:
    """A hub in a process of this test's own, on what ``start_hub`` of that name had."""

    def __init__(self, partnership: RunningPartnership) -> None:
        config = partnership.state / f"{NAME}.toml"
        with (partnership.state / f"{NAME}.log").open("a") as log:
            command = [sys.executable, "-m", "hub.cli", "serve", "--config", str(config)]
            self.process = subprocess.Popen(command, stderr=log)
        self.url, self.log = partnership.url, partnership.state / f"{NAME}-audit.db"
        while self.readyz()[0] != 200:
            assert self.process.poll() is None, "it did not start"
            time.sleep(0.05)

    def readyz(self) -> tuple[int, dict[str, str]]:
        """Status and words; 0 where nothing listens."""
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=10) as reply:  # noqa: S310 - our own hub
                return reply.status, json.load(reply)
        except urllib.error.HTTPError as refused:
            return refused.code, json.load(refused)
        except OSError:
            return 0, {}


@contextmanager
def served(partnership: RunningPartnership) -> Iterator[ServedHub]:
    hub = ServedHub(partnership)
    try:
        yield hub
    finally:
        hub.process.kill()
        hub.process.wait()


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_a_full_disk_is_said_in_words_and_an_error_of_the_disk_ends_the_hub_and_the_next_start_goes_on(
    partnership: RunningPartnership,
) -> None:
    require_strace()
    usual = partnership.url
    try:
        partnership.start_hub(name=NAME)
        enquiry = partnership.open("mash_social_worker", "S47")
        partnership.processes.kill(NAME)
        with served(partnership) as hub:
            with failing(hub.process.pid, hub.log, "pwrite64", "ENOSPC"):
                assert refused_view(partnership, enquiry) == "AUDIT_UNAVAILABLE"
            status, words = hub.readyz()
            assert status == 503
            assert "The disk of the audit log is full. Make room, then start the hub again." in words["audit"]
            assert refused_view(partnership, enquiry) == "AUDIT_UNAVAILABLE", "also when there is room again"
            assert hub.process.poll() is None
        with served(partnership) as hub:
            seen(partnership, enquiry)
            with failing(hub.process.pid, hub.log, "fdatasync", "EIO"):
                assert refused_view(partnership, enquiry) == "AUDIT_UNAVAILABLE"
                assert hub.process.wait(30) == os.EX_IOERR
        with served(partnership):
            seen(partnership, enquiry)
    finally:
        partnership.processes.kill(NAME)
        partnership.url = usual


def refused_view(partnership: RunningPartnership, enquiry: str) -> str:
    with pytest.raises(Refused) as refusal:
        seen(partnership, enquiry)
    return refusal.value.code


def seen(partnership: RunningPartnership, enquiry: str) -> None:
    caller = partnership.caller("mash_social_worker")
    view = caller.ask("query ($id: ID!) { combinedChildView(enquiryId: $id) { sources { state } } }", {"id": enquiry})
    assert view["combinedChildView"]["sources"]
