"""The NHS's own example replies of its Personal Demographics Service, each ending in the right state of a find."""

import hashlib
import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
from aiohttp import web
from fhir_servers import TOKEN, ScriptedFhir, bundle, manifest_for

from hub.connectors.breaker import RetryBudget
from hub.connectors.fhir_r4 import FhirR4
from hub.connectors.guarded import GuardedSource
from hub.connectors.sources import Sources
from hub.domain.categories import Category
from hub.domain.codes import Agency, AnswerState, Label, MatchState, PurposeCode, Role, Urgency
from hub.domain.deadline import Deadline
from hub.domain.enquiries import Enquiry
from hub.domain.people import Person, PersonReference, SourceFind
from hub.domain.permits import Permit, Verdict
from hub.domain.principals import Principal
from hub.domain.questions import EVERYTHING, Question, QuestionKind
from hub.domain.searching import Searched, SearchKey, Step
from hub.identity.matching.matcher import Matcher
from hub.identity.matching.model import shipped_model
from hub.identity.people import People

pytestmark = pytest.mark.shared_data

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
JANE = {"given_name": "Jane", "family_name": "Smith", "birth_date": date(2010, 10, 22)}
JANET = {"given_name": "Janet", "family_name": "Smythe", "birth_date": date(2005, 6, 16)}
HEALTH = manifest_for("").id
MATCHER = Matcher(shipped_model())
K = SearchKey
SEARCH = (
    (K.NHS_NUMBER,),
    (K.GIVEN_NAME, K.FAMILY_NAME, K.BIRTH_DATE),
    (K.GIVEN_NAME_STARTS, K.FAMILY_NAME_STARTS, K.BIRTH_DATE),
    (K.GIVEN_NAME_SOUNDS, K.FAMILY_NAME_SOUNDS, K.BIRTH_DATE),
    (K.FAMILY_NAME, K.BIRTH_DATE),
)


class Nothing:
    """A store that keeps nothing."""

    async def for_subject(self, subject: str) -> tuple[Any, ...]:
        return ()

    async def put(self, *link: object) -> None: ...

    async def remove(self, *link: object) -> None: ...


@pytest.fixture
def examples(shared_data: Path) -> Any:
    def read(name: str) -> dict[str, Any]:
        openapi = shared_data / "health-pds-openapi" / "components" / "examples" / f"{name}.json"
        path = openapi if openapi.exists() else shared_data / "health" / f"nhs-pds-fhir__{name}.json"
        told: dict[str, Any] = json.loads(path.read_text())
        return told

    return read


@pytest.fixture
async def pds(fhir: ScriptedFhir) -> AsyncIterator[ScriptedFhir]:
    """A stand-in for PDS: the scripted server, and nothing found until a test says otherwise."""
    yield fhir
    assert all(UUID(sent["X-Request-ID"]) for sent in fhir.headers), "PDS refuses a request without an identifier"


def mac(purpose: str, data: bytes) -> bytes:
    return hashlib.sha256(purpose.encode() + data).digest()


def refused(status: int, body: dict[str, Any]) -> web.Response:
    return web.json_response(body, status=status)


async def asked(pds: ScriptedFhir, **about: Any) -> tuple[Person, SourceFind]:
    """A find at this server alone, by somebody who may see everything."""
    manifest = msgspec.structs.replace(manifest_for(pds.endpoint), search_style="pds", search=SEARCH)
    connector = FhirR4(manifest, TOKEN)
    sources = Sources([GuardedSource(manifest, connector, RetryBudget())], mac, lambda: NOW)
    people = People(sources, Nothing(), mac, lambda: NOW, Nothing(), MATCHER)
    verdicts = {one: Verdict(permitted=True, policies=("p",)) for one in Category if one.decidable}
    permit = Permit(PurposeCode.S47, "v", {}, EVERYTHING, lambda *_: verdicts)
    worker = Principal("p-1", "A Worker", Agency.SOCIAL_CARE, frozenset({Role.MASH_SOCIAL_WORKER}))
    reference = PersonReference(**about)
    enquiry = Enquiry("e", PurposeCode.S47, "w", Urgency.RED, reference, worker, NOW, NOW)
    try:
        person = await people.resolve(Question("q", QuestionKind.FIND, NOW, worker, enquiry), permit, Deadline.after(4))
    finally:
        await sources.close()
    return person, person.finds[HEALTH]


async def test_a_patient_read_by_nhs_number_is_a_match(pds: ScriptedFhir, examples: Any) -> None:
    pds.says("Patient", examples("Patient"))
    person, find = await asked(pds, nhs_number="9000000009")
    assert (find.match, find.state, person.links[HEALTH].local_id) == (
        MatchState.MATCH,
        AnswerState.KNOWN,
        "9000000009",
    )
    assert pds.asked == ["/fhir/Patient/9000000009"]


@pytest.mark.parametrize(
    ("example", "about"), [("Sensitive_Patient", {"nhs_number": "9000000025"}), ("Sensitive_PatientSearch", JANET)]
)
async def test_a_restricted_patient_is_a_match_whose_whereabouts_are_withheld(
    pds: ScriptedFhir, examples: Any, example: str, about: dict[str, Any]
) -> None:
    pds.says("Patient", examples(example))
    person, find = await asked(pds, **about)
    assert find.match is MatchState.MATCH
    assert Label.LOCATION_AT_RISK in person.labels
    (one,) = find.candidates
    assert (one.found.attributes.postcode, one.found.attributes.address) == (None, None)


async def test_a_superseded_number_is_a_match_under_the_number_that_replaced_it(
    pds: ScriptedFhir, examples: Any
) -> None:
    pds.says("Patient", examples("Patient"))  # asked for another number, PDS sends the record that replaced it
    person, find = await asked(pds, nhs_number="9990009996")
    assert find.match is MatchState.MATCH
    assert person.links[HEALTH].local_id == "9000000009"
    (one,) = find.candidates
    assert one.found.attributes.nhs_number == "9000000009"
    assert one.found.attributes.former_nhs_numbers == ("9990009996",)
    assert person.former_nhs_numbers == {"9990009996"}


async def test_multiple_matches_wait_for_a_person(pds: ScriptedFhir, examples: Any) -> None:
    (entry,) = examples("PatientSearch")["entry"]
    pds.says("Patient", bundle(entry["resource"], {**entry["resource"], "id": "9000000017", "identifier": []}, total=2))
    person, find = await asked(pds, **JANE)
    assert (find.match, len(find.candidates)) == (MatchState.MANY, 2)
    assert person.links == {}


@pytest.mark.parametrize("code", ["TOO_MANY_MATCHES", "MULTIPLE_MATCHES"])
async def test_too_many_matches_say_what_to_do_and_nothing_is_searched_wider(
    pds: ScriptedFhir, examples: Any, code: str
) -> None:
    outcome = examples("INVALID_SEARCH_DATA")
    outcome["issue"][0]["details"]["coding"][0] |= {"code": code, "display": "Too many matches"}
    pds.says("Patient", outcome)
    about = {**JANE, "given_name": None}
    _, find = await asked(pds, **about)
    assert (find.match, find.candidates, find.steps) == (MatchState.MANY, (), (Searched(Step.EXACT, None),))
    assert "given name" in find.explanation
    assert "wider" in find.explanation


async def test_nobody_found_is_nobody_after_every_step(pds: ScriptedFhir, examples: Any) -> None:
    empty = {**examples("PatientSearch"), "entry": [], "total": 0}
    missing = examples("RESOURCE_NOT_FOUND")
    pds.says("Patient", lambda request: refused(404, missing) if "id" in request.match_info else empty)
    _, find = await asked(pds, nhs_number="9000000009", **JANE)
    assert (find.match, find.state) == (MatchState.NONE, AnswerState.NOT_KNOWN)
    assert [one.step for one in find.steps] == [
        Step.NUMBER,
        Step.EXACT,
        Step.WILDCARD,
        Step.HOMOPHONE,
        Step.SWAPPED_NAMES,
        Step.NO_GIVEN_NAME,
    ]
    manners = [request.partition("?")[2] for request in pds.asked[1:]]
    assert all("_max-results=50" in one and "birthdate=eq2010-10-22" in one for one in manners)
    assert "_exact-match=true" in manners[0]
    assert "given=Jan%2A" in manners[1] or "given=Jan*" in manners[1]
    assert "_history=true" in manners[1]
    assert "_fuzzy-match=true" in manners[2]
    assert not any("_fuzzy-match" in one and "*" in one for one in manners)


async def test_a_search_that_pds_cannot_make_is_said_to_be_none(pds: ScriptedFhir, examples: Any) -> None:
    invalid = examples("INVALID_SEARCH_DATA")
    pds.says("Patient", lambda _: refused(400, invalid))
    _, find = await asked(pds, **JANE)
    assert (find.match, find.state, find.reasons) == (MatchState.NONE, AnswerState.NOT_ASKED, ("no-search-key",))


@pytest.mark.parametrize("status", [401, 403])
async def test_denied_access_is_unavailable_and_never_nobody(pds: ScriptedFhir, examples: Any, status: int) -> None:
    denied = examples("ACCESS_DENIED")
    pds.says("Patient", lambda _: refused(status, denied))
    _, find = await asked(pds, **JANE)
    assert (find.match, find.state) == (MatchState.NONE, AnswerState.UNAVAILABLE)
    assert "not reassurance" in find.explanation


async def test_another_refusal_is_bad_data(pds: ScriptedFhir, examples: Any) -> None:
    outcome = examples("INVALID_SEARCH_DATA")
    outcome["issue"][0]["details"]["coding"][0]["code"] = "MISSING_VALUE"
    pds.says("Patient", lambda _: refused(400, outcome))
    _, find = await asked(pds, **JANE)
    assert find.state is AnswerState.BAD_DATA
