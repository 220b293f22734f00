"""What a partner can keep of a request: who asks, as what, why, under which agreement, for what and when, signed.

A compact JWS beside the call itself. Whom it is about stands nowhere in it: the partner has that from the
call, and what it keeps of an envelope names no child. Names are those of the MAIS request object
(SocialCareData/information-governance, request.md 0.1) and of its data exchange (``reason``); where that
standard has none, plain words.
"""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple, Protocol

import msgspec

from hub.domain.categories import Category
from hub.domain.codes import SubjectKind
from hub.domain.holding import ReviewState
from hub.domain.identifiers import SourceId
from hub.domain.permits import Permit
from hub.domain.principals import Principal
from hub.domain.sources import Source

TYPE = "hub-request+jwt"
TESTING = "CONFORMANCE_TEST"  # the asserted purpose of a call that nobody's question stands behind
MOST_KEPT = 2048
KEPT_FOR = timedelta(seconds=30)  # longer than any question; a repeated request id is dated anew
_TELLING_APART = frozenset(
    {Category.EXISTENCE, Category.IDENTITY_NAME, Category.IDENTITY_BIRTH_DATE, Category.IDENTITY_NUMBER}
)
# find: is somebody known, and who. fetch: records. protect: whether a label hides them; nothing else comes of it.
RequestType = Literal["find", "fetch", "protect"]


class Signer(Protocol):
    """The hub's signature."""

    def sign(self, payload: bytes, *, typ: str) -> str:
        """A compact JWS."""
        ...


class Asked(NamedTuple):
    """What one call asks of a partner, and under which permit."""

    kind: RequestType
    categories: frozenset[Category]
    permit: Permit


def finding(source: Source, permit: Permit) -> Asked:
    """A search: for what tells people apart, where the permit lets anything be told; for labels alone elsewhere."""
    verdicts = permit.verdicts(source.id, SubjectKind.CHILD)
    if not (permit.selection.reaches(source.id) and verdicts[Category.EXISTENCE].permitted):
        return Asked("protect", frozenset(), permit)
    return Asked("find", _TELLING_APART, permit)


def fetching(categories: frozenset[Category], permit: Permit) -> Asked:
    """A read of records of these categories."""
    return Asked("fetch", categories, permit)


class _Named(msgspec.Struct, frozen=True, omit_defaults=True):
    """An identifier, and the URI of what it is unique within."""

    value: str
    system: str
    version: str = ""


class _Organisation(msgspec.Struct, frozen=True, omit_defaults=True):
    type: str
    name: str = ""


class _Requester(msgspec.Struct, frozen=True, rename="camel"):
    entity_id: _Named
    role: tuple[str, ...]
    organisation: _Organisation


class _Data(msgspec.Struct, frozen=True, rename="camel"):
    data_categories: tuple[str, ...]


class _RequestObject(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    request_type: RequestType
    request_id: _Named
    date_stamp: str
    requester: _Requester
    requested_data: _Data
    asserted_purpose: str
    reason: tuple[str, ...]  # URIs of the legislation
    context: _Named | None  # the agreement; None where labels alone are asked after and there is none
    holder_review: _Named | None = None  # by which somebody at the partner permitted this, where one did


class _Claims(msgspec.Struct, frozen=True):
    iss: str
    aud: str
    iat: int
    request_object: _RequestObject = msgspec.field(name="requestObject")


_encode = msgspec.json.Encoder().encode


class Envelopes:
    """Signs one envelope for each question, source and kind of call, however many calls that takes."""

    def __init__(self, signer: Signer, issuer: str, now: Callable[[], datetime]) -> None:
        """``issuer`` is the hub's public address, under which its keys are published."""
        self._signer, self._issuer, self._now = signer, issuer, now
        self._kept: dict[tuple[object, ...], tuple[datetime, str]] = {}

    def envelope(self, source: SourceId, asked: Asked) -> str:
        """The envelope for calls to this source. Raises ConfigurationError where the hub has no key to sign with."""
        permit, now = asked.permit, self._now()
        agreement = permit.agreements.get(source)
        question = permit.request_id, permit.asker, permit.purpose, self._permitted_by(permit, source)
        key = source, asked.kind, asked.categories, question, agreement
        kept = self._kept.get(key)
        if kept is not None and now - kept[0] < KEPT_FOR:
            return kept[1]
        signed = self._signer.sign(_encode(self._claims(source, asked, now)), typ=TYPE)
        self._kept.pop(key, None)
        while len(self._kept) >= MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[key] = now, signed
        return signed

    def testing(self, source: SourceId, kind: RequestType, categories: frozenset[Category]) -> str:
        """The envelope of a call that tests the source with invented people: nobody's question, under no agreement."""
        stamp = self._now().astimezone(UTC)
        request = _RequestObject(
            request_type=kind,
            request_id=_Named(f"test-{secrets.token_hex(16)}", self._issuer),
            date_stamp=stamp.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            requester=_Requester(_Named("conformance-test", self._issuer), (), _Organisation("hub")),
            requested_data=_Data(tuple(sorted(categories))),
            asserted_purpose=TESTING,
            reason=(),
            context=None,
        )
        return self._signer.sign(_encode(_Claims(self._issuer, source, int(stamp.timestamp()), request)), typ=TYPE)

    def _claims(self, source: SourceId, asked: Asked, now: datetime) -> _Claims:
        permit = asked.permit
        if permit.asker is None:
            raise ValueError("a request that leaves the hub names who asks")
        stamp = now.astimezone(UTC)
        request = _RequestObject(
            request_type=asked.kind,
            request_id=_Named(permit.request_id, self._issuer),
            date_stamp=stamp.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            requester=self._requester(permit.asker),
            requested_data=_Data(tuple(sorted(asked.categories))),
            asserted_purpose=permit.purpose.value,
            reason=permit.legislation,
            context=self._agreement(permit.agreements.get(source)),
            holder_review=self._permitted_by(permit, source),
        )
        return _Claims(self._issuer, source, int(stamp.timestamp()), request)

    def _requester(self, who: Principal) -> _Requester:
        """Who asks, by the id under which the hub's evidence knows them. A person's name is not told."""
        organisation = _Organisation(who.agency.value, who.organisation or "")
        return _Requester(_Named(who.id, self._issuer), tuple(sorted(who.roles)), organisation)

    def _permitted_by(self, permit: Permit, source: SourceId) -> _Named | None:
        review = permit.reviews.get(source)
        permitted = review is not None and review.state is ReviewState.PERMITTED
        return _Named(review.id, self._issuer) if review is not None and permitted else None

    def _agreement(self, reference: str | None) -> _Named | None:
        if reference is None:
            return None
        name, _, version = reference.rpartition("@")
        return _Named(name, self._issuer, version)
