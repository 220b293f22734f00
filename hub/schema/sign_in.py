"""Who asks: the bearer token of a request, and the record of those that are refused."""

import time
from collections.abc import Callable

import structlog
from starlette.types import Scope

from hub import oversight
from hub.authentication.tokens import Verifier
from hub.domain.principals import Principal
from hub.errors import Unauthenticated
from hub.services import Services

_log = structlog.get_logger("hub.schema")


class SignIn:
    """Turns a request's token into a Principal.

    A refused token is evidence. Somebody who sends thousands must not fill the log with them, so at
    most ``recorded`` a second are written; how many were not is logged with the next one that is.
    """

    def __init__(
        self, verifier: Verifier, services: Services, recorded: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._verifier, self._services, self._most, self._clock = verifier, services, recorded, clock
        self._second, self._written, self._unwritten = 0, 0, 0

    async def principal(self, scope: Scope) -> Principal:
        """The one bearer. Raises Unauthenticated, recorded; or AuditUnavailable when it cannot be."""
        try:
            return await self._verifier.principal(_bearer(scope))
        except Unauthenticated as refusal:
            await self._record(refusal.reasons[0])
            raise

    async def _record(self, reason: str) -> None:
        second = int(self._clock())
        if second != self._second:
            self._second, self._written = second, 0
        if self._written >= self._most:
            self._unwritten += 1
            return
        self._written += 1
        if self._unwritten:
            _log.warning("refused_sign_ins_not_recorded", count=self._unwritten)
            self._unwritten = 0
        await oversight.refused_sign_in(reason, self._services)


def _bearer(scope: Scope) -> str:
    sent: list[bytes] = [value for name, value in scope["headers"] if name == b"authorization"]
    if not sent:
        raise Unauthenticated(reasons=("token-missing",))
    scheme, _, token = sent[0].decode("latin-1").strip().partition(" ")
    if len(sent) > 1 or scheme.lower() != "bearer" or not token:
        raise Unauthenticated(reasons=("token-malformed",))
    return token.strip()
