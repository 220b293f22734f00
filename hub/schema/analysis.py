"""What executing a document could cost, told in one pass before validation.

Every fragment is measured once however often it is spread, so a document that doubles itself at
each of 22 levels costs 22 measurements here, and is refused.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    IntValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    is_object_type,
)

from hub.gate.refusals import RequestRefused
from hub.schema.limits import DoorLimits

# How many items a list may be expected to hold where no ``first`` argument says so.
EXPECTED_ITEMS = 10
EXPECTED: dict[tuple[str, str], int] = {
    ("Identity", "conflicts"): 1,
    ("Identity", "otherNames"): 2,
    ("Identity", "schools"): 2,
    ("ServiceEpisode", "professionals"): 2,
    ("ServiceEpisode", "handling"): 1,
    ("Finding", "handling"): 1,
    ("LifeEvent", "handling"): 1,
    ("NetworkPerson", "handling"): 1,
    ("NetworkPerson", "sources"): 2,
    ("NetworkPerson", "findings"): 4,
    ("NetworkPerson", "serviceEpisodes"): 4,
    ("NetworkPerson", "relationships"): 2,
    ("NetworkPerson", "names"): 2,
    ("NetworkPerson", "birthDates"): 2,
    ("NetworkPerson", "conflicts"): 1,
    ("NetworkPerson", "joinedBecause"): 1,
    ("NetworkPerson", "possiblySameAs"): 1,
    ("SourceFind", "candidates"): 3,
    ("SourceFind", "rejected"): 1,
    ("SourceFind", "steps"): 4,
    ("Candidate", "why"): 6,
    ("AuditEntry", "sources"): 4,
    ("Query", "sourceHealth"): 24,
    ("SourceHealthHour", "outcomes"): 2,
    ("LifeEventConnection", "edges"): 1,  # counted by the connection's own ``first``
    ("AuditEntryConnection", "edges"): 1,
    ("AuditWorkItemConnection", "edges"): 1,
    ("AuditWorkItemConnection", "samples"): 1,
    ("AuditWorkItem", "findings"): 2,
    ("AuditWorkItem", "verdicts"): 1,
    ("StoryStep", "rulings"): 1,
    ("StoryStep", "sources"): 4,
    ("StorySource", "rulings"): 1,
    ("StorySource", "withheld"): 2,
    ("KeptBack", "rulings"): 1,
    ("AuditFigures", "verdicts"): 2,
    ("ReplayPage", "groups"): 1,  # for each entry looked at
    ("ReplayGroup", "recorded"): 1,
    ("ReplayGroup", "decided"): 1,
}
EXPECTED_PAGE = 50
# A disclosure asks every partner, whatever is selected below it; a decision about a match does so twice.
OWN_COST: dict[tuple[str, str], int] = {
    ("Query", "combinedChildView"): 50,
    ("Query", "findSubject"): 50,
    ("Query", "looksAtOurRecords"): 400,  # pages of the log are read until enough fit: two in one document, not ten
    ("Query", "auditEntries"): 200,
    ("Query", "subjectAccessReport"): 600,  # all of the log about one person, weighed and proven: one in a document
    ("Mutation", "confirmMatch"): 100,
    ("Mutation", "rejectMatch"): 100,
    ("Mutation", "testSource"): 100,  # a partner is called over and over
}


class Measure(NamedTuple):
    """What a selection holds, with every fragment opened out where it is spread."""

    depth: int = 0
    aliases: int = 0
    directives: int = 0
    roots: int = 0  # fields of the top level alone
    fields: int = 0
    cost: int = 0


def analyse(document: DocumentNode, schema: GraphQLSchema, limits: DoorLimits, variables: dict[str, Any]) -> bool:
    """Refuse a document that could cost too much. Returns whether its cost depends on its variables."""
    analyser = _Analyser(document, schema, limits, variables)
    for operation in analyser.operations:
        root = schema.get_root_type(operation.operation)
        measure = analyser.selections(operation.selection_set, root, 1)
        _hold(measure._replace(directives=measure.directives + len(operation.directives or ())), limits)
    for name in analyser.fragments:
        _hold(analyser.fragment(name)._replace(roots=0), limits)
    return analyser.depends_on_variables


def _hold(measure: Measure, limits: DoorLimits) -> None:
    for rule, is_, most in (
        ("depth", measure.depth, limits.depth),
        ("aliases", measure.aliases, limits.aliases),
        ("directives", measure.directives, limits.directives),
        ("root-fields", measure.roots, limits.root_fields),
        ("fields", measure.fields, limits.fields),
        ("cost", measure.cost, limits.cost),
    ):
        if is_ > most:
            raise _too_much(rule, most)


def _too_much(rule: str, most: int) -> RequestRefused:
    return RequestRefused(f"graphql-{rule}", f"This document asks for too much at once ({rule}: at most {most}).")


class _Analyser:
    """One document's measurements."""

    def __init__(
        self, document: DocumentNode, schema: GraphQLSchema, limits: DoorLimits, variables: dict[str, Any]
    ) -> None:
        self._schema, self._limits, self._variables = schema, limits, variables
        self.operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
        fragments = [node for node in document.definitions if isinstance(node, FragmentDefinitionNode)]
        self.fragments = {node.name.value: node for node in fragments}
        self.depends_on_variables = False
        self._defaults = _whole_defaults(self.operations)
        self._measured: dict[str, Measure] = {}
        self._measuring: set[str] = set()
        if len(self.operations) + len(fragments) != len(document.definitions) or not self.operations:
            raise RequestRefused("graphql-document", "Send operations and fragments, and nothing else.")
        if len(fragments) > limits.fragments:
            raise _too_much("fragments", limits.fragments)
        if len(fragments) != len(self.fragments):
            raise RequestRefused("graphql-document", "Two fragments have the same name.")

    def selections(self, node: SelectionSetNode, parent: GraphQLNamedType | None, level: int) -> Measure:
        """A selection set on a type; ``level`` is its depth within its own definition."""
        if level > self._limits.depth:
            raise _too_much("depth", self._limits.depth)
        return _together(self._selection(selection, parent, level) for selection in node.selections)

    def fragment(self, name: str) -> Measure:
        """A fragment by name, measured the first time. One that is not defined measures nothing."""
        if name in self._measured or name not in self.fragments:
            return self._measured.get(name, Measure())
        if name in self._measuring:
            raise RequestRefused("graphql-fragment-cycle", "A fragment spreads itself.")
        self._measuring.add(name)
        node = self.fragments[name]
        on = self._schema.get_type(node.type_condition.name.value)
        measure = self.selections(node.selection_set, on, 1)
        self._measured[name] = measure._replace(directives=measure.directives + len(node.directives or ()))
        return self._measured[name]

    def _selection(self, node: SelectionNode, parent: GraphQLNamedType | None, level: int) -> Measure:
        if isinstance(node, FieldNode):
            return self._field(node, parent, level)
        if isinstance(node, FragmentSpreadNode):
            inner = self.fragment(node.name.value)
        else:
            condition = getattr(node, "type_condition", None)
            on = self._schema.get_type(condition.name.value) if condition else parent
            inner = self.selections(getattr(node, "selection_set"), on, level)  # noqa: B009
        return inner._replace(cost=inner.cost + 1, directives=inner.directives + len(node.directives or ()))

    def _field(self, node: FieldNode, parent: GraphQLNamedType | None, level: int) -> Measure:
        name = node.name.value
        if name in {"__schema", "__type"} and not self._limits.introspection:
            raise RequestRefused("graphql-introspection", "Introspection is off. The schema is in schema.graphql.")
        field = self._schema.get_field(parent, name) if is_object_type(parent) else None
        kind = get_named_type(field.type) if field else None
        deeper = 0 if _describes_types(kind) else 1  # where introspection is on, its depth is free
        inner = self.selections(node.selection_set, kind, level + deeper) if node.selection_set else Measure()
        return Measure(
            depth=inner.depth + deeper,
            aliases=inner.aliases + (node.alias is not None),
            directives=inner.directives + len(node.directives or ()),
            roots=1,
            fields=inner.fields + 1,
            cost=self._cost(node, parent, field, inner.cost),
        )

    def _cost(self, node: FieldNode, parent: GraphQLNamedType | None, field: GraphQLField | None, within: int) -> int:
        """One for each object an answer may hold; a leaf costs nothing but the room in its object."""
        if field is None or is_leaf_type(get_named_type(field.type)):
            return within
        place = (parent.name if parent else "", node.name.value)
        return OWN_COST.get(place, 0) + self._items(node, place, field) * (1 + within)

    def _items(self, node: FieldNode, place: tuple[str, str], field: GraphQLField) -> int:
        if "first" in field.args:
            return self._page(node)
        if not is_list_type(get_nullable_type(field.type)) or _describes_types(get_named_type(field.type)):
            return 1
        return EXPECTED.get(place, EXPECTED_ITEMS)

    def _page(self, node: FieldNode) -> int:
        value = next((argument.value for argument in node.arguments or () if argument.name.value == "first"), None)
        asked: Any = None
        if isinstance(value, IntValueNode) and len(value.value) < 17:
            asked = int(value.value)
        elif isinstance(value, IntValueNode):
            asked = self._limits.cost
        elif isinstance(value, VariableNode):
            self.depends_on_variables = True
            asked = self._variables.get(value.name.value, self._defaults.get(value.name.value))
        return max(1, asked) if isinstance(asked, int) else EXPECTED_PAGE


def _whole_defaults(operations: Iterable[OperationDefinitionNode]) -> dict[str, int]:
    """Whole-number defaults of variables; a huge one counts as the most that can be asked."""
    declared = (one for operation in operations for one in operation.variable_definitions or ())
    return {
        one.variable.name.value: int(one.default_value.value[:9])
        for one in declared
        if isinstance(one.default_value, IntValueNode)
    }


def _describes_types(kind: GraphQLNamedType | None) -> bool:
    return kind is not None and kind.name.startswith("__")


def _together(measures: Iterable[Measure]) -> Measure:
    depth = aliases = directives = roots = fields = cost = 0
    for one in measures:
        depth = max(depth, one.depth)
        aliases += one.aliases
        directives += one.directives
        roots += one.roots
        fields += one.fields
        cost += one.cost
    return Measure(depth, aliases, directives, roots, fields, cost)
