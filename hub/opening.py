"""Opening everything that a hub works with, once, from its settings. Nothing happens at import."""

import contextlib
import secrets as randomness
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from functools import partial
from typing import NamedTuple
from urllib.parse import urlsplit

from hub.audit.evidence import Act
from hub.audit.leaf import Outcome
from hub.audit.log import AuditLog, utc_now
from hub.audit.shredding import Shredder
from hub.audit.witnessed import WitnessedLog
from hub.conformance.kit import Kit
from hub.connectors.adults import AroundSources
from hub.connectors.connector import Connector
from hub.connectors.credentials import Credentials
from hub.connectors.envelopes import Envelopes
from hub.connectors.fhir_r4.connector import FhirR4
from hub.connectors.health import HealthKeeping, Tally
from hub.connectors.manifest import Manifest
from hub.connectors.manifests import read_manifests
from hub.connectors.mapping import read_mapping
from hub.connectors.pull.connector import Line, Pull
from hub.connectors.rest_json import RestJson
from hub.connectors.sources import Sources
from hub.connectors.sql import Sql
from hub.db.agreements import AgreementStore
from hub.db.archive import ArchiveStore
from hub.db.bells import open_bell
from hub.db.clients import ClientStore
from hub.db.decisions import DecisionStore
from hub.db.enquiries import EnquiryStore
from hub.db.events import EventStore, Outbox
from hub.db.exchange import ExchangeStore
from hub.db.health import HealthStore
from hub.db.links import LinkStore
from hub.db.register import RegisterStore
from hub.db.reviews import ReviewStore
from hub.db.rewrapping import Rewrapping
from hub.db.sealed_rows import SealedRows
from hub.db.secrets import SecretStore
from hub.db.store import Store, open_store
from hub.db.verdicts import VerdictStore
from hub.db.watched import WatchStore
from hub.domain.acts import Action
from hub.domain.codes import Urgency
from hub.domain.conformance import Conformance
from hub.domain.registrations import Origin
from hub.domain.underway import Underway
from hub.domain.witnesses import Witnesses
from hub.errors import ConfigurationError
from hub.identity.matching.matcher import Matcher, Thresholds
from hub.identity.matching.model import read_model, shipped_model
from hub.identity.network.around import Network
from hub.identity.people import People
from hub.keys import FileKeyProvider, FileKeys, KeyProvider, KeyProviders, Signing, Transit, VaultKeyProvider
from hub.notifying.delivery import Delivery
from hub.notifying.reminding import Reminding
from hub.onboarding.declared import DeclaredAgreement, adopt_declared
from hub.policy.agreements import read_documents
from hub.policy.archive import PolicyArchive
from hub.policy.policies import Policies, shipped_policies
from hub.policy.privacy_rules import read_retention_rules, read_telling_rules
from hub.review.casebook import Casebook
from hub.review.desk import ReviewDesk
from hub.services import Limits, Services
from hub.settings import KeyProviderSettings, MatchingSettings, Settings
from hub.standing import Build, Making, Standing
from hub.witnessing.remote import RemoteWitness
from hub.witnessing.watching import Evidence, Patience, Witnessing
from hub.witnessing.words import UNNAMED

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost", "0.0.0.0", "::"})


@contextlib.asynccontextmanager
async def services_of(
    settings: Settings, *, now: Callable[[], datetime] = utc_now, reach: Build | None = None
) -> AsyncIterator[Services]:
    """Open everything a hub works with, and close it again. Raises ConfigurationError.

    ``now`` and ``reach`` are for a demonstration: another clock, and another way to the sources that files declare.
    """
    keys = FileKeys.read(settings.keys)
    policies = Policies.load(settings.policies or shipped_policies(), None, ())
    manifests, agreements = _declared_sources(settings), _declared_agreements(settings)
    async with contextlib.AsyncExitStack() as opened:
        store = open_store(settings.store)
        opened.push_async_callback(store.close)
        witnessing = witnessing_of(settings, keys)
        opened.push_async_callback(witnessing.stop)
        await witnessing.compare()  # before anything is written: a log that is behind is not to grow
        audit = await AuditLog.open(
            settings.audit, keys, origin=settings.audit_origin, patience=settings.limits.evidence_seconds, clock=now
        )
        opened.push_async_callback(audit.close)
        await Shredder(settings.audit, keys).complete()  # what a backup brought back, or a crash broke off
        await witnessing.start(Evidence(audit.seal, audit.hold, partial(_started_unwitnessed, audit, policies)))
        provider = key_provider_of(settings.key_provider, keys)
        opened.push_async_callback(provider.close)
        secrets = SecretStore(store, provider)
        exchange = ExchangeStore(store, keys, await opened.enter_async_context(open_bell(settings.store)))
        credentials: dict[Origin, Credentials] = {
            "file": Credentials(secrets, settings.secrets),
            "registered": Credentials(secrets, None),
        }
        address = public_url(settings)
        envelopes, tally = Envelopes(Signing(keys), address, now), Tally(now)
        beside = urlsplit(address).hostname in LOOPBACK  # a hub on this machine may call what else is on it
        builds: dict[Origin, Build] = {
            "file": reach or partial(reached, line=exchange, beside=True, credentials=credentials["file"]),
            "registered": partial(reached, line=exchange, beside=beside, credentials=credentials["registered"]),
        }
        making, kit = Making(builds, credentials, envelopes, tally), Kit(builds, envelopes.testing)
        ground = _ground(settings, Opened(store, keys, audit, policies, secrets, kit, exchange, witnessing), now)
        opened.push_async_callback(ground.underway.close)
        standing = Standing(ground, store, matcher_of(settings.matching), making)
        opened.push_async_callback(standing.close)
        await adopt_declared(manifests, agreements, standing.ground)
        for work in (
            Rewrapping(secrets, SealedRows(store, keys)),
            HealthKeeping(tally, ground.health.add),
            Delivery(EventStore(store, keys), standing.subscription, standing.secret, now, origin=address),
            Reminding(standing.services),
        ):
            work.start()
            opened.push_async_callback(work.stop)
        yield await standing.services()


async def reached(manifest: Manifest, *, credentials: Credentials, line: Line, beside: bool) -> Connector:
    """The connector that reaches a source: directly, or by the line where its own side calls. As ``connector_of``.

    Unless ``beside``, an address of this machine is refused: a partner's document may not send the hub there.
    """
    if manifest.pulled:
        return Pull(manifest, line)
    if not beside and (urlsplit(manifest.endpoint).hostname or "localhost") in LOOPBACK:
        raise ConfigurationError(f"The endpoint of {manifest.id} is on the hub's own machine. Give the partner's.")
    return await connector_of(manifest, credentials)


async def connector_of(manifest: Manifest, credentials: Credentials) -> Connector:
    """The connector that speaks a manifest's kind; its mapping stands inside it. Raises ConfigurationError."""
    name = manifest.authentication.secret
    secret = None if name is None else await credentials.secret(manifest.id, name)
    if manifest.kind == "fhir_r4":
        return FhirR4(manifest, secret)
    if manifest.mapping is None:
        raise ConfigurationError(f"The manifest of {manifest.id} names no mapping; its kind needs one.")
    mapping = read_mapping(manifest.mapping)
    if manifest.kind == "sql":
        return Sql(manifest, mapping, secret)
    return RestJson(manifest, mapping, secret)


def matcher_of(matching: MatchingSettings) -> Matcher:
    """The matcher that people are recognised by. Raises ConfigurationError."""
    model = shipped_model() if matching.model is None else read_model(matching.model)
    return Matcher(model, Thresholds(matching.match, matching.potential))


def key_provider_of(settings: KeyProviderSettings, keys: FileKeys) -> KeyProviders:
    """What wraps the data keys of partners' secrets. Make it inside a running event loop. Raises ConfigurationError."""
    providers: dict[str, KeyProvider] = {FileKeyProvider.kind: FileKeyProvider(keys)}
    if settings.url is not None and settings.token_file is not None:
        transit = Transit(settings.url, settings.token_file, settings.key, settings.mount, settings.namespace)
        providers[VaultKeyProvider.kind] = VaultKeyProvider(transit)
    return KeyProviders(settings.kind, providers)


def witnessing_of(settings: Settings, keys: FileKeys) -> Witnessing:
    """The work with the log's witnesses. Make it inside a running event loop. Raises ConfigurationError."""
    ours = settings.witnessing
    if ours.witnesses and settings.audit_origin is None:
        raise ConfigurationError(UNNAMED)
    return Witnessing(
        [RemoteWitness(one.name, one.url, one.vkey) for one in ours.witnesses],
        WitnessedLog(settings.audit),
        keys,
        origin=settings.audit_origin,
        patience=Patience(ours.push_seconds, ours.alarm_seconds, ours.seal_hours * 3600, ours.start_without_witness),
    )


def public_url(settings: Settings) -> str:
    """How partners reach this hub, without a slash at its end. Raises ConfigurationError."""
    if settings.public_url is None:
        return f"http://{settings.host}:{settings.port}"
    parts = urlsplit(settings.public_url)
    loopback = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not parts.hostname or not (parts.scheme == "https" or loopback) or parts.query or parts.username:
        raise ConfigurationError("public_url is an https address, or http on this machine, and nothing after its path.")
    return settings.public_url.rstrip("/")


async def _started_unwitnessed(audit: AuditLog, policies: Policies) -> None:
    request = randomness.token_urlsafe(18)
    await audit.record(
        Act(action=Action.START_UNWITNESSED, request_id=request, outcome=Outcome.DONE, policy_version=policies.version)
    )


class Opened(NamedTuple):
    """What has to be opened, and closed again."""

    store: Store
    keys: FileKeys
    audit: AuditLog
    policies: Policies
    secrets: SecretStore
    conformance: Conformance
    exchange: ExchangeStore
    witnesses: Witnesses


def _ground(settings: Settings, opened: Opened, now: Callable[[], datetime]) -> Services:
    """Everything that does not change with the register, over no source at all."""
    store, keys = opened.store, opened.keys
    nobody, matcher = Sources((), keys.mac, now), matcher_of(settings.matching)
    links, decisions = LinkStore(store, keys), DecisionStore(store, keys)
    return Services(
        audit=opened.audit,
        policies=opened.policies,
        people=People(nobody, links, keys.mac, now, decisions, matcher),
        sources=nobody,
        network=Network(AroundSources((), keys.mac), matcher),
        enquiries=EnquiryStore(store, keys),
        decisions=decisions,
        links=links,
        register=RegisterStore(store, keys),
        agreements=AgreementStore(store, keys),
        archive=PolicyArchive(ArchiveStore(store, keys)),
        secrets=opened.secrets,
        clients=ClientStore(store, keys),
        conformance=opened.conformance,
        signing=Signing(keys),
        telling_rules=read_telling_rules(settings.policies or shipped_policies()),
        retention_rules=read_retention_rules(settings.policies or shipped_policies()),
        shredder=Shredder(settings.audit, keys),
        reviews=ReviewStore(store, keys),
        review=ReviewDesk(
            casebook=Casebook(opened.audit),
            openings=Casebook(opened.audit, (Action.OPEN_ENQUIRY.value,)),
            verdicts=VerdictStore(store, keys),
            watched=WatchStore(store, keys),
            thresholds=settings.review,
        ),
        events=Outbox(EventStore(store, keys), nobody.subscribed),
        exchange=opened.exchange,
        health=HealthStore(store),
        underway=Underway(),
        keys=keys,
        now=now,
        limits=_limits(settings),
        witnesses=opened.witnesses,
    )


def _limits(settings: Settings) -> Limits:
    ours = settings.limits
    return Limits(
        question_seconds=ours.question_seconds,
        find_share=ours.find_share,
        ask_share=ours.ask_share,
        enquiry_hours=(
            (Urgency.RED, ours.red_hours),
            (Urgency.AMBER, ours.amber_hours),
            (Urgency.GREEN, ours.green_hours),
        ),
        glass_minutes=ours.glass_minutes,
        conformance_days=ours.conformance_days,
    )


def _declared_sources(settings: Settings) -> tuple[Manifest, ...]:
    """What the operator's manifests declare, each with its mapping inside. Raises ConfigurationError."""
    if settings.manifests is None:
        return ()
    manifests = read_manifests(settings.manifests)
    for manifest in manifests:
        if manifest.mapping is not None:
            read_mapping(manifest.mapping)  # a fault is said at the start, and not by the first question
    return manifests


def _declared_agreements(settings: Settings) -> tuple[DeclaredAgreement, ...]:
    if settings.agreements is None:
        return ()
    read = read_documents(settings.agreements).values()
    return tuple(
        DeclaredAgreement(one.agreement.id, one.agreement.version, one.agreement.source, one.document) for one in read
    )
