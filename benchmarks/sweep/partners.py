"""What each of the four partners holds of the demo population, as its system would tell it in a search."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import msgspec
from msgspec.structs import replace

import hub.demo
from hub.connectors.fhir_r4.identity import attributes as of_patient
from hub.connectors.fhir_r4.sensitivity import restriction
from hub.connectors.in_memory import Held
from hub.connectors.manifest import Manifest
from hub.connectors.mapping.tally import Tally
from hub.demo.partners.health_people import patient
from hub.demo.population import Population
from hub.demo.population.facts import Kinship, Person, SourceName
from hub.domain.codes import Label
from hub.domain.identifiers import LocalId
from hub.domain.people import Attributes

_NAMED = frozenset({"given_name", "family_name", "birth_date"})
_HOLDS: Mapping[SourceName, frozenset[str]] = {
    SourceName.SOCIAL_CARE: _NAMED | {"nhs_number", "upn", "postcode"},
    SourceName.HEALTH: _NAMED | {"nhs_number", "former_nhs_numbers", "postcode", "address", "aliases"},
    SourceName.YOUTH_JUSTICE: _NAMED | {"upn"},
    SourceName.PROBATION: _NAMED | {"postcode"},
}

Registered = tuple[str, str, Held]  # person's key, local id, what the source tells


class Partner(msgspec.Struct, frozen=True):
    """One partner: how it may be searched, everybody it holds, and under which identifier it holds a child."""

    manifest: Manifest
    holds: frozenset[str]  # attributes that its system has a place for
    people: Mapping[LocalId, Held]
    local_ids: Mapping[str, LocalId]  # by person's key


def partners(population: Population) -> tuple[Partner, ...]:
    """All four, in the order of their manifests."""
    files = sorted((Path(hub.demo.__file__).parent / "manifests").glob("*.toml"))
    manifests = [msgspec.toml.decode(file.read_bytes(), type=Manifest) for file in files]  # templates: no endpoint yet
    return tuple(_partner(one, SourceName(one.id), population) for one in manifests)


def attributes(person: Person) -> Attributes:
    """Everything that an enquirer, or a partner who holds all of it, may write of a person."""
    return Attributes(
        nhs_number=person.nhs_number,
        upn=person.upn,
        given_name=person.given_name,
        family_name=person.family_name,
        birth_date=person.birth_date,
        postcode=person.postcode,
        address=f"{person.address.line}, {person.address.town}",
    )


def _partner(manifest: Manifest, source: SourceName, population: Population) -> Partner:
    people, local_ids = {}, {}
    for key, local_id, held in _REGISTERS[source](population):
        people[LocalId(local_id)] = held
        local_ids[key] = LocalId(local_id)
    return Partner(manifest, _HOLDS[source], people, local_ids)


def _by_social_care(population: Population) -> Iterator[Registered]:
    """Its children, and their mothers as people of their own."""
    known = population.social_care.values()
    for facts in known:
        yield facts.child_key, facts.person_id, _in_social_care(population, facts.child_key, facts.labels)
    mothers = dict.fromkeys(one.key for facts in known for one in population.kin(facts.child_key, Kinship.MOTHER))
    for place, key in enumerate(mothers):
        yield key, f"{800000 + place}", _in_social_care(population, key, frozenset())


def _in_social_care(population: Population, key: str, marked: frozenset[Label]) -> Held:
    """A restricted address is not told, and says that whoever lives there must not be found by it."""
    person = population.person(key, SourceName.SOCIAL_CARE)
    told = _told(person, SourceName.SOCIAL_CARE)
    if person.restricted:
        return Held(replace(told, postcode=None), labels=marked | {Label.LOCATION_AT_RISK})
    return Held(told, labels=marked)


def _by_health(population: Population) -> Iterator[Registered]:
    """Its patients, as the hub reads the resource that the demo's server sends."""
    for facts in population.health.values():
        resource = patient(population.person(facts.child_key, SourceName.HEALTH), facts)
        held = Held(of_patient(resource), labels=restriction(resource, Tally()).labels)
        yield facts.child_key, facts.id, held


def _by_youth_justice(population: Population) -> Iterator[Registered]:
    for facts in population.youth_justice.values():
        person = population.person(facts.child_key, SourceName.YOUTH_JUSTICE)
        yield facts.child_key, facts.ypid, Held(_told(person, SourceName.YOUTH_JUSTICE))


def _by_probation(population: Population) -> Iterator[Registered]:
    """Children as contacts of the adults whom it supervises: each once, whoever they are a contact of."""
    contacts = {one.child_key: one for facts in population.probation.values() for one in facts.contacts}
    for key, one in contacts.items():
        told = _told(population.person(key, SourceName.PROBATION), SourceName.PROBATION)
        yield key, one.id, Held(replace(told, postcode=one.postcode))


_REGISTERS: Mapping[SourceName, Callable[[Population], Iterator[Registered]]] = {
    SourceName.SOCIAL_CARE: _by_social_care,
    SourceName.HEALTH: _by_health,
    SourceName.YOUTH_JUSTICE: _by_youth_justice,
    SourceName.PROBATION: _by_probation,
}


def _told(person: Person, source: SourceName) -> Attributes:
    everything = attributes(person)
    return Attributes(**{name: getattr(everything, name) for name in _HOLDS[source]})
