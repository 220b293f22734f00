"""Sealing under a key that can be destroyed by itself: AES-256-GCM with a random nonce."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hub.keys.sealing import SealBroken

CONTENT_KEY_BYTES = 32
_NONCE_BYTES = 12


class ContentCipher:
    """One key, for at most 2**32 contents."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, content: bytes, context: bytes) -> bytes:
        """Encrypt, bound to ``context``."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, content, context)

    def open(self, sealed: bytes, context: bytes) -> bytes:
        """Decrypt. Raises SealBroken unless this very content was sealed with this context."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], context)
        except (InvalidTag, ValueError):  # ValueError: too short to be sealed at all
            raise SealBroken(reasons=("seal-broken",)) from None
