"""Files that only their owner may read: read, made once, replaced whole."""

import fcntl
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hub.errors import ConfigurationError

Mark = tuple[int, ...]  # tells one state of a file from the next, however it was changed


def unusable(path: Path, what: str) -> ConfigurationError:
    """The refusal of a key file: which, and what to do about it."""
    return ConfigurationError(f"The key file {path.name} {what}.")


def mark_of(path: Path) -> Mark | None:
    """The file's present state. None where there is none to be had."""
    try:
        now = path.stat()
    except OSError:
        return None
    return now.st_ino, now.st_size, now.st_mtime_ns, now.st_ctime_ns  # ctime: somebody opened it to others


def read_private(path: Path) -> bytes:
    """The file's bytes. Raises ConfigurationError unless it is its owner's alone."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if not stat.S_ISREG(mode) or mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise unusable(path, f"can be reached by other users. Run: chmod 600 {path.name}")
            return file.read()
    except FileNotFoundError:
        raise unusable(path, "is not there. Make one, once, or put back the copy you keep") from None
    except OSError as fault:
        raise unusable(path, f"cannot be read ({fault.strerror}). Give the hub's user mode 0600 on it") from fault


def write_new(path: Path, content: bytes) -> None:
    """Write a whole file of mode 0600 under a name that is free: linking refuses to replace, and shows no half file."""
    try:
        with _beside(path, content) as temporary:
            os.link(temporary, path)
    except FileExistsError:
        raise unusable(path, "is there already and keys are never overwritten. Use it, or name another") from None
    except OSError as fault:
        raise unusable(path, f"cannot be written ({fault.strerror}). Name a folder you may write") from fault


def replace(path: Path, content: bytes) -> None:
    """Put a whole file in this one's place, of the same mode and owner, at once or not at all."""
    try:
        before = path.stat()
        with _beside(path, content) as temporary:
            os.chown(temporary, before.st_uid, before.st_gid)  # root may rotate the keys of the hub's own user
            temporary.chmod(stat.S_IMODE(before.st_mode))
            temporary.replace(path)
    except OSError as fault:
        raise unusable(path, f"cannot be replaced ({fault.strerror}). Run this as the file's owner") from fault


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """One change of the file at a time, over every process of this machine."""
    while True:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            now = path.stat()
            if now.st_ino == os.fstat(file.fileno()).st_ino:  # else somebody replaced it while we waited
                yield
                return


@contextmanager
def _beside(path: Path, content: bytes) -> Iterator[Path]:
    """A durable temporary file in the same folder; whatever became of it in the block is durable afterwards."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # of mode 0600
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
