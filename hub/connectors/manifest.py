"""Manifests: one document for each source, saying what it is, where it is and how to speak to it.

The format is described for partners in ``docs/connector-guide.md``. A manifest never holds a
secret, only the name of one.
"""

import hashlib
from datetime import date
from pathlib import Path
from typing import Any, Literal

import msgspec

from hub.domain.categories import Category
from hub.domain.codes import Agency, Label, PurposeCode
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


class Contact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to reach, and when. At least a phone: an e-mail is no way to reach somebody at night."""

    name: str
    phone: str
    email: str | None = None
    hours: str = ""


class Contacts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By office hours and out of hours."""

    office_hours: Contact
    out_of_hours: Contact


class Covers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom the source holds, in parts that a machine can compare; ``coverage`` says the same in a sentence."""

    areas: tuple[str, ...]
    ages: tuple[int, int]  # years, both included
    since: date
    freshness: str  # "live", or how old a record may be: "nightly"


class Deciding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For these purposes a person at the partner decides before the source is asked for records."""

    purposes: frozenset[PurposeCode]
    who: str  # in words fit to show


class Pull(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a source that makes only outbound calls is served."""

    lease_seconds: float = 10.0  # how long one claim holds a request
    most_waiting: int = 64  # requests in line at once; more are refused at once, never queued


class Subscription(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the hub sends events, and which. ``secret`` names the secret they are signed with."""

    url: str
    secret: str
    types: frozenset[str]


class TestPerson(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody invented who stands in the partner's test data, and what the system is to make of them."""

    __test__ = False  # not a test of pytest's

    expect: Literal["known", "unknown", "restricted", "too-many"]
    search: dict[SearchKey, str]  # values by which they are searched; dates as ISO 8601
    categories: frozenset[Category] = frozenset()  # of which the record is to show something
    labels: frozenset[Label] = frozenset()  # that the record is to bear


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
    kind: Literal["sql", "fhir_r4", "rest_json", "exchange"]
    endpoint: str  # a base URL; for sql a SQLAlchemy URL without its password
    contact: str
    coverage: str
    search: tuple[tuple[SearchKey, ...], ...]  # key sets the source can search by
    categories: frozenset[Category]  # what it can serve
    network_search: tuple[tuple[SearchKey, ...], ...] = ()  # key sets by which adults around a child can be searched
    adults_only: frozenset[Category] = frozenset()  # categories that it holds about adults around a child alone
    search_style: Literal["fhir", "pds", "match"] = "fhir"  # of a fhir_r4 server: how its patients are searched
    mapping: str | dict[str, Any] | None = None  # a shipped mapping's name, a file beside the manifest, or itself
    authentication: Authentication = Authentication()
    limits: Limits = Limits()
    marks_labels: frozenset[Label] = frozenset()
    state: Literal["LIVE", "SUSPENDED"] = "LIVE"
    version: int = 1
    owner: str | None = None  # the organisation whose records these are
    contacts: Contacts | None = None
    covers: Covers | None = None
    reach: Literal["direct", "pull"] = "direct"  # pull: the partner's side claims requests; the hub calls nothing
    pull: Pull = Pull()
    deciding: Deciding | None = None
    events: Subscription | None = None
    test_people: tuple[TestPerson, ...] = ()

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


def canonical(manifest: Manifest) -> bytes:
    """The manifest as JSON, keys sorted: equal manifests, equal bytes."""
    return msgspec.json.encode(manifest, order="sorted")


def digest(document: bytes) -> str:
    """SHA-256 in hexadecimal of a canonical document: what a conformance result and an approval are tied to."""
    return hashlib.sha256(document).hexdigest()
