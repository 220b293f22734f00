"""How many others of one name, born on one day, are to be expected: strangers whom only a number tells apart."""

from collections.abc import Callable

from hub.identity.matching.description import Description
from hub.identity.matching.model import Model

BIRTHDAYS = 6575  # on which a child can have been born: days of eighteen years

Share = Callable[[str | None], float]


class Namesakes:
    """Expected numbers under one model: its prior tells how many there are, its frequencies how common a name is."""

    def __init__(self, model: Model) -> None:
        self._people_born_on_a_day = float(2.0**-model.prior) / BIRTHDAYS
        self._given, self._family = _share(model, "given_name"), _share(model, "family_name")

    def expected(self, one: Description, other: Description) -> float:
        """How many others share the commoner given name, the commoner family name, and the birth date."""
        given = max(self._given(one.given_name), self._given(other.given_name))
        family = max(self._family(one.family_name), self._family(other.family_name))
        return self._people_born_on_a_day * given * family


def _share(model: Model, column: str) -> Share:
    """How common a value is. One that no table holds is as rare as the table's rarest; without a table, as usual."""
    table = model.frequencies.get(column)
    if not table:
        usual = model.usual(column)
        return lambda _value: usual
    rarest = min(table.values())
    return lambda value: table.get(value or "", rarest)
