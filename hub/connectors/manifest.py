"""Manifests: one document for each source, saying what it is, where it is and how to speak to it.

The format is described for partners in ``docs/connector-guide.md``. A manifest never holds a
secret, only the name of one.
"""

from pathlib import Path
from typing import Literal

import msgspec

from hub.domain.categories import Category
from hub.domain.codes import Agency, Label
from hub.domain.identifiers import SourceId
from hub.domain.searching import SearchKey
from hub.domain.sources import Source
from hub.errors import ConfigurationError


class Authentication(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the hub proves itself to the partner. ``secret`` names a secret, it is not one."""

    kind: Literal["none", "bearer", "api-key", "oauth2-client-credentials"] = "none"
    secret: str | None = None
    header: str = "X-API-Key"
    client_id: str | None = None
    token_path: str | None = None  # on the same host as the endpoint
    scope: str | None = None


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the hub allows this source to cost."""

    concurrency: int = 16  # calls under way at once, over all questions
    max_bytes: int = 2 * 1024 * 1024  # of one reply
    max_pages: int = 20  # of one search
    max_found: int = 50  # people that one search may offer; more are too many to tell apart
    breaker_failures: int = 5  # in a row, before the breaker opens
    breaker_seconds: float = 10.0  # how long it stays open


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One source, as its owner describes it."""

    id: SourceId
    name: str
    agency: Agency
    kind: Literal["sql", "fhir_r4", "rest_json"]
    endpoint: str  # a base URL; for sql a SQLAlchemy URL without its password
    contact: str
    coverage: str
    search: tuple[tuple[SearchKey, ...], ...]  # key sets the source can search by
    categories: frozenset[Category]  # what it can serve
    network_search: tuple[tuple[SearchKey, ...], ...] = ()  # key sets by which adults around a child can be searched
    adults_only: frozenset[Category] = frozenset()  # categories that it holds about adults around a child alone
    search_style: Literal["fhir", "pds", "match"] = "fhir"  # of a fhir_r4 server: how its patients are searched
    mapping: str | None = None  # a shipped mapping's name, or a path beside the manifest
    authentication: Authentication = Authentication()
    limits: Limits = Limits()
    marks_labels: frozenset[Label] = frozenset()
    state: Literal["LIVE", "SUSPENDED"] = "LIVE"

    @property
    def source(self) -> Source:
        """The part that anybody in the partnership may see."""
        return Source(
            id=self.id,
            name=self.name,
            agency=self.agency,
            kind=self.kind,
            state=self.state,
            contact=self.contact,
            coverage=self.coverage,
            serves=self.categories,
            adults_only=self.adults_only,
            marks_labels=self.marks_labels,
        )


def read_manifest(path: Path) -> Manifest:
    """Read one TOML manifest. Raises ConfigurationError naming the file and the fault."""
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError) as fault:
        raise ConfigurationError(f"{path.name} is not a usable manifest: {fault}") from fault


def read_manifests(folder: Path) -> tuple[Manifest, ...]:
    """Read every ``*.toml`` in a folder, in name order; ids must be unique."""
    if not folder.is_dir():
        raise ConfigurationError("The folder of manifests does not exist; make it, or name another in the settings.")
    manifests = tuple(read_manifest(path) for path in sorted(folder.glob("*.toml")))
    if not manifests:
        raise ConfigurationError("The folder of manifests is empty: a hub without sources can answer nobody.")
    ids = [manifest.id for manifest in manifests]
    if len(set(ids)) != len(ids):
        raise ConfigurationError("Two manifests have the same id; give each source its own.")
    return manifests
