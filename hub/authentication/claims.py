"""What a token must say, and how strictly it is read. Nothing here believes a signature."""

import json
import math
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple, NoReturn

import msgspec
from joserfc.util import urlsafe_b64decode

from hub.authentication.issuers import Issuer
from hub.domain.codes import Agency, Role
from hub.domain.principals import Principal
from hub.errors import Unauthenticated

LARGEST_TOKEN = 8 * 1024
LONGEST_LIFE = timedelta(hours=12)
LEEWAY = timedelta(seconds=30)

# Headers by which a token would bring its own key, or change what is signed.
_FORBIDDEN_HEADERS = frozenset({"jwk", "jku", "x5u", "x5c", "b64", "zip", "enc"})
_TYPES = frozenset({"at+jwt", "application/at+jwt", "jwt"})


class Unverified(NamedTuple):
    """A token taken apart. None of it is believed yet."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]
    signed: bytes
    signature: bytes


class _Claims(msgspec.Struct, frozen=True):
    """The claims a hub token has. Others may stand beside them and mean nothing here."""

    iss: str
    sub: str
    jti: str
    exp: int | float
    nbf: int | float
    iat: int | float
    name: str
    agency: str
    roles: list[str]
    email: str | None = None
    email_verified: bool = True
    organisation: str | None = None


def refuse(reason: str) -> NoReturn:
    """Refuse a token for a named reason, with no word from the token and no cause that holds one."""
    raise Unauthenticated(reasons=(reason,)) from None


def take_apart(token: str) -> Unverified:
    """Split and decode a compact token. Raises Unauthenticated(token-too-large or token-malformed)."""
    if len(token) > LARGEST_TOKEN:
        refuse("token-too-large")
    parts = token.encode().split(b".") if token.isascii() else []
    if len(parts) != 3:
        refuse("token-malformed")
    try:
        header, claims, signature = (urlsafe_b64decode(part) for part in parts)
        return Unverified(_object(header), _object(claims), parts[0] + b"." + parts[1], signature)
    except (ValueError, TypeError, RecursionError):
        refuse("token-malformed")


def check_header(
    header: Mapping[str, Any], algorithms: Collection[str], types: Collection[str] = _TYPES
) -> tuple[str, str]:
    """The key id and algorithm a token claims, where it may use them. Raises Unauthenticated.

    ``types`` in small letters; an empty one among them lets a token leave its type out.
    """
    if "crit" in header:  # the hub understands no extension, so every critical one is unknown
        refuse("token-critical-header")
    if _FORBIDDEN_HEADERS & header.keys():
        refuse("token-own-key")
    algorithm, kid, kind = header.get("alg"), header.get("kid"), header.get("typ", "")
    if not isinstance(algorithm, str) or algorithm not in algorithms:
        refuse("token-algorithm")
    if not isinstance(kind, str) or kind.lower() not in types:
        refuse("token-type")
    if not isinstance(kid, str) or not kid:
        refuse("token-no-key-id")
    return kid, algorithm


def principal_from(claims: Mapping[str, Any], issuer: Issuer, now: datetime) -> Principal:
    """The person that signed claims name. Raises Unauthenticated with the first rule they break."""
    if claims.get("aud") != issuer.audience:  # an array is refused even if it holds us
        refuse("token-audience")
    try:
        told = msgspec.convert(claims, _Claims)
    except msgspec.ValidationError:
        refuse("token-claims")
    if not (told.sub.strip() and told.jti.strip() and told.name.strip()):
        refuse("token-claims")
    _check_times(told, now)
    return Principal(
        id=issuer.namespace + told.sub,
        name=told.name,
        agency=_agency(told.agency),
        roles=_roles(told.roles),
        email=_email(told, issuer),
        organisation=(told.organisation or "").strip() or None,
    )


def _check_times(told: _Claims, now: datetime) -> None:
    instant, leeway = now.timestamp(), LEEWAY.total_seconds()
    if not all(math.isfinite(moment) for moment in (told.exp, told.nbf, told.iat)):
        refuse("token-claims")
    if instant >= told.exp:
        refuse("token-expired")
    if instant + leeway < told.nbf:
        refuse("token-not-yet-valid")
    if instant + leeway < told.iat:
        refuse("token-from-the-future")
    if told.exp - told.iat > LONGEST_LIFE.total_seconds():
        refuse("token-lives-too-long")


def _email(told: _Claims, issuer: Issuer) -> str | None:
    """The person's address, where this issuer may speak for its domain. A partner may open a record by it."""
    name, at, domain = (told.email or "").strip().casefold().rpartition("@")
    believed = bool(name and at) and told.email_verified and domain in issuer.email_domains
    return f"{name}@{domain}" if believed else None


def _agency(name: str) -> Agency:
    try:
        return Agency(name)
    except ValueError:
        refuse("token-agency")


def _roles(names: list[str]) -> frozenset[Role]:
    try:
        roles = frozenset(Role(name) for name in names)
    except ValueError:
        refuse("token-roles")
    if Role.PARTNER_SYSTEM in roles:  # a system signs in by its own key, at the hub's own door
        refuse("token-roles")
    return roles or refuse("token-roles")


def _object(text: bytes) -> dict[str, Any]:
    """A JSON object without repeated keys or NaN. Raises ValueError or TypeError."""
    value = json.loads(text.decode(), object_pairs_hook=_once, parse_constant=_no_constant)
    if not isinstance(value, dict):
        raise TypeError
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _no_constant(_name: str) -> NoReturn:
    raise ValueError
