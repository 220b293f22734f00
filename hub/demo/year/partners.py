"""The partners of the year, in memory: social care and health, who is known to them, and a record or two of each.

Two of the demo's four: how many answer makes no difference to what a reviewer looks at.
"""

import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from hub.connectors.connector import Connector
from hub.connectors.in_memory import Held, InMemory
from hub.connectors.manifest import Manifest
from hub.demo.population import Population
from hub.demo.population.people import Person, SourceName
from hub.demo.year.town import Family, Town
from hub.domain.answers import Fetched
from hub.domain.categories import Category
from hub.domain.codes import SubjectKind
from hub.domain.deadline import Deadline
from hub.domain.identifiers import LocalId
from hub.domain.people import Attributes, Found, LinkedPerson
from hub.domain.principals import Principal
from hub.domain.records import About, AnyRecord, IdentityAttribute, RelatedPerson, ServiceEpisode
from hub.domain.searching import Probe, SearchKey

_DEMO = Path(__file__).parent.parent
_ENDPOINTS: Mapping[str, str] = {  # never called
    SourceName.SOCIAL_CARE: "postgresql+psycopg://nobody@127.0.0.1:9/none",
    SourceName.HEALTH: "http://127.0.0.1:9",
}
_INVOLVED: Mapping[str, Category] = {
    SourceName.SOCIAL_CARE: Category.SOCIAL_CARE_INVOLVEMENT,
    SourceName.HEALTH: Category.HEALTH_GP,
}
_FAMILY: Mapping[str, Category] = {
    SourceName.SOCIAL_CARE: Category.SOCIAL_CARE_FAMILY,
    SourceName.HEALTH: Category.HEALTH_FAMILY,
}
_IDENTITY = {
    "given_name": Category.IDENTITY_NAME,
    "family_name": Category.IDENTITY_NAME,
    "birth_date": Category.IDENTITY_BIRTH_DATE,
    "nhs_number": Category.IDENTITY_NUMBER,
    "postcode": Category.IDENTITY_WHEREABOUTS,
}


class Indexed:
    """One partner: an ``InMemory`` that looks through those alone who bear the number or the birth date asked for."""

    def __init__(self, search: Iterable[tuple[SearchKey, ...]], people: Mapping[LocalId, Held]) -> None:
        self._search, self._all = tuple(search), InMemory(search, people)
        self._by: dict[Any, dict[LocalId, Held]] = defaultdict(dict)
        for local_id, held in people.items():
            for value in (held.attributes.nhs_number, held.attributes.upn, held.attributes.birth_date):
                if value is not None:
                    self._by[value][local_id] = held

    async def find(self, probe: Probe, deadline: Deadline) -> tuple[Found, ...]:
        """As the reference does."""
        for key in (SearchKey.NHS_NUMBER, SearchKey.UPN, SearchKey.BIRTH_DATE):
            if key in probe.values:
                some = self._by.get(probe.values[key], {})
                return await InMemory(self._search, some).find(probe, deadline)
        return await self._all.find(probe, deadline)

    async def fetch(
        self,
        person: LinkedPerson,
        categories: frozenset[Category],
        deadline: Deadline,
        asker: Principal | None = None,
    ) -> Fetched | None:
        """As the reference does."""
        return await self._all.fetch(person, categories, deadline, asker)

    async def close(self) -> None:
        """There is nothing to give back."""


def declare(folder: Path) -> tuple[Path, Path]:
    """Write what these partners declare; the folders of their manifests and of their agreements."""
    manifests, agreements = folder / "manifests", folder / "agreements"
    for made in (manifests, agreements):
        made.mkdir(parents=True, exist_ok=True)
    for source in _INVOLVED:
        text = (_DEMO / "manifests" / f"{source}.toml").read_text()
        (manifests / f"{source}.toml").write_text(text.replace("{endpoint}", _ENDPOINTS[source]))
        shutil.copy(_DEMO / "agreements" / f"{source}.json", agreements)
    return manifests, agreements


class Partners:
    """The partners of a town: how a hub reaches what their manifests declare."""

    def __init__(self, town: Town) -> None:
        self._town = town

    async def __call__(self, manifest: Manifest, **_unused: object) -> Connector:
        """The partner that a manifest declares."""
        people = {id_: held for family in self._town.families for id_, held in _holds(manifest.id, family, self._town)}
        return Indexed(manifest.search, people)


def _holds(source: str, family: Family, town: Town) -> Iterator[tuple[LocalId, Held]]:
    for child in family.children:
        local_id = _local_id(source, child, town.population)
        if local_id is not None:
            yield local_id, Held(_told(source, child), tuple(_records(source, child, family)))


def _local_id(source: str, child: Person, population: Population) -> LocalId | None:
    """Under which id a source knows a child; everybody has a GP, so health knows everybody."""
    known = population.social_care if source == SourceName.SOCIAL_CARE else population.persons
    return LocalId(f"{source}-{child.key}") if child.key in known else None


def _told(source: str, person: Person) -> Attributes:
    told = Attributes(
        nhs_number=person.nhs_number,
        upn=person.upn,
        given_name=person.given_name,
        family_name=person.family_name,
        birth_date=person.birth_date,
        postcode=person.postcode,
    )
    return msgspec.structs.replace(told, upn=None) if source == SourceName.HEALTH else told


def _records(source: str, child: Person, family: Family) -> Iterator[AnyRecord]:
    told = _told(source, child)
    for name, category in _IDENTITY.items():
        if (value := getattr(told, name)) is not None:
            yield IdentityAttribute(category=category, attribute=name, value=str(value))
    involved = _INVOLVED[source]
    yield ServiceEpisode(category=involved, type="hub:involved", label="Involved", service=source, organisation=source)
    for place, adult in enumerate(family.adults):
        yield RelatedPerson(
            category=_FAMILY[source],
            about=About(SubjectKind.NETWORK_ADULT, f"adult-{place}"),
            relationship="parent",
            name=adult.full_name,
            given_name=adult.given_name,
            family_name=adult.family_name,
            birth_date=adult.birth_date,
        )
