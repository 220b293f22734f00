"""Whether selections that meet under one name in an answer say the same thing.

graphql-core compares every pair of them: 68 repeats of one field cost it 100 ms. The hub's schema
has no interface and no union, so that everything selected under one name of one object must be one
field with the same arguments, and one walk over the opened document is enough. The walk is short:
``analysis`` has bounded the opened document before.
"""

from collections.abc import Iterable, Mapping

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    OverlappingFieldsCanBeMergedRule,
    SelectionSetNode,
    print_ast,
    specified_rules,
)

Fragments = Mapping[str, FragmentDefinitionNode]

RULES = [rule for rule in specified_rules if rule is not OverlappingFieldsCanBeMergedRule]


def merges(document: DocumentNode) -> bool:
    """Whether every answer to this document, valid otherwise, has one meaning for each name."""
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    return all(
        _merge((node.selection_set,), fragments)
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode | FragmentDefinitionNode)
    )


def _merge(meeting: Iterable[SelectionSetNode], fragments: Fragments) -> bool:
    """Whether these selection sets, which meet in one object, agree; and all that meet below them."""
    by_name: dict[str, list[FieldNode]] = {}
    for node in _fields(meeting, fragments):
        by_name.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
    return all(
        (len(nodes) == 1 or len({_asked(node) for node in nodes}) == 1)
        and _merge([node.selection_set for node in nodes if node.selection_set], fragments)
        for nodes in by_name.values()
    )


def _fields(meeting: Iterable[SelectionSetNode], fragments: Fragments) -> Iterable[FieldNode]:
    """Every field, with fragments opened; each fragment once."""
    pending, opened = list(meeting), set[str]()
    while pending:
        for node in pending.pop().selections:
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, InlineFragmentNode):
                pending.append(node.selection_set)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in opened:
                opened.add(node.name.value)
                pending.append(fragments[node.name.value].selection_set)


def _asked(node: FieldNode) -> tuple[str, ...]:
    """The field and its arguments, in an order of their own."""
    return node.name.value, *sorted(print_ast(argument) for argument in node.arguments or ())
