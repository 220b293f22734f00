"""Under which keys a description is filed, so that two of the same person meet under one of them at least.

Each key survives some of the slips that people make: a wrong letter, swapped names, a wrong digit, a move.
"""

from collections.abc import Iterator

from hub.domain.sounds import soundex
from hub.identity.matching.description import Description


def keys(person: Description) -> Iterator[str]:
    """The blocks of one person. Every key starts with a letter that says which pass made it."""
    given, family = person.given_name or "", person.family_name or ""
    sounds = (_sound(given), _sound(family))
    year, month, day = _date(person.birth_date)
    yield from _numbers(person)
    yield from _names(given, family, sounds)
    if year:
        yield f"b{year}{'-'.join(sorted((month, day)))}"
        yield from (f"y{year}{one}" for one in sounds if one)
        yield from (f"i{month}{day}{one[:1]}{year[-1:]}" for one in (given, family) if one)
        yield from (f"d{month}{day}{one}" for one in sounds if one)
    yield from _places(person, sounds, month + day, year)


def refinements(person: Description) -> tuple[str, ...]:
    """What divides a block that is too large: a part of each attribute."""
    given, family = person.given_name or "", person.family_name or ""
    parts = (f"g{given}", f"f{family}", f"b{person.birth_date or ''}", f"p{person.postcode or ''}")
    return tuple(one for one in parts if len(one) > 1)


def _sound(name: str) -> str:
    """How a name sounds; its first letter, where it has none of the Latin alphabet."""
    return soundex(name) or name[:1]


def _numbers(person: Description) -> Iterator[str]:
    for kind, number in (("n", person.nhs_number), ("u", person.upn), ("o", person.other_id)):
        if number:
            yield f"{kind}{number}"


def _names(given: str, family: str, sounds: tuple[str, str]) -> Iterator[str]:
    if given and family:
        yield f"s{'-'.join(sorted(sounds))}"
        yield f"a{'-'.join(sorted((given[:3], family[:3])))}"
        yield f"z{'-'.join(sorted((given[-3:], family[-3:])))}"


def _places(person: Description, sounds: tuple[str, str], birthday: str, year: str) -> Iterator[str]:
    postcode, address = person.postcode, person.address_line
    for kind, place in (("p", postcode), ("h", address)):
        if place:
            yield from (f"{kind}{place}{one}" for one in sounds if one)
            if birthday:
                yield f"{kind}{place}{birthday}"
                yield f"{kind}{place}{year}"


def _date(text: str | None) -> tuple[str, str, str]:
    parts = (text or "").split("-")
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 else ("", "", "")
