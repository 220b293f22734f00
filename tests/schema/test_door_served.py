"""The door behind a real server on loopback: what a socket does, the door notices."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator

import pytest
import uvicorn
from door_caller import Caller
from partnership_stand_in import standing

from hub.schema.limits import DoorLimits

VIEW = '{ combinedChildView(enquiryId: "enquiry-1") { child { names { value } } } }'


@contextlib.asynccontextmanager
async def served(caller: Caller) -> AsyncIterator[int]:
    config = uvicorn.Config(caller.door, port=0, log_level="critical", lifespan="off", http="httptools", ws="none")
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  uvicorn tells it by this attribute alone
        await asyncio.sleep(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await serving


def request(query: str, *, length: int = 0) -> bytes:
    body = json.dumps({"query": query}).encode()
    head = (
        "POST /graphql HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer good\r\nContent-Type: application/json\r\n"
        f"Content-Length: {length or len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body


async def exchanged(port: int, sent: bytes) -> tuple[int, bytes]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    await writer.wait_closed()
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


async def test_a_question_is_answered_over_a_socket(caller: Caller):
    async with served(caller) as port:
        status, body = await exchanged(port, request(VIEW))
    assert status == 200
    assert json.loads(body)["data"]["combinedChildView"]["child"]["names"]


async def test_a_socket_that_closes_ends_the_question(caller: Caller):
    caller.obeying.wait = asyncio.Event()
    async with served(caller) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request(VIEW))
        await caller.obeying.waiting.wait()
        writer.close()
        await writer.wait_closed()
        async with asyncio.timeout(5):
            while len(await caller.evidence()) < 2:  # noqa: ASYNC110  the log has no bell
                await asyncio.sleep(0.02)
    assert [outcome for _, _, outcome, _ in await caller.evidence()] == ["asked", "abandoned"]
    assert caller.door._executing == 0


@pytest.mark.parametrize(("sent", "status"), [(b"", 408), (b"{", 408)])
async def test_a_body_that_never_ends_is_refused_in_its_time(tmp_path, sent: bytes, status: int):
    async with standing(tmp_path, DoorLimits(body_seconds=0.2)) as caller, served(caller) as port:
        head = request(VIEW, length=1000).partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        assert (await exchanged(port, head + sent))[0] == status


async def test_a_body_longer_than_it_may_be_is_refused_before_it_is_sent(caller: Caller):
    async with served(caller) as port:
        head = request(VIEW, length=10_000_000).partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        assert (await exchanged(port, head))[0] == 413
