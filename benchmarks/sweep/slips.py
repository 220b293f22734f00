"""The slips of the sweep: each writes one child down wrong in one way, or in two. Pure: chance comes from outside."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from benchmarks.sweep import spellings
from benchmarks.sweep.spellings import Spellings
from benchmarks.sweep.typing_errors import Mistype
from hub.demo.population import numbers
from hub.domain.people import Attributes, Name


class Side(StrEnum):
    """Who writes the child down wrong."""

    ENQUIRER = "enquirer"
    PARTNER = "partner"


BOTH = (Side.ENQUIRER, Side.PARTNER)


class Written(msgspec.Struct, frozen=True):
    """A child as everybody else writes them, and as one writes them by mistake.

    ``born``: the first and last possible day, where whoever writes knows no birth date.
    """

    right: Attributes
    wrong: Attributes
    born: tuple[date, date] | None = None


Write = Callable[[Attributes, random.Random], Written | None]


class Slip(msgspec.Struct, frozen=True):
    """One way of writing a child down wrong; ``write`` gives None for a child to whom it cannot happen.

    ``numbered``: the enquirer gives an NHS number as well. ``needs``: what a partner must have a place for to slip so.
    """

    group: str
    name: str
    example: str
    write: Write
    sides: tuple[Side, ...] = BOTH
    numbered: bool = False
    needs: frozenset[str] = frozenset()


def both(first: Write, second: Write) -> Write:
    """Two slips at once."""

    def write(child: Attributes, draw: random.Random) -> Written | None:
        one = first(child, draw)
        other = None if one is None else second(one.right, draw)
        if one is None or other is None:
            return None
        return Written(_with(one.right, one.right, other.right), _with(one.wrong, other.right, other.wrong), one.born)

    return write


def _with(attributes: Attributes, before: Attributes, after: Attributes) -> Attributes:
    return replace(attributes, **changed(before, after))


def changed(before: Attributes, after: Attributes) -> dict[str, object]:
    """The attributes that differ, as they are afterwards."""
    names = Attributes.__struct_fields__
    return {name: getattr(after, name) for name in names if getattr(after, name) != getattr(before, name)}


def nothing(child: Attributes, _draw: random.Random) -> Written | None:
    """No slip at all."""
    return Written(child, child)


def mistyped(part: str, mistype: Mistype) -> Write:
    """A given or family name mistyped."""

    def write(child: Attributes, draw: random.Random) -> Written | None:
        word = mistype(getattr(child, part), draw)
        return Written(child, replace(child, **{part: word})) if word and word != getattr(child, part) else None

    return write


def spelt(part: str, pairs: Spellings, *, either: bool = True) -> Write:
    """A name in one of two spellings, and in the other; the wrong one is ``either`` of them, or the second."""

    def write(child: Attributes, draw: random.Random) -> Written | None:
        pair = draw.choice(pairs)
        right, wrong = pair[::-1] if either and draw.random() < 0.5 else pair
        return Written(replace(child, **{part: right}), replace(child, **{part: wrong}))

    return write


def given(name: Callable[[str, random.Random], str | None]) -> Write:
    """Another given name, made from the right one."""

    def write(child: Attributes, draw: random.Random) -> Written | None:
        return Written(child, replace(child, given_name=name(child.given_name or "", draw)))

    return write


def swapped(child: Attributes, _draw: random.Random) -> Written | None:
    """Given and family name the other way round."""
    return Written(child, replace(child, given_name=child.family_name, family_name=child.given_name))


def placeholder(_name: str, draw: random.Random) -> str:
    """What a maternity system calls a child without a name."""
    return draw.choice(spellings.PLACEHOLDERS).format(mother=draw.choice(spellings.MOTHERS))


def double_barrelled(wrongly: Callable[[str, str, random.Random], str]) -> Write:
    """A family name of two halves, written in another way."""

    def write(child: Attributes, draw: random.Random) -> Written | None:
        first, second = child.family_name or "", draw.choice(spellings.OTHER_FAMILIES)
        right = replace(child, family_name=f"{first}-{second}")
        return Written(right, replace(right, family_name=wrongly(first, second, draw)))

    return write


def other_family_name(*, telling: bool) -> Write:
    """Another family name altogether; ``telling``: with the right one as an alias."""

    def write(child: Attributes, draw: random.Random) -> Written | None:
        aliases = (Name(child.given_name, child.family_name),) if telling else ()
        return Written(child, replace(child, family_name=draw.choice(spellings.OTHER_FAMILIES), aliases=aliases))

    return write


def born(other: Callable[[date, random.Random], date | None]) -> Write:
    """Another birth date."""

    def write(child: Attributes, draw: random.Random) -> Written | None:
        day = other(child.birth_date, draw) if child.birth_date else None
        return Written(child, replace(child, birth_date=day)) if day and day != child.birth_date else None

    return write


def day_and_month(right: date, _draw: random.Random) -> date | None:
    """The other way round, where that is a date."""
    return right.replace(month=right.day, day=right.month) if right.day <= 12 else None


def one_digit(right: date, draw: random.Random) -> date | None:
    """One digit of the day or the month another."""
    text = right.isoformat()
    place = draw.choice((6, 8, 9))
    try:
        return date.fromisoformat(text[:place] + draw.choice("0123456789") + text[place + 1 :])
    except ValueError:
        return None


def a_year_off(right: date, draw: random.Random) -> date | None:
    """The year before or after."""
    year = right.year + draw.choice((-1, 1))
    return right.replace(year=year) if (right.month, right.day) != (2, 29) else None


def new_year(right: date, _draw: random.Random) -> date | None:
    """The first of January, as for a child who came without papers."""
    return right.replace(month=1, day=1)


def within(span: Callable[[date], tuple[date, date]]) -> Write:
    """No birth date, only the days between which it lies."""

    def write(child: Attributes, _draw: random.Random) -> Written | None:
        right = child.birth_date
        return Written(child, replace(child, birth_date=None), span(right)) if right else None

    return write


def the_year(right: date) -> tuple[date, date]:
    """The whole year."""
    return date(right.year, 1, 1), date(right.year, 12, 31)


def the_month(right: date) -> tuple[date, date]:
    """The whole month."""
    first = right.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def moved(*, away: bool) -> Write:
    """Another postcode, of the same town or of another; only for a child whose postcode may be known."""

    def write(child: Attributes, draw: random.Random) -> Written | None:
        if child.postcode is None:
            return None
        near = f"{child.postcode.partition(' ')[0]} {draw.choice('123456789')}{draw.choice('XYZ')}{draw.choice('XYZ')}"
        postcode = draw.choice(spellings.OTHER_TOWNS) if away else near
        return Written(child, replace(child, postcode=postcode, address="7 Larkrise Way"))

    return write


def superseded(child: Attributes, draw: random.Random) -> Written | None:
    """The number that was the child's before another replaced it. Whoever keeps former numbers knows it."""
    before = _unused_number(draw)
    return Written(replace(child, former_nhs_numbers=(before,)), replace(child, nhs_number=before))


def unused(child: Attributes, draw: random.Random) -> Written | None:
    """A valid number that belongs to nobody."""
    return Written(child, replace(child, nhs_number=_unused_number(draw)))


def mistyped_number(child: Attributes, draw: random.Random) -> Written:
    """One digit of the number wrong."""
    number, place = child.nhs_number or "", draw.randrange(10)
    digit = draw.choice([one for one in "0123456789" if one != number[place]])
    return Written(child, replace(child, nhs_number=number[:place] + digit + number[place + 1 :]))


def _unused_number(draw: random.Random) -> str:
    """A number with a valid check digit from a range that the population does not reach."""
    while (number := numbers.nhs_number(draw.randrange(50_000, 90_000))) is None:
        pass
    return number
