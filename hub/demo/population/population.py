"""The whole of the synthetic people with what each partner holds about them."""

from collections.abc import Mapping

import msgspec

from hub.demo.population.health_facts import HealthFacts
from hub.demo.population.people import Kinship, Person, Professional, Relationship, SourceName, Team
from hub.demo.population.probation_facts import ProbationFacts
from hub.demo.population.social_care_facts import SocialCareFacts
from hub.demo.population.youth_justice_facts import YouthJusticeFacts


class Population(msgspec.Struct, frozen=True, kw_only=True):
    """Everybody, keyed by ``Person.key``. A partner's server loads its own slice of facts.

    ``stories`` names children (or adults) whose circumstances tests and demos rely on.
    ``differing`` holds people as one partner wrote them down where that differs from the truth:
    always read a person through ``person(key, source)`` when playing a partner.
    """

    persons: Mapping[str, Person]
    children: tuple[str, ...]  # keys, the unborn included
    relationships: Mapping[str, tuple[Relationship, ...]]  # by person_key
    social_care: Mapping[str, SocialCareFacts]  # by child
    health: Mapping[str, HealthFacts]  # by child
    youth_justice: Mapping[str, YouthJusticeFacts]  # by child
    probation: Mapping[str, ProbationFacts]  # by adult
    professionals: Mapping[str, Professional]  # social care's, by id
    teams: Mapping[str, Team]  # social care's, by id
    stories: Mapping[str, str]
    differing: Mapping[SourceName, Mapping[str, Person]]

    @property
    def main_child(self) -> Person:
        """The child with NHS number 999 100 0003, known to all four partners."""
        return self.persons[self.stories["main-child"]]

    @property
    def second_child(self) -> Person:
        """The child with NHS number 999 100 0011."""
        return self.persons[self.stories["second-child"]]

    def person(self, key: str, source: SourceName | None = None) -> Person:
        """A person, as ``source`` wrote them down when one is given. Raises KeyError when there is nobody."""
        return self.differing.get(source, {}).get(key, self.persons[key]) if source else self.persons[key]

    def by_nhs_number(self, number: str) -> Person | None:
        """The person with this NHS number, ten digits without spaces."""
        return next((one for one in self.persons.values() if one.nhs_number == number), None)

    def kin(self, key: str, *kinds: Kinship) -> tuple[Person, ...]:
        """Who stands to this person in one of these ways; in any way when none is named."""
        links = self.relationships.get(key, ())
        return tuple(self.persons[link.other_key] for link in links if not kinds or link.kind in kinds)

    def supervised_around(self, child_key: str) -> tuple[ProbationFacts, ...]:
        """Supervised adults who have this child as a personal contact."""
        return tuple(
            facts for facts in self.probation.values() if any(c.child_key == child_key for c in facts.contacts)
        )

    def personal_values(self) -> frozenset[str]:
        """Every full name, number, address line and phone of a synthetic person: what must never leak into a log."""
        values: set[str | None] = {facts.crn for facts in self.probation.values()}
        for one in (*self.persons.values(), *(p for people in self.differing.values() for p in people.values())):
            values |= {one.full_name, one.nhs_number, one.upn, one.phone, one.address.line}
            values |= {f"{alias.given_name} {alias.family_name}" for alias in one.aliases}
            values |= {address.line for address in one.former_addresses}
        return frozenset(value for value in values if value)
