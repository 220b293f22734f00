"""The hub's secret keys: what seals personal values at rest and what makes keyed hashes.

Stores know only ``KeyProvider``. Today the keys stand in one file; a transit engine or a key
service can stand behind the same four calls.
"""

import base64
import hashlib
import hmac
import os
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol, Self

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hub.errors import ConfigurationError, HubError

_KEY_BYTES, _ID_BYTES, _NONCE_BYTES = 32, 8, 12
_ENVELOPE = b"\x01"  # version of: version | key id | nonce | ciphertext and tag
_SEALED_FROM = 1 + _ID_BYTES + _NONCE_BYTES


class SealBroken(HubError):
    """A sealed value does not open: altered, moved from where it belongs, or sealed by a key we do not hold."""

    message = (
        "A stored value does not open here: it was altered or moved, or its key is missing. "
        "Tell your operator: put back the right key file, or restore the row from a backup."
    )


class KeyProvider(Protocol):
    """Seals values for one place and makes keyed hashes for one purpose. Safe to call from any thread."""

    def seal(self, plaintext: bytes, context: bytes) -> bytes:
        """Encrypt, bound to ``context``: what comes back opens with the same context only."""
        ...

    def open(self, sealed: bytes, context: bytes) -> bytes:
        """Decrypt. Raises SealBroken unless this very value was sealed with this context."""
        ...

    def mac(self, purpose: str, data: bytes) -> bytes:
        """32 bytes that nobody without the key can make or link between purposes (HMAC-SHA256)."""
        ...


class _KeyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file's document. ``current`` seals; every key in ``sealing`` opens."""

    v: int
    current: str  # hexadecimal key id
    sealing: Mapping[str, str]  # key id: base64 of 32 bytes
    mac: str  # base64 of 32 bytes


class FileKeys:
    """A ``KeyProvider`` over one JSON file that only its owner may read."""

    def __init__(self, current: bytes, sealing: Mapping[bytes, bytes], mac: bytes) -> None:
        self._current = current
        self._ciphers = {key_id: AESGCMSIV(key) for key_id, key in sealing.items()}
        self._mac = mac
        self._derived: dict[str, hmac.HMAC] = {}

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a key file. Raises ConfigurationError that says what is wrong and how to mend it."""
        text = _read_private(path)
        try:
            document = msgspec.json.decode(text, type=_KeyFile)
            sealing = {bytes.fromhex(name): _key(value) for name, value in document.sealing.items()}
            current, mac = bytes.fromhex(document.current), _key(document.mac)
        except ValueError:  # without its cause, which could repeat key material
            raise _unusable(path, "is truncated or altered. Put back the copy you keep") from None
        if document.v != 1 or current not in sealing or any(len(name) != _ID_BYTES for name in sealing):
            raise _unusable(path, "does not hold the key it names. Put back the copy you keep")
        return cls(current, sealing, mac)

    @classmethod
    def create(cls, path: Path) -> Self:
        """Make fresh keys in a file of mode 0600, whole or not at all. Never overwrites."""
        key, mac = os.urandom(_KEY_BYTES), os.urandom(_KEY_BYTES)
        name = hashlib.sha256(b"hub key id" + key).digest()[:_ID_BYTES]
        document = _KeyFile(1, name.hex(), {name.hex(): _text(key)}, _text(mac))
        try:
            _write_new(path, msgspec.json.format(msgspec.json.encode(document)) + b"\n")
        except FileExistsError:
            raise _unusable(path, "is there already and keys are never overwritten. Use it, or name another") from None
        except OSError as fault:
            raise _unusable(path, f"cannot be written ({fault.strerror}). Name a folder you may write") from fault
        return cls(name, {name: key}, mac)

    def seal(self, plaintext: bytes, context: bytes) -> bytes:
        """Encrypt with the current key and a random nonce; the envelope names the key."""
        head, nonce = _ENVELOPE + self._current, os.urandom(_NONCE_BYTES)
        return head + nonce + self._ciphers[self._current].encrypt(nonce, plaintext, head + context)

    def open(self, sealed: bytes, context: bytes) -> bytes:
        """Decrypt with the key that the envelope names. Raises SealBroken."""
        head, nonce = sealed[: 1 + _ID_BYTES], sealed[1 + _ID_BYTES : _SEALED_FROM]
        cipher = self._ciphers.get(head[1:])
        if head[:1] != _ENVELOPE or cipher is None:
            raise SealBroken(reasons=("seal-key-unknown",))
        try:
            return cipher.decrypt(nonce, sealed[_SEALED_FROM:], head + context)
        except (InvalidTag, ValueError):  # ValueError: too short to be sealed at all
            raise SealBroken(reasons=("seal-broken",)) from None

    def mac(self, purpose: str, data: bytes) -> bytes:
        """HMAC-SHA256 under a key derived for this purpose by HKDF. Purposes are names in code, so few."""
        keyed = self._derived.get(purpose)
        if keyed is None:
            derive = HKDF(SHA256(), _KEY_BYTES, salt=None, info=b"hub mac\x00" + purpose.encode())
            keyed = self._derived[purpose] = hmac.new(derive.derive(self._mac), digestmod="sha256")
        keyed = keyed.copy()  # hmac.digest lets go of the interpreter lock, which a busy hub is slow to get back
        keyed.update(data)
        return keyed.digest()


def _read_private(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if not stat.S_ISREG(mode) or mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise _unusable(path, f"can be reached by other users. Run: chmod 600 {path.name}")
            return file.read()
    except FileNotFoundError:
        raise _unusable(path, "is not there. Make one, once, or put back the copy you keep") from None
    except OSError as fault:
        raise _unusable(path, f"cannot be read ({fault.strerror}). Give the hub's user mode 0600 on it") from fault


def _write_new(path: Path, content: bytes) -> None:
    """Write a whole file under a name that is free: linking refuses to replace, and shows no half file."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:  # mkstemp made it 0600
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(temporary, path)
    finally:
        Path(temporary).unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _key(text: str) -> bytes:
    key = base64.b64decode(text, validate=True)
    if len(key) != _KEY_BYTES:
        raise ValueError("a key has 32 bytes")
    return key


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode()


def _unusable(path: Path, what: str) -> ConfigurationError:
    return ConfigurationError(f"The key file {path.name} {what}.")
