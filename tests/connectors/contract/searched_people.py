"""Generated people who are hard to tell apart, and how each connector kind is made to hold them.

To let another kind join, write a function that puts ``Everybody`` into a server of that kind, and add it
to ``KINDS`` with the part of a description that its format can hold.
"""

import random
import sqlite3
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import msgspec

import hub.demo.partners
from hub.connectors.connector import Connector
from hub.connectors.fhir_r4 import FhirR4
from hub.connectors.in_memory import Held
from hub.connectors.manifest import Limits, Manifest
from hub.connectors.mapping import read_mapping
from hub.connectors.rest_json import RestJson
from hub.connectors.sql import Sql
from hub.demo.partners.health import FhirSystem
from hub.demo.partners.health_store import HealthStore
from hub.demo.partners.youth_justice import YouthJustice
from hub.demo.population import populate
from hub.demo.population.people import Address, Person
from hub.demo.population.youth_justice_facts import YouthJusticeFacts
from hub.domain.codes import Label
from hub.domain.identifiers import LocalId
from hub.domain.people import Attributes, Name
from tests.fixtures.loopback import Serve

Everybody = Mapping[LocalId, Held]

GIVEN = ("Ann", "Anne", "Annabel", "Anna-Mae", "Reece", "Rhys", "Jo", "Li", "An%", "An_a", "Zoë", "Smith")
FAMILY = (
    "Smith",
    "Smyth",
    "Smith-Jones",
    "O'Neill",
    "Oneil",
    "Li",
    "Ann",
    "S!mith",
    "S%",
    "Jones",
    "Łukasz",
    "de Souza",
)
POSTCODES = ("ZX1 1AA", "ZX1 2BB", "ZX12 3CC", "ZX2 9ZZ")
_AT_RISK = frozenset({Label.LOCATION_AT_RISK})
_MOVED_IN = date(2020, 1, 1)
_TOKEN = "a-token-of-the-test"


def everybody(seed: int = 7, number: int = 150) -> Everybody:
    """People out of a few names, birth dates and postcodes, so that many share each of them."""
    chance = random.Random(seed)
    return {LocalId(f"p{one}"): _somebody(chance, one) for one in range(1, number + 1)}


def _somebody(chance: random.Random, one: int) -> Held:
    other = Name(chance.choice(GIVEN), chance.choice(FAMILY))
    attributes = Attributes(
        nhs_number=f"{9990000000 + one}" if chance.random() < 0.8 else None,
        upn=f"A{831999900000 + one}" if chance.random() < 0.8 else None,
        given_name=chance.choice(GIVEN),
        family_name=chance.choice(FAMILY),
        birth_date=date(2012, chance.randint(1, 3), chance.randint(1, 3)),
        postcode=chance.choice(POSTCODES),
        aliases=(other,) if chance.random() < 0.3 else (),
        former_nhs_numbers=(f"{9980000000 + one}",) if chance.random() < 0.2 else (),
    )
    return Held(attributes, labels=_AT_RISK if chance.random() < 0.2 else frozenset())


def told(people: Everybody, *parts: str) -> Everybody:
    """The people as a kind can describe them: without what it has no place for."""
    bare = {name: () if name in {"aliases", "former_nhs_numbers"} else None for name in Attributes.__struct_fields__}
    return {
        one: msgspec.structs.replace(
            held,
            attributes=Attributes(**{**bare, **{name: getattr(held.attributes, name) for name in parts}}),
        )
        for one, held in people.items()
    }


async def sql(people: Everybody, most: int, folder: Path, _serve: Serve) -> Connector:
    """The dataset's tables on SQLite."""
    path = folder / "searched.db"
    connection = sqlite3.connect(path)
    schema = Path(hub.demo.partners.__file__).with_name("ssd_schema.sql").read_text()
    connection.executescript(f"pragma synchronous = off; begin; {schema} commit;")
    for one, held in people.items():
        known = held.attributes
        connection.execute(
            "insert into ssd_person (pers_person_id, pers_forename, pers_surname, pers_dob, pers_common_child_id)"
            " values (?, ?, ?, ?, ?)",
            (one, known.given_name, known.family_name, str(known.birth_date), known.nhs_number),
        )
        connection.execute(
            "insert into ssd_send (send_table_id, send_person_id, send_upn) values (?, ?, ?)", (one, one, known.upn)
        )
        connection.execute(
            "insert into ssd_address (addr_table_id, addr_person_id, addr_address_type, addr_address_postcode)"
            " values (?, ?, ?, ?)",
            (one, one, "RESTRICTED" if held.labels else "Home", known.postcode),
        )
    connection.commit()
    connection.close()
    return Sql(_manifest("social-care", f"sqlite+aiosqlite:///{path}", most), read_mapping("ssd"), None)


async def fhir_r4(people: Everybody, most: int, _folder: Path, serve: Serve) -> Connector:
    """The demo's FHIR server, holding patients."""
    store = HealthStore(_patient(one, held) for one, held in people.items())
    address = await serve(FhirSystem(store, _TOKEN, lambda _: None, 50).application())
    return FhirR4(_manifest("health", f"{address}/fhir", most), _TOKEN)


async def rest_json(people: Everybody, most: int, _folder: Path, serve: Serve) -> Connector:
    """The demo's youth justice system, holding young people."""
    demo = populate(2019)
    worker = next(iter(demo.youth_justice.values())).case_worker
    population = msgspec.structs.replace(
        demo,
        differing={},
        persons={str(one): _person(one, held) for one, held in people.items()},
        youth_justice={
            str(one): YouthJusticeFacts(
                child_key=str(one), ypid=str(one), current_yot_id=str(one), case_worker=worker, started_on=_MOVED_IN
            )
            for one in people
        },
    )
    address = await serve(YouthJustice(population, _TOKEN).app())
    return RestJson(_manifest("youth-justice", address, most), read_mapping("youth_justice"), _TOKEN)


KINDS = {
    "sql": (sql, "social-care", ("nhs_number", "upn", "given_name", "family_name", "birth_date", "postcode")),
    "fhir_r4": (
        fhir_r4,
        "health",
        ("nhs_number", "given_name", "family_name", "birth_date", "postcode", "aliases", "former_nhs_numbers"),
    ),
    "rest_json": (rest_json, "youth-justice", ("upn", "given_name", "family_name", "birth_date")),
}


def manifest_of(name: str) -> Manifest:
    """A manifest of the demo, its endpoint still to be filled in."""
    text = (Path(hub.demo.partners.__file__).parents[1] / "manifests" / f"{name}.toml").read_bytes()
    return msgspec.toml.decode(text, type=Manifest)


def _manifest(name: str, endpoint: str, most: int) -> Manifest:
    """The demo's manifest of a source, pointed somewhere else."""
    return msgspec.structs.replace(manifest_of(name), endpoint=endpoint, limits=Limits(max_found=most))


def _person(one: LocalId, held: Held) -> Person:
    known = held.attributes
    assert known.given_name
    assert known.family_name
    home = Address(line="1 High Street", town="Exampleford", postcode=known.postcode or "", since=_MOVED_IN)
    return Person(
        key=str(one),
        given_name=known.given_name,
        family_name=known.family_name,
        sex="U",
        address=home,
        birth_date=known.birth_date,
        upn=known.upn,
    )


def _patient(one: LocalId, held: Held) -> dict[str, object]:
    known, system = held.attributes, "https://fhir.nhs.uk/Id/nhs-number"
    security = [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}]
    old = [{"system": system, "value": number, "use": "old"} for number in known.former_nhs_numbers]
    return {
        "resourceType": "Patient",
        "id": one,
        "meta": {"security": security if held.labels else []},
        "identifier": ([{"system": system, "value": known.nhs_number}] if known.nhs_number else []) + old,
        "name": [
            {"use": "official", "family": known.family_name, "given": [known.given_name]},
            *({"use": "old", "family": name.family_name, "given": [name.given_name]} for name in known.aliases),
        ],
        "birthDate": str(known.birth_date),
        "address": [{"use": "home", "postalCode": known.postcode}],
    }
