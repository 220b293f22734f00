"""Manifests as documents: read, checked with every mistake in one run, and compared with the version before."""

from hub.connectors.manifests.checking import Checked, check_manifest
from hub.connectors.manifests.differences import Change, manifest_diff
from hub.connectors.manifests.mistakes import Mistake
from hub.connectors.manifests.published import manifest_schema
from hub.connectors.manifests.reading import read_document, read_manifest, read_manifests, self_contained

__all__ = [
    "Change",
    "Checked",
    "Mistake",
    "check_manifest",
    "manifest_diff",
    "manifest_schema",
    "read_document",
    "read_manifest",
    "read_manifests",
    "self_contained",
]
