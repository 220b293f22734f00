"""Agreements as the register keeps them: whose an id is, and what becomes of a row that was altered."""

import asyncio
from datetime import UTC, datetime

import msgspec
import pytest
from sqlalchemy import text

from hub.db.agreements import AgreementStore
from hub.db.revision import revision
from hub.db.store import Store
from hub.domain.agreements import AgreementRecord, AgreementState
from hub.domain.documents import digest
from hub.domain.identifiers import SourceId
from hub.errors import Conflict
from hub.keys import FileKeys

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
APPROVED = frozenset({AgreementState.APPROVED})


def agreement(name: str = "clinic-mash", source: str = "clinic", version: int = 1) -> AgreementRecord:
    document = msgspec.json.encode([name, source, version])
    return AgreementRecord(
        id=name,
        version=version,
        source=SourceId(source),
        state=AgreementState.APPROVED,
        digest=digest(document),
        origin="registered",
        document=document,
        submitted_by="somebody",
        submitted_at=AT,
        changed_by="somebody",
        changed_at=AT,
    )


@pytest.fixture
def agreements(store: Store, keys: FileKeys) -> AgreementStore:
    return AgreementStore(store, keys)


async def test_every_change_raises_the_revision(agreements: AgreementStore, store: Store) -> None:
    before = await revision(store)
    await agreements.put(agreement())
    put = await revision(store)
    await agreements.move("clinic-mash", 1, AgreementState.REVOKED, by="x", at=AT, reason="over", expecting=APPROVED)
    assert before < put < await revision(store)
    assert await agreements.standing() == ()


async def test_an_id_belongs_to_one_source(agreements: AgreementStore) -> None:
    """Or whoever submits under somebody else's id could revoke every older version of theirs."""
    await agreements.put(agreement())
    with pytest.raises(Conflict) as refused:
        await agreements.put(agreement(source="schools", version=99))
    assert refused.value.reasons == ("agreement-id-taken",)
    assert [one.source for one in await agreements.standing()] == ["clinic"]


async def test_other_content_under_the_same_version_is_refused(agreements: AgreementStore) -> None:
    first = await agreements.put(agreement())
    assert await agreements.put(first) == first
    other = msgspec.structs.replace(first, document=b"[]", digest=digest(b"[]"))
    with pytest.raises(Conflict):
        await agreements.put(other)


async def test_two_who_revoke_at_once_revoke_once(agreements: AgreementStore) -> None:
    await agreements.put(agreement())

    async def revoke(who: str) -> str:
        try:
            moved = await agreements.move(
                "clinic-mash", 1, AgreementState.REVOKED, by=who, at=AT, reason="over", expecting=APPROVED
            )
        except Conflict:
            return "refused"
        return moved.changed_by

    told = await asyncio.gather(*(revoke(str(number)) for number in range(4)))
    assert sorted(told)[-3:] == ["refused"] * 3


@pytest.mark.parametrize("altered", ["state = 'APPROVED', changed_by = 'me'", "source = 'schools'", "digest = 'x'"])
async def test_a_row_that_was_altered_gives_nothing_and_hurts_no_other(
    agreements: AgreementStore, store: Store, altered: str
) -> None:
    await agreements.put(agreement())
    await agreements.put(agreement("schools-mash", "schools"))
    async with store.writing() as connection:
        await connection.execute(text(f"UPDATE agreements SET {altered} WHERE id = 'clinic-mash'"))  # noqa: S608 - ours
    assert [one.id for one in await agreements.standing()] == ["schools-mash"]
