"""A person says who is whom, against running partners: what waits, what then stands in the view, and what is kept."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from hub.cli.client import Caller, Refused
from hub.cli.queries import CONFIRM, ENTRIES, FIND, REJECT, VIEW
from hub.demo.population import populate
from tests.fixtures.command_line import Command
from tests.fixtures.partnership import RunningPartnership, answer_of, states

POPULATION = populate()
BOY = POPULATION.persons[POPULATION.stories["disagreeing-sources"]]
# What the asker says is a claim of this module's own: decisions are remembered for a claim.
SUBJECT = {"nhsNumber": BOY.nhs_number, "givenName": BOY.given_name, "familyName": BOY.family_name}
REASON = "His mother gave both spellings on the telephone"
CARE, YOUTH_JUSTICE = "social-care", "youth-justice"


@pytest.fixture(scope="module")
def deciding(partnership: RunningPartnership) -> Iterator[RunningPartnership]:
    """A hub of this module's own, so that what is decided here stays here."""
    shared = partnership.url
    partnership.start_hub(name="deciding")
    yield partnership
    partnership.processes.kill("deciding")
    partnership.url = shared


@pytest.fixture
def worker(deciding: RunningPartnership) -> Caller:
    return deciding.caller("mash_social_worker")


@pytest.fixture
def enquiry(deciding: RunningPartnership) -> str:
    return deciding.open("mash_social_worker", "S47", subject=SUBJECT)


def found(worker: Caller, enquiry: str, source: str) -> dict:
    return at(worker.ask(FIND, {"id": enquiry})["findSubject"], source)


def at(told: dict, source: str) -> dict:
    (one,) = [one for one in told["sources"] if one["source"]["id"] == source]
    return one


def decide(worker: Caller, mutation: str, enquiry: str, candidate: dict, reason: str = REASON) -> dict:
    sent = {"input": {"enquiryId": enquiry, "candidateId": candidate["id"], "reason": reason}}
    (answered,) = worker.ask(mutation, sent).values()
    return answered


def seen(worker: Caller, enquiry: str) -> dict:
    return worker.ask(VIEW, {"id": enquiry})["combinedChildView"]


def everything_of(view: dict, source: str) -> list[dict]:
    records = [*view["findings"], *view["serviceEpisodes"], *(one["node"] for one in view["lifeEvents"]["edges"])]
    return [one for one in records if one["source"] == source]


def test_what_waits_is_confirmed_shown_kept_and_taken_back(deciding: RunningPartnership, worker: Caller, enquiry: str):
    before = seen(worker, enquiry)
    waiting = answer_of(before, YOUTH_JUSTICE)
    assert waiting["state"] == "WITHHELD"
    assert "1 possible match" in waiting["explanation"]
    assert everything_of(before, YOUTH_JUSTICE) == []

    offer = found(worker, enquiry, YOUTH_JUSTICE)
    (reece,) = offer["candidates"]
    assert (offer["match"], reece["givenName"], reece["linked"], reece["decision"]) == (
        "POTENTIAL",
        "Reece",
        False,
        None,
    )
    after = at(decide(worker, CONFIRM, enquiry, reece), YOUTH_JUSTICE)
    (confirmed,) = after["candidates"]
    assert (after["match"], confirmed["id"], confirmed["linked"]) == ("MATCH", reece["id"], True)
    assert confirmed["decision"]["decision"] == "CONFIRMED"
    assert confirmed["decision"]["by"]
    assert confirmed["decision"]["stands"]

    view = seen(worker, enquiry)
    assert states(view)[YOUTH_JUSTICE] == "KNOWN"
    assert everything_of(view, YOUTH_JUSTICE)

    manager = deciding.caller("mash_manager")
    theirs = deciding.open("mash_manager", "S47", subject=SUBJECT)
    assert everything_of(seen(manager, theirs), YOUTH_JUSTICE)
    (shown,) = found(manager, theirs, YOUTH_JUSTICE)["candidates"]
    assert shown["decision"] == confirmed["decision"] | {"reason": None}

    deciding.processes.kill("deciding")  # as a power cut would
    deciding.start_hub(name="deciding")
    worker = deciding.caller("mash_social_worker")
    assert everything_of(seen(worker, enquiry), YOUTH_JUSTICE)

    after = at(decide(worker, REJECT, enquiry, reece), YOUTH_JUSTICE)
    assert after["candidates"] == []
    assert [one["id"] for one in after["rejected"]] == [reece["id"]]
    view = seen(worker, enquiry)
    assert states(view)[YOUTH_JUSTICE] == "NOT_KNOWN"
    assert (
        "1 person(s) there were compared with this child and rejected" in answer_of(view, YOUTH_JUSTICE)["explanation"]
    )
    assert everything_of(view, YOUTH_JUSTICE) == []

    decide(worker, CONFIRM, enquiry, reece)  # and back again
    assert everything_of(seen(worker, enquiry), YOUTH_JUSTICE)


def test_a_match_that_was_rejected_is_offered_again_when_its_source_changes(
    deciding: RunningPartnership, worker: Caller
):
    enquiry = deciding.open("mash_social_worker", "S47", subject=SUBJECT | {"upn": BOY.upn})
    offer = found(worker, enquiry, CARE)
    assert offer["match"] == "MATCH"
    matched = offer["candidates"][0]
    assert everything_of(seen(worker, enquiry), CARE)

    decide(worker, REJECT, enquiry, matched)
    for _ in range(2):
        assert found(worker, enquiry, CARE)["candidates"] == []
        assert everything_of(seen(worker, enquiry), CARE) == []

    with moved(deciding.state):
        again = found(worker, enquiry, CARE)
        assert again["match"] == "POTENTIAL"
        assert [one["id"] for one in again["candidates"]] == [matched["id"]]
        assert again["candidates"][0]["decision"]["stands"] is False
        assert states(seen(worker, enquiry))[CARE] == "WITHHELD"
    assert found(worker, enquiry, CARE)["candidates"] == []


def test_decisions_are_evidence_for_the_auditor_without_anybodys_words(
    deciding: RunningPartnership, worker: Caller, enquiry: str
):
    (reece,) = found(worker, enquiry, YOUTH_JUSTICE)["candidates"]
    decide(worker, REJECT, enquiry, reece)
    decide(worker, CONFIRM, enquiry, reece)
    told = deciding.caller("auditor").ask(ENTRIES, {"first": 60})["auditEntries"]
    entries = [edge["node"] for edge in told["edges"] if edge["node"]["enquiryId"] == enquiry]
    decided = [one for one in reversed(entries) if one["kind"] in {"confirmMatch", "rejectMatch"}]
    assert [(one["kind"], one["outcome"]) for one in decided] == [
        ("rejectMatch", "asked"),
        ("rejectMatch", "done"),
        ("confirmMatch", "asked"),
        ("confirmMatch", "done"),
    ]
    assert {source["source"] for one in decided for source in one["sources"]} == {YOUTH_JUSTICE}
    assert REASON not in json.dumps(told)


@pytest.mark.parametrize(
    ("role", "reason"),
    [
        ("mash_manager", "match-is-decided-by-the-asker"),
        ("partner_rep", "role-does-not-decide-matches"),
        ("auditor", "role-does-not-decide-matches"),
        ("connector_admin", "role-does-not-use-purpose"),
    ],
)
def test_others_decide_nothing(deciding: RunningPartnership, worker: Caller, enquiry: str, role: str, reason: str):
    candidate = found(worker, enquiry, "health")["candidates"][0]
    with pytest.raises(Refused) as refusal:
        decide(deciding.caller(role), REJECT, enquiry, candidate)
    assert refusal.value.code == "FORBIDDEN"
    assert reason in refusal.value.reasons


def test_a_candidate_that_is_not_offered_and_a_blank_reason_say_what_to_do(worker: Caller, enquiry: str):
    with pytest.raises(Refused) as refusal:
        decide(worker, CONFIRM, enquiry, {"id": "0" * 32})
    assert (refusal.value.code, refusal.value.reasons) == ("NOT_FOUND", ("no-such-candidate",))
    assert "Find the child again" in str(refusal.value)
    with pytest.raises(Refused) as refusal:
        decide(worker, CONFIRM, enquiry, {"id": "0" * 32}, reason=" ")
    assert (refusal.value.code, refusal.value.reasons) == ("BAD_USER_INPUT", ("reason-blank",))


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        ("\u200b", "reason-blank"),
        ("\u3164", "reason-blank"),
        ("...", "reason-blank"),
        ("\x00", "reason-unreadable"),
        ("It is him\x1b[2J", "reason-unreadable"),
        ("It is him\r, so she said", "reason-unreadable"),
    ],
)
def test_a_reason_that_nobody_can_read_is_none(worker: Caller, enquiry: str, reason: str, why: str):
    with pytest.raises(Refused) as refusal:
        decide(worker, CONFIRM, enquiry, {"id": "0" * 32}, reason=reason)
    assert (refusal.value.code, refusal.value.reasons) == ("BAD_USER_INPUT", (why,))


@pytest.mark.parametrize(
    "reason", ["She said so:\r\n\this uncle", "\u0627\u0644\u0623\u0645", "\u0915\u094d\u200d\u0937"]
)
def test_a_reason_may_have_lines_and_any_script(worker: Caller, enquiry: str, reason: str):
    with pytest.raises(Refused) as refusal:
        decide(worker, CONFIRM, enquiry, {"id": "0" * 32}, reason=reason)
    assert refusal.value.reasons == ("no-such-candidate",)


def test_two_decisions_in_one_request_are_more_than_it_may_ask(worker: Caller, enquiry: str):
    (reece,) = found(worker, enquiry, YOUTH_JUSTICE)["candidates"]
    sent = f'(input: {{ enquiryId: "{enquiry}", candidateId: "{reece["id"]}", reason: "why" }}) {{ enquiryId }}'
    with pytest.raises(Refused) as refusal:
        worker.ask(f"mutation {{ one: confirmMatch{sent} other: confirmMatch{sent} }}", {})
    assert refusal.value.reasons == ("graphql-disclosures",)


def test_the_command_line_finds_by_names_shows_why_and_decides(deciding: RunningPartnership, command: Command):
    token = deciding.caller("mash_social_worker").token

    def hub(*words: str, code: int = 0) -> str:
        asked = (*words, "--as", "mash_social_worker", "--url", deciding.url)
        ended = command(*asked, HUB_TOKEN=token, COLUMNS="200")
        assert ended.code == code, ended.err
        return ended.out if code == 0 else ended.err

    names = ("--family", BOY.family_name, "--given", BOY.given_name, "--born", BOY.birth_date.isoformat())
    told = json.loads(hub("find", *names, "--widen", "--purpose", "S47", "--json"))
    (reece,) = at(told, YOUTH_JUSTICE)["candidates"]
    enquiry = told["enquiryId"]
    table = hub("find", "--enquiry", enquiry, "--widen")
    for words in ("birth date", "day and month the other way round", "homophone: 1", reece["id"], enquiry):
        assert words in table
    decided = hub("match", "confirm", reece["id"], "--enquiry", enquiry, "--reason", REASON)
    assert "confirmed as the child by" in decided
    assert REASON in decided
    view = json.loads(hub("view", "--enquiry", enquiry, "--json"))
    assert states(view)[YOUTH_JUSTICE] == "KNOWN"
    assert "rejected: somebody else by" in hub("match", "reject", reece["id"], "--enquiry", enquiry, "--reason", "No")
    by_name = json.loads(hub("view", *names, "--purpose", "S47", "--json"))
    assert by_name["child"]["names"]
    assert "Say whom you ask about" in hub("find", "--purpose", "S47", code=1)
    assert "has its child and its purpose already" in hub("find", *names, "--enquiry", enquiry, code=1)
    assert "birth-date-format" in hub("find", "--family", "X", "--born", "14/05/2011", "--purpose", "S47", code=1)


@contextmanager
def moved(state: Path) -> Iterator[None]:
    """Social care writes down another postcode for the boy; afterwards it has the old one again."""
    sockets = (state / CARE / "data" / "postmaster.pid").read_text().splitlines()[4]
    known = "select pers_person_id from ssd_person where pers_common_child_id = %s"
    lives = "select addr_address_postcode from ssd_address where addr_person_id = %s and addr_address_end_date is null"
    swap = (
        "update ssd_address set addr_address_postcode = %s where addr_person_id = %s and addr_address_end_date is null"
    )
    with psycopg.connect(host=sockets, dbname="ssd", user="postgres", autocommit=True) as care:
        (boy,) = care.execute(known, [BOY.nhs_number]).fetchone()
        (before,) = care.execute(lives, [boy]).fetchone()
        assert care.execute(swap, ["ZX9 9ZZ", boy]).rowcount == 1
        try:
            yield
        finally:
            care.execute(swap, [before, boy])
