"""What an envelope says, that it is signed once for each question, source and kind of call, and by whom."""

from typing import Any

import msgspec
import pytest
from asking_partners import HUB, PROBATION, S47, SOURCE, WORKER, claims_of, permit

from hub.connectors.envelopes import TYPE, Asked, Envelopes, fetching, finding
from hub.domain.categories import Category
from hub.domain.identifiers import SourceId
from hub.domain.questions import Selection
from hub.keys import FileKeys, SignatureBroken, rotate_keys

RISKS = frozenset({Category.PROBATION_SUPERVISION, Category.PROBATION_MAPPA})


class Counting:
    """The hub's signature, counted."""

    def __init__(self, keys: FileKeys) -> None:
        self._keys, self.signed = keys, 0

    def sign(self, payload: bytes, *, typ: str) -> str:
        self.signed += 1
        return self._keys.signing.sign(payload, typ=typ)


@pytest.fixture
def signer(keys: FileKeys) -> Counting:
    return Counting(keys)


@pytest.fixture
def envelopes(signer: Counting, clock: Any) -> Envelopes:
    return Envelopes(signer, HUB, clock)


def test_an_envelope_says_who_asks_as_what_why_under_what_for_what_and_when(envelopes: Envelopes) -> None:
    assert claims_of(envelopes.envelope(PROBATION, fetching(RISKS, permit()))) == {
        "iss": HUB,
        "aud": "probation",
        "iat": 1793610000,
        "requestObject": {
            "requestType": "fetch",
            "requestId": {"value": "abc123:combinedChildView", "system": HUB},
            "dateStamp": "2026-11-02T09:00:00.000Z",
            "requester": {
                "entityId": {"value": "p-mash-social-worker", "system": HUB},
                "role": ["mash_social_worker", "screening_officer"],
                "organisation": {"type": "social-care", "name": "Derwent City Council"},
            },
            "requestedData": {"dataCategories": ["probation.mappa", "probation.supervision"]},
            "assertedPurpose": "S47",
            "reason": [S47],
            "context": {"value": "derwent-mash-probation", "system": HUB, "version": "3"},
        },
    }


def test_nobodys_name_stands_in_it(envelopes: Envelopes) -> None:
    told = msgspec.json.encode(claims_of(envelopes.envelope(PROBATION, finding(SOURCE, permit()))))
    assert WORKER.name.encode() not in told
    assert b"e-1" not in told  # nor the enquiry, which leads to a person


def test_a_search_asks_for_what_tells_people_apart(envelopes: Envelopes) -> None:
    request = claims_of(envelopes.envelope(PROBATION, finding(SOURCE, permit())))["requestObject"]
    assert request["requestType"] == "find"
    assert request["requestedData"]["dataCategories"] == [
        "existence", "identity.birth-date", "identity.name", "identity.number",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "asking",
    [permit(permitted=False, agreements={}), permit(selection=Selection(frozenset(), frozenset({SourceId("other")})))],
)
def test_a_search_for_labels_alone_says_that_it_asks_for_nothing_else(asking: Any, envelopes: Envelopes) -> None:
    request = claims_of(envelopes.envelope(PROBATION, finding(SOURCE, asking)))["requestObject"]
    assert (request["requestType"], request["requestedData"]["dataCategories"]) == ("protect", [])


def test_where_there_is_no_agreement_none_is_named(envelopes: Envelopes) -> None:
    asking = permit(permitted=False, agreements={})
    assert claims_of(envelopes.envelope(PROBATION, finding(SOURCE, asking)))["requestObject"]["context"] is None


def test_calls_of_one_question_share_an_envelope_and_anything_else_has_its_own(
    envelopes: Envelopes, signer: Counting
) -> None:
    mine, other = permit(), msgspec.structs.replace(WORKER, id="p-other")
    first = envelopes.envelope(PROBATION, fetching(RISKS, mine))
    assert envelopes.envelope(PROBATION, fetching(RISKS, permit())) == first
    assert signer.signed == 1
    apart = [
        (PROBATION, finding(SOURCE, mine)),
        (PROBATION, fetching(frozenset({Category.PROBATION_MAPPA}), mine)),
        (SourceId("health"), fetching(RISKS, mine)),
        (PROBATION, fetching(RISKS, permit(request_id="another"))),
        (PROBATION, fetching(RISKS, permit(asker=other))),
        (PROBATION, fetching(RISKS, permit(agreements={PROBATION: "derwent-mash-probation@4"}))),
    ]
    told = {first, *(envelopes.envelope(source, asked) for source, asked in apart)}
    assert len(told) == signer.signed == 7


def test_a_request_that_is_repeated_later_is_dated_anew(envelopes: Envelopes, clock: Any) -> None:
    asked = fetching(RISKS, permit())
    before = claims_of(envelopes.envelope(PROBATION, asked))
    clock.move(seconds=31)
    assert claims_of(envelopes.envelope(PROBATION, asked))["iat"] == before["iat"] + 31


def test_memory_is_bounded(envelopes: Envelopes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.connectors.envelopes.MOST_KEPT", 3)
    for number in range(10):
        envelopes.envelope(PROBATION, fetching(RISKS, permit(request_id=str(number))))
    assert len(envelopes._kept) == 3


def test_an_envelope_is_this_hubs_for_this_use_before_and_after_its_key_is_rotated(
    envelopes: Envelopes, keys: FileKeys, tmp_path: Any
) -> None:
    kept = envelopes.envelope(PROBATION, fetching(RISKS, permit()))
    rotate_keys(tmp_path / "keys.json", "signing")
    later = envelopes.envelope(PROBATION, fetching(RISKS, permit(request_id="later")))
    for one in (kept, later):
        assert keys.signing.verify(one, typ=TYPE)
        with pytest.raises(SignatureBroken):
            keys.signing.verify(one, typ="at+jwt")  # an envelope signs nobody in


def test_a_request_that_names_nobody_who_asks_is_never_signed(envelopes: Envelopes, signer: Counting) -> None:
    with pytest.raises(ValueError, match="who asks"):
        envelopes.envelope(PROBATION, Asked("fetch", RISKS, permit(asker=None)))
    assert signer.signed == 0
