"""The synthetic population as rows of the Standard Safeguarding Dataset's tables."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from hub.demo.partners import ssd_history
from hub.demo.population import Population
from hub.demo.population.facts import Kinship, Person, Professional, SocialCareFacts, SourceName, Team

Row = dict[str, Any]
Rows = Iterator[tuple[str, Row]]  # table, row
Tables = dict[str, list[Row]]

_SEX = {"M": "M", "F": "F"}


def tables(population: Population) -> Tables:
    """Every table's rows, by the table's name."""
    gathered: Tables = {}
    for table, row in _all(population):
        gathered.setdefault(table, []).append(row)
    return gathered


def person_ids(population: Population) -> tuple[str, ...]:
    """The local identifiers of the children that social care holds."""
    return tuple(sorted(facts.person_id for facts in population.social_care.values()))


def _all(population: Population) -> Rows:
    yield from (("ssd_professionals", _professional(one)) for one in population.professionals.values())
    yield from (("ssd_department", _department(one)) for one in population.teams.values())
    yield from _mothers(population)
    yield from _adults(population)
    for facts in population.social_care.values():
        yield from _child(facts, population.person(facts.child_key, SourceName.SOCIAL_CARE))
        yield from ssd_history.rows(facts)


def _child(facts: SocialCareFacts, child: Person) -> Rows:
    identifier = facts.person_id
    yield "ssd_person", _person(identifier, child, facts.has_send)
    yield from _addresses(identifier, child)
    yield "ssd_family", _row("fami", table_id=f"FAM-{identifier}", family_id=facts.family_id, person_id=identifier)
    if child.upn:
        yield "ssd_linked_identifiers", _linked(identifier, "Unique Pupil Number", child.upn)
        yield "ssd_send", _row("send", table_id=f"SEN-{identifier}", upn=child.upn, person_id=identifier)
    for linked in facts.linked_identifiers:
        yield "ssd_linked_identifiers", _linked(identifier, linked.type, linked.value)


def _mothers(population: Population) -> Rows:
    """Mothers of the children held, as people of their own. Each gets an identifier after the children's."""
    known: dict[str, str] = {}
    for facts in population.social_care.values():
        child = population.person(facts.child_key, SourceName.SOCIAL_CARE)
        for mother in population.kin(facts.child_key, Kinship.MOTHER):
            if mother.key not in known:
                known[mother.key] = f"{800000 + len(known)}"
                held = population.person(mother.key, SourceName.SOCIAL_CARE)
                yield "ssd_person", _person(known[mother.key], held, has_send=False) | {"pers_is_mother": "Y"}
                yield from _addresses(known[mother.key], held)
            yield (
                "ssd_mother",
                {
                    "moth_table_id": f"MOT-{facts.person_id}-{known[mother.key]}",
                    "moth_person_id": known[mother.key],
                    "moth_childs_person_id": facts.person_id,
                    "moth_childs_dob": child.birth_date,
                },
            )


def _adults(population: Population) -> Rows:
    """Other adults of a family record, with an identifier of their own."""
    held = [(facts, key) for facts in population.social_care.values() for key in facts.adults]
    for number, (facts, key) in enumerate(held):
        identifier = f"{850000 + number}"
        adult = population.person(key, SourceName.SOCIAL_CARE)
        yield "ssd_person", _person(identifier, adult, has_send=False)
        yield "ssd_family", _row("fami", table_id=f"FAM-{identifier}", family_id=facts.family_id, person_id=identifier)


def _person(identifier: str, person: Person, has_send: bool) -> Row:  # noqa: FBT001
    return _row(
        "pers",
        person_id=identifier,
        forename=person.given_name,
        surname=person.family_name,
        sex=_SEX.get(person.sex, "U"),
        gender=_SEX.get(person.sex, "U"),
        ethnicity=person.ethnicity,
        dob=person.birth_date,
        common_child_id=person.nhs_number,
        upn_unknown=None if person.upn else "UN1",
        send_flag="Y" if has_send else "N",
        expected_dob=person.expected_birth_date,
        death_date=person.died_on,
        is_mother="N",
    )


def _addresses(identifier: str, person: Person) -> Rows:
    for number, address in enumerate((person.address, *person.former_addresses)):
        yield (
            "ssd_address",
            _row(
                "addr",
                table_id=f"ADR-{identifier}-{number}",
                address_json=msgspec.json.encode({"STREET": address.line, "TOWN": address.town}).decode(),
                person_id=identifier,
                address_type="RESTRICTED" if person.restricted and number == 0 else "Home",
                address_start_date=address.since,
                address_end_date=address.until,
                address_postcode=address.postcode,
            ),
        )


def _linked(identifier: str, kind: str, value: str) -> Row:
    return _row(
        "link",
        table_id=f"LNK-{identifier}-{kind}",
        person_id=identifier,
        identifier_type=kind,
        identifier_value=value,
    )


def _professional(one: Professional) -> Row:
    return _row(
        "prof",
        professional_id=one.id,
        staff_id=one.id,
        professional_name=one.name,
        professional_job_title=one.role,
        professional_department=one.team,
    )


def _department(team: Team) -> Row:
    return _row(
        "dept",
        team_id=team.id,
        team_name=team.name,
        team_parent_id=team.parent_id,
        team_parent_name=team.parent_name,
    )


def _row(prefix: str, **columns: Any) -> Row:
    """A row by its column names without their common prefix."""
    return {f"{prefix}_{name}": value for name, value in columns.items()}


def columns(rows: Iterable[Row]) -> list[str]:
    """The columns that any of the rows fills, in order of appearance."""
    return list(dict.fromkeys(name for row in rows for name in row))
