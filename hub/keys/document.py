"""The key file's document: read, made, and completed with a new current key without losing an old one."""

import base64
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Self

import msgspec

from hub.keys.log_keys import LogKey, LogPart
from hub.keys.private_files import alone, read_private, replace, unusable, write_new
from hub.keys.sealing import ID_BYTES, KEY_BYTES, Sealing, key_id_of
from hub.keys.signing import SigningKeys, kid_of

Part = Literal["sealing", "signing", "log"]


class _SigningPart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``current`` signs; every key's public half is published."""

    current: str  # RFC 7638 thumbprint
    keys: Mapping[str, str]  # key id: base64 of a seed of Ed25519, 32 bytes

    def __repr__(self) -> str:
        return f"_SigningPart(current={self.current!r})"

    def __rich_repr__(self) -> list[tuple[str, str]]:
        return [("current", self.current)]


class KeyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The file as it is written. ``current`` seals; every key in ``sealing`` opens. Never shows a key."""

    v: int
    current: str  # hexadecimal key id
    sealing: Mapping[str, str]  # key id: base64 of 32 bytes
    mac: str  # base64 of 32 bytes
    signing: _SigningPart | None = None
    log: LogPart | None = None

    def __repr__(self) -> str:
        return f"KeyFile(current={self.current!r})"

    def __rich_repr__(self) -> list[tuple[str, str]]:
        return [("current", self.current)]

    @classmethod
    def fresh(cls) -> Self:
        """New keys of every kind."""
        key = os.urandom(KEY_BYTES)
        name = key_id_of(key).hex()
        return cls(1, name, {name: _text(key)}, _text(os.urandom(KEY_BYTES)), _with_new(None), LogPart.fresh())

    def rotated(self, part: Part) -> Self:
        """The same keys and a fresh one, which is current from then on."""
        if part == "signing":
            return msgspec.structs.replace(self, signing=_with_new(self.signing))
        if part == "log":
            return msgspec.structs.replace(self, log=self.log.rotated() if self.log else LogPart.fresh())
        key = os.urandom(KEY_BYTES)
        name = key_id_of(key).hex()
        return msgspec.structs.replace(self, current=name, sealing={**self.sealing, name: _text(key)})

    def kids(self) -> list[str]:
        """The ids of the signing keys, the current one first."""
        keys, current = (self.signing.keys, self.signing.current) if self.signing else ({}, None)
        return sorted(keys, key=lambda kid: (kid != current, kid))

    def keeps(self, former: Self) -> bool:
        """Whether what ``former`` sealed and hashed still opens and is still found, and signing goes on.

        The log's key is the same, or one that can be followed from the former's by endorsements.
        """
        signs = former.signing is None or self.signing is not None
        logs = former.log is None or (self.log is not None and self.log.follows(former.log))
        return signs and logs and self.mac == former.mac and former.sealing.items() <= self.sealing.items()


class Held(msgspec.Struct, frozen=True):
    """A key file ready to use."""

    document: KeyFile
    sealing: Sealing
    signing: SigningKeys | None
    log: LogKey | None


def read_keys(path: Path) -> Held:
    """Read a key file. Raises ConfigurationError that says what is wrong and how to mend it."""
    text = read_private(path)
    try:
        held = _held(msgspec.json.decode(text, type=KeyFile))
    except ValueError:  # without its cause, which could repeat key material
        raise unusable(path, "is truncated or altered. Put back the copy you keep") from None
    if held is None:
        raise unusable(path, "does not hold the key it names. Put back the copy you keep")
    return held


def create_keys(path: Path) -> None:
    """Make fresh keys in a file of mode 0600, whole or not at all. Never overwrites."""
    write_new(path, _written(KeyFile.fresh()))


def rotate_keys(path: Path, part: Part) -> str:
    """Add a fresh current key to the file, in one step and one at a time; its id. Raises ConfigurationError.

    Former keys stay, but for the log's: of that only the public half and its word for the next one do.
    """
    path = path.resolve()  # a link stays a link
    read_private(path)  # says in words what is wrong
    with alone(path):
        document = read_keys(path).document.rotated(part)
        replace(path, _written(document))
    if part == "log":
        return key_name(LogKey.of(document.log)) if document.log else ""
    return document.current if part == "sealing" else document.kids()[0]


def key_name(key: LogKey) -> str:
    """The name of a log's key, for people: the first bytes of its public half."""
    return key.public.hex()[:16]


def _held(document: KeyFile) -> Held | None:
    """None when the document does not hold a key it names. Raises ValueError for text that is no key."""
    keys = {bytes.fromhex(name): _key(value) for name, value in document.sealing.items()}
    current, signing = bytes.fromhex(document.current), document.signing
    if document.v != 1 or current not in keys or any(len(name) != ID_BYTES for name in keys):
        return None
    sealing = Sealing(current, keys, _key(document.mac))
    log = LogKey.of(document.log) if document.log else None
    if signing is None:
        return Held(document, sealing, None, log)
    seeds = {kid: _key(value) for kid, value in signing.keys.items()}
    if signing.current not in seeds or any(kid != kid_of(seed) for kid, seed in seeds.items()):
        return None
    return Held(document, sealing, SigningKeys(signing.current, seeds), log)


def _with_new(signing: _SigningPart | None) -> _SigningPart:
    seed = os.urandom(KEY_BYTES)
    kid = kid_of(seed)
    return _SigningPart(kid, {**(signing.keys if signing else {}), kid: _text(seed)})


def _written(document: KeyFile) -> bytes:
    return msgspec.json.format(msgspec.json.encode(document)) + b"\n"


def _key(text: str) -> bytes:
    key = base64.b64decode(text, validate=True)
    if len(key) != KEY_BYTES:
        raise ValueError("a key has 32 bytes")
    return key


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode()
