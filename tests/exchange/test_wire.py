"""The exchange's messages: published as they are read, strict about what they hold, clean before they are shown."""

import copy
from pathlib import Path
from typing import Any

import msgspec
import pytest
from school import ADA, PUPILS

from hub.connectors.pull.reading import UnusableReply, read_answer, require_fit
from hub.connectors.pull.records import KINDS, ours, wired
from hub.connectors.pull.wire import Asked, Permitting, schema
from hub.domain import records

ROOT = Path(__file__).resolve().parents[2]
RECORD = {
    "kind": "LifeEvent",
    "category": "education.exclusions",
    "type": "hub:suspension",
    "label": "Suspension",
    "at": "2026-03-04T10:30:00Z",
}
ANSWER: dict[str, Any] = {
    "v": 1,
    "lease": "lease",
    "reply": {
        "judgement": "PERMIT",
        "answer": {
            "kind": "record",
            "local_id": "p1",
            "attributes": {"nhs_number": "999 100 0003", "given_name": "Ada"},
            "records": [RECORD],
        },
    },
}


def with_record(**fields: Any) -> dict[str, Any]:
    told = copy.deepcopy(ANSWER)
    told["reply"]["answer"]["records"][0] |= fields
    return told


def with_answer(**fields: Any) -> dict[str, Any]:
    told = copy.deepcopy(ANSWER)
    told["reply"]["answer"] |= fields
    return told


def with_reply(**reply: Any) -> dict[str, Any]:
    return {"v": 1, "lease": "lease", "reply": reply}


def test_the_published_schema_is_the_one_that_is_read() -> None:
    published = (ROOT / "docs" / "exchange.schema.json").read_bytes()
    assert published == schema(), "write it anew: docs/exchange.schema.json is hub.connectors.pull.wire.schema()"


def test_every_kind_of_record_travels_and_arrives_as_it_was() -> None:
    assert {kind for kind, _ in KINDS} == set(records.KINDS)
    assert {type(record) for record in ADA.records} == set(records.KINDS)
    for record in (record for held in PUPILS.values() for record in held.records):
        assert ours(msgspec.json.decode(msgspec.json.encode(wired(record)), type=type(wired(record)))) == record


@pytest.mark.parametrize(("kind", "travelling"), KINDS)
def test_a_record_on_its_way_has_the_fields_of_the_record(kind: type, travelling: type) -> None:
    assert set(travelling.__struct_fields__) == set(kind.__struct_fields__)


def test_what_is_shown_is_cleaned_and_what_is_compared_is_not() -> None:
    told = with_record(label="Sus\u202epen\x00sion", detail=" \u200b ", type="hub:suspension\n")
    told["reply"]["answer"]["local_id"] = "P 1/é"
    answer = read_answer(told).reply.answer
    (record,) = answer.records
    assert (record.label, record.detail, record.type) == ("Suspen sion", None, "hub:suspension")
    assert answer.local_id == "P 1/é"
    assert answer.attributes.nhs_number == "9991000003"


def test_endless_text_is_cut_at_its_length() -> None:
    (record,) = read_answer(with_record(label="x" * 5000, detail="y" * 5000)).reply.answer.records
    assert (len(record.label), len(record.detail)) == (200, 4000)


MALFORMED = {
    "another version": ({"v": 2, "lease": "x", "reply": {}}, "$.v"),
    "no judgement": (with_reply(answer={}), "judgement"),
    "an unknown judgement": (with_reply(judgement="PERHAPS"), "$.reply"),
    "an unknown reason": (with_reply(judgement="DENY", reason="Ada Pupil said no"), "$.reply.reason"),
    "a field that is not named": (with_record(colour="red"), "colour"),
    "a record of no kind": (with_record(kind="Rumour"), "records[0]"),
    "an unknown category": (with_record(category="education.gossip"), "records[0].category"),
    "an unknown label": (with_record(labels=["SECRET"]), "records[0].labels"),
    "a moment without a zone": (with_record(at="2026-03-04T10:30:00"), "records[0].at"),
    "a year that is a placeholder": (with_record(at="9999-12-31T00:00:00Z"), "records[0].at"),
    "a label of nothing": (with_record(label="\u200b"), "records[0].label"),
    "a number for a text": (with_record(label=5), "records[0].label"),
    "no identifier": (with_answer(local_id=""), "local_id"),
    "an identifier with a control character": (with_answer(local_id="p\x001"), "local_id"),
    "a count below nothing": (with_answer(unmapped={"x": -1}), "unmapped"),
    "a blank name of who decides": (with_reply(judgement="REVIEW", who=" "), "$.reply.who"),
}


@pytest.mark.parametrize(("told", "where"), MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_answer_is_refused_with_the_place_and_without_its_values(told: Any, where: str) -> None:
    with pytest.raises(UnusableReply) as refused:
        read_answer(told)
    assert where in refused.value.message
    assert "Ada Pupil" not in refused.value.message
    assert refused.value.__cause__ is None


def test_an_answer_fits_the_question_it_is_given_to() -> None:
    fetch = {"kind": "fetch", "id": "r1", "expires_at": "2026-03-04T10:30:00Z", "local_id": "p1", "categories": []}
    find = {"kind": "find", "id": "r1", "expires_at": "2026-03-04T10:30:00Z", "step": "number", "values": {}}
    reply = read_answer(ANSWER).reply
    assert isinstance(reply, Permitting)
    require_fit(reply, msgspec.convert(fetch, Asked))
    with pytest.raises(UnusableReply, match="asks for people"):
        require_fit(reply, msgspec.convert(find, Asked))
    require_fit(read_answer(with_reply(judgement="UNABLE", failure="TIMED_OUT")).reply, msgspec.convert(find, Asked))
