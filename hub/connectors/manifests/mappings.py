"""Rules about the mapping: it is there where a kind needs it, can be used, and keeps what the manifest promises."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from hub.connectors.manifest import KeySets
from hub.connectors.manifests.documents import read_text
from hub.connectors.manifests.draft import Draft, mistake
from hub.connectors.manifests.mapping_promises import promises
from hub.connectors.manifests.mapping_shapes import mapping_shape
from hub.connectors.manifests.mistakes import Mistake, Path, nearest, quieted
from hub.connectors.manifests.supposing import Supposed, supposed, told_as_written
from hub.connectors.mapping.mapping import RecordMapping
from hub.connectors.mapping.reading import (
    UnusableMapping,
    compile_mapping,
    mapping_file,
    mapping_text,
    shipped_mappings,
)
from hub.connectors.rest_json.declared import Rest
from hub.connectors.rest_json.script import compile_script
from hub.errors import ConfigurationError

_AT: Path = ("mapping",)
_ADULT_SEARCHES = 10  # that are looked at one by one


def mapping(draft: Draft) -> Iterator[Mistake]:
    """Everything that is wrong with the mapping, in the manifest's own lines or in those of its file."""
    kind, given = draft.text("kind"), draft.value("mapping")
    shape = mapping_shape(kind or "")
    if kind is None:
        return
    if shape is None:
        if given is not None:
            says = f"a source of kind {kind} takes no mapping"
            yield mistake("mapping", _AT, says, "Take it out.")
    elif given is None:
        if _AT not in draft.misfits:
            says = f"a source of kind {kind} needs a mapping"
            instead = "Add [mapping] with its tables, a file beside the manifest, or a shipped mapping's name."
            yield mistake("missing-field", _AT, says, instead)
    elif isinstance(given, str):
        yield from _named(draft, kind, given)
    else:
        told = _checked(kind, given)
        yield from (msgspec.structs.replace(one, path=(*_AT, *one.path)) for one in told.wrong)
        if told.compiled is not None:
            yield from promises(draft, told.compiled, given)


def _named(draft: Draft, kind: str, given: str) -> Iterator[Mistake]:
    """A mapping of another file: told of in that file's lines, or as not there."""
    is_file = given.endswith(".toml")
    if is_file and draft.beside is None:
        says = "a manifest that stands alone cannot name a file"
        yield mistake("mapping", _AT, says, "Put the mapping itself under [mapping].")
        return
    try:
        document = read_text(mapping_text(given, draft.beside), mapping_file(given))
    except ConfigurationError:
        known = shipped_mappings()
        meant = None if is_file else nearest(given, known)
        says = "there is no such file beside the manifest" if is_file else "there is no shipped mapping of this name"
        put = "Put it there, or name a shipped mapping" if is_file else "Name one of these"
        instead = f'Write "{meant}".' if meant else f"{put}: {', '.join(known)}."
        yield mistake("mapping", _AT, says, instead)
        return
    values = document.values or {}
    told = _checked(kind, values) if document.values is not None else _Told([], None)
    in_file = (msgspec.structs.replace(one, file=document.file) for one in told.wrong)
    yield from document.placed((*document.mistakes, *(one for one in in_file if not document.lost_sight_of(one))))
    if told.compiled is not None and not document.mistakes:
        yield from promises(draft, told.compiled, values)


class _Told(NamedTuple):
    """What is wrong with a mapping, and the mapping if it can be used as it is written."""

    wrong: list[Mistake]
    compiled: RecordMapping | None


def _checked(kind: str, values: Mapping[str, Any]) -> _Told:
    shape = mapping_shape(kind)
    read = Supposed(dict(values), (), frozenset(), {}) if shape is None else supposed(values, shape)
    wrong = list(read.wrong)
    if read.overflowing:
        return _Told(wrong, None)
    try:
        compiled = compile_mapping("mapping", read.values)
    except UnusableMapping as unusable:
        told = {path[: len(fault.path)] for path in read.misfits for fault in unusable.faults}
        new = [fault for fault in unusable.faults if fault.path not in told]
        wrong += (_refused(one.path, one.says) for one in new)
        return _Told([*told_as_written(wrong, read.renamed)], None)
    if kind == "rest_json" and not read.misfits:
        wrong += (_refused(path, says) for says, path in _script_faults(compiled).items())
    return _Told([*told_as_written(wrong, read.renamed)], None if wrong else compiled)


def _refused(path: Path, words: str) -> Mistake:
    says, given = quieted(words)
    return mistake("mapping", path, says, "Mend this entry.", given)


def _script_faults(compiled: RecordMapping) -> dict[str, Path]:
    """What is wrong with searches and requests beside their shape: each search on its own, then the rest."""
    rest = compiled.section(Rest)
    told: dict[str, Path] = {}
    who = tuple(one for one in rest.requests if one.local_id is not None)
    for number, search in enumerate(rest.find):
        part = Rest(find=(search,), requests=who)
        told |= _fault(part, (search.keys,), (), ("find", number))
    for number, search in enumerate(rest.find_adults[:_ADULT_SEARCHES]):
        part = msgspec.structs.replace(rest, find=(), find_adults=(search,))
        told |= _fault(part, (), (search.keys,), ("find_adults", number))
    return told | _fault(msgspec.structs.replace(rest, find=()), (), (), ("requests",))


def _fault(rest: Rest, search: KeySets, adults: KeySets, path: Path) -> dict[str, Path]:
    try:
        compile_script("mapping", rest, search, adults)
    except ConfigurationError as fault:
        says = fault.message.split(": ", 1)[-1]
        of = [number for number, one in enumerate(rest.requests) if says.startswith(f"request {one.name} ")]
        return {says: ("requests", of[0]) if of else path}
    except RecursionError:
        return {"an expression is nested too deeply to be read": path}
    return {}
