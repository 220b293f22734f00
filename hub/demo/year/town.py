"""The children of the year and their families: the synthetic population, under names as uneven as life is."""

import random
from collections.abc import Callable, Collection

import msgspec

from hub.demo.population import Population, populate
from hub.demo.population.calendar import ago
from hub.demo.population.people import Kinship, Person
from hub.demo.year.staff import Colleague, town_postcode
from hub.demo.year.surnames import surname
from hub.domain.identifiers import NhsNumber
from hub.domain.people import PersonReference

SPARE = 150  # families of whom nobody has reason to ask
_OF_THE_DEMO = 240  # children whom the running demo's partners hold: none of them is of the year
_A_FAMILY = 2.1  # children of one, on average
_YOUNGEST_DAYS = 366  # so that everybody was born when the year began
_DOUBLE_BARRELLED = 0.06


class Family(msgspec.Struct, frozen=True):
    """Children of one household, the eldest first, and the adults with them, their mother first."""

    children: tuple[Person, ...]
    adults: tuple[Person, ...]


class Town:
    """Families of a year. Only the generator holds one, and gives some families other names or homes."""

    def __init__(self, seed: int, referred: int) -> None:
        """``referred``: how many families there may be worries about."""
        self._rng = random.Random(f"{seed} town")
        self.population = populate(seed, _OF_THE_DEMO + int((referred + SPARE) * _A_FAMILY) + 60)
        told = populate(seed, _OF_THE_DEMO).persons.keys() | set(self.population.stories.values())
        found = [self._renamed(one) for one in _households(self.population, told)]
        self._referred, self._spare = found[:referred], found[referred : referred + SPARE]
        self._taken: list[Family] = []

    @property
    def families(self) -> tuple[Family, ...]:
        """Everybody, as they are named and housed now."""
        return (*self._referred, *self._taken)

    def some(self, rng: random.Random) -> Family:
        """A family that somebody is worried about; the same one again at times."""
        return rng.choice(self._referred)

    def take(
        self, *, family_name: str | None = None, postcode: str | None = None, mother: Colleague | None = None
    ) -> Family:
        """A family of whom nobody has asked yet, under this name, at this postcode, with this mother."""
        family = self._spare.pop()
        if family_name is not None:
            family = _each(family, lambda one: msgspec.structs.replace(one, family_name=family_name))
        if postcode is not None:
            family = _each(family, lambda one: _moved(one, postcode))
        if mother is not None:
            hers = {name: getattr(mother, name) for name in ("given_name", "family_name", "birth_date")}
            adults = (msgspec.structs.replace(family.adults[0], **hers), *family.adults[1:])
            family = msgspec.structs.replace(family, adults=adults)
        self._taken.append(family)
        return family

    def _renamed(self, family: Family) -> Family:
        rng, given = self._rng, dict[str, str]()
        home = town_postcode(rng)

        def dressed(one: Person) -> Person:
            if one.family_name not in given:
                double = rng.random() < _DOUBLE_BARRELLED
                given[one.family_name] = surname(rng) + (f"-{surname(rng)}" if double else "")
            return _moved(msgspec.structs.replace(one, family_name=given[one.family_name]), home)

        return _each(family, dressed)


def reference(child: Person, *, by_number: bool = False) -> PersonReference:
    """How somebody asks about a child: as a referral names it, or by its number alone."""
    number = NhsNumber(child.nhs_number) if child.nhs_number else None
    if by_number and number:
        return PersonReference(nhs_number=number)
    return PersonReference(
        nhs_number=number,
        given_name=child.given_name,
        family_name=child.family_name,
        birth_date=child.birth_date,
        postcode=child.postcode,
    )


def _households(population: Population, left_out: Collection[str]) -> list[Family]:
    """Ordinary families of children who were born before the year."""
    homes: dict[str, list[Person]] = {}
    for key in population.children:
        child = population.persons[key]
        if key not in left_out and child.birth_date is not None and child.birth_date < ago(_YOUNGEST_DAYS):
            homes.setdefault(key.split("-", 1)[0], []).append(child)
    parents = Kinship.MOTHER, Kinship.FATHER, Kinship.STEP_FATHER
    return [Family(tuple(some), population.kin(some[0].key, *parents)) for some in homes.values()]


def _each(family: Family, change: Callable[[Person], Person]) -> Family:
    return Family(tuple(map(change, family.children)), tuple(map(change, family.adults)))


def _moved(person: Person, postcode: str) -> Person:
    return msgspec.structs.replace(person, address=msgspec.structs.replace(person.address, postcode=postcode))
