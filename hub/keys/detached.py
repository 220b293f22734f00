"""Signatures of others over documents: detached compact JWS (RFC 7515, appendix F), EdDSA or ES256.

The keys here are the parties' own, never the hub's. A private one is held for one signature and is never shown.
"""

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey
from joserfc.jws import JWSRegistry

from hub.errors import BadInput
from hub.keys.private_files import read_private, write_new

_ALGORITHMS = {("OKP", "Ed25519"): "EdDSA", ("EC", "P-256"): "ES256"}
_KINDS: Mapping[str, type[OKPKey] | type[ECKey]] = {"OKP": OKPKey, "EC": ECKey}
_NO_KEY = (
    "This file holds no private key that signs agreements: an Ed25519 key as JWK or PEM. `hub agreement key` makes one."
)


class _Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that such a signature's header may hold: another member could change what was signed."""

    alg: str
    kid: str | None = None


_header = msgspec.json.Decoder(_Header).decode


class PartyKey:
    """A party's private key. Neither its text nor its representation holds anything of it."""

    def __init__(self, key: OKPKey) -> None:
        self._key = key

    def __repr__(self) -> str:
        return "PartyKey()"

    @classmethod
    def read(cls, file: Path) -> "PartyKey":
        """A key from a file of mode 0600, JWK or PEM. Raises BadInput, or ConfigurationError for an open file."""
        text = read_private(file)
        try:
            told: Any = msgspec.json.decode(text) if text.lstrip().startswith(b"{") else text
            key = OKPKey.import_key(told)
            usable = bool(key.is_private) and key.curve_name == "Ed25519"
        except (ValueError, TypeError, JoseError):
            usable = False
        if not usable:
            raise BadInput(_NO_KEY, ("party-key",)) from None
        return cls(key)

    @property
    def public(self) -> dict[str, str]:
        """The public half, as it stands in a document."""
        told = self._key.as_dict(private=False)
        return {name: str(told[name]) for name in ("kty", "crv", "x")}

    def sign(self, payload: bytes) -> str:
        """A detached signature over these bytes, which names this key by its thumbprint."""
        head = _text(msgspec.json.encode(_Header("EdDSA", self._key.thumbprint())))
        signed = JWSRegistry.algorithms["EdDSA"].sign(head + b"." + _text(payload), self._key)
        return f"{head.decode()}..{_text(signed).decode()}"


def make_party_key(file: Path) -> PartyKey:
    """Make a key and keep it, as JWK, in a new file of mode 0600. Never overwrites."""
    key = OKPKey.import_key(Ed25519PrivateKey.generate())
    write_new(file, msgspec.json.encode(key.as_dict(private=True)) + b"\n")
    return PartyKey(key)


def thumbprint(public: Mapping[str, str]) -> str:
    """The name of a public key by its content (RFC 7638). Raises ValueError for what is no key of ours."""
    _, key = _imported(public)
    return str(key.thumbprint())


def signed_by(signature: str, payload: bytes, keys: list[Mapping[str, str]]) -> Mapping[str, str] | None:
    """Which of these public keys signed these bytes; None where none did, or the signature is malformed."""
    try:
        head, nothing, proof = signature.split(".")
        header, signed = _header(_bytes(head)), head.encode("ascii") + b"." + _text(payload)
        proven = _bytes(proof)
    except ValueError:
        return None
    for public in () if nothing else keys:
        algorithm, key = _imported(public)
        named = header.kid in {None, public.get("kid"), key.thumbprint()}
        if header.alg == algorithm and named and JWSRegistry.algorithms[algorithm].verify(signed, proven, key):
            return public
    return None


def _imported(public: Mapping[str, str]) -> tuple[str, OKPKey | ECKey]:
    algorithm = _ALGORITHMS.get((public.get("kty", ""), public.get("crv", "")))
    if algorithm is None or "d" in public:
        raise ValueError("a public key of Ed25519 or P-256, as JWK")
    kind = _KINDS[public["kty"]]
    try:
        key = kind.import_key({name: public[name] for name in ("kty", "crv", "x", "y") if public.get(name)})
        key.thumbprint()
        _ = key.public_key  # a point that is not on the curve is refused here
    except (ValueError, TypeError, KeyError, JoseError) as fault:
        raise ValueError("not a usable public key") from fault
    return algorithm, key


def _text(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
