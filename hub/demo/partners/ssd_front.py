"""The public port of the simulated social care database: bytes to and from PostgreSQL, until told to misbehave.

Every behaviour changes connections that are open already, pooled ones among them.
"""

import asyncio
import contextlib
import struct
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from hub.demo.behaviour import SLOW_SECONDS, Behaviour

_CHUNK = 64 * 1024
_PAUSE = 0.02
_SAME_QUESTION = 1.0  # seconds after a delay in which what follows counts as the same question
_QUESTIONS = (b"P", b"B", b"Q")  # PostgreSQL's Parse, Bind and Query
_NOISE = bytes([0xF7, 0x13, 0x00, 0xA9]) * 64  # begins no message of PostgreSQL's protocol


class Front:
    """Listens for the database. ``others`` gives for each local identifier that of another child."""

    def __init__(self, database: Path, behaviour: Callable[[], Behaviour], others: Mapping[str, str]) -> None:
        self._database, self._behaviour = database, behaviour
        self._others = {_value(one): _value(other) for one, other in others.items()}

    async def listen(self, port: int) -> asyncio.Server:
        """Accept connections on loopback; port 0 takes a free one."""
        return await asyncio.start_server(self._accept, "127.0.0.1", port)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._behaviour() is Behaviour.DOWN:
            writer.transport.abort()
            return
        if self._behaviour() is Behaviour.GARBAGE:
            await _say_noise(writer)
            return
        try:
            theirs, ours = await asyncio.open_unix_connection(str(self._database))
        except OSError:
            writer.transport.abort()
            return
        await _Conversation(self._behaviour, self._others).carry((reader, writer), (theirs, ours))


class _Conversation:
    """One client's connection and its connection to the database."""

    def __init__(self, behaviour: Callable[[], Behaviour], others: Mapping[bytes, bytes]) -> None:
        self._behaviour, self._others = behaviour, others
        self._undo: tuple[bytes, bytes] | None = None  # in the answer to a question about another child
        self._delay, self._delayed_at = False, 0.0

    async def carry(self, client: "_Stream", database: "_Stream") -> None:
        """Carry bytes both ways until either side ends."""
        pumps = {
            asyncio.create_task(self._questions(client[0], database[1])),
            asyncio.create_task(self._answers(database[0], client[1])),
        }
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            for _, writer in (client, database):
                writer.close() if self._behaviour() is not Behaviour.DOWN else writer.transport.abort()

    async def _questions(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(_CHUNK):
            if not await self._may_pass(reader):
                return
            self._delay = self._behaviour() is Behaviour.SLOW and chunk.startswith(_QUESTIONS)
            writer.write(self._about_another(chunk))
            await writer.drain()

    async def _answers(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(_CHUNK):
            if not await self._may_pass(reader):
                return
            if self._behaviour() is Behaviour.GARBAGE:
                await _say_noise(writer)
                return
            await self._be_slow()
            writer.write(chunk.replace(*self._undo) if self._undo else chunk)
            await writer.drain()

    async def _may_pass(self, reader: asyncio.StreamReader) -> bool:
        """Wait while the partner hangs. False when the connection should end."""
        while self._behaviour() is Behaviour.HANG and not reader.at_eof():  # noqa: ASYNC110 - a file says when
            await asyncio.sleep(_PAUSE)
        return self._behaviour() not in {Behaviour.DOWN, Behaviour.HANG}

    async def _be_slow(self) -> None:
        if self._delay and time.monotonic() - self._delayed_at > _SAME_QUESTION:
            await asyncio.sleep(SLOW_SECONDS)
            self._delayed_at = time.monotonic()
        self._delay = False

    def _about_another(self, chunk: bytes) -> bytes:
        """The question with another child's identifier in place of the one asked about."""
        self._undo = None
        if self._behaviour() is Behaviour.WRONG_CHILD:
            for asked, other in self._others.items():
                if asked in chunk:
                    self._undo = (other, asked)
                    return chunk.replace(asked, other)
        return chunk


_Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def _value(text: str) -> bytes:
    """How PostgreSQL's protocol writes a value: its length, then its text."""
    return struct.pack("!i", len(text)) + text.encode()


async def _say_noise(writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        writer.write(_NOISE)
        await writer.drain()
    writer.close()
