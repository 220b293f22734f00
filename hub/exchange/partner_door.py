"""The partner door: where partners' systems sign in, ask, answer, and find the hub's public keys."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hub.authentication.tokens import Verifier
from hub.clients import ClientDesk
from hub.exchange import keys, person_info, tokens
from hub.exchange.person_info import PersonInfoDoor, PersonInfoLimits
from hub.exchange.requests import ExchangeDoor, ExchangeLimits, exchange_routes
from hub.exchange.tokens import TokenDoor, TokenLimits
from hub.gate.sign_in import SignIn
from hub.services import Services

REFUSALS_RECORDED = 5  # a second, at most


class PartnerDoor:
    """Its routes stand from the beginning; ``open`` it once the services stand."""

    def __init__(self, token_limits: TokenLimits, person_info_limits: PersonInfoLimits) -> None:
        self._tokens, self._person_info = TokenDoor(token_limits), PersonInfoDoor(person_info_limits)
        self._requests = ExchangeDoor(ExchangeLimits())
        self._services: Services | None = None
        self.routes = [
            Route(keys.PATH, self._keys),
            Route(tokens.PATH, self._tokens),
            Route(person_info.PATH, self._person_info),
            *exchange_routes(self._requests),
        ]

    def open(self, services: Services, verifier: Verifier, desk: ClientDesk) -> None:
        """Let partners in."""
        self._services = services
        self._tokens.open(services, desk)
        self._person_info.open(services, SignIn(verifier, services, REFUSALS_RECORDED))
        self._requests.open(services, SignIn(verifier, services, REFUSALS_RECORDED))

    def end(self) -> None:
        """The hub is about to stop: whoever waits here is answered now."""
        self._requests.end()

    async def _keys(self, _request: Request) -> Response:
        if self._services is None:
            return Response(status_code=503, headers={"Retry-After": "5"})
        return keys.published(self._services.signing)
