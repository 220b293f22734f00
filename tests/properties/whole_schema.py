"""One document of every field there is, read from the schema itself, so that a new field is never left out."""

from collections.abc import Iterator
from functools import cache

from graphql import GraphQLField, GraphQLObjectType, GraphQLSchema, build_schema, get_named_type, is_leaf_type

from hub.schema import schema as ours

ARGUMENTS = {
    "enquiry": "(id: $id)",
    "findSubject": "(enquiryId: $id)",
    "combinedChildView": "(enquiryId: $id)",
    "lifeEvents": "(first: 200)",
    "auditEntries": "(first: 5)",
}
WHAT_IS_READ = ("enquiry", "findSubject", "combinedChildView", "sources", "auditEntries", "breakGlassReviews")
_DEEPEST = 9


@cache
def _schema() -> GraphQLSchema:
    return build_schema(ours.printed(ours.build_schema()))


@cache
def every_field(*roots: str) -> str:
    """A query of these fields of the root, with every field below them."""
    query = _schema().query_type
    assert query is not None
    chosen = {name: query.fields[name] for name in roots}
    selected = " ".join(_selected(chosen, _DEEPEST))
    return f"query {'($id: ID!) ' if '$id' in selected else ''}{{ {selected} }}"


def _selected(fields: dict[str, GraphQLField], deep: int) -> Iterator[str]:
    for name, field in fields.items():
        called, below = (
            f"{name}{ARGUMENTS[name] if field.args and name in ARGUMENTS else ''}",
            get_named_type(field.type),
        )
        if is_leaf_type(below):
            yield called
        else:
            assert isinstance(below, GraphQLObjectType)
            assert deep, "the schema is deeper than this test looks"
            yield f"{called} {{ {' '.join(_selected(below.fields, deep - 1))} }}"
