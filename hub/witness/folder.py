"""A witness's folder: made once, opened by its commands, and shown to its administrator."""

import re
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from hub.audit.notes import Kind, NoteBroken, VerifierKey, cosigned_at, parse_verifier_key
from hub.errors import BadInput, ConfigurationError
from hub.keys.witness_keys import WitnessKey
from hub.witness.memory import Memory, Refused, Trusted
from hub.witness.witness import Witness

KEY = "key.json"


class FollowedLog(msgspec.Struct, frozen=True):
    """What the witness knows of one log."""

    origin: str
    keys: tuple[str, ...]
    size: int | None  # None before the first checkpoint
    root: str | None  # hexadecimal
    cosigned: str | None  # when, RFC 3339
    note: str | None
    refused: tuple[Refused, ...]


class WitnessStatus(msgspec.Struct, frozen=True):
    """What ``hub witness status`` tells."""

    name: str
    key: str  # as hubs name it in their settings
    logs: tuple[FollowedLog, ...]


def make_witness(folder: Path, name: str) -> str:
    """Make a witness's folder and key; its verifier key. Raises BadInput or ConfigurationError."""
    if not re.fullmatch(r"[^\s+]{1,200}", name):
        raise BadInput("A witness's name has no spaces and no +, for example audit.derwent.example/witness.")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as fault:
        raise ConfigurationError(f"The folder cannot be made ({fault.strerror}). Name another.") from fault
    return _verifier(WitnessKey.create(folder / KEY, name)).render()


def trust(folder: Path, origin: str, keys: Sequence[str]) -> None:
    """Follow a log, signed by these keys and no others. Raises BadInput or ConfigurationError."""
    if not keys or not origin or any(character < " " for character in origin):
        raise BadInput("Name the log's origin, and one verifier key of it or more.")
    try:
        parsed = [parse_verifier_key(key) for key in keys]
    except NoteBroken as broken:
        raise BadInput(f"One of the keys cannot be used: {broken}. `hub audit origin` of the hub prints it.") from None
    if any(key.kind is not Kind.LOG for key in parsed):
        raise BadInput("A log's key is wanted, and not a witness's. `hub audit origin` of the hub prints it.")
    memory, _ = _opened(folder)
    known = {one.origin: one.followed for one in memory.all()}
    memory.follow(Trusted(origin, tuple(key.render() for key in parsed), known.get(origin, ())))


def open_witness(folder: Path) -> tuple[Witness, Memory]:
    """The witness of a folder, and its memory. Raises ConfigurationError."""
    memory, key = _opened(folder)
    for one in memory.all():
        memory.newest(one.origin)  # what was altered is said at the start
    return Witness(key, memory, lambda: int(time.time())), memory


def status_of(folder: Path) -> WitnessStatus:
    """What the witness knows. Raises ConfigurationError."""
    memory, key = _opened(folder)
    logs = tuple(_told(memory, one, _verifier(key)) for one in memory.all())
    return WitnessStatus(key.name, _verifier(key).render(), logs)


def _opened(folder: Path) -> tuple[Memory, WitnessKey]:
    if not (folder / KEY).exists():
        raise ConfigurationError(
            "There is no witness in that folder. Name a witness's own folder, or make a new witness: hub witness init"
        )
    key = WitnessKey.read(folder / KEY)
    return Memory(folder, _verifier(key)), key


def _verifier(key: WitnessKey) -> VerifierKey:
    return VerifierKey(key.name, Kind.WITNESS, key.public)


def _told(memory: Memory, log: Trusted, key: VerifierKey) -> FollowedLog:
    refused, newest = tuple(memory.refused(log.origin)), memory.newest(log.origin)
    if newest is None:
        return FollowedLog(log.origin, log.keys, None, None, None, None, refused)
    note, checkpoint = newest
    at = datetime.fromtimestamp(cosigned_at(note, key) or 0, UTC).isoformat().replace("+00:00", "Z")
    return FollowedLog(log.origin, log.keys, checkpoint.size, checkpoint.root.hex(), at, note.render(), refused)
