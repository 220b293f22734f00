"""The key that signs the audit log's checkpoints, and how it is followed by another.

A former key's private half is destroyed when its successor is made: whoever takes the key file later
cannot sign in the name of the past. Before that it signs its successor, so that whoever trusts one key
of a log can come to trust the next.
"""

import base64
import os
from typing import Protocol, Self

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.keys.sealing import Keys

_SEED_BYTES = 32


class Endorsement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A former key's word for the one after it. All base64."""

    public: str  # the former key
    successor: str
    signature: str  # by the former key, over ``succession``
    agreed: str = ""  # the same by the successor: anybody could name it as theirs, and only it knows whose it is


class LogPart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """As the key file holds it: the present key's seed, and the former ones' words, the oldest first."""

    seed: str
    endorsements: tuple[Endorsement, ...] = ()

    def __repr__(self) -> str:
        return "LogPart()"

    def __rich_repr__(self) -> list[tuple[str, str]]:
        return []

    @classmethod
    def fresh(cls) -> Self:
        """A key without a past."""
        return cls(_text(os.urandom(_SEED_BYTES)))

    def rotated(self) -> Self:
        """A fresh key, with the present one's word for it and without its seed."""
        former, seed = LogKey.of(self), os.urandom(_SEED_BYTES)
        successor = LogKey(seed, ())
        text = succession(former.public, successor.public)
        word = Endorsement(
            _text(former.public), _text(successor.public), _text(former.sign(text)), _text(successor.sign(text))
        )
        return type(self)(_text(seed), (*self.endorsements, word))

    def follows(self, former: Self) -> bool:
        """Whether this is the same key, or one that it can be followed to from the former."""
        known = LogKey.of(former).public
        return known in {LogKey.of(self).public, *(base64.b64decode(one.public) for one in self.endorsements)}


class LogKey:
    """The present key, ready to sign."""

    def __init__(self, seed: bytes, endorsements: tuple[Endorsement, ...]) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = _public(self._private)
        self.endorsements = endorsements

    @classmethod
    def of(cls, part: LogPart) -> Self:
        """Raises ValueError where the seed is none."""
        return cls(base64.b64decode(part.seed, validate=True), part.endorsements)

    def sign(self, message: bytes) -> bytes:
        """Ed25519, 64 bytes."""
        return self._private.sign(message)


class LogKeys(Keys, Protocol):
    """Keys that a log is kept with: they seal its content, make its hashes and sign its checkpoints."""

    def log_key(self, *, at_once: bool = False) -> LogKey:
        """The key that signs checkpoints now; ``at_once``: not as of a moment ago.

        Raises ConfigurationError where there is none.
        """
        ...


def succession(former: bytes, successor: bytes) -> bytes:
    """What a former key signs: which key comes after it."""
    return f"partnership-hub log key\n{_text(former)}\nis followed by\n{_text(successor)}\n".encode()


def _public(private: Ed25519PrivateKey) -> bytes:
    return private.public_key().public_bytes_raw()


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
