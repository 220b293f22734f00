"""What keyed hashes about people are made from: a claim, and a described identity."""

import unicodedata
from collections.abc import Callable

import msgspec

from hub.domain.people import Attributes, PersonReference

Mac = Callable[[str, bytes], bytes]  # a keyed hash: (what it is for, data) -> 32 bytes


def normal(text: str | None) -> str:
    """A name with case, accents, spaces and punctuation taken out, for exact comparison."""
    decomposed = unicodedata.normalize("NFKD", text or "")
    return "".join(letter for letter in decomposed.casefold() if letter.isalnum())


def claim(reference: PersonReference) -> bytes:
    """Bytes that are the same only for the very same claim, field by field: what a link is kept under.

    A number with somebody else's name is another claim, and finds its own links. So is a name at another
    postcode or school: there it may be a namesake.
    """
    told = (
        reference.nhs_number or "",
        reference.upn or "",
        normal(reference.given_name),
        normal(reference.family_name),
        str(reference.birth_date or ""),
        str(reference.born_from or ""),
        str(reference.born_to or ""),
        normal(reference.postcode),
        normal(reference.school),
        *(f"{normal(one.given_name)} {normal(one.family_name)}" for one in reference.aliases),
    )
    return "\x1f".join(told).encode()


def described(attributes: Attributes, mac: Mac) -> bytes:
    """A keyed hash of everything that a source tells to describe somebody: differs when any of it changes."""
    return mac("described", msgspec.json.encode(attributes, order="deterministic"))


def fingerprint(attributes: Attributes, mac: Mac) -> bytes:
    """A keyed hash of a described identity: names and birth date. Differs for twins."""
    parts = (normal(attributes.given_name), normal(attributes.family_name), str(attributes.birth_date))
    return mac("fingerprint", "\x1f".join(parts).encode())
