"""Every mistake of a document in one run, each with its place and how to mend it."""

import difflib
import re
import types
import typing
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any

import msgspec

from hub.policy.agreements.document import Agreement, PublicKey
from hub.policy.agreements.faults import Fault, faults

_WHERE = re.compile(r" - at `[^`]*`$")
_FORMS: Mapping[str, str] = {
    "date": "Write a day as 2026-04-01.",
    "int": "Write a whole number, without quotation marks.",
    "str": "Write text in quotation marks.",
}


def mistakes(plain: Any) -> tuple[Fault, ...]:
    """What is wrong with a decoded JSON document. Empty: it is an agreement."""
    found: list[Fault] = []
    seen = _struct(plain, Agreement, "", found)
    if seen is not None:
        shaped = {fault.path for fault in found}
        found += [one for one in faults(seen) if one.path not in shaped]
    return tuple(found)


def _struct(plain: Any, kind: type, path: str, found: list[Fault]) -> Any:
    """The struct with None in place of whatever is not well formed; None where it is no object at all."""
    if not isinstance(plain, dict):
        found.append(Fault(path, "is not a JSON object", "Write { ... }."))
        return None
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    found += [_unknown(name, fields, kind, path) for name in plain if name not in fields]
    seen = types.SimpleNamespace()
    for name, field in fields.items():
        at = f"{path}.{name}" if path else name
        if name in plain:
            value = _value(plain[name], field.type, at, found)
        elif field.required:
            found.append(Fault(at, f"`{name}` is missing", _form(field.type)))
            value = None
        else:
            value = field.default if field.default is not msgspec.NODEFAULT else None
        setattr(seen, name, value)
    return seen


def _value(plain: Any, kind: Any, path: str, found: list[Fault]) -> Any:
    if typing.get_origin(kind) in {typing.Union, types.UnionType}:
        if plain is None:
            return None
        kind = next(one for one in typing.get_args(kind) if one is not type(None))
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _whole(plain, kind, path, found)
    if typing.get_origin(kind) in {tuple, frozenset} and isinstance(plain, list):
        item = typing.get_args(kind)[0]
        seen = [_value(one, item, f"{path}[{place}]", found) for place, one in enumerate(plain)]
        if typing.get_origin(kind) is tuple:
            return tuple(seen)
        return None if None in seen else frozenset(seen)
    try:
        return msgspec.convert(plain, kind)
    except msgspec.ValidationError as fault:
        found.append(Fault(path, _WHERE.sub("", str(fault)), _form(kind, plain)))
        return None


def _whole(plain: Any, kind: type[msgspec.Struct], path: str, found: list[Fault]) -> Any:
    """A part, as the struct that it is where nothing in it is wrong."""
    before = len(found)
    seen = _struct(plain, kind, path, found)
    if seen is None or len(found) > before:
        return seen
    try:
        return msgspec.convert(plain, kind)
    except msgspec.ValidationError as fault:
        found.append(Fault(path, str(fault), "Mend what it says."))
        return seen


def _unknown(name: str, fields: Mapping[str, Any], kind: type, path: str) -> Fault:
    at = f"{path}.{name}" if path else name
    if kind is PublicKey and name == "d":
        return Fault(at, "is a private key", "Take it away, and make a new key: this one is no longer a secret.")
    near = difflib.get_close_matches(name, fields, 1)
    return Fault(at, f"unknown field `{name}`", f"Did you mean {near[0]}?" if near else "Take it away.")


def _form(kind: Any, plain: Any = None) -> str:
    codes = list(_codes(kind))
    if codes:
        near = difflib.get_close_matches(str(plain), codes, 1) if plain is not None else []
        return f"Did you mean {near[0]}?" if near else f"One of: {', '.join(codes)}."
    if typing.get_origin(kind) in {tuple, frozenset}:
        return "Write a list: [ ... ]."
    plainly = getattr(kind, "__supertype__", kind)
    return _FORMS.get(getattr(plainly, "__name__", ""), "See policies/agreements/README.md.")


def _codes(kind: Any) -> Iterator[str]:
    if typing.get_origin(kind) is typing.Literal:
        yield from typing.get_args(kind)
    elif isinstance(kind, type) and issubclass(kind, Enum):
        yield from (str(one.value) for one in kind)
