"""Partners' own systems: enrolled, listed, revoked and signed in. Each act is decided and recorded."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from hub.authentication.assertions import Assertions
from hub.authentication.client_tokens import ClientTokens, IssuedToken
from hub.authentication.issuers import ALGORITHMS
from hub.authentication.keys import read_keys
from hub.domain.acts import Action
from hub.domain.clients import NAMESPACE, ClientState, PartnerClient, well_formed_client
from hub.domain.codes import Agency
from hub.domain.identifiers import SourceId
from hub.domain.permits import Verdict
from hub.domain.principals import Principal
from hub.enquiries import LONGEST_REASON, require_words
from hub.errors import AccessDenied, BadInput, ConfigurationError, NotFound
from hub.policy.facts import Partnering
from hub.recorded_acts import Recorded, act_of
from hub.services import Services

LONGEST_NAME = 200
MOST_KEYS = 10
MOST_SOURCES = 50


class EnrolClient(msgspec.Struct, frozen=True):
    """What is sent to enrol a system. ``jwks`` is the key set that its owner made at their own desk."""

    id: str
    agency: Agency
    organisation: str
    sources: frozenset[SourceId]
    jwks: Mapping[str, Any]


class ClientDesk(NamedTuple):
    """Where systems prove themselves, and where their tokens come from."""

    assertions: Assertions
    tokens: ClientTokens


def desk_of(services: Services, public_url: str, token_path: str) -> ClientDesk:
    """The desk of a hub that partners reach at this address."""
    assertions = Assertions(services.clients, services.clients.used, public_url + token_path, services.now)
    return ClientDesk(assertions, ClientTokens(services.signing, services.clients, public_url, services.now))


async def enrol_client(principal: Principal, request: EnrolClient, services: Services) -> PartnerClient:
    """Enrol a partner's system, or give one that is enrolled other keys and sources: earlier tokens stop.

    Raises BadInput, AccessDenied, Conflict (the id is taken, or was revoked), AuditUnavailable.
    """
    async with Recorded(act_of(Action.ENROL_CLIENT, principal, None, services), services) as done:
        _require_usable(request, services)
        done.naming(NAMESPACE + request.id)
        part = Partnering(own_agency=principal.agency is request.agency)
        done.permitted(services.policies.authorise_partnering(principal, Action.ENROL_CLIENT, part))
        await done.about_to_change()
        now = services.now()
        return await services.clients.enrol(
            PartnerClient(
                id=request.id,
                agency=request.agency,
                organisation=request.organisation.strip(),
                sources=request.sources,
                jwks=request.jwks,
                state=ClientState.ENROLLED,
                enrolled_by=principal.id,
                enrolled_at=now,
                changed_at=now,
            )
        )


async def revoke_client(principal: Principal, client_id: str, reason: str, services: Services) -> PartnerClient:
    """Close a system's way in for good: its tokens stop within a second. Raises BadInput, NotFound, AccessDenied."""
    async with Recorded(act_of(Action.REVOKE_CLIENT, principal, None, services), services) as done:
        require_words(reason, "reason", LONGEST_REASON)
        client = await services.clients.get(client_id)
        if client is None:
            raise NotFound(reasons=("no-such-client",))
        done.naming(NAMESPACE + client.id)
        part = Partnering(own_agency=principal.agency is client.agency)
        done.permitted(services.policies.authorise_partnering(principal, Action.REVOKE_CLIENT, part))
        await done.about_to_change()
        return await services.clients.revoke(client_id, reason.strip(), services.now())


async def partner_clients(principal: Principal, services: Services) -> tuple[PartnerClient, ...]:
    """Every system that this person may see, revoked ones as well. Raises AccessDenied where that can be none."""
    async with Recorded(act_of(Action.READ_REGISTER, principal, None, services), services) as done:
        done.permitted(_reading(principal, principal.agency, services))
        clients = await services.clients.all()
    return tuple(one for one in clients if _may_read(principal, one.agency, services))


async def sign_in(assertion: str, desk: ClientDesk, services: Services) -> IssuedToken:
    """A token for the system that proves itself by this assertion; recorded before it leaves.

    Raises Unauthenticated with the rule that was broken, for the caller to record; AuditUnavailable.
    """
    client = await desk.assertions.client(assertion)
    issued = desk.tokens.issue(client)
    await services.audit.record(act_of(Action.ISSUE_TOKEN, client.principal, None, services))
    return issued


def _reading(principal: Principal, agency: Agency, services: Services) -> Verdict:
    part = Partnering(own_agency=principal.agency is agency)
    return services.policies.authorise_partnering(principal, Action.READ_REGISTER, part)


def _may_read(principal: Principal, agency: Agency, services: Services) -> bool:
    try:
        _reading(principal, agency, services)
    except AccessDenied:
        return False
    return True


def _require_usable(request: EnrolClient, services: Services) -> None:
    if not well_formed_client(request.id):
        raise BadInput(
            "A client id is 3 to 63 small letters, digits, dots, dashes and underscores, the first a letter or digit.",
            ("client-id",),
        )
    require_words(request.organisation, "organisation", LONGEST_NAME)
    if len(request.sources) > MOST_SOURCES:
        raise BadInput(f"A system speaks for at most {MOST_SOURCES} sources.", ("client-sources",))
    others = {one.id for one in services.sources.all if one.agency is not request.agency}
    if request.sources & others:
        raise BadInput("A system speaks for sources of its own agency. Take the others out.", ("client-sources",))
    _require_public_keys(request.jwks)


def _require_public_keys(jwks: Mapping[str, Any]) -> None:
    entries = jwks.get("keys")
    entries = entries if isinstance(entries, list) else []
    if any(isinstance(one, Mapping) and ({"d", "k"} & one.keys()) for one in entries):
        raise BadInput(
            "This key set holds a private key, which is now no secret. Make another pair, and send its public half.",
            ("client-key-private",),
        )
    try:
        usable = {kid for kid, _ in read_keys(jwks, tuple(ALGORITHMS))}
    except ConfigurationError:
        usable = set()
    if not 1 <= len(entries) <= MOST_KEYS or len(usable) != len(entries):
        raise BadInput(
            f"Send a JSON Web Key Set of 1 to {MOST_KEYS} public keys, each with a kid of its own, "
            "for ES256, EdDSA (Ed25519) or PS256 (RSA of 2048 bits or more).",
            ("client-keys",),
        )
