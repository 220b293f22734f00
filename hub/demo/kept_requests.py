"""What a simulated partner keeps of the requests that reach it: each signed envelope once, and nothing else.

One line for each in ``<partner>-requests.log`` of the state folder, for ``docs/examples/verify_envelope.py``.
"""

from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

_MOST_REMEMBERED = 256


class Keeping:
    """ASGI middleware that keeps envelopes as they come."""

    def __init__(self, app: ASGIApp, state: Path, partner: str) -> None:
        self._app, self._file = app, state / f"{partner}-requests.log"
        self._known: dict[str, None] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Keep, then pass on."""
        if scope["type"] == "http":
            for name, value in scope["headers"]:
                if name == b"hub-request":
                    self._keep(value.decode("ascii"))
        await self._app(scope, receive, send)

    def _keep(self, envelope: str) -> None:
        if envelope in self._known:
            return
        while len(self._known) >= _MOST_REMEMBERED:
            del self._known[next(iter(self._known))]
        self._known[envelope] = None
        with self._file.open("a") as file:
            file.write(envelope + "\n")
