"""Two different people who look alike, by kind; and one person whom two systems hold differently, by slip."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from msgspec.structs import replace

from benchmarks.families.names import COMMON, NICKNAMES, SAME_INITIAL, SIMILAR, family, given
from benchmarks.families.people import Drawing, Row, nickname, slipped_date, typed

Pair = tuple[Row, Row]


def _related(drawing: Drawing, one: Row, **other: str) -> Row:
    """Somebody else at the same address and of the same family name, with numbers of their own."""
    number, other_id = drawing.numbers()
    return replace(one, nhs_number=number, other_id=other_id, **other)


def _later(text: str, days: int) -> str:
    return (date.fromisoformat(text) + timedelta(days=days)).isoformat()


def _twins(drawing: Drawing) -> Pair:
    one = drawing.person()
    other = given(drawing.random)
    return one, _related(drawing, one, given_name=other if other != one.given_name else "Zebedee")


def _named_twins(names: tuple[tuple[str, str], ...]) -> Callable[[Drawing], Pair]:
    def twins(drawing: Drawing) -> Pair:
        ours, theirs = drawing.random.choice(names)
        one = replace(drawing.person(), given_name=ours)
        return one, _related(drawing, one, given_name=theirs)

    return twins


def _twin_with_a_nickname(drawing: Drawing) -> Pair:
    one, other = _named_twins(SAME_INITIAL + SIMILAR)(drawing)
    short = dict(NICKNAMES).get(one.given_name, one.given_name[:3])
    return replace(one, given_name=short if short != other.given_name else one.given_name[:2]), other


def _twin_not_named_yet(drawing: Drawing) -> Pair:
    one, other = _twins(drawing)
    unnamed = drawing.random.choice(("Baby", "Twin 1", "Twin 2", "", "Baby Girl", "Infant", "Unknown"))
    return replace(one, given_name=unnamed), other


def _twins_of_two_first_names(drawing: Drawing) -> Pair:
    one, other = _twins(drawing)
    shared = given(drawing.random)
    return (
        replace(one, given_name=f"{shared} {one.given_name}"),
        replace(other, given_name=f"{shared} {other.given_name}"),
    )


def _siblings(drawing: Drawing) -> Pair:
    one, other = _twins(drawing)
    return one, replace(other, birth_date=_later(one.birth_date, drawing.random.randint(400, 2200)))


def _siblings_on_one_day_of_the_year(drawing: Drawing) -> Pair:
    one, other = _twins(drawing)
    born = date.fromisoformat(one.birth_date).replace(day=min(28, int(one.birth_date[-2:])))
    later = born.replace(year=born.year + drawing.random.randint(1, 4))
    return replace(one, birth_date=born.isoformat()), replace(other, birth_date=later.isoformat())


def _siblings_of_one_year(drawing: Drawing) -> Pair:
    one, other = _twins(drawing)
    return one, replace(other, birth_date=_later(one.birth_date, drawing.random.randint(290, 364)))


def _siblings_of_similar_names(drawing: Drawing) -> Pair:
    one, other = _named_twins(SIMILAR)(drawing)
    born = date.fromisoformat(one.birth_date).replace(day=14)
    later = born.replace(year=born.year + drawing.random.choice((1, 2, 3)))
    return replace(one, birth_date=born.isoformat()), replace(other, birth_date=later.isoformat())


def _parent_and_child(years: tuple[int, int], *, one_birthday: bool) -> Callable[[Drawing], Pair]:
    def pair(drawing: Drawing) -> Pair:
        child = drawing.person()
        born = date.fromisoformat(child.birth_date).replace(day=min(28, int(child.birth_date[-2:])))
        elder = born.replace(year=born.year - drawing.random.randint(*years))
        if not one_birthday:
            elder += timedelta(days=drawing.random.randint(5, 300))
        return replace(child, birth_date=born.isoformat()), _related(drawing, child, birth_date=elder.isoformat())

    return pair


def _cousins(drawing: Drawing) -> Pair:
    one = drawing.person()
    postcode, address = drawing.home()
    other = _related(drawing, one, postcode=postcode, address_line=address)
    days = drawing.random.choice((1, 2, 3, 7, 9, 10, 30, 31, 60, 365))
    return one, replace(other, birth_date=_later(one.birth_date, days))


def _cousins_at_one_address(drawing: Drawing) -> Pair:
    one, other = _cousins(drawing)
    return one, replace(other, postcode=one.postcode, address_line=one.address_line)


def _common(drawing: Drawing) -> Pair:
    given_name, family_name = drawing.random.choice(COMMON)
    one = replace(drawing.person(), given_name=given_name, family_name=family_name)
    _, address = drawing.home()
    return one, _related(drawing, one, address_line=address)


def _common_name_near_dates(drawing: Drawing) -> Pair:
    one, other = _common(drawing)
    return one, replace(other, birth_date=_later(one.birth_date, drawing.random.choice((1, 2, 10, 30, 365, 366))))


def _common_elsewhere(drawing: Drawing) -> Pair:
    one, other = _common(drawing)
    postcode, address = drawing.home()
    return one, replace(other, postcode=postcode, address_line=address)


def _twins_under_one_number(drawing: Drawing) -> Pair:
    one, other = _twins(drawing)
    return one, replace(other, nhs_number=one.nhs_number)


DIFFERENT: Mapping[str, Callable[[Drawing], Pair]] = {
    "twins": _twins,
    "twins with similar names": _named_twins(SIMILAR),
    "twins with one initial": _named_twins(SAME_INITIAL),
    "twins, one under a nickname": _twin_with_a_nickname,
    "twins, one not named yet": _twin_not_named_yet,
    "twins who share one of two first names": _twins_of_two_first_names,
    "twins, the number of one entered for both": _twins_under_one_number,
    "siblings at one address": _siblings,
    "siblings born on one day of the year": _siblings_on_one_day_of_the_year,
    "siblings less than a year apart": _siblings_of_one_year,
    "siblings with similar names, a digit apart": _siblings_of_similar_names,
    "father and son of one name": _parent_and_child((18, 45), one_birthday=False),
    "father and son of one name and birthday": _parent_and_child((20, 30), one_birthday=True),
    "grandparent and child of one name": _parent_and_child((46, 75), one_birthday=False),
    "cousins of one name, near birth dates": _cousins,
    "cousins of one name at one address": _cousins_at_one_address,
    "a common name in one postcode, near birth dates": _common_name_near_dates,
    "a common name and birth date in one postcode": _common,
    "a common name and birth date in two towns": _common_elsewhere,
}


def _slipped(change: Callable[[Drawing, Row], Row]) -> Callable[[Drawing], Pair]:
    def pair(drawing: Drawing) -> Pair:
        one = drawing.person()
        return one, change(drawing, one)

    return pair


def _moved(drawing: Drawing, one: Row) -> Row:
    postcode, address = drawing.home()
    return replace(one, postcode=postcode, address_line=address)


def _nicknamed(drawing: Drawing) -> Pair:
    full, _ = drawing.random.choice(NICKNAMES)
    one = replace(drawing.person(), given_name=full)
    return one, replace(one, given_name=nickname(full))


SAME: Mapping[str, Callable[[Drawing], Pair]] = {
    "held alike": _slipped(lambda _, one: one),
    "capitals, spaces and another date format": _slipped(
        lambda _, one: replace(
            one,
            given_name=one.given_name.upper(),
            postcode=one.postcode.replace(" ", "").lower(),
            birth_date="/".join(reversed(one.birth_date.split("-"))),
        )
    ),
    "a slip in the given name": _slipped(
        lambda drawing, one: replace(one, given_name=typed(drawing.random, one.given_name))
    ),
    "a slip in the family name": _slipped(
        lambda drawing, one: replace(one, family_name=typed(drawing.random, one.family_name))
    ),
    "a nickname": _nicknamed,
    "names swapped": _slipped(lambda _, one: replace(one, given_name=one.family_name, family_name=one.given_name)),
    "a slip in the birth date": _slipped(
        lambda drawing, one: replace(one, birth_date=slipped_date(drawing.random, one.birth_date))
    ),
    "moved house": _slipped(_moved),
    "no postcode or address": _slipped(lambda _, one: replace(one, postcode="", address_line="")),
    "double-barrelled": _slipped(
        lambda drawing, one: replace(one, family_name=f"{one.family_name}-{family(drawing.random)}")
    ),
    "another family name": _slipped(lambda drawing, one: replace(one, family_name=family(drawing.random))),
    "not named yet": _slipped(lambda _, one: replace(one, given_name="Baby")),
}
