"""The envelope travels with each call of each kind of connector, and with nothing else."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
from asking_partners import HUB, claims_of, permit
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from hub.connectors.breaker import RetryBudget
from hub.connectors.connector import Connector
from hub.connectors.envelopes import Envelopes, fetching, finding
from hub.connectors.fhir_r4.connector import FhirR4
from hub.connectors.guarded import GuardedSource
from hub.connectors.manifest import Manifest
from hub.connectors.mapping import read_mapping
from hub.connectors.rest_json import RestJson
from hub.connectors.sources import Sources
from hub.connectors.sql import Sql
from hub.domain.categories import Category
from hub.domain.codes import Agency
from hub.domain.deadline import Deadline
from hub.domain.identifiers import LocalId, SourceId
from hub.domain.people import LinkedPerson
from hub.domain.searching import SearchKey
from hub.keys import FileKeys
from hub.outbound import carried, carrying
from tests.fixtures.loopback import Serve
from tests.fixtures.probing import probe

HERE = Path(__file__).parent
SSD = HERE.parents[1] / "hub" / "demo" / "partners" / "ssd_schema.sql"
WANTED = frozenset({Category.PROBATION_SUPERVISION})


class Partner:
    """Answers any question with nobody, and keeps the header of each by its path."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, str | None]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        self.kept.append((request.url.path, request.headers.get("hub-request")))
        await self._answer(request.url.path)(scope, receive, send)

    def _answer(self, path: str) -> Response:
        if path.endswith("/token"):
            return JSONResponse({"access_token": "t", "expires_in": 120})
        if "/fhir/" in path:
            return JSONResponse({"resourceType": "Bundle", "type": "searchset", "total": 0, "entry": []})
        return JSONResponse([] if path.startswith("/search") else {}, 200 if path.startswith("/search") else 404)


def manifest(kind: str, endpoint: str) -> Manifest:
    search = ((SearchKey.NHS_NUMBER,), (SearchKey.FAMILY_NAME, SearchKey.BIRTH_DATE))
    told = {"id": "probation", "name": "A partner", "agency": Agency.PROBATION, "contact": "-", "coverage": "-"}
    return Manifest(kind=kind, endpoint=endpoint, search=search, categories=frozenset(Category), **told)


@pytest.fixture
def envelopes(keys: FileKeys, clock: Any) -> Envelopes:
    return Envelopes(keys.signing, HUB, clock)


async def test_a_rest_partner_is_told_at_each_call_and_never_at_its_token_endpoint(
    serve: Serve, envelopes: Envelopes
) -> None:
    partner = Partner()
    text = (HERE.parents[1] / "hub" / "demo" / "manifests" / "probation.toml").read_text()
    told = msgspec.toml.decode(text.replace("{endpoint}", await serve(partner)), type=Manifest)
    connector = RestJson(told, read_mapping("hmpps_probation"), "secret")
    guarded = GuardedSource(told, connector, RetryBudget(), envelopes)
    asked = finding(guarded.source, permit())
    await guarded.call(
        lambda: connector.find_adults(probe(family_name="Nonesuch", birth_date="1986-07-19"), Deadline.after(5)),
        Deadline.after(5),
        asked,
    )
    await connector.close()
    expected = envelopes.envelope(SourceId("probation"), asked)
    assert {envelope for path, envelope in partner.kept if not path.endswith("/token")} == {expected}
    assert [envelope for path, envelope in partner.kept if path.endswith("/token")] == [None]


async def test_a_fhir_server_is_told_at_each_search(serve: Serve, envelopes: Envelopes) -> None:
    partner = Partner()
    told = manifest("fhir_r4", await serve(partner) + "/fhir")
    connector = FhirR4(told, None)
    sources = Sources(
        [GuardedSource(told, connector, RetryBudget(), envelopes)], lambda what, data: data, envelopes._now
    )
    asking = permit()
    for keys in ({"nhs_number": "9991000003"}, {"family_name": "Quillfeather", "birth_date": "2012-04-09"}):
        await sources.search(SourceId("probation"), probe(**keys), Deadline.after(5), asking)
    await sources.close()
    kept = {envelope for _, envelope in partner.kept}
    assert len(partner.kept) >= 2
    assert len(kept) == 1  # every step of one find bears the same
    assert claims_of(kept.pop() or "")["requestObject"]["requestType"] == "find"


async def test_questions_at_once_never_bear_each_others(serve: Serve, envelopes: Envelopes) -> None:
    partner = Partner()
    told = manifest("fhir_r4", await serve(partner) + "/fhir")
    connector = FhirR4(told, None)
    guarded = GuardedSource(told, connector, RetryBudget(), envelopes)

    async def ask(number: int) -> str | None:
        asked = fetching(WANTED, permit(request_id=f"question-{number}"))

        async def read() -> str | None:
            await connector.find(probe(nhs_number="9991000003"), Deadline.after(5))
            await asyncio.gather(
                connector.find(probe(nhs_number="9991000003"), Deadline.after(5)), return_exceptions=True
            )
            return carried()

        return await guarded.call(read, Deadline.after(5), asked)

    told_by = await asyncio.gather(*(ask(number) for number in range(20)))
    await connector.close()
    requests = [claims_of(one or "")["requestObject"]["requestId"]["value"] for one in told_by]
    assert requests == [f"question-{number}" for number in range(20)]
    kept = [claims_of(envelope or "")["requestObject"]["requestId"]["value"] for _, envelope in partner.kept]
    assert sorted(kept) == sorted(requests * 2)
    assert carried() is None


async def test_a_call_that_does_not_say_what_it_asks_for_is_never_made(envelopes: Envelopes) -> None:
    calls: list[int] = []

    async def read() -> None:
        calls.append(1)

    connector: Connector = FhirR4(manifest("fhir_r4", "http://127.0.0.1:9"), None)
    guarded = GuardedSource(manifest("fhir_r4", "http://127.0.0.1:9"), connector, RetryBudget(), envelopes)
    with pytest.raises(ValueError, match="says what it asks for"):
        await guarded.call(read, Deadline.after(5))
    assert not calls


async def test_a_database_keeps_it_as_a_setting_of_the_session_within_the_one_statement(fresh_database: str) -> None:
    with psycopg.connect(fresh_database, autocommit=True) as database:
        database.execute(SSD.read_text())
        database.execute("insert into ssd_person (pers_person_id, pers_surname) values ('1', 'Quillfeather')")
        columns = database.execute(
            "select string_agg(case when column_name = 'pers_forename' "
            "then 'current_setting(''hub.request'', true) as pers_forename' else column_name end, ', ') "
            "from information_schema.columns where table_name = 'ssd_person'"
        ).fetchone()
        database.execute("alter table ssd_person rename to people")
        database.execute(f"create view ssd_person as select {columns[0] if columns else ''} from people")  # noqa: S608
    endpoint = fresh_database.replace("postgresql://", "postgresql+psycopg://").replace("postgres:@", "postgres@")
    told = msgspec.structs.replace(manifest("sql", endpoint), search=())
    connector = Sql(told, read_mapping("ssd"), None)
    link = LinkedPerson(SourceId("probation"), LocalId("1"), b"")
    for envelope in ("a.b.c", "d.e.f", None):
        with carrying(envelope):
            fetched = await connector.fetch(link, frozenset({Category.IDENTITY_NAME}), Deadline.after(5))
        assert fetched is not None
        assert fetched.attributes.given_name == envelope
    await connector.close()
