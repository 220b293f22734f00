"""Whom a report is about, so that whoever knows it can check it, and nobody reads it off."""

import hashlib
import secrets

import msgspec

from hub.domain.people import PersonReference
from hub.domain.subjects import normal

_COST = 2**14  # with blocks of 8: 16 MiB and some 50 ms for each guess at a number
_BLOCKS = 8
_canonical = msgspec.json.Encoder(order="sorted").encode


class Whose(msgspec.Struct, frozen=True):
    """scrypt, with parallelism 1, of what the person was looked for by. docs/subject-access.md says how to check it."""

    salt: bytes
    hash: bytes
    n: int = _COST
    r: int = _BLOCKS


def whose(about: PersonReference) -> Whose:
    """A commitment to everything that the person was looked for by, all in one: a number alone is guessed sooner."""
    salt = secrets.token_bytes(16)
    return Whose(salt, hashlib.scrypt(_named(about), salt=salt, n=_COST, r=_BLOCKS, p=1, dklen=32))


def _named(about: PersonReference) -> bytes:
    """Canonical JSON: numbers without spaces, the family name in its letters alone, as the log finds it."""
    told = {
        "birth_date": about.family_name and about.birth_date and about.birth_date.isoformat(),
        "family_name": normal(about.family_name),
        "nhs_number": about.nhs_number,
        "upn": about.upn,
    }
    return _canonical({name: value for name, value in told.items() if value})
