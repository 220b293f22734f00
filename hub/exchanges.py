"""Requests that partners' own systems claim and answer: decided, recorded, and no content of them in evidence."""

import msgspec

from hub.connectors.manifest import Manifest
from hub.connectors.pull.reading import require_fit
from hub.connectors.pull.wire import Answering, Asked
from hub.db.exchange import Claimed
from hub.domain.acts import Action
from hub.domain.identifiers import SourceId
from hub.domain.permits import Verdict
from hub.domain.principals import Principal
from hub.domain.registrations import RegistrationState
from hub.errors import Conflict, NotFound
from hub.policy.facts import Partnering
from hub.recorded_acts import Recorded, act_of
from hub.services import Services

_S = RegistrationState
_ON_ITS_WAY = frozenset({_S.SUBMITTED, _S.TESTED, _S.APPROVED})
_asked: msgspec.json.Decoder[Asked] = msgspec.json.Decoder(Asked)


async def pulled_source(source: str, services: Services) -> Manifest:
    """A source that its own system answers for. Raises NotFound for any other.

    One on its way into use is answered for as well: it is tested through whoever claims its requests.
    """
    manifest = services.sources.manifest(source) or await _on_its_way(source, services)
    if manifest is None or not manifest.pulled:
        raise NotFound("No source of that id is answered for by its own system.", ("no-such-source",))
    return manifest


async def claim_requests(principal: Principal, source: str, most: int, services: Services) -> tuple[Claimed, ...]:
    """What is free of the requests to a source, under a lease each. Recorded before it is handed out.

    Raises NotFound, AccessDenied, Conflict where the source is suspended, AuditUnavailable.
    """
    claimed: tuple[Claimed, ...] = ()
    manifest = await pulled_source(source, services)
    try:
        async with Recorded(act_of(Action.CLAIM_REQUESTS, principal, None, services), services) as done:
            done.at(manifest.id)
            done.permitted(_allow(principal, Action.CLAIM_REQUESTS, manifest, services))
            claimed = await services.exchange.claim(manifest.id, principal.id, most, manifest.pull.lease_seconds)
            done.naming(*(f"request:{one.id}" for one in claimed))
            if not claimed:
                done.quietly()
    except BaseException:
        if claimed:
            await services.exchange.give_back(manifest.id, principal.id, claimed)
        raise
    return claimed


async def answer_request(
    principal: Principal, source: str, request_id: str, answering: Answering, services: Services
) -> None:
    """Take a partner's answer, once; what it says is the asker's to read, and the corridor's to show.

    Raises BadInput, with the request still held, for a reply that answers something else; NotFound, Conflict,
    AccessDenied, AuditUnavailable.
    """
    manifest = await pulled_source(source, services)
    async with Recorded(act_of(Action.ANSWER_REQUEST, principal, None, services), services) as done:
        done.at(manifest.id)
        done.permitted(_allow(principal, Action.ANSWER_REQUEST, manifest, services))
        asked = await services.exchange.held(manifest.id, request_id, principal.id, answering.lease)
        done.naming(f"request:{request_id}")  # an id of ours: somebody holds it
        require_fit(answering.reply, _asked.decode(asked))
        reply = msgspec.json.encode(answering.reply)
        await services.exchange.answer(manifest.id, request_id, principal.id, answering.lease, reply)


async def renew_request(principal: Principal, source: str, request_id: str, lease: str, services: Services) -> float:
    """Hold a request for longer; for how many seconds it then is held. Only refusals are recorded.

    Raises NotFound, Conflict, AccessDenied.
    """
    manifest = await pulled_source(source, services)
    async with Recorded(act_of(Action.CLAIM_REQUESTS, principal, None, services), services) as done:
        done.at(manifest.id)
        _allow(principal, Action.CLAIM_REQUESTS, manifest, services)
        done.quietly()
        seconds = manifest.pull.lease_seconds
        return await services.exchange.renew(manifest.id, request_id, principal.id, lease, seconds)


async def _on_its_way(source: str, services: Services) -> Manifest | None:
    """The newest version of a source that is in nobody's answer yet, once its owner submitted it."""
    versions = await services.register.versions(SourceId(source))
    if not versions or versions[-1].state not in _ON_ITS_WAY:
        return None
    return msgspec.json.decode(versions[-1].manifest, type=Manifest)


def _allow(principal: Principal, action: Action, manifest: Manifest, services: Services) -> Verdict:
    """Whoever speaks for the source. A suspended one is not served: what was asked of it before ends by itself."""
    own = principal.agency is manifest.agency and manifest.id in principal.sources
    verdict = services.policies.authorise_partnering(principal, action, Partnering(own_agency=own))
    if manifest.source.state != "LIVE":
        raise Conflict("This source is suspended; nothing is asked of it at the moment.", ("source-suspended",))
    return verdict
