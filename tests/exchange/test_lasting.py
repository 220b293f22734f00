"""What need not outlive a power cut does not wait for the disk, and never makes anything else do without it."""

from hub.db.store import Store

ASKED = {"sqlite": "PRAGMA synchronous", "postgresql": "SHOW synchronous_commit"}
WAITS = {"sqlite": 2, "postgresql": "on"}
DOES_NOT = {"sqlite": 1, "postgresql": "off"}


async def waits(store: Store, *, lasting: bool) -> object:
    async with store.writing(lasting=lasting) as connection:
        return (await connection.exec_driver_sql(ASKED[connection.dialect.name])).scalar_one()


async def test_each_transaction_waits_for_the_disk_or_not_whatever_the_one_before_did(store: Store) -> None:
    engine = store.engine.dialect.name
    for lasting in (True, False, True, True, False, False, True):
        assert await waits(store, lasting=lasting) == (WAITS if lasting else DOES_NOT)[engine]
