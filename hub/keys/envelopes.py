"""One value under a data key of its own. The data key is stored beside it, wrapped by a KeyProvider."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from hub.keys.sealing import KEY_BYTES, SealBroken

_NONCE_BYTES = 12
_ENVELOPE = b"\x01"  # version of: version | nonce | ciphertext and tag
_SEALED_FROM = len(_ENVELOPE) + _NONCE_BYTES


def fresh_data_key() -> bytes:
    """256 random bits, to seal one value with."""
    return os.urandom(KEY_BYTES)


def seal_with(data_key: bytes, plaintext: bytes, context: bytes) -> bytes:
    """Encrypt one value under its own data key, bound to ``context`` (AES-256-GCM-SIV)."""
    nonce = os.urandom(_NONCE_BYTES)
    return _ENVELOPE + nonce + AESGCMSIV(data_key).encrypt(nonce, plaintext, _ENVELOPE + context)


def open_with(data_key: bytes, sealed: bytes, context: bytes) -> bytes:
    """Decrypt. Raises SealBroken unless this value was sealed under this data key with this context."""
    nonce, ciphertext = sealed[len(_ENVELOPE) : _SEALED_FROM], sealed[_SEALED_FROM:]
    if not sealed.startswith(_ENVELOPE) or len(data_key) != KEY_BYTES:
        raise SealBroken(reasons=("seal-broken",))
    try:
        return AESGCMSIV(data_key).decrypt(nonce, ciphertext, _ENVELOPE + context)
    except (InvalidTag, ValueError):  # ValueError: too short to be sealed at all
        raise SealBroken(reasons=("seal-broken",)) from None
