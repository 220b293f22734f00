"""What a query selects, so that partners are asked for no more than that."""

from collections.abc import Iterable, Mapping
from typing import Any

import strawberry
from graphql import FragmentDefinitionNode, GraphQLObjectType, get_named_type
from graphql.execution.collect_fields import FieldDetails, FragmentDetails, collect_subfields

from hub.domain.categories import RecordKind
from hub.domain.identifiers import SourceId
from hub.domain.questions import Selection
from hub.schema.asking import Info

_NETWORK = frozenset({RecordKind.RELATED_PERSON, RecordKind.FINDING, RecordKind.EPISODE, RecordKind.IDENTITY})
# The records behind each field of the view. What is not named here selects nothing but existence.
_BEHIND: Mapping[str, frozenset[RecordKind]] = {
    "child": frozenset({RecordKind.IDENTITY}),
    "serviceEpisodes": frozenset({RecordKind.EPISODE}),
    "findings": frozenset({RecordKind.FINDING}),
    "alerts": frozenset({RecordKind.FINDING}),
    "lifeEvents": frozenset({RecordKind.EVENT}),
    "network": _NETWORK,
}
FOR_A_FIND = frozenset({RecordKind.IDENTITY})


def selected(info: Info, sources: frozenset[SourceId] | None) -> Selection:
    """What this occurrence of the view selects: fragments, aliases, @skip and @include honoured."""
    raw: Any = info._raw_info  # noqa: SLF001  strawberry's own reading of selections evaluates no directive
    fields = _below(raw, raw.return_type, raw.field_nodes)
    kinds = frozenset[RecordKind]().union(*(_BEHIND.get(name, frozenset()) for name in fields))
    if _says_about_whom(raw, fields):
        kinds |= {RecordKind.RELATED_PERSON}
    return Selection(kinds, sources)


def only(sources: list[strawberry.ID] | None) -> frozenset[SourceId] | None:
    """The sources asked for by id; None, or nothing sent, is every one. An empty list is none of them."""
    return frozenset(SourceId(source) for source in sources) if isinstance(sources, list) else None


def _below(raw: Any, of_type: Any, nodes: Iterable[Any]) -> dict[str, list[Any]]:
    """Names of the fields selected below these nodes, with the nodes that select them."""
    kind = get_named_type(of_type)
    if not isinstance(kind, GraphQLObjectType):
        return {}
    fragments = {
        name: FragmentDetails(node) for name, node in raw.fragments.items() if isinstance(node, FragmentDefinitionNode)
    }
    details = [FieldDetails(node, None) for node in nodes]
    grouped = collect_subfields(raw.schema, fragments, raw.variable_values, raw.operation, kind, details)
    found: dict[str, list[Any]] = {}
    for one in (detail.node for group in grouped.grouped_field_set.values() for detail in group):
        found.setdefault(one.name.value, []).append(one)
    return found


def _says_about_whom(raw: Any, fields: dict[str, list[Any]]) -> bool:
    """Whether a record's ``about`` is selected: it says who somebody is to the child."""
    view = get_named_type(raw.return_type)
    levels = {name: (view.fields[name].type, nodes) for name, nodes in fields.items() if name in _BEHIND}
    while levels:
        below: dict[str, tuple[Any, list[Any]]] = {}
        for of_type, nodes in levels.values():
            kind = get_named_type(of_type)
            for name, found in _below(raw, of_type, nodes).items():
                if name == "about":
                    return True
                if name in {"edges", "node"}:
                    below[name] = (kind.fields[name].type, found)
        levels = below
    return False
