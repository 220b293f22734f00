"""How many others of one name, born on one day, are to be expected: strangers whom only a number tells apart."""

from collections import defaultdict
from collections.abc import Callable, Mapping

from hub.identity.matching.description import Description
from hub.identity.matching.model import Model
from hub.identity.matching.nicknames import Nicknames

BIRTHDAYS = 6575  # on which a child can have been born: days of eighteen years

Share = Callable[[str], float]


class Namesakes:
    """Expected numbers under one model: its prior tells how many there are, its frequencies how common a name is."""

    def __init__(self, model: Model) -> None:
        self._people_born_on_a_day = float(2.0**-model.prior) / BIRTHDAYS
        self._given, self._family = _share(model, "given_name"), _share(model, "family_name")

    def expected(self, one: Description, other: Description) -> float:
        """How many others share the commoner given name, the commoner family name, and the birth date.

        A name of several words is as common as its commonest: "Muhammad Ali" is often written Muhammad. A word is
        as common as all its spellings together.
        """
        given = max(self._given(word) for each in (one, other) for word in (each.given_name or "", *each.given_words))
        family = max(
            self._family(word) for each in (one, other) for word in (each.family_name or "", *each.family_words)
        )
        return self._people_born_on_a_day * given * family


def _share(model: Model, column: str) -> Share:
    """How common a value is. One that no table holds is as rare as the table's rarest; without a table, as usual."""
    table = model.frequencies.get(column)
    if not table:
        usual = model.usual(column)
        return lambda _value: usual
    together = _with_spellings(table, model.nicknames)
    rarest = min(table.values())
    return lambda value: together.get(value, rarest)


def _with_spellings(table: Mapping[str, float], nicknames: Nicknames) -> dict[str, float]:
    """Every name with the share of all that stand for the commonest of its forms."""
    of_form: dict[str, float] = defaultdict(float)
    for name, share in table.items():
        for form in nicknames.get(name, ()):
            of_form[form] += share
    rarest = min(table.values())
    return {
        name: max([table.get(name, 0.0) or rarest, *(of_form[form] for form in nicknames.get(name, ()))])
        for name in {*table, *nicknames}
    }
