"""Partners' systems in the store: what they are, that nobody alters it, and that an assertion is used once."""

import asyncio
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import select, update
from store_samples import NOW

from hub.db.clients import ClientStore
from hub.db.partner_tables import partner_clients, used_tokens
from hub.db.revision import revision
from hub.db.store import Store, open_store
from hub.db.used_tokens import UsedTokens
from hub.domain.clients import ClientState, PartnerClient
from hub.domain.codes import Agency
from hub.domain.identifiers import SourceId
from hub.errors import Conflict, NotFound
from hub.keys import FileKeys, SealBroken

CLIENT = PartnerClient(
    id="probation-system",
    agency=Agency.PROBATION,
    organisation="CANARY Probation",
    sources=frozenset({SourceId("probation"), SourceId("approved-premises")}),
    jwks={"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "CANARY-KEY", "x": "AA"}]},
    state=ClientState.ENROLLED,
    enrolled_by="user-1",
    enrolled_at=NOW,
    changed_at=NOW,
)


@pytest.fixture
def clients(store: Store, keys: FileKeys) -> ClientStore:
    return ClientStore(store, keys)


async def test_a_client_comes_back_as_it_was_enrolled(clients: ClientStore) -> None:
    await clients.enrol(CLIENT)
    assert await clients.get("probation-system") == CLIENT
    assert await clients.all() == (CLIENT,)
    assert await clients.get("another") is None


async def test_to_enrol_again_gives_other_keys_and_sources(clients: ClientStore, store: Store) -> None:
    await clients.enrol(CLIENT)
    later = msgspec.structs.replace(CLIENT, sources=frozenset(), changed_at=NOW + timedelta(days=1), jwks={"keys": []})
    before = await revision(store)
    await clients.enrol(later)
    assert await clients.all() == (later,)
    assert await revision(store) > before


async def test_an_id_belongs_to_one_agency_and_a_revoked_one_to_nobody(clients: ClientStore) -> None:
    await clients.enrol(CLIENT)
    with pytest.raises(Conflict):
        await clients.enrol(msgspec.structs.replace(CLIENT, agency=Agency.HEALTH))
    revoked = await clients.revoke(CLIENT.id, "The laptop was lost", NOW + timedelta(days=1))
    assert (revoked.state, revoked.reason) == (ClientState.REVOKED, "The laptop was lost")
    assert await clients.revoke(CLIENT.id, "Again", NOW + timedelta(days=2)) == revoked
    with pytest.raises(Conflict):
        await clients.enrol(CLIENT)
    with pytest.raises(NotFound):
        await clients.revoke("another", "-", NOW)


@pytest.mark.parametrize(
    "altered",
    [{"state": "ENROLLED"}, {"agency": "health"}, {"enrolled_by": "user-9"}, {"changed_at": NOW}, {"id": "mine"}],
)
async def test_a_row_that_was_altered_lets_nobody_in(altered: dict[str, object], clients: ClientStore, store: Store):
    await clients.enrol(CLIENT)
    await clients.revoke(CLIENT.id, "Lost", NOW + timedelta(days=1))
    async with store.writing() as connection:
        await connection.execute(update(partner_clients).values(**altered))
    with pytest.raises(SealBroken):
        await clients.all()


async def test_neither_the_organisation_nor_a_key_stands_in_the_open(clients: ClientStore, store: Store) -> None:
    await clients.enrol(CLIENT)
    (row,) = await store.select(select(partner_clients))
    assert b"CANARY" not in repr(tuple(row)).encode()


async def test_an_assertion_is_used_once_over_restarts_and_workers(url: str, keys: FileKeys) -> None:
    workers = [open_store(url) for _ in range(3)]
    try:
        uses = [
            UsedTokens(worker, keys).use("probation-system", "jti-1", NOW + timedelta(minutes=5), NOW)
            for worker in workers
            for _ in range(5)
        ]
        assert sorted(await asyncio.gather(*uses)) == [False] * 14 + [True]
    finally:
        for worker in workers:
            await worker.close()
    again = open_store(url)
    try:
        assert not await UsedTokens(again, keys).use("probation-system", "jti-1", NOW + timedelta(minutes=5), NOW)
        assert await UsedTokens(again, keys).use("another-system", "jti-1", NOW + timedelta(minutes=5), NOW)
    finally:
        await again.close()


async def test_what_could_not_be_used_again_anyway_is_forgotten(store: Store, keys: FileKeys) -> None:
    used = UsedTokens(store, keys)
    for number in range(5):
        at = NOW + timedelta(minutes=10 * number)
        assert await used.use("probation-system", f"jti-{number}", at + timedelta(minutes=6), at)
    rows = await store.select(select(used_tokens))
    assert len(rows) == 1
    assert "jti" not in str(rows)
