"""Manifests: one document for each source, saying what it is, where it is and how to speak to it.

The descriptions here are those of the published JSON Schema (``docs/manifest.schema.json``). A manifest never
holds a secret, only the name of one. ``hub.connectors.manifests`` reads, checks and compares them.
"""

from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from hub.domain.categories import Category
from hub.domain.codes import Agency, Label, PurposeCode
from hub.domain.events import EventType
from hub.domain.identifiers import SourceId
from hub.domain.searching import SearchKey
from hub.domain.sources import Source

KeySets = tuple[tuple[SearchKey, ...], ...]


class Authentication(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the hub proves itself to the partner. ``secret`` names a secret, it is not one."""

    kind: Annotated[
        Literal["none", "bearer", "api-key", "oauth2-client-credentials"],
        Meta(description="How the hub signs in. For sql: none, and secret names the database password."),
    ] = "none"
    secret: Annotated[
        str | None, Meta(description="The name under which the secret is kept in the hub. Never the secret itself.")
    ] = None
    header: Annotated[str, Meta(description="For api-key: the header that carries the key.")] = "X-API-Key"
    client_id: Annotated[
        str | None, Meta(description="For oauth2-client-credentials: the client that the hub is at the partner.")
    ] = None
    token_path: Annotated[
        str | None, Meta(description="For oauth2-client-credentials: the token endpoint's path below the endpoint.")
    ] = None
    scope: Annotated[str | None, Meta(description="For oauth2-client-credentials: the scope asked for.")] = None


class Contact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to reach, and when. At least a phone: an e-mail is no way to reach somebody at night."""

    name: Annotated[str, Meta(description="A desk or a role rather than a person: people move on.")]
    phone: Annotated[str, Meta(description="A number that somebody answers.")]
    email: Annotated[str | None, Meta(description="A shared mailbox.")] = None
    hours: Annotated[str, Meta(description="When somebody answers, in words: Mon-Fri 9:00-17:00.")] = ""


class Contacts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By office hours and out of hours."""

    office_hours: Annotated[Contact, Meta(description="Whom a practitioner phones in office hours.")]
    out_of_hours: Annotated[Contact, Meta(description="Whom a practitioner phones at night and at weekends.")]


class Covers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom the source holds, in parts that a machine can compare; ``coverage`` says the same in a sentence."""

    areas: Annotated[tuple[str, ...], Meta(description="Local authority areas, by name.")]
    ages: Annotated[tuple[int, int], Meta(description="Youngest and oldest age in years, both included.")]
    since: Annotated[date, Meta(description="The day from which records are complete.")]
    freshness: Annotated[str, Meta(description="live, or how old a record may be: nightly.")]


class Deciding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For these purposes a person at the partner decides before the source is asked for records."""

    purposes: Annotated[frozenset[PurposeCode], Meta(description="Purposes that a person decides on.")]
    who: Annotated[str, Meta(description="Who decides, in words fit to show to whoever asks.")]


class Pull(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a source that makes only outbound calls is served."""

    lease_seconds: Annotated[float, Meta(ge=1, le=300, description="How long one claim holds a request.")] = 2.0
    most_waiting: Annotated[
        int, Meta(ge=1, le=10_000, description="Requests in line at once; more are refused at once, never queued.")
    ] = 64


class Subscription(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the hub sends events, and which. ``secret`` names the secret they are signed with."""

    url: Annotated[str, Meta(description="An https address that takes Standard Webhooks.")]
    secret: Annotated[str, Meta(description="The name of the secret that events are signed with.")]
    types: Annotated[frozenset[EventType], Meta(description="Types of event to send.")]


class TestPerson(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody invented who stands in the partner's test data, and what the system is to make of them."""

    __test__ = False  # not a test of pytest's

    expect: Annotated[
        Literal["known", "unknown", "restricted", "too-many"], Meta(description="What the system is to answer.")
    ]
    search: Annotated[
        dict[SearchKey, str], Meta(description="Values by which they are searched; dates as 2014-03-02. Invented.")
    ]
    categories: Annotated[
        frozenset[Category], Meta(description="Categories of which the record is to show something.")
    ] = frozenset()
    labels: Annotated[frozenset[Label], Meta(description="Restricted labels that the record is to bear.")] = frozenset()


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the hub allows this source to cost."""

    concurrency: Annotated[int, Meta(ge=1, le=256, description="Calls under way at once, over all questions.")] = 16
    max_bytes: Annotated[int, Meta(ge=1024, le=64 * 1024 * 1024, description="Bytes of one reply.")] = 2 * 1024 * 1024
    max_pages: Annotated[int, Meta(ge=1, le=1000, description="Pages of one search.")] = 20
    max_found: Annotated[
        int, Meta(ge=1, le=500, description="People that one search may offer; more are too many to tell apart.")
    ] = 50
    breaker_failures: Annotated[
        int, Meta(ge=1, le=100, description="Failures in a row before the source is left alone for a while.")
    ] = 5
    breaker_seconds: Annotated[float, Meta(ge=0.1, le=3600, description="How long it is then left alone.")] = 10.0


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One source, as its owner describes it."""

    id: Annotated[
        SourceId,
        Meta(
            pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$",
            description="The source's name among machines: small letters, digits and hyphens. It never changes.",
        ),
    ]
    name: Annotated[str, Meta(description="The source's name among people.")]
    agency: Annotated[Agency, Meta(description="Whose records they are.")]
    kind: Annotated[
        Literal["sql", "fhir_r4", "rest_json", "exchange"],
        Meta(description="What the system speaks. exchange: the partner's own client claims requests and answers."),
    ]
    endpoint: Annotated[
        str,
        Meta(
            description="The base address; the hub calls nothing else. For sql a SQLAlchemy URL without its password; "
            "for exchange an empty string."
        ),
    ]
    contact: Annotated[str, Meta(description="Whom a practitioner phones when the system cannot answer.")]
    coverage: Annotated[
        str, Meta(description="Whom the source holds, since when, how fresh: the words beside 'not known'.")
    ]
    search: Annotated[KeySets, Meta(description="Sets of keys that the system can be searched by.")]
    categories: Annotated[
        frozenset[Category], Meta(description="What it can serve; it is never asked for anything else.")
    ]
    network_search: Annotated[
        KeySets, Meta(description="Sets of names and birth date by which adults around a child can be searched.")
    ] = ()
    adults_only: Annotated[
        frozenset[Category],
        Meta(description="Of categories, those that it holds about adults around a child and never about the child."),
    ] = frozenset()
    search_style: Annotated[
        Literal["fhir", "pds", "match"], Meta(description="Of a fhir_r4 server: how its patients are searched.")
    ] = "fhir"
    mapping: Annotated[
        str | dict[str, Any] | None,
        Meta(description="How replies become records: a shipped mapping's name, a .toml file beside, or the mapping."),
    ] = None
    authentication: Annotated[Authentication, Meta(description="How the hub signs in.")] = Authentication()
    limits: Annotated[Limits, Meta(description="What the hub allows this source to cost.")] = Limits()
    marks_labels: Annotated[
        frozenset[Label], Meta(description="Restricted labels that only this system may know of.")
    ] = frozenset()
    state: Annotated[
        Literal["LIVE", "SUSPENDED"], Meta(description="Of a declared file: SUSPENDED is not asked, and says so.")
    ] = "LIVE"
    version: Annotated[int, Meta(ge=1, description="One more with each change: a new version is approved anew.")] = 1
    owner: Annotated[str | None, Meta(description="The organisation whose records these are.")] = None
    contacts: Annotated[Contacts | None, Meta(description="Whom to reach, in office hours and out of hours.")] = None
    covers: Annotated[Covers | None, Meta(description="What coverage says, in parts that a machine can compare.")] = (
        None
    )
    reach: Annotated[
        Literal["direct", "pull"],
        Meta(description="direct: the hub calls the system. pull: the partner's side claims requests."),
    ] = "direct"
    pull: Annotated[Pull, Meta(description="For reach pull: leases and the line of waiting requests.")] = Pull()
    deciding: Annotated[Deciding | None, Meta(description="Purposes that a person at the partner decides on.")] = None
    events: Annotated[Subscription | None, Meta(description="Where the hub sends events.")] = None
    test_people: Annotated[
        tuple[TestPerson, ...], Meta(description="Invented people in the test data, for the conformance check.")
    ] = ()

    @property
    def pulled(self) -> bool:
        """Whether the source's own side claims what is asked of it, and the hub calls nothing."""
        return self.reach == "pull" or self.kind == "exchange"

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
            owner=self.owner,
            decides=self.deciding.purposes if self.deciding else frozenset(),
            decider=self.deciding.who if self.deciding else "",
        )


def canonical(manifest: Manifest) -> bytes:
    """The manifest as JSON, keys sorted: equal manifests, equal bytes."""
    return msgspec.json.encode(manifest, order="sorted")
