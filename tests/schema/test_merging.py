"""One walk says of every document what graphql-core's comparison of all pairs says."""

import time

from graphql import OverlappingFieldsCanBeMergedRule, build_schema, is_abstract_type, parse, validate
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hub.schema.analysis import analyse
from hub.schema.limits import DoorLimits
from hub.schema.merging import RULES, merges
from hub.schema.schema import build_schema as build_hub_schema

SCHEMA = build_schema("type Query { a(x: Int, y: Int): Query b(x: Int): Query c: Int d(x: Int): Int }")
LEAVES = ("c", "d", "d(x: 1)", "d(x: 2)", "d(x: $v)", "c: d", "d: c", "x: c", "x: d(x: 1)")
OBJECTS = ("a", "b", "a(x: 1)", "a(x: 1, y: 2)", "a(y: 2, x: 1)", "a: b", "x: a", "x: b(x: 1)")


def selections(depth: int) -> st.SearchStrategy[str]:
    leaf = st.sampled_from(LEAVES) | st.sampled_from(("...F", "...G"))
    if not depth:
        return st.lists(leaf, min_size=1, max_size=3).map(" ".join)
    below = selections(depth - 1)
    names = st.sampled_from((*OBJECTS, "... on Query", "..."))
    field = st.builds(lambda name, inner: f"{name} {{ {inner} }}", names, below)
    return st.lists(leaf | field, min_size=1, max_size=4).map(" ".join)


@settings(max_examples=250, deadline=None)
@given(selections(3), selections(1), selections(0))
@example("a(x: 1, y: 2) { c } a(y: 2, x: 1) { c }", "c", "c")
@example("a { c: d } ...F", "a { c }", "c")
def test_one_walk_agrees_with_the_comparison_of_all_pairs(query: str, first: str, second: str):
    second = second.replace("...F", "").replace("...G", "") or "c"
    text = f"query ($v: Int) {{ {query} }} fragment F on Query {{ {first.replace('...F', 'c')} }}"
    document = parse(f"{text} fragment G on Query {{ {second} c }}")
    assert merges(document) == (not validate(SCHEMA, document, [OverlappingFieldsCanBeMergedRule]))


def test_repeats_of_one_field_are_cheap():
    document = parse("{ " + "a { b { c } } " * 70 + "}")
    analyse(document, SCHEMA, DoorLimits(root_fields=100), {})
    ours, theirs = [], []
    for _ in range(3):
        began = time.thread_time()
        assert merges(document)
        ours.append(time.thread_time() - began)
        began = time.thread_time()
        assert not validate(SCHEMA, document, [OverlappingFieldsCanBeMergedRule])
        theirs.append(time.thread_time() - began)
    assert min(ours) * 5 < min(theirs)


def test_every_other_rule_of_validation_stands():
    assert OverlappingFieldsCanBeMergedRule not in RULES
    assert len(RULES) > 25


def test_the_hubs_schema_has_nothing_that_one_walk_could_not_judge():

    kinds = build_hub_schema().core.type_map.values()
    assert [kind.name for kind in kinds if is_abstract_type(kind)] == []
