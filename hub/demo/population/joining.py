"""Facts about one person grow piece by piece; joining keeps them frozen."""

from typing import TypeVar

import msgspec

F = TypeVar("F", bound=msgspec.Struct)


def joined(first: F, more: F) -> F:
    """Both pieces as one: lists one after the other, sets united, and a single value where ``more`` has one."""
    changes = {}
    for field in msgspec.structs.fields(first):
        old, new = getattr(first, field.name), getattr(more, field.name)
        if isinstance(old, tuple):
            changes[field.name] = old + new
        elif isinstance(old, frozenset):
            changes[field.name] = old | new
        else:
            changes[field.name] = new or old
    return msgspec.structs.replace(first, **changes)


def emptied(facts: F) -> F:
    """The same facts without anything that joining would add a second time."""
    lists = {f.name: () for f in msgspec.structs.fields(facts) if isinstance(getattr(facts, f.name), tuple)}
    return msgspec.structs.replace(facts, **lists)
