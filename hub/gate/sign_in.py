"""Who asks: the bearer token of a request, and the record of those that are refused."""

import time
from collections.abc import Callable

from starlette.types import Scope

from hub.authentication.tokens import Verifier
from hub.domain.principals import Principal
from hub.errors import Unauthenticated
from hub.gate.refused_sign_ins import RefusedSignIns
from hub.services import Services


class SignIn:
    """Turns a request's token into a Principal. A refused token is evidence, at most ``recorded`` of them a second."""

    def __init__(
        self, verifier: Verifier, services: Services, recorded: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._verifier, self._refused = verifier, RefusedSignIns(services, recorded, clock)

    async def principal(self, scope: Scope) -> Principal:
        """The one bearer. Raises Unauthenticated, recorded; or AuditUnavailable when it cannot be."""
        try:
            return await self._verifier.principal(_bearer(scope))
        except Unauthenticated as refusal:
            await self._refused.record(refusal.reasons[0])
            raise


def _bearer(scope: Scope) -> str:
    sent: list[bytes] = [value for name, value in scope["headers"] if name == b"authorization"]
    if not sent:
        raise Unauthenticated(reasons=("token-missing",))
    scheme, _, token = sent[0].decode("latin-1").strip().partition(" ")
    if len(sent) > 1 or scheme.lower() != "bearer" or not token:
        raise Unauthenticated(reasons=("token-malformed",))
    return token.strip()
