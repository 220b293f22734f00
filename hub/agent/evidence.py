"""The partner's own evidence: one JSON line for each request answered, with what the hub signed, and no answer."""

import os
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import msgspec

from hub.connectors.pull.wire import Asked, Reply
from hub.errors import ConfigurationError


class Kept(msgspec.Struct, frozen=True):
    """One line. It names nobody: whom a request is about stands neither in the envelope nor here."""

    at: datetime
    request: str
    kind: str
    judgement: str
    envelope: str
    refused: str | None = None  # why the envelope was not believed


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

    def keep(self, asked: Asked, reply: Reply, refused: str | None) -> None:
        """Write one line; it is on the disk when this returns. Raises OSError."""
        kind, judgement = _tag(asked), _tag(reply)
        line = Kept(datetime.now(UTC), asked.id, kind, judgement, asked.envelope, refused)
        with self._turn:
            self._file.write(msgspec.json.encode(line) + b"\n")
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _tag(message: msgspec.Struct) -> str:
    return str(message.__struct_config__.tag)
