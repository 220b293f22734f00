"""Public keys that anybody may have: Ed25519, 32 bytes."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class PublicKey:
    """One public key, ready to verify."""

    def __init__(self, public: bytes) -> None:
        """Raises ValueError for what is no key."""
        self._key = Ed25519PublicKey.from_public_bytes(public)

    def signed(self, signature: bytes, message: bytes) -> bool:
        """Whether the key's private half made this signature over this message."""
        try:
            self._key.verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True
