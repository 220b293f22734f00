"""How a running partner misbehaves, as a client on the network sees it."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import psutil
import pytest

from hub.demo.behaviour import SLOW_SECONDS, Behaviour, behaviour, set_behaviour
from hub.errors import BadInput

ECHO = Path(__file__).with_name("echo_partner.py")


def start(state: Path) -> tuple["subprocess.Popen[str]", str]:
    process = subprocess.Popen([sys.executable, ECHO, str(state)], stdout=subprocess.PIPE, text=True)
    word, name, port = process.stdout.readline().split()
    assert (word, name) == ("ready", "echo")
    return process, f"http://127.0.0.1:{port}/"


@pytest.fixture(scope="module")
def state(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="module")
def address(state) -> Iterator[str]:
    process, address = start(state)
    yield address
    process.terminate()
    process.communicate(timeout=5)


@pytest.fixture
def behave(state) -> Iterator[object]:
    yield lambda word: set_behaviour(state, "echo", word)
    set_behaviour(state, "echo", "ok")


async def get(address: str, seconds: float = 5) -> tuple[int, bytes]:
    timeout = aiohttp.ClientTimeout(total=seconds)
    async with aiohttp.ClientSession(timeout=timeout) as session, session.get(address) as reply:
        return reply.status, await reply.read()


async def test_a_partner_behaves_unless_it_is_told_otherwise(address):
    status, body = await get(address)
    assert (status, json.loads(body)) == (200, {"child": "the one asked about"})


async def test_a_partner_that_is_down_breaks_the_connection_instead_of_answering(address, behave):
    behave("down")
    with pytest.raises(aiohttp.ClientConnectionError):
        await get(address)
    behave("ok")
    assert (await get(address))[0] == 200


async def test_a_connection_that_was_open_breaks_too(address, behave):
    async with aiohttp.ClientSession() as session:
        async with session.get(address) as reply:
            await reply.read()
        behave("down")
        with pytest.raises(aiohttp.ClientConnectionError):
            await session.get(address)


async def test_a_partner_that_hangs_holds_the_request_until_the_client_leaves(address, behave):
    behave("hang")
    with pytest.raises(TimeoutError):
        await get(address, seconds=0.4)
    behave("ok")
    assert (await get(address))[0] == 200


async def test_a_slow_partner_answers_late(address, behave):
    behave("slow")
    started = time.monotonic()
    status, _body = await get(address)
    assert status == 200
    assert time.monotonic() - started >= SLOW_SECONDS


async def test_garbage_comes_as_a_success_that_is_no_json(address, behave):
    behave("garbage")
    status, body = await get(address)
    assert status == 200
    with pytest.raises(json.JSONDecodeError):
        json.loads(body)


async def test_the_application_is_told_to_serve_the_wrong_child(address, behave):
    behave("wrong-child")
    assert json.loads((await get(address))[1]) == {"child": "another"}


async def test_many_clients_of_a_partner_that_hangs_do_not_stop_each_other(address, behave):
    behave("hang")
    waiting = await asyncio.gather(*(get(address, seconds=0.5) for _ in range(40)), return_exceptions=True)
    assert all(isinstance(one, TimeoutError) for one in waiting)
    behave("ok")
    assert (await get(address))[0] == 200


def test_an_unknown_word_is_refused_with_the_words_there_are(tmp_path):
    with pytest.raises(BadInput, match="hang"):
        set_behaviour(tmp_path, "echo", "sulk")


@pytest.mark.parametrize("word", list(Behaviour))
def test_a_word_that_was_set_is_read_back(tmp_path, word):
    set_behaviour(tmp_path, "echo", word)
    assert behaviour(tmp_path, "echo") is word
    assert behaviour(tmp_path, "another") is Behaviour.OK


async def test_a_partner_ends_on_sigterm_even_while_requests_hang(tmp_path):
    process, address = start(tmp_path)
    set_behaviour(tmp_path, "echo", "hang")
    held = asyncio.create_task(get(address, seconds=10))
    await _until_connected(process.pid)
    process.send_signal(signal.SIGTERM)
    await asyncio.to_thread(process.communicate, timeout=5)
    with pytest.raises(aiohttp.ClientError):
        await held


async def _until_connected(pid: int) -> None:
    """Until a client's connection stands; what it asks is on its way at once."""
    async with asyncio.timeout(5):
        while not _connected(pid):  # noqa: ASYNC110  another process tells it by its sockets alone
            await asyncio.sleep(0.01)


def _connected(pid: int) -> bool:
    return any(one.status == psutil.CONN_ESTABLISHED for one in psutil.Process(pid).net_connections("tcp"))


def test_a_partner_does_not_outlive_the_process_that_started_it(tmp_path):
    parent = (
        "import subprocess, sys\n"
        f"child = subprocess.Popen([sys.executable, {str(ECHO)!r}, {str(tmp_path)!r}], stdout=subprocess.PIPE)\n"
        "child.stdout.readline()\n"
        "print(child.pid, flush=True)\n"
        "import os; os._exit(0)\n"
    )
    out = subprocess.run([sys.executable, "-c", parent], check=True, capture_output=True, text=True, timeout=20).stdout
    pid, until = int(out), time.monotonic() + 5
    while _runs(pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _runs(pid), os.kill(pid, signal.SIGKILL)


def _runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
