"""How the log names a person it may not name: keyed hashes of every way in which they were named.

Coarser than the claim that a link is kept under (``hub/domain/subjects.py``), on purpose: an auditor
finds a child by number alone, or by family name and birth date, whatever else the asker said. Twins of one
family name are one there; a number tells them apart.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date

import msgspec

from hub.domain.people import Attributes, PersonReference
from hub.domain.subjects import normal
from hub.keys import Keys

_PURPOSE, _KIN, _WORDS = "audit-subject", "audit-kin", "audit-words"
_NO_FIXED_ABODE = "zz99"  # the postcodes that the NHS gives to whom it knows no address of
# Words of many families' names that make nobody kin.
_PARTICLES = frozenset({"al", "bin", "binti", "da", "de", "del", "der", "di", "dos", "du", "el", "ibn", "la", "le"})
_PARTICLES |= {"mac", "o", "san", "st", "van", "von"}


class Kin(msgspec.Struct, frozen=True):
    """Keyed hashes by which people of one family or one household are seen to be near each other."""

    surnames: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    postcodes: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """All of them. What kind one is, is told by what it equals, never by itself."""
        return tuple(dict.fromkeys((*self.surnames, *self.parts, *self.postcodes)))


def subject_of(reference: PersonReference, keys: Keys) -> str:
    """The keyed hash under which the log holds this reference, in hexadecimal.

    Made from the NHS number where there is one, else the UPN, else the family name (letters and
    digits only, without accents and case) with the birth date. Nobody without the key can try names out.
    """
    return next(_hashed(_claims(reference), keys), None) or hashed_claim(_uncertain(reference), keys)


def also_of(reference: PersonReference, keys: Keys) -> tuple[str, ...]:
    """The keyed hashes of every other way in which this reference names the person."""
    return names_of(reference, keys)[1:]


def names_of(reference: PersonReference, keys: Keys) -> tuple[str, ...]:
    """``subject_of`` and then ``also_of``, each keyed hash made once."""
    return tuple(dict.fromkeys(_hashed(_claims(reference), keys))) or (hashed_claim(_uncertain(reference), keys),)


def hashes_of(attributes: Iterable[Attributes], keys: Keys) -> tuple[str, ...]:
    """The keyed hashes of every way in which sources name somebody: numbers, and family names with birth date."""
    return tuple(dict.fromkeys(one for told in attributes for one in _hashed(_claims(told), keys)))


def kin_of(surnames: Iterable[str | None], postcodes: Iterable[str | None], keys: Keys) -> Kin:
    """Keyed hashes of family names, whole and in their words, and of postcodes.

    A name in two words, or with a hyphen, is near either: Smith-Jones to Smith and to Jones.
    """
    names = [name for name in surnames if name]
    words = [word for name in names for word in _words_of(name)]
    places = [plain for place in postcodes if (plain := normal(place)) and not plain.startswith(_NO_FIXED_ABODE)]
    return Kin(
        surnames=_kin("surname", (normal(name) for name in names), keys),
        parts=_kin("part", words, keys),
        postcodes=_kin("postcode", places, keys),
    )


def kin_of_reference(reference: PersonReference, keys: Keys) -> Kin:
    """Those of whom somebody asks about, as they named them."""
    names = (reference.family_name, *(one.family_name for one in reference.aliases))
    return kin_of(names, (reference.postcode,), keys)


def words_of(text: str, context: str, keys: Keys) -> str:
    """The keyed hash of what somebody wrote: that it was altered afterwards can be told, what it was cannot."""
    return keys.mac(_WORDS, f"{context}\x00{text}".encode()).hex()


def hashed_claim(claim: str, keys: Keys) -> str:
    """One way of naming somebody, as its keyed hash."""
    return keys.mac(_PURPOSE, claim.encode()).hex()


def _hashed(claims: Iterable[str], keys: Keys) -> Iterator[str]:
    return (hashed_claim(claim, keys) for claim in claims)


def _claims(told: PersonReference | Attributes) -> Iterator[str]:
    """Numbers first, then names: in the order in which they name somebody best."""
    former = told.former_nhs_numbers if isinstance(told, Attributes) else ()
    yield from (f"nhs:{_compact(number)}" for number in (told.nhs_number, *former) if number)
    if told.upn:
        yield f"upn:{_compact(told.upn)}"
    if told.birth_date:
        for name in (told.family_name, *(one.family_name for one in told.aliases)):
            if name:
                yield _named(name, told.birth_date)


def _uncertain(reference: PersonReference) -> str:
    """Of somebody whose birth date is known only in part."""
    return _named(reference.family_name or "", reference.birth_date)


def _compact(number: str) -> str:
    return "".join(number.split()).upper()


def _named(name: str, born: date | None) -> str:
    plain = unicodedata.normalize("NFKD", name).casefold()
    if not plain.isalnum():
        plain = "".join(character for character in plain if character.isalnum())
    return f"name:{plain}:{born}"


def _words_of(name: str) -> list[str]:
    words = [normal(word) for word in name.replace("-", " ").replace("\u2010", " ").split()]
    kept = [word for word in words if word not in _PARTICLES]
    return kept or [normal(name)]


def _kin(kind: str, values: Iterable[str], keys: Keys) -> tuple[str, ...]:
    return tuple(dict.fromkeys(keys.mac(_KIN, f"{kind}:{one}".encode()).hex() for one in values if one))
