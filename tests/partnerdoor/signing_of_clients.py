"""Tokens of the hub with other claims than it gave them."""

import base64
import json
from typing import Any


def changed(token: str, signing: Any = None, typ: str = "at+jwt", **claims: Any) -> str:
    """The same token with these claims: signed anew by the hub where ``signing`` is given, else stitched together."""
    head, body, signature = token.split(".")
    told = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))) | claims
    payload = json.dumps(told).encode()
    if signing is not None:
        made: str = signing.sign(payload, typ=typ)
        return made
    return f"{head}.{base64.urlsafe_b64encode(payload).decode().rstrip('=')}.{signature}"
