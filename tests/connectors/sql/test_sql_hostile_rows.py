"""A database may hold anything: the connector maps it, counts it or refuses it with a typed state; it never crashes."""

import asyncio
import sqlite3
import threading
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import psycopg
import pytest
from msgspec.structs import replace
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from ssd_on_sqlite import SCHEMA, sql_on_sqlite, sqlite_database, sqlite_manifest
from ssd_partner import SOON, link, soon

from hub.connectors.mapping import read_mapping
from hub.connectors.sql import Sql
from hub.connectors.sql.faults import explained
from hub.connectors.sql.sessions import read_only_engine
from hub.domain.answers import Fetched, SourceFailed
from hub.domain.categories import Category
from hub.domain.codes import AnswerState
from hub.domain.records import Finding, IdentityAttribute
from hub.domain.searching import TooManyFound
from hub.errors import ConfigurationError
from tests.fixtures.probing import probe

EVERYTHING = frozenset(Category)
PERSON = (
    "ssd_person",
    {"pers_person_id": "1", "pers_forename": "Ada", "pers_surname": "Nobody", "pers_dob": "2012-02-03"},
)


async def fetched_with(tmp_path: Path, *rows: tuple[str, Mapping[str, object]]) -> Fetched:
    connector = sql_on_sqlite(sqlite_database(tmp_path / "ssd.db", [PERSON, *rows]))
    try:
        fetched = await connector.fetch(link("1"), EVERYTHING, soon())
        assert fetched is not None
        return fetched
    finally:
        await connector.close()


async def failed_with(connector: Sql) -> SourceFailed:
    try:
        with pytest.raises(SourceFailed) as failed:
            await connector.fetch(link("1"), EVERYTHING, soon())
        return failed.value
    finally:
        await connector.close()


async def test_names_with_controls_overrides_and_endless_length_are_shown_clean(tmp_path: Path) -> None:
    hostile = ("\u202edlihc\x00\n" + "x" * 10_000, "\x00", "a" * 500_000, "\u2066\u2069", "Ṽ̷͓" * 3000)
    for number, name in enumerate(hostile):
        path = sqlite_database(
            tmp_path / f"{number}.db",
            [("ssd_person", {"pers_person_id": "1", "pers_forename": name, "pers_surname": name})],
        )
        connector = sql_on_sqlite(path)
        fetched = await connector.fetch(link("1"), EVERYTHING, soon())
        await connector.close()
        assert fetched is not None
        for record in fetched.records:
            assert isinstance(record, IdentityAttribute)
            assert len(record.value) <= 200
            assert not set(record.value) & {"\x00", "\n", "\u202e", "\u2066"}


@pytest.mark.parametrize(
    "written", ["2024-02-30", "0000-00-00", "9999-99-99", "yesterday", "", "-1", 20240101, 1.5, b"\x01"]
)
async def test_impossible_dates_are_left_out_and_never_guessed(tmp_path: Path, written: object) -> None:
    plan = {"cppl_cp_plan_id": "p", "cppl_person_id": "1", "cppl_cp_plan_start_date": written}
    fetched = await fetched_with(tmp_path, ("ssd_cp_plans", plan | {"cppl_cp_plan_latest_category": "NEG"}))
    plans = [one for one in fetched.records if one.category is Category.SOCIAL_CARE_CP_PLAN]
    assert plans, "a plan with an unreadable date is still a plan"
    assert all(one.start is None for one in plans if isinstance(one, Finding))


async def test_unknown_codes_are_kept_and_counted_by_name(tmp_path: Path) -> None:
    fetched = await fetched_with(
        tmp_path,
        ("ssd_legal_status", {"lega_legal_status_id": "l", "lega_person_id": "1", "lega_legal_status": "Q9"}),
    )
    (status,) = [one for one in fetched.records if one.category is Category.SOCIAL_CARE_LEGAL_STATUS]
    assert "Q9" in status.label
    assert fetched.unmapped == {"legal_status:Q9": 1}


@pytest.mark.parametrize("written", ["{", "[" * 100_000, "null", '"text"', "NaN", '{"a": 1'])
async def test_json_columns_that_are_not_json_lose_only_themselves(tmp_path: Path, written: str) -> None:
    contact = {
        "cont_contact_id": "c",
        "cont_person_id": "1",
        "cont_contact_date": "2026-01-02",
        "cont_contact_source_code": "6",
    }
    fetched = await fetched_with(tmp_path, ("ssd_contacts", contact | {"cont_contact_outcome_json": written}))
    (event,) = [one for one in fetched.records if one.category is Category.SOCIAL_CARE_CONTACTS]
    assert event.label == "Contact from the police"


async def test_factors_may_be_a_list_or_an_object(tmp_path: Path) -> None:
    for number, written in enumerate(('["1A", "2B"]', '{"1A": "Yes", "2B": "Yes"}')):
        folder = tmp_path / str(number)
        folder.mkdir()
        fetched = await fetched_with(
            folder,
            (
                "ssd_cin_assessments",
                {"cina_assessment_id": "a", "cina_person_id": "1", "cina_assessment_start_date": "2026-01-02"},
            ),
            (
                "ssd_assessment_factors",
                {"cinf_table_id": "f", "cinf_assessment_id": "a", "cinf_assessment_factors_json": written},
            ),
        )
        factors = [one for one in fetched.records if isinstance(one, Finding)]
        assert [one.label for one in factors] == ["Alcohol: the child", "Drugs: a parent or carer"]
        assert {one.start for one in factors} == {date(2026, 1, 2)}


async def test_more_rows_than_a_person_can_have_are_refused_whole(tmp_path: Path) -> None:
    rows = [("ssd_cp_plans", {"cppl_cp_plan_id": str(n), "cppl_person_id": "1"}) for n in range(101)]
    failed = await failed_with(sql_on_sqlite(sqlite_database(tmp_path / "ssd.db", [PERSON, *rows])))
    assert failed.state is AnswerState.BAD_DATA
    assert "more rows" in failed.happened


async def test_a_name_that_hundreds_share_finds_too_many_and_is_no_fault(tmp_path: Path) -> None:
    rows = [
        (
            "ssd_person",
            {"pers_person_id": str(n), "pers_forename": f"G{n}", "pers_surname": "N", "pers_dob": "2012-01-01"},
        )
        for n in range(99)
    ]
    connector = sql_on_sqlite(sqlite_database(tmp_path / "ssd.db", rows))
    with pytest.raises(TooManyFound):
        await connector.find(probe(family_name="n", birth_date=date(2012, 1, 1)), soon())
    assert len(await connector.find(probe(given_name="g7", family_name="n", birth_date=date(2012, 1, 1)), soon())) == 1
    await connector.close()


async def test_more_than_the_manifest_allows_is_refused(tmp_path: Path) -> None:
    path = sqlite_database(tmp_path / "ssd.db", [PERSON])
    manifest = sqlite_manifest(path)
    small = Sql(replace(manifest, limits=replace(manifest.limits, max_bytes=10)), read_mapping("ssd"), None)
    assert (await failed_with(small)).state is AnswerState.BAD_DATA


async def test_tables_that_differ_from_the_mapping_are_bad_data(tmp_path: Path) -> None:
    path = sqlite_database(tmp_path / "empty.db", [])
    connection = sqlite3.connect(path)
    connection.execute("drop table ssd_missing")
    connection.close()
    failed = await failed_with(sql_on_sqlite(path))
    assert failed.state is AnswerState.BAD_DATA
    assert "differ from the mapping" in failed.happened


async def test_a_file_that_is_no_database_is_bad_data_and_a_missing_one_unavailable(tmp_path: Path) -> None:
    (tmp_path / "noise.db").write_bytes(b"noise" * 1000)
    threads = set(threading.enumerate())
    assert (await failed_with(sql_on_sqlite(tmp_path / "noise.db"))).state is AnswerState.BAD_DATA
    missing = await failed_with(sql_on_sqlite(tmp_path / "missing.db"))
    assert (missing.state, missing.retry) == (AnswerState.UNAVAILABLE, True)
    for thread in set(threading.enumerate()) - threads:  # the driver's, for a file it could not open
        await asyncio.to_thread(thread.join, SOON)


async def test_nothing_can_be_written_on_sqlite(tmp_path: Path) -> None:
    engine = read_only_engine(sqlite_manifest(sqlite_database(tmp_path / "ssd.db", [PERSON])), None)
    async with engine.connect() as connection:
        with pytest.raises(DBAPIError, match="readonly"):
            await connection.execute(text("insert into ssd_person (pers_person_id) values ('2')"))
    await engine.dispose()


async def test_nothing_can_be_written_on_postgresql_even_by_a_role_that_may(fresh_database: str) -> None:
    endpoint = fresh_database.replace("postgresql://", "postgresql+psycopg://").replace("postgres:@", "postgres@")
    engine = read_only_engine(replace(sqlite_manifest(Path("unused")), endpoint=endpoint), None)
    async with engine.connect() as connection:
        with pytest.raises(DBAPIError, match="read-only transaction"):
            await connection.execute(text("create table t (x integer)"))
    await engine.dispose()


async def test_dates_beyond_the_drivers_calendar_are_judged_by_the_mapping(fresh_database: str) -> None:
    with psycopg.connect(fresh_database, autocommit=True) as database:
        database.execute(SCHEMA.read_text())
        database.execute(
            "insert into ssd_person (pers_person_id, pers_surname, pers_dob) values ('1', 'N', 'infinity')"
        )
        columns = "miss_table_id, miss_person_id, miss_missing_episode_start_date"
        database.execute(f"insert into ssd_missing ({columns}) values ('m', '1', '294000-01-01')")  # noqa: S608 - ours
    endpoint = fresh_database.replace("postgresql://", "postgresql+psycopg://").replace("postgres:@", "postgres@")
    connector = Sql(replace(sqlite_manifest(Path("unused")), endpoint=endpoint), read_mapping("ssd"), None)
    fetched = await connector.fetch(link("1"), EVERYTHING, soon())
    assert fetched is not None
    assert fetched.attributes.birth_date is None
    assert fetched.unmapped["missing: at missing"] == 1
    assert await connector.find(probe(family_name="n", birth_date=date(2012, 1, 1)), soon()) == ()
    await connector.close()


async def test_a_postgresql_without_the_mappings_tables_is_bad_data(fresh_database: str) -> None:
    endpoint = fresh_database.replace("postgresql://", "postgresql+psycopg://").replace("postgres:@", "postgres@")
    connector = Sql(replace(sqlite_manifest(Path("unused")), endpoint=endpoint), read_mapping("ssd"), None)
    failed = await failed_with(connector)
    assert failed.state is AnswerState.BAD_DATA
    assert "differ from the mapping" in failed.happened


@pytest.mark.parametrize(
    ("sqlstate", "state", "retry"),
    [
        ("57014", AnswerState.TIMED_OUT, False),  # a statement beyond its time
        ("57P03", AnswerState.UNAVAILABLE, True),  # starting up
        ("53300", AnswerState.UNAVAILABLE, False),  # too many connections
        ("42501", AnswerState.UNAVAILABLE, False),  # may not read a table
        ("3D000", AnswerState.UNAVAILABLE, False),  # no such database
        ("22P02", AnswerState.BAD_DATA, False),  # a value it cannot read
        ("XX000", AnswerState.UNAVAILABLE, False),  # a fault of its own
    ],
)
def test_each_kind_of_database_error_has_its_state(sqlstate: str, state: AnswerState, retry: object) -> None:
    cause = psycopg.errors.lookup(sqlstate)("a message with Somebody's name")
    failed = explained(DBAPIError("select", None, cause))
    assert (failed.state, failed.retry) == (state, retry)
    assert "Somebody" not in failed.happened


@pytest.mark.parametrize(
    "endpoint",
    ["postgresql+psycopg://u:secret@h/d", "mysql://h/d", "not a url", "postgresql+psycopg://h", "sqlite+aiosqlite://"],
)
def test_a_url_with_a_password_or_of_another_kind_is_refused_without_repeating_it(endpoint: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        read_only_engine(replace(sqlite_manifest(Path("unused")), endpoint=endpoint), None)
    assert "secret" not in str(refused.value)
