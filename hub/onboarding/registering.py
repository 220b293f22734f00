"""A source begins: its owner, or the hub's administrator for them, hands in its manifest and submits it."""

from collections.abc import Sequence

import msgspec
from anyio import to_thread

from hub.audit.evidence import Act
from hub.audit.leaf import Outcome
from hub.connectors.manifest import Manifest, canonical
from hub.connectors.manifests import read_document
from hub.domain.acts import Action
from hub.domain.documents import digest
from hub.domain.principals import Principal, speaks_for
from hub.domain.registrations import Registration, RegistrationState
from hub.errors import BadInput, Conflict
from hub.onboarding.deciding import about, decided, owns
from hub.onboarding.references import on_its_way
from hub.policy.facts import Partnering
from hub.recorded_acts import Recorded, act_of
from hub.services import Services


async def register_source(principal: Principal, document: str, services: Services) -> Registration:
    """Keep a manifest as a draft; the very same one again is the registration that there is.

    Raises BadInput, AccessDenied, AuditUnavailable, and Conflict for a version that there is already, or that is
    not higher than those there are.
    """
    act = act_of(Action.REGISTER_SOURCE, principal, None, services)
    manifest = await _read(document, act, services)
    async with Recorded(act, services) as done:
        done.at(manifest.id, manifest.version)
        known = await services.register.versions(manifest.id)
        own = speaks_for(principal, manifest.agency, manifest.id, manifest.owner)
        own = own and all(owns(principal, one) for one in known)  # it stays with whoever it is of
        done.permitted(decided(principal, Action.REGISTER_SOURCE, Partnering(own_agency=own), services))
        draft = _draft(manifest, principal, services)
        same = next((one for one in known if one.digest == draft.digest), None)
        if same is not None:
            return same
        _require_fitting(draft, known)
        await done.about_to_change()
        return await services.register.put(draft)


async def submit_source(principal: Principal, reference: str, services: Services) -> Registration:
    """Say that a draft is ready to be tested; submitting twice is no fault.

    Raises NotFound, BadInput, AccessDenied, AuditUnavailable, and Conflict where it is past this.
    """
    async with Recorded(act_of(Action.SUBMIT_SOURCE, principal, None, services), services) as done:
        draft = await on_its_way(reference, services)
        done.at(draft.source, draft.version)
        done.permitted(decided(principal, Action.SUBMIT_SOURCE, about(principal, draft), services))
        if draft.state is RegistrationState.SUBMITTED:
            return draft
        await done.about_to_change()
        return await services.register.move(
            draft.source,
            draft.version,
            RegistrationState.SUBMITTED,
            by=principal.id,
            at=services.now(),
            reason="",
            expecting=frozenset({RegistrationState.DRAFT}),
        )


def _draft(manifest: Manifest, principal: Principal, services: Services) -> Registration:
    document, now = canonical(manifest), services.now()
    return Registration(
        source=manifest.id,
        version=manifest.version,
        state=RegistrationState.DRAFT,
        digest=digest(document),
        agency=manifest.agency,
        origin="registered",
        manifest=document,
        registered_by=principal.id,
        registered_at=now,
        changed_by=principal.id,
        changed_at=now,
    )


async def _read(document: str, act: Act, services: Services) -> Manifest:
    """The manifest. Raises BadInput with every mistake in it; evidence says no more than that it had some."""
    try:
        return await to_thread.run_sync(read_document, document)  # a hostile one takes seconds to check
    except BadInput:
        await services.audit.record(
            msgspec.structs.replace(act, outcome=Outcome.REFUSED, reasons=("manifest-unusable",))
        )
        raise


def _require_fitting(draft: Registration, known: Sequence[Registration]) -> None:
    if any(one.agency is not draft.agency for one in known):
        raise Conflict(
            f"{draft.source} is another agency's source. Give yours an id of its own.", ("source-is-another-agencys",)
        )
    newest = max((one.version for one in known), default=0)
    if draft.version <= newest:
        raise Conflict(
            f"Version {newest} of {draft.source} is registered, and a version never changes. "
            f"Give this document version {newest + 1}.",
            ("source-version-not-higher",),
        )
