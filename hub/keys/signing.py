"""Signatures of the hub, as JSON Web Signatures: EdDSA over Ed25519, compact."""

import base64
from collections.abc import Mapping
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc.jwk import OKPKey
from joserfc.jws import JWSRegistry

from hub.errors import HubError

_ALGORITHM = "EdDSA"


class SignatureBroken(HubError):
    """A token is not what one of our keys signed for this use: altered, of another type, or of another signer."""

    message = "This is not signed by this hub for this use. Ask for it again, and send it as it came."


class _Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that a header of ours holds: another member could change the meaning of a signature."""

    alg: str
    kid: str
    typ: str


_header = msgspec.json.Decoder(_Header).decode
# joserfc's own entry points warn at each use that RFC 9864 prefers the name Ed25519. Partners' libraries know
# the name EdDSA, so its algorithm is called directly.
_signer = JWSRegistry.algorithms[_ALGORITHM]


class SigningKeys:
    """One set of keys, for good: ``current`` signs, the public half of each verifies."""

    def __init__(self, current: str, seeds: Mapping[str, bytes]) -> None:
        self.current = current
        self._keys = {kid: _key_of(seed) for kid, seed in seeds.items()}
        self._heads: dict[str, bytes] = {}  # by typ, which are names in code, so few

    def holds(self, token: str) -> bool:
        """Whether the key that a token names is one of these."""
        try:
            return _header(_bytes(token.partition(".")[0])).kid in self._keys
        except ValueError:
            return False

    def sign(self, payload: bytes, typ: str) -> str:
        """A compact JWS whose header holds alg, kid and typ."""
        head = self._heads.get(typ)
        if head is None:
            told = msgspec.json.encode(_Header(_ALGORITHM, self.current, typ))
            head = self._heads[typ] = _text(told) + b"."
        signed = head + _text(payload)
        return (signed + b"." + _text(_signer.sign(signed, self._keys[self.current]))).decode("ascii")

    def verify(self, token: str, typ: str) -> bytes:
        """The payload. Raises SignatureBroken unless one of these keys signed it with this typ."""
        try:
            head, payload, signature = token.split(".")
            header, told = _header(_bytes(head)), _bytes(payload)
            signed, proof = f"{head}.{payload}".encode("ascii"), _bytes(signature)
        except ValueError:
            raise SignatureBroken(reasons=("signature-malformed",)) from None
        key = self._keys.get(header.kid)
        if header.alg != _ALGORITHM or key is None:
            raise SignatureBroken(reasons=("signature-key-unknown",))
        if header.typ != typ or not _signer.verify(signed, proof, key):
            raise SignatureBroken(reasons=("signature-broken",))
        return told

    def jwks(self) -> dict[str, Any]:
        """The public keys, current first, as a JSON Web Key Set."""
        kids = sorted(self._keys, key=lambda kid: (kid != self.current, kid))
        told = {"use": "sig", "alg": _ALGORITHM}
        return {"keys": [{**self._keys[kid].as_dict(private=False), "kid": kid, **told} for kid in kids]}


def kid_of(seed: bytes) -> str:
    """The name of a signing key: the thumbprint of its public half (RFC 7638)."""
    return _key_of(seed).thumbprint()


def _key_of(seed: bytes) -> OKPKey:
    return OKPKey.import_key(Ed25519PrivateKey.from_private_bytes(seed))


def _text(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
