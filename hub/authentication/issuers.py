"""Whom we believe about who somebody is."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from hub.errors import ConfigurationError

ALGORITHMS = frozenset({"ES256", "PS256", "EdDSA"})


class Issuer(msgspec.Struct, frozen=True, kw_only=True):
    """One issuer of tokens, and the only keys and algorithms it may sign with.

    ``jwks`` is an inline key set; otherwise ``jwks_url`` says where to fetch it. Exactly one is
    given; the address is https unless it is this machine. ``namespace`` goes before every ``sub``,
    so that two issuers cannot name the same person. It is believed about e-mail addresses in ``email_domains``
    and no others. Raises ConfigurationError for anything else.
    """

    issuer: str
    audience: str
    algorithms: tuple[str, ...] = ("ES256", "PS256", "EdDSA")
    jwks: Mapping[str, Any] | None = None
    jwks_url: str | None = None
    namespace: str = ""
    email_domains: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not self.issuer or not self.audience:
            raise ConfigurationError("An issuer of tokens needs its name and the audience that means this hub.")
        if not self.algorithms or not ALGORITHMS.issuperset(self.algorithms):
            raise ConfigurationError("An issuer signs with ES256, PS256 or EdDSA; nothing else is accepted.")
        if (self.jwks is None) == (self.jwks_url is None):
            raise ConfigurationError("An issuer has either inline keys (jwks) or the address of its keys (jwks_url).")
        if self.jwks_url is not None and not _is_safe(self.jwks_url):
            raise ConfigurationError("The address of an issuer's keys is https, or http on this machine.")


def _is_safe(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in {"127.0.0.1", "::1", "localhost"})
