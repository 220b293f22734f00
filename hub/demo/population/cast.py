"""The people and facts gathered while a population is made."""

import random
from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import Any

import msgspec

from hub.demo.population import numbers
from hub.demo.population.calendar import ago
from hub.demo.population.health_facts import HealthFacts
from hub.demo.population.joining import emptied, joined
from hub.demo.population.names import TOWN, names
from hub.demo.population.people import Address, Kinship, Person, Relationship, Sex, SourceName
from hub.demo.population.population import Population
from hub.demo.population.probation_facts import ProbationFacts
from hub.demo.population.social_care_facts import SocialCareFacts
from hub.demo.population.workforce import (
    PROBATION_OFFICERS,
    SOCIAL_CARE_STAFF,
    SOCIAL_CARE_TEAMS,
    YOUTH_JUSTICE_STAFF,
)
from hub.demo.population.youth_justice_facts import YouthJusticeFacts

_INVERSE = {
    Kinship.MOTHER: Kinship.CHILD,
    Kinship.FATHER: Kinship.CHILD,
    Kinship.STEP_FATHER: Kinship.STEP_CHILD,
    Kinship.STEP_MOTHER: Kinship.STEP_CHILD,
    Kinship.GRANDPARENT: Kinship.GRANDCHILD,
    Kinship.FOSTER_CARER: Kinship.FOSTER_CHILD,
    Kinship.UNBORN_SIBLING: Kinship.SIBLING,
}
_FIRST_SERIAL = 20  # smaller ones are kept for the children that the documentation names
_SCHOOL_AGE_DAYS = range(4 * 365 + 200, 18 * 365)


class Household(msgspec.Struct, frozen=True):
    """A family under one roof. ``id`` begins the key of everybody in it."""

    id: str
    family_name: str
    address: Address


class Cast:
    """Everybody so far. Only the generator holds one; what it yields is frozen."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.persons: dict[str, Person] = {}
        self.children: list[str] = []
        self.stories: dict[str, str] = {}
        self.social_care: dict[str, SocialCareFacts] = {}
        self.health: dict[str, HealthFacts] = {}
        self.youth_justice: dict[str, YouthJusticeFacts] = {}
        self.probation: dict[str, ProbationFacts] = {}
        self.differing: dict[SourceName, dict[str, Person]] = defaultdict(dict)
        self._relationships: dict[str, list[Relationship]] = defaultdict(list)
        self._homes: dict[str, Household] = {}
        self._counts: Counter[str] = Counter()
        self._nhs_serial = _FIRST_SERIAL

    def serial(self, what: str) -> int:
        """The next number of a series, from 1."""
        self._counts[what] += 1
        return self._counts[what]

    def id(self, prefix: str) -> str:
        """The next identifier of a series: ``REF-000017``."""
        return f"{prefix}-{self.serial(prefix):06d}"

    def address(self, since: int = 900) -> Address:
        """A new address, lived in since some days before the anchor."""
        number = self.serial("address")
        streets = names().streets
        line = f"{1 + number // len(streets) * 2 + number % 2} {streets[number % len(streets)]}"
        return Address(line=line, town=TOWN, postcode=numbers.postcode(number), since=ago(since))

    def household(self, family_name: str | None = None, address: Address | None = None) -> Household:
        """A new family, under a name that no other generated family has where names last."""
        number = self.serial("household")
        chosen = family_name or names().families[number % len(names().families)]
        home = Household(f"F{number:03d}", chosen, address or self.address())
        self._homes[home.id] = home
        return home

    def home_of(self, person: Person) -> Household:
        """The household in which this person was made."""
        return self._homes[person.key.split("-", 1)[0]]

    def girl(self) -> str:
        """A given name."""
        return self.rng.choice(names().girls)

    def boy(self) -> str:
        """A given name."""
        return self.rng.choice(names().boys)

    def woman(self) -> str:
        """A given name of another generation."""
        return self.rng.choice(names().women)

    def man(self) -> str:
        """A given name of another generation."""
        return self.rng.choice(names().men)

    def mobile(self) -> str:
        """A telephone number nobody else has, while they last."""
        return numbers.mobile(400 + self.serial("mobile"))

    def adult(self, home: Household, given_name: str, sex: Sex, *, years: int, **more: Any) -> Person:
        """A new adult at home. ``more`` sets further fields of Person."""
        born = ago(years * 365 + self.rng.randrange(20, 340))
        details = {"family_name": home.family_name, "address": home.address} | more
        return self._add(home, "adult", given_name=given_name, sex=sex, birth_date=born, **details)

    def child(self, home: Household, given_name: str, sex: Sex, born: date | None, **more: Any) -> Person:
        """A new child at home; unborn when ``born`` is None, and then without numbers."""
        details: dict[str, Any] = {"family_name": home.family_name, "address": home.address}
        if born is not None:
            details["nhs_number"] = more.get("nhs_number") or self._nhs_number()
        if born is not None and (ago(0) - born).days in _SCHOOL_AGE_DAYS:
            details["upn"] = more.get("upn") or numbers.upn(100 + self.serial("upn"))
            details["school"] = self.rng.choice(names().schools)
        person = self._add(home, "child", given_name=given_name, sex=sex, birth_date=born, **(details | more))
        self.children.append(person.key)
        return person

    def birthday(self, years: int) -> date:
        """Some birth date of somebody of this age."""
        return ago(0) - timedelta(days=years * 365 + years // 4 + self.rng.randrange(5, 360))

    def relate(self, person: Person, other: Person, kind: Kinship) -> None:
        """Say that ``other`` is ``kind`` of ``person``, and the inverse."""
        self._relationships[person.key].append(Relationship(person.key, other.key, kind))
        inverse = _INVERSE.get(kind, kind)
        self._relationships[other.key].append(Relationship(other.key, person.key, inverse))

    def differs(self, source: SourceName, person: Person, **as_written: Any) -> None:
        """Let one partner hold this person with other details than the true ones."""
        self.differing[source][person.key] = msgspec.structs.replace(person, **as_written)

    def kin(self, person: Person, *kinds: Kinship) -> tuple[Person, ...]:
        """Who stands to this person so far in one of these ways."""
        return tuple(self.persons[r.other_key] for r in self._relationships[person.key] if r.kind in kinds)

    def relationships(self, person: Person) -> tuple[Relationship, ...]:
        """This person's relationships so far."""
        return tuple(self._relationships[person.key])

    def learn_social_care(self, child: Person, **pieces: Any) -> None:
        """Add to what social care holds about a child."""
        known = self.social_care.get(child.key)
        person_id = known.person_id if known else f"{700000 + self.serial('social-care person')}"
        piece = SocialCareFacts(child_key=child.key, person_id=person_id, family_id=f"FAM{child.key[1:4]}", **pieces)
        self.social_care[child.key] = joined(known, piece) if known else piece

    def learn_health(self, child: Person, **pieces: Any) -> None:
        """Add to what health holds about a child."""
        known = self.health.get(child.key)
        piece = HealthFacts(child_key=child.key, id=known.id if known else self.id("patient"), **pieces)
        self.health[child.key] = joined(known, piece) if known else piece

    def learn_youth_justice(self, child: Person, **pieces: Any) -> None:
        """Add to what youth justice holds about a child. The first piece needs ``started_on``."""
        known = self.youth_justice.get(child.key)
        if known:
            self.youth_justice[child.key] = joined(known, msgspec.structs.replace(emptied(known), **pieces))
            return
        number = self.serial("young person")
        self.youth_justice[child.key] = YouthJusticeFacts(
            child_key=child.key,
            ypid=f"YP{40000 + number}",
            current_yot_id="YOT-ZX1",
            case_worker=pieces.pop("case_worker", YOUTH_JUSTICE_STAFF[number % 2]),
            pnc_number=numbers.pnc(2025, 500 + number),
            **pieces,
        )

    def learn_probation(self, adult: Person, **pieces: Any) -> None:
        """Add to what probation holds about an adult."""
        known = self.probation.get(adult.key)
        if known:
            self.probation[adult.key] = joined(known, msgspec.structs.replace(emptied(known), **pieces))
            return
        number = self.serial("case")
        self.probation[adult.key] = ProbationFacts(
            adult_key=adult.key,
            crn=numbers.crn(number),
            manager=pieces.pop("manager", PROBATION_OFFICERS[number % len(PROBATION_OFFICERS)]),
            pnc_number=numbers.pnc(2010 + number % 12, 100 + number),
            **pieces,
        )

    def finished(self) -> Population:
        """Everybody and everything, frozen."""
        return Population(
            persons=self.persons,
            children=tuple(self.children),
            relationships={key: tuple(links) for key, links in self._relationships.items() if links},
            social_care=self.social_care,
            health=self.health,
            youth_justice=self.youth_justice,
            probation=self.probation,
            professionals={one.id: one for one in SOCIAL_CARE_STAFF},
            teams={one.id: one for one in SOCIAL_CARE_TEAMS},
            stories=self.stories,
            differing={source: people for source, people in self.differing.items() if people},
        )

    def _add(self, home: Household, what: str, **details: Any) -> Person:
        key = f"{home.id}-{what}-{self.serial(home.id + what)}"
        ethnicity = details.pop("ethnicity", None) or self._ethnicity(home)
        person = Person(key=key, ethnicity=ethnicity, **details)
        self.persons[key] = person
        return person

    def _ethnicity(self, home: Household) -> str:
        choices = names().ethnicities
        return choices[int(home.id[1:]) % len(choices)]

    def _nhs_number(self) -> str:
        number = None
        while number is None:
            number = numbers.nhs_number(self._nhs_serial)
            self._nhs_serial += 1
        return number
