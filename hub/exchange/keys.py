"""``GET /.well-known/jwks.json``: the hub's public keys, for everybody: what verifies its envelopes and reports."""

from typing import Any, Protocol

import msgspec
from starlette.responses import Response

PATH = "/.well-known/jwks.json"
FRESH_SECONDS = 300  # a verifier that meets an unknown key id looks again at once


class Published(Protocol):
    """What the hub signs with, as everybody may see it."""

    def jwks(self) -> dict[str, Any]:
        """The public keys, the current one first, then former ones."""
        ...


def published(signing: Published) -> Response:
    """The JSON Web Key Set, current and former keys, fresh for some minutes."""
    return Response(
        msgspec.json.encode(signing.jwks()),
        media_type="application/jwk-set+json",
        headers={"Cache-Control": f"public, max-age={FRESH_SECONDS}"},
    )
