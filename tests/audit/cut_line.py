"""A line to PostgreSQL that is cut at a message: before the server hears it, or before its answer is heard."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

NAME = ".s.PGSQL.5432"
CUTS = "before it is heard", "before it is answered"


class Cut(NamedTuple):
    """Where the line ends. One that is cut at no message counts them."""

    message: int | None = None  # from 1, over all sessions
    when: str = CUTS[0]


class Line:
    """Counts what clients send, and ends every session at one of their messages. No later message passes."""

    def __init__(self, server: Path, cut: Cut) -> None:
        self.messages = 0
        self.sessions: list[asyncio.Task[None]] = []
        self._server, self._cut = server, cut

    def meet(self, said: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        """A client comes."""
        self.sessions.append(asyncio.create_task(self._session(said, client)))

    async def _session(self, said: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        answers, server = await asyncio.open_unix_connection(self._server)
        answering = asyncio.create_task(_pump(answers, client))
        while message := await said.read(1 << 20):
            self.messages += 1
            if self._cut.message is not None and self.messages >= self._cut.message:
                if self.messages == self._cut.message and self._cut.when == CUTS[1]:
                    answering.cancel()
                    await _end(client)
                    server.write(message)
                    server.write_eof()  # the server does what it was told, and finds nobody to tell
                    await asyncio.gather(answering, return_exceptions=True)
                    await answers.read()
                break
            server.write(message)
        await asyncio.gather(_end(client), _end(server), answering, return_exceptions=True)


@asynccontextmanager
async def line_to(url: str, folder: Path, cut: Cut) -> AsyncIterator[tuple[str, Line]]:
    """The database's URL over such a line, and the line. ``folder``: an empty one, of a short path."""
    [there] = parse_qs(urlsplit(url).query)["host"]
    line = Line(Path(there) / NAME, cut)
    server = await asyncio.start_unix_server(line.meet, folder / NAME)
    try:
        yield url.replace(f"host={there}", f"host={folder}"), line
    finally:
        server.close()
        await asyncio.gather(*line.sessions)


async def _pump(answers: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while answer := await answers.read(1 << 20):
            client.write(answer)
    await _end(client)


async def _end(one: asyncio.StreamWriter) -> None:
    one.close()
    with suppress(OSError):
        await one.wait_closed()
