"""Compiled selections: how to complete a value whose every selected field is a plain attribute.

graphql-core builds a path, a resolve info and several calls for each leaf. Nothing in a view needs
them: its leaves are attributes of objects that are already there. A shape reads them straight. It
raises on whatever is out of the ordinary, and the value is then completed by graphql-core itself,
so that the result, errors included, is the same byte for byte.
"""

from collections.abc import Callable, Mapping
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLID,
    GraphQLLeafType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLString,
    Undefined,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)
from graphql.execution.collect_fields import FieldDetailsList, GroupedFieldSet

Finish = Callable[[Any], Any]
Collect = Callable[[GraphQLObjectType, FieldDetailsList], GroupedFieldSet]
Slot = tuple[str, str, Finish | None, bool]  # response name, attribute, finish (None: text as it is), nullable


class OutOfTheOrdinary(Exception):
    """The value needs graphql-core's own completion."""


def shape_of(of_type: GraphQLOutputType, details: FieldDetailsList, collect: Collect) -> Finish | None:
    """How to complete a value of this type under this selection; None when it is not all plain."""
    kind, finish = get_nullable_type(of_type), None
    if is_list_type(kind):
        finish = _list_shape(kind.of_type, details, collect)
    elif is_leaf_type(kind):
        finish = _leaf_shape(kind)
    elif isinstance(kind, GraphQLObjectType) and kind.is_type_of is None:
        finish = _object_shape(kind, collect(kind, details), collect)
    return finish and _never_none(finish)


def _never_none(finish: Finish) -> Finish:
    def complete(value: Any) -> Any:
        if value is None:
            raise OutOfTheOrdinary
        return finish(value)

    return complete


def _list_shape(item: GraphQLOutputType, details: FieldDetailsList, collect: Collect) -> Finish | None:
    finish = shape_of(item, details, collect)
    if finish is None:
        return None

    def complete(values: Any) -> list[Any]:
        if type(values) is not list:
            raise OutOfTheOrdinary
        return [finish(value) for value in values]

    return complete


def _object_shape(kind: GraphQLObjectType, grouped: GroupedFieldSet, collect: Collect) -> Finish | None:
    slots: list[Slot] = []
    for name, details in grouped.items():
        field, attribute = _plain(kind, details)
        if field is None:
            return None
        text = get_nullable_type(field.type) in {GraphQLString, GraphQLID}
        finish = None if text else shape_of(field.type, details, collect)
        if finish is None and not text:
            return None
        slots.append((name, attribute, finish, not is_non_null_type(field.type)))
    return _reader(tuple(slots))


def _reader(slots: tuple[Slot, ...]) -> Finish:
    def complete(source: Any) -> dict[str, Any]:
        told: dict[str, Any] = {}
        for name, attribute, finish, nullable in slots:
            value = getattr(source, attribute)
            if value is None:
                if not nullable:
                    raise OutOfTheOrdinary
                told[name] = None
            elif finish is not None:
                told[name] = finish(value)
            elif type(value) is str:
                told[name] = value
            else:
                raise OutOfTheOrdinary
        return told

    return complete


def _plain(kind: GraphQLObjectType, details: FieldDetailsList) -> tuple[GraphQLField | None, str]:
    """The field and the attribute it reads, where reading it is all that its resolver does."""
    field = kind.fields.get(details[0].node.name.value)
    if field is None or field.args or not getattr(field.resolve, "_is_default", False):
        return None, ""
    definition = field.extensions.get("strawberry-definition")
    return (field, definition.python_name) if definition is not None else (None, "")


def _leaf_shape(kind: GraphQLLeafType) -> Finish:
    if isinstance(kind, GraphQLEnumType):
        return _enum_shape(kind)
    coerce = kind.coerce_output_value
    text = kind in {GraphQLString, GraphQLID}

    def complete(value: Any) -> Any:
        if text and type(value) is not str:
            raise OutOfTheOrdinary
        coerced = coerce(value)
        if coerced is None or coerced is Undefined:
            raise OutOfTheOrdinary
        return coerced

    return complete


def _enum_shape(kind: GraphQLEnumType) -> Finish:
    members: Any = getattr(kind, "wrapped_cls", ())
    names: Mapping[Any, str] = {member: kind.coerce_output_value(member) for member in members}

    def complete(value: Any) -> str:
        if type(value) is not members:
            raise OutOfTheOrdinary
        return names[value]

    return complete
