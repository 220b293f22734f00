"""Reading manifests: from the operator's files, and from documents that partners send."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from hub.connectors.manifest import Manifest
from hub.connectors.manifests.checking import check_manifest
from hub.connectors.manifests.documents import read_text
from hub.connectors.manifests.mistakes import Mistake
from hub.connectors.mapping import mapping_document
from hub.errors import BadInput, ConfigurationError

_SUFFIXES = frozenset({".toml", ".json"})
_TOLD_AT_A_START = 5  # mistakes; `hub connector lint` tells the rest
_TOLD_TO_A_SENDER = 50


def read_manifest(path: Path) -> Manifest:
    """Read one manifest, its mapping file with it. Raises ConfigurationError naming the file and the mistakes."""
    checked = check_manifest(_text(path), beside=path.parent)
    if checked.manifest is None:
        raise ConfigurationError(f"{path.name} is not a usable manifest: {_summed_up(checked.mistakes)}")
    return self_contained(checked.manifest, path.parent)


def read_manifests(folder: Path) -> tuple[Manifest, ...]:
    """Read every manifest of a folder, ``*.toml`` and ``*.json``, in name order; ids must be unique.

    A file that one of them names as its mapping is no manifest. Raises ConfigurationError.
    """
    if not folder.is_dir():
        raise ConfigurationError("The folder of manifests does not exist; make it, or name another in the settings.")
    files = sorted(path for path in folder.iterdir() if path.suffix in _SUFFIXES)
    mappings = {_names_as_mapping(path) for path in files}
    manifests = tuple(read_manifest(path) for path in files if path.name not in mappings)
    if not manifests:
        raise ConfigurationError("The folder of manifests is empty: a hub without sources can answer nobody.")
    ids = [manifest.id for manifest in manifests]
    if len(set(ids)) != len(ids):
        raise ConfigurationError("Two manifests have the same id; give each source its own.")
    return manifests


def read_document(text: str) -> Manifest:
    """A manifest that a partner sends to be registered: TOML or JSON, of at most 256 KiB, whole in itself.

    Raises BadInput. ``reasons`` is every mistake with its line; nothing in it is a value of the document.
    """
    checked = check_manifest(text, for_registration=True)
    if checked.manifest is None:
        count = len(checked.mistakes)
        told = tuple(one.sentence for one in checked.mistakes[:_TOLD_TO_A_SENDER])
        raise BadInput(f"The manifest cannot be registered: {_counted(count)}, listed in the reasons.", told)
    return checked.manifest


def self_contained(manifest: Manifest, beside: Path) -> Manifest:
    """The manifest with its mapping file, where it names one, put into it: one document, one digest.

    Raises ConfigurationError where the file cannot be read. A shipped mapping stays a name.
    """
    if not isinstance(manifest.mapping, str) or not manifest.mapping.endswith(".toml"):
        return manifest
    return msgspec.structs.replace(manifest, mapping=mapping_document(manifest.mapping, beside))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as fault:
        raise ConfigurationError(f"{path.name} cannot be read: {fault.strerror}.") from fault
    except UnicodeDecodeError as fault:
        raise ConfigurationError(f"{path.name} is not a usable manifest: it is not UTF-8 text.") from fault


def _names_as_mapping(path: Path) -> str | None:
    named = (read_text(_text(path)).values or {}).get("mapping")
    return named if isinstance(named, str) else None


def _summed_up(mistakes: Sequence[Mistake]) -> str:
    told = " ".join(f"({number}) {one.sentence}" for number, one in enumerate(mistakes[:_TOLD_AT_A_START], 1))
    more = len(mistakes) - _TOLD_AT_A_START
    rest = f" And {more} more: `hub connector lint` tells them all." if more > 0 else ""
    return f"{_counted(len(mistakes))}. {told}{rest}"


def _counted(count: int) -> str:
    return "one mistake" if count == 1 else f"{count} mistakes"
