"""Whether values have the shape that a type asks for: every misfit, in words, with what to write instead."""

import functools
import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec
from msgspec import inspect

from hub.connectors.manifests.mistakes import Mistake, Path, nearest, quieted, short
from hub.connectors.manifests.scalars import (
    date_misfits,
    enum_misfits,
    literal_misfits,
    number_misfits,
    some,
    text_misfits,
    truth_misfits,
    word_misfits,
    wrong_type,
)

MOST = 200  # mistakes that are looked for in one document's shape: past that, nobody reads them
_ListType = inspect.ListType | inspect.VarTupleType | inspect.FrozenSetType


def misfits(value: Any, kind: inspect.Type, path: Path = ()) -> Iterator[Mistake]:
    """Everything in which a value is not what a type asks for. No value is repeated but for short code-like words."""
    if isinstance(kind, inspect.Metadata):
        yield from misfits(value, kind.type, path)
    else:
        yield from _CHECKS.get(type(kind), _nothing)(value, kind, path)


@functools.cache
def shape_of(struct: type[msgspec.Struct]) -> inspect.Type:
    """The shape that a struct asks for."""
    return inspect.type_info(struct)


def described(kind: inspect.Type) -> str:
    """What a type's own description says."""
    schema = kind.extra_json_schema if isinstance(kind, inspect.Metadata) else None
    return str((schema or {}).get("description", ""))


def _nothing(_value: Any, _kind: Any, _path: Path) -> Iterator[Mistake]:
    yield from ()


def _struct(value: Any, kind: inspect.StructType, path: Path) -> Iterator[Mistake]:
    if not isinstance(value, dict):
        yield wrong_type(value, "a table", f"Its fields are {some(field.encode_name for field in kind.fields)}.", path)
        return
    fields = {field.encode_name: field for field in kind.fields}
    given = (misfits(value[name], field.type, (*path, name)) for name, field in fields.items() if name in value)
    fits = True
    for one in itertools.chain(_strangers(value, kind, path), _missing(value, fields, path), *given):
        fits = False
        yield one
    if fits and hasattr(kind.cls, "__post_init__"):
        yield from _refusals(value, kind, path)


def _strangers(value: Mapping[Any, Any], kind: inspect.StructType, path: Path) -> Iterator[Mistake]:
    fields = {field.encode_name for field in kind.fields}
    for name in value:
        if name in fields or name == kind.tag_field or not kind.forbid_unknown_fields:
            continue
        meant = nearest(str(name), fields - value.keys())
        instead = f"Write {meant}." if meant else f"Take it out. The fields here are {some(sorted(fields))}."
        says = f"there is no field {short(str(name))} here"
        yield Mistake(rule="unknown-field", path=(*path, name), says=says, instead=instead, meant=meant)


def _missing(value: Mapping[Any, Any], fields: Mapping[str, inspect.Field], path: Path) -> Iterator[Mistake]:
    for name, field in fields.items():
        if field.required and name not in value:
            what = described(field.type)
            instead = f"Add {name}: {what}" if what else f"Add {name}."
            yield Mistake(rule="missing-field", path=(*path, name), says=f"{name} is missing", instead=instead)


def _refusals(value: Any, kind: inspect.StructType, path: Path) -> Iterator[Mistake]:
    """What the type itself refuses when it is made of fields that each fit."""
    try:
        msgspec.convert(value, kind.cls)
    except msgspec.ValidationError as fault:
        says, given = quieted(str(fault).rsplit(" - at `", 1)[0])
        yield Mistake(rule="does-not-fit", path=path, says=says, instead="Change it so that it does.", given=given)


def _union(value: Any, kind: inspect.UnionType, path: Path) -> Iterator[Mistake]:
    kinds = [one for one in kind.types if not isinstance(one, inspect.NoneType)]
    if value is None and len(kinds) < len(kind.types):
        return
    tagged = [one for one in kinds if isinstance(one, inspect.StructType) and one.tag_field]
    fits = [one for one in kinds if isinstance(one, _TAKEN.get(type(value), ()))]
    if tagged and len(tagged) == len(kinds):
        yield from _tagged(value, tagged, path)
    elif len(kinds) == 1:
        yield from misfits(value, kinds[0], path)
    elif not fits:
        words = " or ".join(_WORDS.get(type(one), "something else") for one in kinds)
        yield wrong_type(value, words, f"Write {words}.", path)
    else:
        told_of = [list(itertools.islice(misfits(value, one, path), MOST)) for one in fits]
        yield from min(told_of, key=len)


def _tagged(value: Any, kinds: list[inspect.StructType], path: Path) -> Iterator[Mistake]:
    field = str(kinds[0].tag_field)
    tags = {str(one.tag): one for one in kinds}
    if not isinstance(value, dict):
        yield wrong_type(value, "a table", f"Begin it with {field}.", path)
    elif field not in value:
        instead = f"Add {field}: {some(tags)}."
        yield Mistake(rule="missing-field", path=(*path, field), says=f"{field} is missing", instead=instead)
    elif isinstance(tag := value[field], str) and tag in tags:
        yield from _struct(value, tags[tag], path)
    else:
        yield from word_misfits(tag, tags, field, (*path, field))


def _list(value: Any, kind: _ListType, path: Path) -> Iterator[Mistake]:
    if not isinstance(value, list):
        yield wrong_type(value, "a list", "Put it in square brackets: [ … ].", path)
        return
    seen: set[str] = set()
    for number, one in enumerate(value):
        yield from misfits(one, kind.item_type, (*path, number))
        if isinstance(kind, inspect.FrozenSetType) and isinstance(one, str) and one in seen:
            yield Mistake(
                rule="twice", path=(*path, number), says="this stands in the list twice", instead="Keep one of them."
            )
        if isinstance(one, str):
            seen.add(one)


def _fixed(value: Any, kind: inspect.TupleType, path: Path) -> Iterator[Mistake]:
    if not isinstance(value, list):
        yield wrong_type(value, "a list", "Put it in square brackets: [ … ].", path)
    elif len(value) != len(kind.item_types):
        says = f"this has {len(value)} entries and should have {len(kind.item_types)}"
        yield Mistake(rule="wrong-length", path=path, says=says, instead="Write one for each: [0, 17].")
    else:
        for number, (one, wanted) in enumerate(zip(value, kind.item_types, strict=True)):
            yield from misfits(one, wanted, (*path, number))


def _table(value: Any, kind: inspect.DictType, path: Path) -> Iterator[Mistake]:
    if not isinstance(value, dict):
        yield wrong_type(value, "a table", "Write names and values: { name = value }.", path)
        return
    for name, one in value.items():
        for wrong in misfits(name, kind.key_type, (*path, name)):
            yield msgspec.structs.replace(wrong, rule="unknown-field")
        yield from misfits(one, kind.value_type, (*path, name))


_CHECKS: Mapping[type, Callable[[Any, Any, Path], Iterator[Mistake]]] = {
    inspect.StructType: _struct,
    inspect.UnionType: _union,
    inspect.EnumType: enum_misfits,
    inspect.LiteralType: literal_misfits,
    inspect.StrType: text_misfits,
    inspect.IntType: number_misfits,
    inspect.FloatType: number_misfits,
    inspect.BoolType: truth_misfits,
    inspect.DateType: date_misfits,
    inspect.ListType: _list,
    inspect.VarTupleType: _list,
    inspect.FrozenSetType: _list,
    inspect.TupleType: _fixed,
    inspect.DictType: _table,
}
_WORDS: Mapping[type, str] = {
    inspect.StrType: "text",
    inspect.EnumType: "a word",
    inspect.DictType: "a table",
    inspect.StructType: "a table",
}
_TAKEN: Mapping[type, tuple[type, ...]] = {
    str: (inspect.StrType, inspect.EnumType, inspect.LiteralType),
    dict: (inspect.DictType, inspect.StructType),
}
