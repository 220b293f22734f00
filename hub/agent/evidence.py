"""The partner's own evidence: JSON lines, of what the hub signed and which judgement was given, and of no answer."""

import os
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import msgspec

from hub.connectors.pull.wire import Asked, Reply
from hub.errors import ConfigurationError


class Requested(msgspec.Struct, frozen=True, tag_field="event", tag="requested"):
    """What the hub asked, in its own signed words. Whom it is about stands neither in the envelope nor here."""

    at: datetime
    request: str
    kind: str
    envelope: str


class Answered(msgspec.Struct, frozen=True, tag_field="event", tag="answered"):
    """What came of it. ``refused`` says why the envelope was not believed, where it was not."""

    at: datetime
    request: str
    judgement: str
    refused: str | None = None


class EvidenceFile:
    """A file that is only ever added to. Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        """Raises ConfigurationError where it cannot be written."""
        try:
            handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        except OSError as fault:
            raise ConfigurationError(f"The evidence file {path.name} cannot be written: {fault.strerror}.") from fault
        self._file: BinaryIO = os.fdopen(handle, "ab", buffering=0)
        self._turn = threading.Lock()

    def requested(self, asked: Asked) -> None:
        """Keep what is asked; it is on the disk when this returns. Raises OSError."""
        self._keep(Requested(datetime.now(UTC), asked.id, _tag(asked), asked.envelope))

    def answered(self, asked: Asked, reply: Reply, refused: str | None) -> None:
        """Keep what was answered. Raises OSError."""
        self._keep(Answered(datetime.now(UTC), asked.id, _tag(reply), refused))

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _keep(self, line: Requested | Answered) -> None:
        with self._turn:
            self._file.write(msgspec.json.encode(line) + b"\n")
            os.fsync(self._file.fileno())


def _tag(message: msgspec.Struct) -> str:
    return str(message.__struct_config__.tag)
