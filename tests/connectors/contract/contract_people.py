"""The same people as every connector kind is given them: what each must say, and how each is made to hold it.

To let another kind join, write a function that puts ``PEOPLE`` into a server of that kind and gives a
connector to it, and add it to ``KINDS``. A kind may describe only what its format can; it says so there.
"""

import sqlite3
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import hub.demo.partners
from hub.connectors.connector import Connector
from hub.connectors.in_memory import Held, InMemory
from hub.connectors.manifest import Manifest
from hub.connectors.mapping import read_mapping
from hub.connectors.sql import Sql
from hub.domain.categories import Category
from hub.domain.codes import Agency, Label
from hub.domain.identifiers import LocalId, SourceId
from hub.domain.people import Attributes
from hub.domain.records import AnyRecord, Finding, IdentityAttribute, LifeEvent, RelatedProfessional, ServiceEpisode
from hub.domain.searching import SearchKey

SEARCH = ((SearchKey.NHS_NUMBER,), (SearchKey.UPN,), (SearchKey.FAMILY_NAME, SearchKey.BIRTH_DATE))
MOVED_IN = datetime(2020, 1, 1, tzinfo=UTC)


def _identity(category: Category, attribute: str, value: str) -> IdentityAttribute:
    return IdentityAttribute(category=category, attribute=attribute, value=value)


def _named(given: str, family: str, born: str) -> tuple[AnyRecord, ...]:
    return (
        _identity(Category.IDENTITY_NAME, "given_name", given),
        _identity(Category.IDENTITY_NAME, "family_name", family),
        _identity(Category.IDENTITY_BIRTH_DATE, "birth_date", born),
    )


ADA = Held(
    attributes=Attributes(
        nhs_number="9991000003",
        upn="A831999900001",
        given_name="Ada",
        family_name="Contractor",
        birth_date=date(2012, 2, 3),
        postcode="ZX1 1AA",
    ),
    records=(
        *_named("Ada", "Contractor", "2012-02-03"),
        _identity(Category.IDENTITY_NUMBER, "nhs_number", "9991000003"),
        _identity(Category.IDENTITY_NUMBER, "upn", "A831999900001"),
        _identity(Category.IDENTITY_WHEREABOUTS, "postcode", "ZX1 1AA"),
        IdentityAttribute(
            category=Category.IDENTITY_WHEREABOUTS,
            attribute="address",
            value="1 High Street, Derwentbridge, ZX1 1AA",
            as_of=MOVED_IN,
        ),
        ServiceEpisode(
            category=Category.SOCIAL_CARE_INVOLVEMENT,
            type="hub:social-care-involvement",
            label="Open to children's social care: North",
            service="social-care",
            organisation="Children's Social Care",
            professionals=(RelatedProfessional(name="Grace Worker", role="Social worker", contact="North"),),
            start=date(2026, 1, 2),
        ),
        ServiceEpisode(
            category=Category.SOCIAL_CARE_CP_PLAN,
            type="cp-plan",
            label="Child protection plan: neglect",
            service="social-care",
            organisation="Children's social care",
            start=date(2026, 2, 3),
        ),
        Finding(
            category=Category.SOCIAL_CARE_CP_PLAN,
            type="hub:cp-plan-open",
            label="On a child protection plan",
            start=date(2026, 2, 3),
            severity=9,
        ),
        LifeEvent(
            category=Category.SOCIAL_CARE_MISSING,
            type="missing-person",
            label="Missing",
            at=datetime(2026, 3, 4, 20, 15, tzinfo=UTC),
            detail="Found or returned: not yet. Return interview offered: Y, accepted: N",
        ),
    ),
)
BEA = Held(
    attributes=Attributes(given_name="Bea", family_name="Contractor", birth_date=date(2012, 2, 3)),
    records=(
        *_named("Bea", "Contractor", "2012-02-03"),
        IdentityAttribute(
            category=Category.IDENTITY_WHEREABOUTS,
            attribute="address",
            value="restricted by the source",
            as_of=MOVED_IN,
            labels=frozenset({Label.LOCATION_AT_RISK}),
        ),
    ),
    labels=frozenset({Label.LOCATION_AT_RISK}),
)
PEOPLE = {LocalId("1"): ADA, LocalId("2"): BEA}

_AS_ROWS = (
    ("ssd_person", "1", "Ada", "Contractor", None, None, None, "2012-02-03", "9991000003"),
    ("ssd_person", "2", "Bea", "Contractor", None, None, None, "2012-02-03", None),
    ("ssd_send", "s", "A831999900001", None, None, "1"),
    (
        "ssd_address",
        "a",
        '{"HOUSE":"1","STREET":"High Street","TOWN":"Derwentbridge"}',
        "1",
        "Home",
        "2020-01-01",
        None,
        "ZX1 1AA",
    ),
    ("ssd_address", "b", '{"STREET":"2 Refuge Row"}', "2", "RESTRICTED", "2020-01-01", None, "ZX9 9ZZ"),
    ("ssd_department", "N", "North", "C", "Children's Social Care"),
    ("ssd_professionals", "w", "w", "Grace Worker", None, "Social worker"),
    ("ssd_involvements", "i", "w", "Social worker", "N", "2026-01-02", None, None, "1"),
    ("ssd_cp_plans", "p", None, None, "1", "2026-02-03", None, "NEG", None, "NEG"),
    ("ssd_missing", "m", "1", "2026-03-04 20:15:00", "M", None, "Y", "N"),
)


def in_memory(_folder: Path) -> Connector:
    return InMemory(SEARCH, PEOPLE)


def sql(folder: Path) -> Connector:
    """The dataset's tables on SQLite; each row fills the first columns of its table."""
    path = folder / "contract.db"
    connection = sqlite3.connect(path)
    schema = Path(hub.demo.partners.__file__).with_name("ssd_schema.sql").read_text()
    connection.executescript(f"pragma synchronous = off; begin; {schema} commit;")
    for table, *values in _AS_ROWS:
        names = [column[1] for column in connection.execute(f"pragma table_info({table})")][: len(values)]
        places = ", ".join("?" for _ in names)
        connection.execute(f"insert into {table} ({', '.join(names)}) values ({places})", values)  # noqa: S608 - ours
    connection.commit()
    connection.close()
    return Sql(_manifest(f"sqlite+aiosqlite:///{path}"), read_mapping("ssd"), None)


KINDS: dict[str, Callable[[Path], Connector]] = {"in_memory": in_memory, "sql": sql}


def _manifest(endpoint: str) -> Manifest:
    return Manifest(
        id=SourceId("contract"),
        name="Contract",
        agency=Agency.SOCIAL_CARE,
        kind="sql",
        endpoint=endpoint,
        contact="nobody",
        coverage="nobody",
        search=SEARCH,
        categories=frozenset(Category),
    )
