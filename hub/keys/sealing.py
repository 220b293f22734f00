"""Sealing for one place and keyed hashes for one purpose. What stores know of keys is ``Keys``."""

import hashlib
import hmac
import os
from collections.abc import Mapping
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hub.errors import HubError

KEY_BYTES, ID_BYTES, _NONCE_BYTES = 32, 8, 12
_ENVELOPE = b"\x01"  # version of: version | key id | nonce | ciphertext and tag
ID_AT = len(_ENVELOPE)  # where the key id stands in an envelope
_SEALED_FROM = ID_AT + ID_BYTES + _NONCE_BYTES


class SealBroken(HubError):
    """A sealed value does not open: altered, moved from where it belongs, or sealed by a key we do not hold."""

    message = (
        "A stored value does not open here: it was altered or moved, or its key is missing. "
        "Tell your operator: put back the right key file, or restore the row from a backup."
    )


class Keys(Protocol):
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


class Sealing:
    """One set of keys, for good: ``current`` seals, each of them opens."""

    def __init__(self, current: bytes, keys: Mapping[bytes, bytes], mac: bytes) -> None:
        self.current = current
        self._ciphers = {key_id: AESGCMSIV(key) for key_id, key in keys.items()}
        self._mac = mac
        self._derived: dict[str, hmac.HMAC] = {}

    def holds(self, sealed: bytes) -> bool:
        """Whether the key that an envelope names is one of these."""
        return sealed[ID_AT : ID_AT + ID_BYTES] in self._ciphers

    def seal(self, plaintext: bytes, context: bytes) -> bytes:
        """Encrypt with the current key and a random nonce; the envelope names the key."""
        head, nonce = _ENVELOPE + self.current, os.urandom(_NONCE_BYTES)
        return head + nonce + self._ciphers[self.current].encrypt(nonce, plaintext, head + context)

    def open(self, sealed: bytes, context: bytes) -> bytes:
        """Decrypt with the key that the envelope names. Raises SealBroken."""
        head, nonce = sealed[: ID_AT + ID_BYTES], sealed[ID_AT + ID_BYTES : _SEALED_FROM]
        cipher = self._ciphers.get(head[ID_AT:])
        if head[:ID_AT] != _ENVELOPE or cipher is None:
            raise SealBroken(reasons=("seal-key-unknown",))
        try:
            return cipher.decrypt(nonce, sealed[_SEALED_FROM:], head + context)
        except (InvalidTag, ValueError):  # ValueError: too short to be sealed at all
            raise SealBroken(reasons=("seal-broken",)) from None

    def mac(self, purpose: str, data: bytes) -> bytes:
        """HMAC-SHA256 under a key derived for this purpose by HKDF. Purposes are names in code, so few."""
        keyed = self._derived.get(purpose)
        if keyed is None:
            derive = HKDF(SHA256(), KEY_BYTES, salt=None, info=b"hub mac\x00" + purpose.encode())
            keyed = self._derived[purpose] = hmac.new(derive.derive(self._mac), digestmod="sha256")
        keyed = keyed.copy()  # hmac.digest lets go of the interpreter lock, which a busy hub is slow to get back
        keyed.update(data)
        return keyed.digest()


def key_id_of(key: bytes) -> bytes:
    """The name of a sealing key, which tells nothing of it."""
    return hashlib.sha256(b"hub key id" + key).digest()[:ID_BYTES]
