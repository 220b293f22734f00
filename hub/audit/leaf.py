"""One leaf of the log: its fields and its canonical bytes, whose hash stands in the tree (``merkle.leaf_hash``).

A leaf names people by id and children by keyed hash. It holds no name, no number, no reason in
anybody's words, and nothing of a record's content: states, categories and counts only.
"""

import secrets
from datetime import UTC, datetime
from enum import StrEnum

import msgspec

from hub.domain.codes import AnswerState
from hub.domain.decided import Basis


class Stage(StrEnum):
    """A read has an intent and an outcome; every other act is one leaf."""

    INTENT = "intent"
    OUTCOME = "outcome"
    ACT = "act"


class Outcome(StrEnum):
    """What came of it."""

    ASKED = "asked"  # of an intent: not yet known
    DISCLOSED = "disclosed"
    DONE = "done"  # of an act that discloses nothing about anybody
    REFUSED = "refused"
    FAILED = "failed"
    ABANDONED = "abandoned"  # the asker went away, or the deadline ended the work


class Kept(msgspec.Struct, frozen=True):
    """A category kept back from the asker. ``count`` is None where even a number would tell."""

    category: str
    count: int | None
    reasons: tuple[str, ...]


class AuditedSource(msgspec.Struct, frozen=True):
    """What became of one source: no content, only categories and counts."""

    source: str
    state: AnswerState
    categories: tuple[str, ...]  # asked for
    record_count: int  # records released to a view, candidates shown to a find
    agreement: str | None
    reasons: tuple[str, ...] = ()  # rules that kept it from being asked, or why its answer was quarantined
    withheld: tuple[Kept, ...] = ()
    shown: tuple[str, ...] = ()  # categories of the records that a view released


class Opening(msgspec.Struct, frozen=True):
    """What an enquiry was opened with, so that the log alone tells it."""

    urgency: str
    referred: bool  # whether a referral is linked
    until: str  # when it ends by itself; RFC 3339, UTC


class Leaf(msgspec.Struct, frozen=True, kw_only=True):
    """One fact, for good. ``v`` says how to read it: a change of meaning takes the next number."""

    v: int = 1
    at: str  # RFC 3339, UTC, microseconds
    stage: Stage
    kind: str  # an Action, or "find" and "view" for reads
    request_id: str
    principal: str = ""  # id; empty when nobody was signed in
    agency: str = ""
    roles: tuple[str, ...] = ()
    purpose: str | None = None
    enquiry_id: str | None = None
    subject: str | None = None  # keyed hash
    broken_glass: bool = False
    policy_version: str
    outcome: Outcome
    reasons: tuple[str, ...] = ()
    sources: tuple[AuditedSource, ...] = ()
    also: tuple[str, ...] = ()  # further keyed hashes by which the person is found
    salt: str = ""  # 128 random bits: once the content is gone, its hash tells nothing of it
    others: tuple[str, ...] = ()  # keyed hashes of further people whose records were shown
    near: tuple[str, ...] = ()  # keyed hashes of the person's family names and postcodes, as asked and as told
    organisation: str | None = None  # whom exactly the principal works for, where their token says
    opening: Opening | None = None
    words: str | None = None  # keyed hash of what somebody wrote, which is kept sealed in the store
    basis: Basis | None = None  # of a read that was decided: what that rested on
    facts: tuple[str, ...] | None = None  # of an act that was decided: what held of what that rested on
    kept_from: tuple[str, ...] = ()  # of a disclosure: who may not be told of it; holders of records, the family


_canonical = msgspec.json.Encoder(order="sorted").encode
_decode = msgspec.json.Decoder(Leaf).decode


def leaf_bytes(leaf: Leaf) -> bytes:
    """The canonical bytes: JSON, UTF-8, keys sorted, no spaces, no key left out. Equal leaves, equal bytes."""
    return _canonical(leaf)


def read_leaf(content: bytes) -> Leaf:
    """The leaf of its canonical bytes."""
    return _decode(content)


def salted(leaf: Leaf) -> Leaf:
    """The leaf with a salt of its own. Before it is written, always."""
    return msgspec.structs.replace(leaf, salt=secrets.token_urlsafe(16))


def same_content(one: bytes, other: bytes) -> bool:
    """Whether two leaves say the same, whenever each was written: a retry, not a contradiction."""
    return one == other or _timeless(one) == _timeless(other)


def timestamp(at: datetime) -> str:
    """RFC 3339 in UTC with microseconds, so that text order is time order."""
    utc = at if at.tzinfo is UTC else at.astimezone(UTC)
    return utc.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def _timeless(content: bytes) -> Leaf:
    return msgspec.structs.replace(_decode(content), at="", salt="")
