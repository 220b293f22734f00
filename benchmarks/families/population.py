"""A population of children for learning how often two different ones agree: families with siblings and twins."""

from datetime import date, timedelta

from msgspec.structs import replace

from benchmarks.families.names import family, given
from benchmarks.families.people import LAST_BIRTH, Drawing, Row

_CHILDREN_IN_A_FAMILY = (1, 1, 1, 1, 2, 2, 2, 3, 3, 4)
_TWINS = 0.015
_LETTERS = "abcdefghijklmnoprstuw"


def children(count: int, seed: int = 7) -> list[Row]:
    """About ``count`` children in families; half of the family names are rare ones."""
    drawing = Drawing(seed)
    people: list[Row] = []
    while len(people) < count:
        people.extend(_family(drawing))
    return people


def _family(drawing: Drawing) -> list[Row]:
    first = replace(drawing.person(), family_name=_family_name(drawing))
    siblings = [first]
    born = date.fromisoformat(first.birth_date)
    for _ in range(drawing.random.choice(_CHILDREN_IN_A_FAMILY) - 1):
        if drawing.random.random() > _TWINS:
            born += timedelta(days=drawing.random.randint(330, 1800))
        number, other = drawing.numbers()
        siblings.append(
            replace(
                first,
                given_name=given(drawing.random),
                birth_date=born.isoformat(),
                nhs_number=number,
                other_id=other,
            )
        )
    return [one for one in siblings if one.birth_date <= LAST_BIRTH.isoformat()]


def _family_name(drawing: Drawing) -> str:
    """One of the list, or as often one that hardly anybody has."""
    if drawing.random.random() < 0.5:
        return family(drawing.random)
    return "".join(drawing.random.choices(_LETTERS, k=drawing.random.randint(5, 9))).capitalize()
