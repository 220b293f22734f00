"""Standard Webhooks: who sent a message, and that nobody changed it."""

import base64
import binascii
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime

from hub.errors import BadInput

_PREFIX = "whsec_"
_SHORTEST, _LONGEST = 24, 64  # bytes, as the specification recommends


def signed(message_id: str, at: datetime, body: bytes, secrets: Iterable[str]) -> Mapping[str, str]:
    """The three headers. Several secrets give several signatures, while a receiver changes from one to the next.

    Raises BadInput for a secret that is not ``whsec_`` and base64 of 24 to 64 bytes.
    """
    stamp = str(int(at.timestamp()))
    content = f"{message_id}.{stamp}.".encode() + body
    signatures = " ".join(f"v1,{_signature(key_of(secret), content)}" for secret in secrets)
    return {"webhook-id": message_id, "webhook-timestamp": stamp, "webhook-signature": signatures}


def key_of(secret: str) -> bytes:
    """The key that a secret stands for. Raises BadInput."""
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(_PREFIX) or not _SHORTEST <= len(key) <= _LONGEST:
        raise BadInput("A webhook secret is whsec_ and then base64 of 24 to 64 random bytes.", ("webhook-secret",))
    return key


def _signature(key: bytes, content: bytes) -> str:
    return base64.b64encode(hmac.digest(key, content, "sha256")).decode()
