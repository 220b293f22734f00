"""What a witness remembers: files that people can read, each replaced whole and durable before anything is said.

For each log, under the SHA-256 of its origin: ``trusted/`` which keys it is believed with, ``cosigned/``
the newest checkpoint with the witness's own signature, or that there is none yet, ``refused/`` checkpoints that
contradict it. What is trusted and has no file in ``cosigned/`` was deleted there.
"""

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import msgspec

from hub.audit.notes import Checkpoint, NoteBroken, SignedNote, VerifierKey, parse_checkpoint, parse_note, verify
from hub.errors import ConfigurationError, Conflict, NotFound

MOST_REFUSED = 32  # kept of each log and kind: whoever floods a witness fills no disk
_NOTHING = b"nothing cosigned yet\n"
_T = TypeVar("_T")


class Succession(msgspec.Struct, frozen=True):
    """A former key of a log, and the one that it endorsed: as verifier keys."""

    former: str
    successor: str
    at: int


class Trusted(msgspec.Struct, frozen=True):
    """A log that is followed, and the verifier keys that it is believed with."""

    origin: str
    keys: tuple[str, ...]
    followed: tuple[Succession, ...] = ()


class Refused(msgspec.Struct, frozen=True):
    """Evidence for people: a checkpoint that the log signed and that contradicts the one cosigned before."""

    origin: str
    at: int  # seconds since 1970
    why: str
    checkpoint: str  # the signed note as it came
    newest: str  # the note cosigned before, at that time
    old: int
    proof: tuple[str, ...]  # base64


class Memory:
    """The folder of one witness."""

    def __init__(self, folder: Path, key: VerifierKey) -> None:
        self._folder, self._key = folder, key

    def follow(self, trusted: Trusted, instead_of: Trusted | None = None) -> bool:
        """Follow a log with these keys and no others; False where ``instead_of`` is not what stands any more.

        Raises ConfigurationError, also where what was cosigned of the log is not as this witness wrote it.
        """
        log = log_id(trusted.origin)
        try:
            with self._changing("trust.lock", wait=True):
                if instead_of is not None and self.trusted(trusted.origin) != instead_of:
                    return False  # the administrator's word comes first
                if not self._is_trusted(log) and not (self._folder / "cosigned" / log).exists():
                    self._replace("cosigned", log, _NOTHING)
                self.newest_of(log)
                self._replace("trusted", log, msgspec.json.format(msgspec.json.encode(trusted)))
        except OSError as fault:
            raise ConfigurationError(f"The witness's folder cannot be written ({fault.strerror}).") from fault
        return True

    def trusted(self, origin: str) -> Trusted:
        """Raises NotFound for a log that is not followed."""
        try:
            return _decoded(self._folder / "trusted" / log_id(origin), Trusted)
        except FileNotFoundError:
            raise NotFound("This witness does not follow a log of that origin.") from None

    def all(self) -> list[Trusted]:
        """Every log that is followed."""
        files = sorted((self._folder / "trusted").glob("*"))
        return sorted((_decoded(one, Trusted) for one in files), key=lambda one: one.origin)

    def newest(self, origin: str) -> tuple[SignedNote, Checkpoint] | None:
        """The newest checkpoint cosigned; None before the first.

        Raises ConfigurationError where it is not as this witness wrote it, or not there any more.
        """
        return self.newest_of(log_id(origin))

    def newest_of(self, log: str) -> tuple[SignedNote, Checkpoint] | None:
        """The same by the log's id."""
        path = self._folder / "cosigned" / log
        try:
            kept = path.read_bytes()
            if kept == _NOTHING:
                return None
            note = parse_note(kept.decode())
            checkpoint = parse_checkpoint(note.text)
        except FileNotFoundError:
            if self._is_trusted(log):
                raise _altered(path, "was deleted") from None
            return None
        except (NoteBroken, UnicodeDecodeError):
            raise _altered(path) from None
        if log_id(checkpoint.origin) != log or not verify(note, self._key):
            raise _altered(path)
        return note, checkpoint

    def remember(self, origin: str, note: SignedNote) -> None:
        """Make a cosigned checkpoint the newest. Durable when this returns. Raises OSError."""
        self._replace("cosigned", log_id(origin), note.render().encode())

    def keep(self, refused: Refused) -> None:
        """Keep evidence, once for each checkpoint and kind of contradiction. Raises OSError."""
        what, text = (hashlib.sha256(one.encode()).hexdigest()[:16] for one in (refused.why, refused.checkpoint))
        kind = f"{log_id(refused.origin)}.{what}"
        kept = [one.name for one in (self._folder / "refused").glob(f"{kind}.*")]
        if len(kept) < MOST_REFUSED and f"{kind}.{text}" not in kept:
            self._replace("refused", f"{kind}.{text}", msgspec.json.format(msgspec.json.encode(refused)))

    def refused(self, origin: str) -> list[Refused]:
        """Evidence of one log, the oldest first."""
        files = (self._folder / "refused").glob(f"{log_id(origin)}.*")
        return sorted((_decoded(one, Refused) for one in files), key=lambda one: one.at)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Serve from this folder, as its only server. Raises Conflict while another process does."""
        with self._changing("serve.lock", wait=False):
            yield

    def _is_trusted(self, log: str) -> bool:
        return (self._folder / "trusted" / log).exists()

    @contextmanager
    def _changing(self, name: str, *, wait: bool) -> Iterator[None]:
        with (self._folder / name).open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError:
                raise Conflict("Another process serves this witness already. Stop it first.") from None
            yield

    def _replace(self, kind: str, name: str, content: bytes) -> None:
        folder = self._folder / kind
        folder.mkdir(exist_ok=True)
        # Opened first: whoever has no descriptor left afterwards could not make it durable.
        with _opened(folder) as inner, _opened(self._folder) as outer:
            handle, temporary = tempfile.mkstemp(dir=self._folder, prefix=".new-")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                Path(temporary).replace(folder / name)
            finally:
                Path(temporary).unlink(missing_ok=True)
            os.fsync(inner)
            os.fsync(outer)


def log_id(origin: str) -> str:
    """The name of a log in addresses and files."""
    return hashlib.sha256(origin.encode()).hexdigest()


def _decoded(path: Path, kind: type[_T]) -> _T:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except msgspec.DecodeError:
        raise _altered(path) from None


def _altered(path: Path, what: str = "is not as this witness wrote it") -> ConfigurationError:
    return ConfigurationError(
        f"The witness's file {path.parent.name}/{path.name[:16]}… {what}. A witness that forgot is none: find out why, "
        "and make a new one with a new key rather than put back a backup."
    )


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    handle = os.open(folder, os.O_RDONLY)
    try:
        yield handle
    finally:
        os.close(handle)
