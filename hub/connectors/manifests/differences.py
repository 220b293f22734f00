"""What differs between two versions of a manifest, in the words of the field, and what of it widens access."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from hub.connectors.manifest import Manifest, canonical
from hub.connectors.manifests.mistakes import Path, dotted, short
from hub.domain.codes import Label

_LONGEST = 120  # characters of a value that is shown


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One difference. ``widens`` says that the hub may ask more, show more, or trust somebody else than before.

    ``before`` and ``after`` are in words fit to show; None where the field was not, or is no more.
    """

    path: str
    before: str | None
    after: str | None
    widens: bool
    says: str


Widens = Callable[[Any, Any], str | None]  # why a change of a field from one value to another widens


def manifest_diff(old: Manifest, new: Manifest) -> tuple[Change, ...]:
    """Every difference but the version itself, what widens first."""
    before, after = _plain(old), _plain(new)
    changes = [change for field in Manifest.__struct_fields__ for change in _changes(field, before, after)]
    return tuple(sorted(changes, key=lambda change: not change.widens))


def _changes(field: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    if field == "version" or before[field] == after[field]:
        return
    why = _WIDENS.get(field, _never)(before[field], after[field])
    parts = [part for part in _parts((field,), before[field], after[field]) if part[1] != part[2]]
    for path, was, is_ in parts:
        says = why or f"{dotted(path)} is {'gone' if is_ is None else 'new' if was is None else 'another'}"
        yield Change(path=dotted(path), before=_shown(was), after=_shown(is_), widens=why is not None, says=says)


def _parts(path: Path, was: Any, is_: Any) -> Iterator[tuple[Path, Any, Any]]:
    """Tables are compared field by field, the rest as a whole. Of a list what went and what came is told."""
    if isinstance(was, dict) and isinstance(is_, dict):
        for name in sorted({*was, *is_}):
            yield from _parts((*path, name), was.get(name), is_.get(name))
    elif _alike(was, is_):
        for place, (one, other) in enumerate(zip(was, is_, strict=True)):
            yield from _parts((*path, place), one, other)
    elif isinstance(was, list) and isinstance(is_, list):
        gone, came = [one for one in was if one not in is_], [one for one in is_ if one not in was]
        yield (path, gone, came) if gone or came else (path, was, is_)
    else:
        yield path, was, is_


def _alike(was: Any, is_: Any) -> bool:
    """Whether both are lists of as many tables: entries of a mapping, compared one by one."""
    both = isinstance(was, list) and isinstance(is_, list) and len(was) == len(is_)
    return both and all(isinstance(one, dict) for one in (*was, *is_))


def _remapped(was: Any, is_: Any) -> str:
    """Why another mapping widens: above all where it marks fewer of its records with a label than before."""
    before, after = msgspec.json.encode(was).decode(), msgspec.json.encode(is_).decode()
    fewer = sorted(label for label in Label if after.count(f'"{label}"') < before.count(f'"{label}"'))
    return f"fewer records are marked {', '.join(fewer)}" if fewer else "replies become records in another way"


def _plain(manifest: Manifest) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.json.decode(canonical(manifest))
    return plain


def _shown(value: Any) -> str | None:
    if value is None or value == []:
        return None
    told = ", ".join(_one(one) for one in value) if isinstance(value, list) else _one(value)
    return told if len(told) <= _LONGEST else told[: _LONGEST - 1] + "…"


def _one(value: Any) -> str:
    if isinstance(value, list):
        return " + ".join(map(str, value))
    if isinstance(value, dict):
        return "{" + ", ".join(f"{short(str(name))} = {_one(one)}" for name, one in value.items()) + "}"
    return str(value)


def _never(_was: Any, _is: Any) -> str | None:
    return None


def _more(says: str) -> Widens:
    """A list that holds something which it did not hold."""
    return lambda was, is_: says if any(one not in (was or []) for one in is_ or []) else None


def _fewer(says: str) -> Widens:
    """A list that no longer holds something."""
    return lambda was, is_: says if any(one not in (is_ or []) for one in was or []) else None


def _any(says: str) -> Widens:
    return lambda _was, _is: says


def _host(was: Any, is_: Any) -> str | None:
    there = [(urlsplit(str(one)).scheme, urlsplit(str(one)).hostname, urlsplit(str(one)).port) for one in (was, is_)]
    return "questions go to another machine" if there[0] != there[1] else None


def _events(was: Any, is_: Any) -> str | None:
    if is_ is None:
        return None
    if was is None or was["url"] != is_["url"]:
        return "events go to another address"
    return _more("more events are sent")(was["types"], is_["types"])


def _deciding(was: Any, is_: Any) -> str | None:
    before, after = ((one or {}).get("purposes", []) for one in (was, is_))
    return _fewer("nobody at the partner decides any more on some purposes")(before, after)


def _raised(was: Mapping[str, Any], is_: Mapping[str, Any]) -> str | None:
    return "the source may cost the hub more" if any(is_[name] > was[name] for name in was) else None


_WIDENS: Mapping[str, Widens] = {
    "agency": _any("another agency's agreement and policies apply"),
    "owner": _any("the records are another organisation's"),
    "kind": _any("the system is spoken to in another way"),
    "endpoint": _host,
    "reach": _any("the system is reached in another way"),
    "search": _more("people can be searched for by more"),
    "network_search": _more("adults around a child can be searched for by more"),
    "categories": _more("the hub can ask for more"),
    "adults_only": _fewer("more is asked about the child as well as about adults"),
    "mapping": _remapped,
    "authentication": _any("the hub signs in another way"),
    "limits": _raised,
    "marks_labels": _fewer("fewer restricted labels are relied on from this source"),
    "deciding": _deciding,
    "events": _events,
}
