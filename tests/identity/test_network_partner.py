"""A partner that is searched for an adult over HTTP: what it is asked, what is read, and about whom it may answer."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from hub.connectors.adults import AroundSources
from hub.connectors.breaker import RetryBudget
from hub.connectors.guarded import GuardedSource
from hub.connectors.in_memory import InMemory
from hub.connectors.manifest import Manifest
from hub.connectors.mapping import read_mapping
from hub.connectors.rest_json import RestJson
from hub.domain.answers import Fetched, SourceFailed
from hub.domain.categories import Category
from hub.domain.codes import AnswerState, Label, PurposeCode, SubjectKind
from hub.domain.deadline import Deadline
from hub.domain.identifiers import LocalId, SourceId
from hub.domain.people import Attributes, Found
from hub.domain.permits import Permit, Verdict
from hub.domain.questions import EVERYTHING
from hub.domain.records import RelatedPerson
from hub.domain.searching import SearchKey
from hub.errors import ConfigurationError
from tests.fixtures.loopback import Serve

ROOT = Path(__file__).parents[2]
JAIL = SourceId("probation")
CRN = LocalId("X123456")
HIM = Attributes(given_name="Jermaine", family_name="Nonesuch", birth_date=date(1986, 7, 19))
OPEN: dict[str, Any] = {"excludedFrom": [], "restrictedTo": []}
CLOSED = {"excludedFrom": [], "restrictedTo": [{"email": "a@b.example"}], "restrictionMessage": "Phone us."}
SEARCH, ACCESS, SUPERVISIONS = (
    "/search/probation-cases",
    f"/case/{CRN}/access-limitations",
    f"/case/{CRN}/supervisions",
)
WANTED = frozenset({Category.PROBATION_CHILD_CONTACT, Category.PROBATION_SUPERVISION, Category.PROBATION_FAMILY})
PERMITTED = dict.fromkeys(Category, Verdict(permitted=True, policies=("test",)))
PERMIT = Permit(PurposeCode.S47, "v", {}, EVERYTHING, lambda *_: PERMITTED)


def case(**more: Any) -> dict[str, Any]:
    told = {"firstName": "Jermaine", "surname": "Nonesuch", "dateOfBirth": "1986-07-19", "otherIds": {"crn": CRN}}
    return told | more


class Probation:
    """A probation system that knows one adult and no child, and writes down what it was asked."""

    def __init__(self) -> None:
        self.found: Any = [case()]
        self.read: Any = [case()]
        self.access: Any = OPEN
        self.asked: list[tuple[str, dict[str, Any]]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = await request.body()
        sent = msgspec.json.decode(body) if body.startswith(b"{") else {}
        self.asked.append((request.url.path, sent))
        replies = {
            "/auth/oauth/token": {"access_token": "t", "expires_in": 120},
            SEARCH: self.read if "crn" in sent else self.found,
            ACCESS: self.access,
            SUPERVISIONS: {"dynamicRisks": [{"code": "RCCO"}], "supervisions": [{"active": True}]},
        }
        known = request.url.path in replies
        await Response(msgspec.json.encode(replies.get(request.url.path)), 200 if known else 404)(scope, receive, send)

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked if not path.startswith("/auth")]


@pytest.fixture
async def probation(serve: Serve) -> AsyncIterator[tuple[Probation, AroundSources]]:
    """The partner, served, and the hub's way to search it."""
    partner = Probation()
    manifest = manifest_at(await serve(partner))
    connector = RestJson(manifest, read_mapping("hmpps_probation"), "secret")
    yield partner, AroundSources([GuardedSource(manifest, connector, RetryBudget())], lambda what, data: data)
    await connector.close()


def manifest_at(endpoint: str) -> Manifest:
    text = (ROOT / "hub" / "demo" / "manifests" / "probation.toml").read_text()
    return msgspec.toml.decode(text.replace("{endpoint}", endpoint), type=Manifest)


async def fetched(around: AroundSources) -> Fetched:
    return await around.fetch(JAIL, Found(CRN, HIM), WANTED, Deadline.after(5), PERMIT)


async def test_a_search_sends_a_name_and_a_birth_date_and_nothing_else(probation: Any) -> None:
    partner, around = probation
    found = await around.search(JAIL, msgspec.structs.replace(HIM, postcode="ZZ9 9ZZ"), Deadline.after(5), PERMIT)
    assert found == (Found(CRN, HIM),)
    assert [sent for path, sent in partner.asked if path == SEARCH] == [
        {"surname": "Nonesuch", "dateOfBirth": "1986-07-19"}
    ]


async def test_a_case_is_read_without_the_child_and_its_access_is_checked_before_anything_else(probation: Any) -> None:
    partner, around = probation
    told = await fetched(around)
    assert partner.paths()[0] == ACCESS
    assert set(partner.paths()) == {ACCESS, SEARCH, SUPERVISIONS}
    assert not [path for path in partner.paths() if path.startswith("/contact")]
    assert {record.about.kind for record in told.records} == {SubjectKind.NETWORK_ADULT, SubjectKind.CHILD}
    adult = [record for record in told.records if record.about.key == told.around[CRN]]
    assert {Category.PROBATION_CHILD_CONTACT, Category.PROBATION_SUPERVISION, Category.PROBATION_FAMILY} == {
        record.category for record in adult
    }
    (person,) = [record for record in adult if isinstance(record, RelatedPerson)]
    assert (person.name, person.relationship) == ("Jermaine Nonesuch", "(not recorded)")


@pytest.mark.parametrize("access", [CLOSED, {}, {"excludedFrom": [{"email": "x"}], "restrictedTo": []}])
async def test_a_limited_access_case_is_never_read_and_its_message_is_told(probation: Any, access: Any) -> None:
    partner, around = probation
    partner.access = access
    told = await fetched(around)
    assert partner.paths() == [ACCESS]
    assert told.withheld
    assert [record.labels for record in told.records] == [frozenset({Label.LIMITED_ACCESS})]


SOMEBODY_ELSE = {
    "another case": [case(otherIds={"crn": "X999999"})],
    "another name": [case(firstName="Ada")],
    "another birth date": [case(dateOfBirth="1960-01-01")],
    "nobody": [],
}


@pytest.mark.parametrize("who", SOMEBODY_ELSE)
async def test_a_reply_about_anybody_else_is_quarantined(probation: Any, who: str) -> None:
    partner, around = probation
    partner.read = SOMEBODY_ELSE[who]
    with pytest.raises(SourceFailed) as failure:
        await fetched(around)
    assert failure.value.state is AnswerState.BAD_DATA


async def test_a_reply_of_another_shape_is_bad_data_and_nobody(probation: Any) -> None:
    partner, around = probation
    partner.found = ["not a case"]
    with pytest.raises(SourceFailed) as failure:
        await around.search(JAIL, HIM, Deadline.after(5), PERMIT)
    assert failure.value.state is AnswerState.BAD_DATA


def test_a_manifest_that_promises_what_its_connector_cannot_do_is_refused() -> None:
    silent = GuardedSource(manifest_at("http://127.0.0.1:9"), InMemory((), {}), RetryBudget())
    with pytest.raises(ConfigurationError, match="cannot be searched for adults"):
        AroundSources([silent], lambda what, data: data)


class Searchable(InMemory):
    """A connector that would search for adults by anything."""

    async def find_adults(self, *_asked: object) -> tuple[Found, ...]:
        return ()

    async def fetch_adult(self, *_asked: object) -> Fetched | None:
        return None


def test_nobody_is_searched_for_by_where_they_live() -> None:
    manifest = manifest_at("http://127.0.0.1:9")
    by_place = msgspec.structs.replace(manifest, network_search=((SearchKey.FAMILY_NAME, SearchKey.POSTCODE),))
    with pytest.raises(ConfigurationError, match="names and birth date alone"):
        AroundSources([GuardedSource(by_place, Searchable((), {}), RetryBudget())], lambda what, data: data)
    with pytest.raises(ConfigurationError, match="find_adults"):
        RestJson(by_place, read_mapping("hmpps_probation"), "secret")


async def test_a_record_that_is_gone_when_it_is_read_is_no_reassurance() -> None:
    manifest = manifest_at("http://127.0.0.1:9")
    around = AroundSources([GuardedSource(manifest, Searchable((), {}), RetryBudget())], lambda what, data: data)
    with pytest.raises(SourceFailed) as failure:
        await fetched(around)
    assert failure.value.state is AnswerState.BAD_DATA
