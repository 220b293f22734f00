"""The public keys of one issuer: read strictly, fetched when needed, refreshed seldom."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey, import_key

from hub.authentication.issuers import Issuer
from hub.domain.answers import SourceFailed
from hub.errors import ConfigurationError, Unauthenticated, Unavailable
from hub.outbound import PartnerHttp

AsymmetricKey = ECKey | RSAKey | OKPKey
Fetch = Callable[[str], Awaitable[Any]]  # address -> decoded JSON; raises SourceFailed

REFRESH_SECONDS = 30.0  # an unknown key id makes us look again at most this often
STALE_SECONDS = 600.0  # a key that the issuer took away is forgotten after this long
FETCH_SECONDS = 5.0
_LARGEST_KEY_SET = 256 * 1024
_SMALLEST_RSA = 2048
_CURVES = {"ES256": "P-256", "EdDSA": "Ed25519"}


class KeyRing:
    """One issuer's keys by key id.

    Keys that cannot sign with one of the issuer's algorithms are left out. A symmetric key
    anywhere in the set refuses the whole set: whoever publishes one has published a secret.
    """

    def __init__(self, issuer: Issuer, fetch: Fetch, clock: Callable[[], float] = time.monotonic) -> None:
        self._issuer, self._fetch, self._clock = issuer, fetch, clock
        self._keys: Mapping[tuple[str, str], AsymmetricKey] = {}
        self._tried_at = self._read_at = float("-inf")
        self._looking = asyncio.Lock()
        if issuer.jwks is not None:
            self._keys = read_keys(issuer.jwks, issuer.algorithms)
            self._read_at = float("inf")

    async def key(self, kid: str, algorithm: str) -> AsymmetricKey:
        """The key of this id that fits the algorithm.

        Raises Unauthenticated(token-unknown-key), or Unavailable when the keys cannot be read:
        keys once read are used for at most twice ``STALE_SECONDS``.
        """
        if (kid, algorithm) not in self._keys or self._age() > STALE_SECONDS:
            await self._look_again()
        if self._age() > 2 * STALE_SECONDS:
            raise Unavailable(
                "The hub cannot read the sign-in service's keys. Try again in a minute.", ("issuer-keys-unavailable",)
            )
        found = self._keys.get((kid, algorithm))
        if found is None:
            raise Unauthenticated(reasons=("token-unknown-key",))
        return found

    def _age(self) -> float:
        return self._clock() - self._read_at

    async def _look_again(self) -> None:
        async with self._looking:
            if self._issuer.jwks_url is None or self._clock() - self._tried_at < REFRESH_SECONDS:
                return
            self._tried_at = self._clock()
            with contextlib.suppress(SourceFailed, ConfigurationError, TimeoutError):
                async with asyncio.timeout(FETCH_SECONDS):
                    document = await self._fetch(self._issuer.jwks_url)
                self._keys = read_keys(document, self._issuer.algorithms)
                self._read_at = self._clock()


def read_keys(document: Any, algorithms: tuple[str, ...]) -> dict[tuple[str, str], AsymmetricKey]:
    """Keys by id and algorithm. Raises ConfigurationError for a set that cannot be used at all."""
    entries = document.get("keys") if isinstance(document, Mapping) else None
    if not isinstance(entries, list):
        raise ConfigurationError("The issuer's key set is not a JSON Web Key Set.")
    if any(not isinstance(entry, Mapping) or entry.get("kty") == "oct" for entry in entries):
        raise ConfigurationError("The issuer's key set holds a symmetric key, so none of it is used.")
    return {
        (str(entry["kid"]), algorithm): key
        for entry in entries
        if isinstance(entry.get("kid"), str) and entry.get("use", "sig") == "sig"
        if (key := _public_key(entry)) is not None
        for algorithm in algorithms
        if entry.get("alg", algorithm) == algorithm and _fits(key, algorithm)
    }


def _public_key(entry: Mapping[str, Any]) -> AsymmetricKey | None:
    """The key of one entry, or None where its type, curve or numbers mean nothing to us."""
    if entry.get("kty") == "RSA" and len(str(entry.get("n"))) * 6 < _SMALLEST_RSA:
        return None  # plainly too short: not worth joserfc's warning
    try:
        key = import_key(dict(entry))
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    return key if isinstance(key, ECKey | RSAKey | OKPKey) and not key.is_private else None


def _fits(key: AsymmetricKey, algorithm: str) -> bool:
    if isinstance(key, RSAKey):
        return algorithm == "PS256" and key.public_key.key_size >= _SMALLEST_RSA
    return _CURVES.get(algorithm) == key.curve_name


async def fetch_keys(address: str) -> Any:
    """GET a key set by the hub's one way out. Raises SourceFailed."""
    parts = urlsplit(address)
    http = PartnerHttp(f"{parts.scheme}://{parts.netloc}", max_bytes=_LARGEST_KEY_SET, concurrency=1)
    try:
        return await http.get_json((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
    finally:
        await http.close()
