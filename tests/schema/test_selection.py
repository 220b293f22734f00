"""A query asks partners for no more than it selects."""

import pytest
from door_caller import Caller
from stand_in_facts import CARE, CLINIC, JAIL

from hub.domain.categories import Category, RecordKind

ID = "enquiry-1"
NETWORK = {RecordKind.RELATED_PERSON, RecordKind.FINDING, RecordKind.EPISODE, RecordKind.IDENTITY}

SELECTIONS: dict[str, tuple[str, set[RecordKind]]] = {
    "who the child is": ("child { names { value } }", {RecordKind.IDENTITY}),
    "who works with them": ("serviceEpisodes { label }", {RecordKind.EPISODE}),
    "findings": ("findings { label }", {RecordKind.FINDING}),
    "alerts": ("alerts { label }", {RecordKind.FINDING}),
    "the timeline": ("lifeEvents { edges { node { label } } }", {RecordKind.EVENT}),
    "people around the child": ("network { name }", NETWORK),
    "alerts, and about whom": ("alerts { label about }", {RecordKind.FINDING, RecordKind.RELATED_PERSON}),
    "the timeline, and about whom": (
        "lifeEvents { edges { node { ...E } } }",
        {RecordKind.EVENT, RecordKind.RELATED_PERSON},
    ),
    "two things": ("child { conflicts } findings { label }", {RecordKind.IDENTITY, RecordKind.FINDING}),
    "through an alias": ("x: findings { label }", {RecordKind.FINDING}),
    "through a fragment": ("...V", {RecordKind.EPISODE}),
    "through a nameless fragment": ("... on CombinedChildView { alerts { label } }", {RecordKind.FINDING}),
    "skipped": ("policyVersion findings @skip(if: true) { label } child { conflicts }", {RecordKind.IDENTITY}),
    "not included": ("findings @include(if: $no) { label } child { conflicts }", {RecordKind.IDENTITY}),
    "a fragment not included": ("...V @include(if: $no) child { conflicts }", {RecordKind.IDENTITY}),
    "included": ("findings @include(if: true) { label }", {RecordKind.FINDING}),
}
FRAGMENTS = {
    "...V": " fragment V on CombinedChildView { serviceEpisodes { label } }",
    "...E": " fragment E on LifeEvent { label about }",
}


def wanted(selected: set[RecordKind]) -> set[Category]:
    return {category for category in Category if category.decidable and category.kinds & selected}


@pytest.mark.parametrize("what", SELECTIONS)
async def test_only_what_is_selected_is_asked_for(what: str, caller: Caller):
    selection, kinds = SELECTIONS[what]
    used = "".join(text for spread, text in FRAGMENTS.items() if spread in selection)
    variables = {"no": False} if "$no" in selection else {}
    head = "query ($id: ID!, $no: Boolean!)" if variables else "query ($id: ID!)"
    await caller.data(f"{head} {{ combinedChildView(enquiryId: $id) {{ {selection} }} }} {used}", id=ID, **variables)
    asked = dict(caller.obeying.asked)
    assert asked.keys() == {CARE, CLINIC, JAIL}
    assert all(categories == wanted(kinds) for categories in asked.values())


@pytest.mark.parametrize(
    "selection", ["sources { state }", "withheld { category }", "receipt { intentIndex }", "__typename"]
)
async def test_what_needs_no_record_asks_for_none(selection: str, caller: Caller):
    await caller.data(f"query ($id: ID!) {{ combinedChildView(enquiryId: $id) {{ {selection} }} }}", id=ID)
    assert caller.obeying.asked == []


async def test_sources_that_are_not_named_are_not_asked_and_still_stand_in_the_answer(caller: Caller):
    query = """query ($id: ID!) { combinedChildView(enquiryId: $id, sources: ["clinic"]) {
        sources { source { id } state } child { names { source } } } }"""
    told = (await caller.data(query, id=ID))["combinedChildView"]
    assert [source for source, _ in caller.obeying.asked] == [CLINIC]
    assert {one["source"]["id"]: one["state"] for one in told["sources"]} == {
        "care": "NOT_ASKED",
        "clinic": "KNOWN",
        "jail": "NOT_ASKED",
    }
    assert {one["source"] for one in told["child"]["names"]} == {"clinic"}


@pytest.mark.parametrize("sources", ["[]", '["nobody"]'])
async def test_naming_no_source_we_have_asks_nobody(sources: str, caller: Caller):
    query = f'{{ combinedChildView(enquiryId: "{ID}", sources: {sources}) {{ child {{ conflicts }} }} }}'
    assert (await caller.ask(query)).status == 200
    assert caller.obeying.asked == []
