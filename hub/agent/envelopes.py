"""The hub's signed word on each request, verified before anything is answered."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec

from hub.authentication.claims import check_header, take_apart
from hub.authentication.issuers import Issuer
from hub.authentication.keys import Fetch, KeyRing, fetch_keys
from hub.authentication.tokens import signed_by
from hub.connectors.envelopes import TYPE
from hub.connectors.pull import wire
from hub.errors import Unauthenticated, Unavailable

OLDEST = timedelta(minutes=5)  # how far the hub's clock and ours may be apart, and a request be under way
_ALGORITHMS = ("EdDSA",)
_TYPES = frozenset({TYPE})


class EnvelopeRefused(Exception):
    """A request does not bear the hub's word for it. ``reason`` names the rule it breaks."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class _Data(msgspec.Struct, frozen=True, rename="camel"):
    data_categories: tuple[str, ...]


class _Named(msgspec.Struct, frozen=True):
    value: str


class Stated(msgspec.Struct, frozen=True, rename="camel"):
    """What the hub states of a request, as far as an agent acts on it."""

    requested_data: _Data
    asserted_purpose: str
    holder_review: _Named | None = None  # by which a person here has permitted it already


class _Claims(msgspec.Struct, frozen=True):
    iss: str
    aud: str
    iat: float
    request_object: Stated = msgspec.field(name="requestObject")


class EnvelopeCheck:
    """Verifies with the keys that the hub publishes; they are read when the first request comes."""

    def __init__(
        self, hub: str, source: str, now: Callable[[], datetime] = lambda: datetime.now(UTC), fetch: Fetch = fetch_keys
    ) -> None:
        """``hub`` is its public address. Raises ConfigurationError where that is neither https nor this machine's."""
        address = hub.rstrip("/")
        keys = f"{address}/.well-known/jwks.json"
        issuer = Issuer(issuer=address, audience=source, algorithms=_ALGORITHMS, jwks_url=keys)
        self._hub, self._source, self._now, self._ring = address, source, now, KeyRing(issuer, fetch)

    async def stated(self, asked: wire.Asked) -> Stated:
        """What the hub signed for this request. Raises EnvelopeRefused."""
        if not asked.envelope:
            raise EnvelopeRefused("envelope-missing")
        try:
            parts = take_apart(asked.envelope)
            kid, algorithm = check_header(parts.header, _ALGORITHMS, _TYPES)
            key = await self._ring.key(kid, algorithm)
        except (Unauthenticated, Unavailable) as refusal:
            raise EnvelopeRefused(refusal.reasons[0]) from refusal
        if not signed_by(key, algorithm, parts):
            raise EnvelopeRefused("envelope-signature")
        try:
            claims = msgspec.convert(parts.claims, _Claims)
        except msgspec.ValidationError as fault:
            raise EnvelopeRefused("envelope-claims") from fault
        self._check(claims, asked)
        return claims.request_object

    def _check(self, claims: _Claims, asked: wire.Asked) -> None:
        if claims.iss.rstrip("/") != self._hub:
            raise EnvelopeRefused("envelope-of-another-hub")
        if claims.aud != self._source:
            raise EnvelopeRefused("envelope-for-another-source")
        if abs(self._now().timestamp() - claims.iat) > OLDEST.total_seconds():
            raise EnvelopeRefused("envelope-too-old")
        if isinstance(asked, wire.Fetch | wire.FetchAdult):
            stated = claims.request_object.requested_data.data_categories
            if not asked.categories <= set(stated):
                raise EnvelopeRefused("envelope-for-other-categories")
