"""The exchange's messages, version 1: what is asked of a partner's side, and what it may reply.

``docs/exchange.schema.json`` is made from these and published. A change that a partner would notice is a new
version.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from hub.connectors.pull.records import Identifier, Moment, Wired, WiredAttributes, WiredPerson, WiredRecord
from hub.domain.categories import Category
from hub.domain.codes import Agency, Label, Role
from hub.domain.holding import DenialReason
from hub.domain.searching import SearchKey, Step

VERSION: Literal[1] = 1
MOST_CLAIMED, LONGEST_POLL = 16, 25.0  # requests in one claim; seconds that one claim waits

Version = Literal[1]
Lease = Annotated[str, Meta(min_length=1, max_length=100)]


class WiredAsker(Wired, frozen=True, kw_only=True):
    """On whose behalf: a source may keep a record closed to some, or open to some alone."""

    id: str
    name: str
    agency: Agency
    roles: frozenset[Role]
    email: str | None = None


class _Asked(Wired, frozen=True, kw_only=True, tag_field="kind"):
    id: Identifier
    expires_at: Moment  # by the hub's clock; a claim says in how many seconds
    v: Version = VERSION
    envelope: str = ""  # a compact JWS by the hub: who asks, for what, under which agreement


class _Search(_Asked, frozen=True, kw_only=True):
    step: Step
    values: dict[SearchKey, str]  # dates as ISO 8601


class _Read(_Asked, frozen=True, kw_only=True):
    local_id: Identifier
    categories: frozenset[Category]
    asker: WiredAsker | None = None


class Find(_Search, frozen=True, kw_only=True, tag="find"):
    """Who is known that fits every value? The values' keys are one of the manifest's key sets."""


class FindAdults(_Search, frozen=True, kw_only=True, tag="find_adults"):
    """Which adults are known that fit every value? The keys are of the manifest's ``network_search``."""


class Fetch(_Read, frozen=True, kw_only=True, tag="fetch"):
    """Records of these categories, and no others, about the child of this identifier."""


class FetchAdult(_Read, frozen=True, kw_only=True, tag="fetch_adult"):
    """Records of these categories, and no others, about the adult of this identifier."""


Asked = Find | FindAdults | Fetch | FetchAdult


class People(Wired, frozen=True, kw_only=True, tag_field="kind", tag="people"):
    """Answers a find: everybody who fits, and nobody else. Empty where nobody does."""

    people: tuple[WiredPerson, ...]


class KnownRecord(Wired, frozen=True, kw_only=True, tag_field="kind", tag="record"):
    """Answers a fetch. ``attributes`` says whom the record is about: the hub compares it with whom it asked about.

    ``unmapped`` counts what the partner's side could not map, by name and never by value. ``withheld`` are the
    partner's own words on what it keeps back. ``around`` has identifiers of people around the child, each with
    the ``about.key`` of their records.
    """

    local_id: Identifier
    attributes: WiredAttributes
    records: tuple[WiredRecord, ...]
    labels: frozenset[Label] = frozenset()
    unmapped: Annotated[Mapping[str, Annotated[int, Meta(ge=0)]], Meta(max_length=200)] = {}
    as_of: Moment | None = None
    withheld: Annotated[tuple[str, ...], Meta(max_length=20)] = ()
    around: Mapping[Identifier, Annotated[str, Meta(max_length=256)]] = {}


class Nobody(Wired, frozen=True, kw_only=True, tag_field="kind", tag="nobody"):
    """Answers a fetch: nobody has this identifier any more."""


class Permitting(Wired, frozen=True, kw_only=True, tag_field="judgement", tag="PERMIT"):
    """The partner shares."""

    answer: People | KnownRecord | Nobody


class Deny(Wired, frozen=True, kw_only=True, tag_field="judgement", tag="DENY"):
    """The partner does not share, and says why. ``words`` are shown to whoever asked."""

    reason: DenialReason
    words: str = ""


class Review(Wired, frozen=True, kw_only=True, tag_field="judgement", tag="REVIEW"):
    """A person at the partner decides. ``who``, in words fit to show; ``by`` when, if the partner says."""

    who: str
    by: Moment | None = None
    reference: str | None = None


Failure = Literal["UNAVAILABLE", "TIMED_OUT", "BAD_DATA", "TOO_MANY_FOUND", "CANNOT_SEARCH", "ENVELOPE_REFUSED"]


class Unable(Wired, frozen=True, kw_only=True, tag_field="judgement", tag="UNABLE"):
    """No judgement: the partner's side got no answer from its own system, or does not believe the request."""

    failure: Failure


Reply = Permitting | Deny | Review | Unable


class Claiming(Wired, frozen=True, kw_only=True):
    """The body of ``POST /exchange/{source}/claims``."""

    v: Version
    most: Annotated[int, Meta(ge=1, le=MOST_CLAIMED)] = 1
    wait_seconds: Annotated[float, Meta(ge=0, le=LONGEST_POLL)] = 0.0


class Claim(Wired, frozen=True, kw_only=True):
    """One request, and the lease that holds it. Seconds count from the reply's arrival."""

    request: Asked
    lease: Lease
    lease_seconds: float
    expires_in: float


class Claims(Wired, frozen=True, kw_only=True):
    """The reply to a claim: empty where nothing was asked in the meantime."""

    requests: tuple[Claim, ...]
    v: Version = VERSION


class Answering(Wired, frozen=True, kw_only=True):
    """The body of ``POST /exchange/{source}/requests/{id}/answer``."""

    v: Version
    lease: Lease
    reply: Reply


class Renewing(Wired, frozen=True, kw_only=True):
    """The body of ``POST /exchange/{source}/requests/{id}/renew``."""

    v: Version
    lease: Lease


class Held(Wired, frozen=True, kw_only=True):
    """The reply to a renewal: for how long the lease holds from now."""

    lease_seconds: float
    v: Version = VERSION


class Taken(Wired, frozen=True, kw_only=True):
    """The reply to an answer: it counts."""

    taken: Literal[True] = True
    v: Version = VERSION


MESSAGES = (Claiming, Claims, Answering, Renewing, Held, Taken)


def schema() -> bytes:
    """The JSON Schema of every message, for ``docs/exchange.schema.json``."""
    told, parts = msgspec.json.schema_components(MESSAGES, ref_template="#/$defs/{name}")
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The Partnership Hub's exchange, version 1",
        "oneOf": list(told),
        "$defs": parts,
    }
    return msgspec.json.format(msgspec.json.encode(document, order="sorted"), indent=2) + b"\n"
