"""Rules about the mapping: it is there where a kind needs it, can be used, and keeps what the manifest promises."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from hub.connectors.manifest import KeySets
from hub.connectors.manifests.documents import read_text
from hub.connectors.manifests.draft import Draft, mistake
from hub.connectors.manifests.mapping_promises import promises
from hub.connectors.manifests.mapping_shapes import mapping_shape
from hub.connectors.manifests.mistakes import Mistake, Path, nearest, quieted
from hub.connectors.manifests.shape import misfits
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
_MEND = "Mend this entry."


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
        wrong, compiled = _checked(kind, given, frozenset())
        yield from (msgspec.structs.replace(one, path=(*_AT, *one.path)) for one in wrong)
        if compiled is not None:
            yield from promises(draft, compiled, given)


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
        instead = f'Write "{meant}".' if meant else f"Shipped mappings: {', '.join(known)}."
        yield mistake("mapping", _AT, says, instead)
        return
    values = document.values or {}
    wrong, compiled = _checked(kind, values, document.lost) if document.values is not None else ([], None)
    in_file = (msgspec.structs.replace(one, file=document.file) for one in wrong)
    yield from document.placed((*document.mistakes, *in_file))
    if compiled is not None:
        yield from promises(draft, compiled, values)


def _checked(kind: str, values: Mapping[str, Any], lost: frozenset[Path]) -> tuple[list[Mistake], RecordMapping | None]:
    """What is wrong with a mapping, and the mapping where nothing is."""
    shape = mapping_shape(kind)
    wrong = [] if shape is None else [one for one in misfits(values, shape) if one.path not in lost]
    try:
        compiled = compile_mapping("mapping", values)
    except UnusableMapping as unusable:
        told = {one.path[: len(fault.path)] for one in wrong for fault in unusable.faults}
        new = [fault for fault in unusable.faults if fault.path not in told]
        return [*wrong, *(mistake("mapping", one.path, quieted(one.says), _MEND) for one in new)], None
    if kind == "rest_json" and not wrong:
        wrong = [mistake("mapping", path, says, _MEND) for says, path in _script_faults(compiled).items()]
    return wrong, None if wrong else compiled


def _script_faults(compiled: RecordMapping) -> dict[str, Path]:
    """What is wrong with searches and requests beside their shape: each search on its own, then the rest."""
    rest = compiled.section(Rest)
    told: dict[str, Path] = {}
    for number, search in enumerate(rest.find):
        part = msgspec.structs.replace(rest, find=(search,), find_adults=())
        told |= _fault(part, (search.keys,), (), ("find", number))
    for number, search in enumerate(rest.find_adults):
        part = msgspec.structs.replace(rest, find=(), find_adults=(search,))
        told |= _fault(part, (), (search.keys,), ("find_adults", number))
    return told | _fault(msgspec.structs.replace(rest, find=()), (), (), ("requests",))


def _fault(rest: Rest, search: KeySets, adults: KeySets, path: Path) -> dict[str, Path]:
    try:
        compile_script("mapping", rest, search, adults)
    except ConfigurationError as fault:
        says = quieted(fault.message.split(": ", 1)[-1])
        return {says: path if says.startswith("find") or path == ("requests",) else ("requests",)}
    except RecursionError:
        return {"an expression is nested too deeply to be read": path}
    return {}
