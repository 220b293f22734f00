from datetime import date, timedelta, timezone
from pathlib import Path

import msgspec
import pytest
from audit_samples import ABOUT, NOW, WHO, act, disclosure, question
from hypothesis import given
from hypothesis import strategies as st

from hub.audit.evidence import act_leaf, disclosed_leaf, intent_leaf
from hub.audit.leaf import Leaf, Outcome, Stage, leaf_bytes, read_leaf, same_content, timestamp
from hub.audit.merkle import leaf_hash
from hub.audit.subjects import subject_of
from hub.domain.identifiers import upn
from hub.domain.people import PersonReference
from hub.domain.principals import Principal
from hub.domain.questions import QuestionKind
from hub.keys import FileKeys

GOLDEN = (
    b'{"agency":"social-care","also":[],"at":"2026-03-04T05:06:07.891011Z","basis":null,"broken_glass":false,'
    b'"enquiry_id":null,"facts":null,"kept_from":[],"kind":"signIn","near":[],"opening":null,"organisation":null,'
    b'"others":[],"outcome":"refused","policy_version":"p","principal":"","purpose":null,"reasons":["token-expired"],'
    b'"request_id":"r","roles":[],"salt":"s","sources":[],"stage":"act","subject":null,"v":1,"words":null}'
)

leaves = st.builds(
    Leaf,
    at=st.datetimes(timezones=st.just(NOW.tzinfo)).map(timestamp),
    stage=st.sampled_from(Stage),
    outcome=st.sampled_from(Outcome),
    kind=st.text(max_size=9),
    request_id=st.text(max_size=9),
    roles=st.lists(st.text(max_size=5)).map(tuple),
)


def test_a_leafs_bytes_and_hash_are_these_for_good() -> None:
    leaf = Leaf(
        at=timestamp(NOW),
        stage=Stage.ACT,
        kind="signIn",
        request_id="r",
        agency="social-care",
        policy_version="p",
        outcome=Outcome.REFUSED,
        reasons=("token-expired",),
        salt="s",
    )
    assert leaf_bytes(leaf) == GOLDEN
    assert leaf_hash(GOLDEN).hex() == "0c9d58ec1a04df8753d669e1da697168ca8fdc0fa01557613531eb8f2b47a847"
    assert read_leaf(GOLDEN) == leaf


def test_a_leaf_is_hashed_as_certificate_transparency_hashes_it() -> None:
    # The published test vectors' hash of the empty leaf, and of the leaf 0x00.
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert leaf_hash(b"\x00").hex() == "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"


@given(one=leaves, other=leaves)
def test_equal_leaves_have_equal_bytes_and_others_have_not(one: Leaf, other: Leaf) -> None:
    assert read_leaf(leaf_bytes(one)) == one
    assert (leaf_bytes(one) == leaf_bytes(other)) == (one == other)


@given(one=leaves, at=st.datetimes(timezones=st.just(NOW.tzinfo)))
def test_a_leaf_says_the_same_whenever_it_was_written(one: Leaf, at: object) -> None:
    later = leaf_bytes(Leaf(**{**_fields(one), "at": timestamp(at)}))
    assert same_content(leaf_bytes(one), later)
    assert not same_content(leaf_bytes(one), leaf_bytes(Leaf(**{**_fields(one), "kind": one.kind + "x"})))


def test_time_order_is_text_order_in_any_zone() -> None:
    east = timezone(timedelta(hours=9))
    assert timestamp(NOW.astimezone(east)) == timestamp(NOW) == "2026-03-04T05:06:07.891011Z"
    assert timestamp(NOW.replace(microsecond=0)) < timestamp(NOW.replace(microsecond=1))


def test_a_read_says_who_asked_for_what_and_what_came_of_each_source(keys: FileKeys) -> None:
    asked = question()
    intent = intent_leaf(asked, "policy-1", keys, NOW)
    assert (intent.principal, intent.agency) == ("user-1", "social-care")
    assert intent.roles == ("dsl", "mash_social_worker")
    assert (intent.kind, intent.purpose, intent.enquiry_id, intent.broken_glass) == ("view", "S47", "enquiry-1", True)
    assert (intent.stage, intent.outcome, intent.policy_version) == (Stage.INTENT, Outcome.ASKED, "policy-1")

    outcome = disclosed_leaf(intent, NOW, disclosure(asked), keys)
    health, probation = outcome.sources
    assert (health.source, health.state, health.record_count) == ("health", "KNOWN", 0)
    assert (health.categories, health.agreement) == (("existence", "health.gp"), "health-standing@3")
    assert [(kept.category, kept.count, kept.reasons) for kept in health.withheld] == [
        ("health.sexual", None, ("tier-not-reached",))
    ]
    assert (probation.state, probation.agreement, probation.withheld) == ("TIMED_OUT", None, ())
    assert (outcome.stage, outcome.outcome, outcome.policy_version) == (Stage.OUTCOME, Outcome.DISCLOSED, "policy-2")
    assert outcome.subject == intent.subject


def test_a_find_counts_the_candidates_it_showed(keys: FileKeys) -> None:
    asked = question(kind=QuestionKind.FIND)
    outcome = disclosed_leaf(intent_leaf(asked, "policy-1", keys, NOW), NOW, disclosure(asked), keys)
    assert [source.record_count for source in outcome.sources] == [1, 0]


def test_an_act_without_anybody_signed_in_names_nobody(keys: FileKeys) -> None:
    leaf = act_leaf(act(principal=None, reference=None, purpose=None), keys, NOW)
    assert (leaf.principal, leaf.agency, leaf.roles, leaf.subject, leaf.purpose) == ("", "", (), None, None)


def test_a_principal_stands_by_id_and_not_by_name(keys: FileKeys) -> None:
    renamed = Principal(WHO.id, "Another Name", WHO.agency, WHO.roles)
    assert act_leaf(act(principal=renamed), keys, NOW) == act_leaf(act(), keys, NOW)


def test_a_child_is_one_subject_by_number_whatever_else_was_claimed(keys: FileKeys, tmp_path: Path) -> None:
    bare = PersonReference(nhs_number=ABOUT.nhs_number)
    assert subject_of(ABOUT, keys) == subject_of(bare, keys)
    assert len(subject_of(ABOUT, keys)) == 64
    assert subject_of(bare, FileKeys.create(tmp_path / "other.json")) != subject_of(bare, keys)


def test_a_child_without_an_nhs_number_is_one_subject_by_upn(keys: FileKeys) -> None:
    code = upn("H801200001001")
    named = PersonReference(upn=code, family_name="Quillfeather", birth_date=date(2015, 6, 7))
    assert subject_of(named, keys) == subject_of(PersonReference(upn=code), keys)
    assert subject_of(named, keys) != subject_of(msgspec.structs.replace(named, upn=None), keys)


@pytest.mark.parametrize("name", ["O'Néill", "o\u2019neill", "ONEILL", " O Neill "])
def test_a_name_is_one_subject_however_it_is_written(keys: FileKeys, name: str) -> None:
    def subject(family_name: str, day: int = 7) -> str:
        return subject_of(PersonReference(family_name=family_name, birth_date=date(2015, 6, day)), keys)

    assert subject(name) == subject("O'Neill")
    assert subject(name) != subject("O'Neill", day=8)
    assert subject(name) != subject("Oneil")


def _fields(leaf: Leaf) -> dict[str, object]:
    return {name: getattr(leaf, name) for name in Leaf.__struct_fields__}
