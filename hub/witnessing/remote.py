"""One witness, as the hub reaches it: C2SP tlog-witness over HTTP."""

import asyncio
import base64
import hashlib
import re
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec

from hub.audit.notes import (
    Kind,
    NoteBroken,
    SignedNote,
    cosigned_at,
    parse_note,
    parse_signature,
    parse_verifier_key,
)
from hub.domain.answers import SourceFailed
from hub.errors import ConfigurationError
from hub.outbound import PartnerHttp

SECONDS = 10.0  # that a witness has to answer
_MOST_REPLY = 64 * 1024
_LATEST = 2**63  # seconds since 1970, which the log's tables cannot keep
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\n?")


class Cosigning(NamedTuple):
    """It cosigned: its line, and when by its own clock."""

    line: str
    at: int


class AtSize(NamedTuple):
    """It has cosigned a checkpoint of another size than the one that was said to be its newest."""

    size: int


class Contradicted(NamedTuple):
    """It says that what it is shown does not continue what it cosigned."""


class NotFollowing(NamedTuple):
    """It does not follow this log, or not with its present key."""

    key_unknown: bool


class Silent(NamedTuple):
    """It gave no usable answer."""

    why: str


Answer = Cosigning | AtSize | Contradicted | NotFollowing | Silent


class RemoteWitness:
    """Make it inside a running event loop."""

    def __init__(self, name: str, url: str, key: str) -> None:
        """Raises ConfigurationError for an address or key that cannot be used."""
        self.name = name
        try:
            self.key = parse_verifier_key(key)
        except NoteBroken as broken:
            raise ConfigurationError(f"The vkey of the witness {name} cannot be used: {broken}.") from broken
        if self.key.kind is not Kind.WITNESS:
            raise ConfigurationError(f"The vkey of the witness {name} is a log's. `hub witness status` prints its own.")
        parts = urlsplit(url)
        beside = parts.scheme == "http" and parts.hostname in _LOOPBACK
        if not parts.hostname or not (parts.scheme == "https" or beside) or parts.query or parts.username:
            raise ConfigurationError(f"The url of the witness {name} is an https address, or http on this machine.")
        self._http = PartnerHttp(url, max_bytes=_MOST_REPLY, concurrency=1)

    async def add(self, old: int, proof: Sequence[bytes], note: SignedNote) -> Answer:
        """Show it a checkpoint, and the proof that this continues the one of ``old`` leaves."""
        lines = [f"old {old}", *(base64.b64encode(one).decode() for one in proof), "", note.render()]
        told = await self._told("POST", "/add-checkpoint", "\n".join(lines))
        if isinstance(told, Silent):
            return told
        status, body = told
        same = note.text.split("\n")[1] == str(old)  # then another root is answered with a 409 of no certain form
        if status == 200:
            return self._cosigning(note, body)
        if status == 409 and (size := _SIZE.fullmatch(body)) is not None and int(size[1]) != old:
            return AtSize(int(size[1]))
        if status == 422 or (status == 409 and same):
            return Contradicted()
        if status in {403, 404}:
            return NotFollowing(key_unknown=status == 403)
        return Silent(f"answered with status {status}")

    async def newest(self, origin: str) -> SignedNote | None:
        """The newest checkpoint that it says it cosigned, with its verified cosignature; None where it shows none."""
        told = await self._told("GET", f"/{hashlib.sha256(origin.encode()).hexdigest()}/checkpoint", None)
        if isinstance(told, Silent) or told[0] != 200:
            return None
        try:
            note = parse_note(told[1].decode())
        except (NoteBroken, UnicodeDecodeError):
            return None
        return note if note.text.startswith(f"{origin}\n") and cosigned_at(note, self.key) is not None else None

    async def close(self) -> None:
        """Close its connections."""
        await self._http.close()

    def _cosigning(self, note: SignedNote, body: bytes) -> Answer:
        try:
            lines = tuple(parse_signature(line) for line in body.decode().splitlines())
        except (NoteBroken, UnicodeDecodeError):
            return Silent("answered with what is no cosignature")
        for line in lines:
            if (at := cosigned_at(SignedNote(note.text, (line,)), self.key)) is not None:
                return Cosigning(line.render(), at) if at < _LATEST else Silent("cosigned at a time that cannot be")
        return Silent("answered with a cosignature that its key did not make")

    async def _told(self, method: str, path: str, text: str | None) -> tuple[int, bytes] | Silent:
        body = None if text is None else msgspec.Raw(text.encode())
        try:
            async with asyncio.timeout(SECONDS):
                reply = await self._http.send(method, path, headers={"Content-Type": "text/plain"}, json=body)
        except TimeoutError:
            return Silent("did not answer in time")
        except SourceFailed as fault:
            return Silent(fault.happened)
        return reply.status, reply.body
