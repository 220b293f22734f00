"""The one canonical form of whom a question is about, from which keyed hashes are made."""

import unicodedata
from collections.abc import Callable

from hub.domain.people import Attributes, PersonReference

Mac = Callable[[str, bytes], bytes]  # a keyed hash: (what it is for, data) -> 32 bytes


def normal(text: str | None) -> str:
    """A name with case, accents, spaces and punctuation taken out, for exact comparison."""
    decomposed = unicodedata.normalize("NFKD", text or "")
    return "".join(letter for letter in decomposed.casefold() if letter.isalnum())


def canonical(reference: PersonReference) -> bytes:
    """Bytes that are the same for the same claim: NHS number, else UPN, else family name and birth date."""
    if reference.nhs_number:
        return f"nhs:{reference.nhs_number}".encode()
    if reference.upn:
        return f"upn:{reference.upn}".encode()
    return f"name:{normal(reference.family_name)}:{reference.birth_date}:{normal(reference.given_name)}".encode()


def fingerprint(attributes: Attributes, mac: Mac) -> bytes:
    """A keyed hash of a described identity: names and birth date. Differs for twins."""
    parts = (normal(attributes.given_name), normal(attributes.family_name), str(attributes.birth_date))
    return mac("fingerprint", "\x1f".join(parts).encode())
