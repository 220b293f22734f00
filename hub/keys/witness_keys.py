"""A witness's own key, in a file that only its owner may read. It signs cosignatures and nothing else."""

import base64
import os
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.keys.private_files import read_private, unusable, write_new

_SEED_BYTES = 32


class _KeyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    seed: str  # base64

    def __repr__(self) -> str:
        return f"_KeyFile(name={self.name!r})"

    def __rich_repr__(self) -> list[tuple[str, str]]:
        return [("name", self.name)]


class WitnessKey:
    """Ready to sign. Neither its text nor its representation holds anything of the private half."""

    def __init__(self, name: str, seed: bytes) -> None:
        self.name = name
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._private.public_key().public_bytes_raw()

    def __repr__(self) -> str:
        return f"WitnessKey(name={self.name!r})"

    @classmethod
    def create(cls, path: Path, name: str) -> "WitnessKey":
        """Make a key in a new file of mode 0600. Never overwrites. Raises ConfigurationError."""
        seed = os.urandom(_SEED_BYTES)
        write_new(path, msgspec.json.encode(_KeyFile(name, base64.b64encode(seed).decode())) + b"\n")
        return cls(name, seed)

    @classmethod
    def read(cls, path: Path) -> "WitnessKey":
        """Raises ConfigurationError that says what is wrong and how to mend it."""
        text = read_private(path)
        try:
            told = msgspec.json.decode(text, type=_KeyFile)
            return cls(told.name, base64.b64decode(told.seed, validate=True))
        except ValueError:  # without its cause, which could repeat key material
            raise unusable(path, "is truncated or altered. Make a new witness: hub witness init") from None

    def sign(self, message: bytes) -> bytes:
        """Ed25519, 64 bytes."""
        return self._private.sign(message)
