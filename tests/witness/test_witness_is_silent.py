"""A witness that does not answer: an alarm, in the end a seal, and nothing disclosed before one was asked."""

from pathlib import Path

import pytest
from database_backup import Backup
from running_witness import RunningWitness
from structlog.testing import capture_logs
from witnessed_hub import ORIGIN, PATIENT, UNHURRIED, Clock, Hub, Place, opened, trusted, until

from hub.audit.reader import EntryQuery
from hub.errors import AuditUnavailable
from hub.keys import FileKeys


async def begun(hub: Hub, witness: RunningWitness) -> int:
    size = await hub.act()
    await until(lambda: witness.size(ORIGIN) == size)
    return size


async def test_a_witness_that_is_down_for_a_while_changes_nothing_but_the_alarm(place: Place, beside: RunningWitness):
    clock = Clock()
    async with opened(place, beside, clock=clock) as hub:
        await begun(hub, beside)
        beside.stop()
        size = await hub.act(2)
        with capture_logs() as heard:
            clock.now += PATIENT.alarm + 1
            await until(lambda: "no witness has cosigned" in hub.witnessing.told())
            assert "cannot be reached" in hub.witnessing.told()
            assert hub.reads()
            assert not hub.witnessing.withholding
            beside.start()
            await until(lambda: hub.witnessing.told() == "ok")
        assert beside.size(ORIGIN) == size
        assert hub.audit.sealed is None
        assert [one["event"] for one in heard if one["log_level"] == "error"] == ["audit_not_witnessed"]
        assert "audit_witnessed_again" in [one["event"] for one in heard]


async def test_silence_is_no_alarm_while_nothing_new_is_recorded(place: Place, beside: RunningWitness):
    clock = Clock()
    async with opened(place, beside, clock=clock) as hub:
        await begun(hub, beside)
        await until(lambda: hub.witnessing.cosigned == hub.audit.size)
        beside.stop()
        with capture_logs() as heard:
            clock.now += 10 * PATIENT.seal
            looks = clock.looks
            await until(lambda: clock.looks > looks + 10)
        assert hub.audit.sealed is None
        assert hub.witnessing.told() == "ok"
        assert not [one for one in heard if one["log_level"] == "error"]


async def test_after_the_longest_patience_nothing_is_disclosed_or_recorded_any_more(
    place: Place, beside: RunningWitness
):
    clock = Clock()
    async with opened(place, beside, clock=clock) as hub:
        await begun(hub, beside)
        beside.stop()
        await hub.act()
        clock.now += PATIENT.seal - 1
        await until(lambda: "no witness has cosigned" in hub.witnessing.told())
        assert hub.reads()
        clock.now += 2
        await until(lambda: hub.audit.sealed)
        assert "no witness has cosigned" in (hub.audit.sealed or "")
        assert not hub.reads()
        with pytest.raises(AuditUnavailable):
            await hub.act()


async def test_nothing_is_disclosed_until_a_witness_has_answered(place: Place, beside: RunningWitness):
    beside.stop()
    async with opened(place, beside) as hub:
        assert hub.witnessing.withholding
        assert "until a witness has confirmed" in hub.witnessing.told()
        assert "cannot be reached" in hub.witnessing.told()
        assert not hub.reads()
        await hub.act()  # what is refused meanwhile is evidence all the same
        beside.start()
        await until(hub.reads)
        assert hub.witnessing.told() == "ok"


async def test_a_witness_that_does_not_follow_the_log_is_none_and_its_administrator_is_told_what_to_do(
    url: str, keys: FileKeys, beside: RunningWitness
):
    async with opened(Place(url, keys), beside) as hub:
        await hub.act()
        assert not hub.reads()
        assert "hub witness trust" in hub.witnessing.told()
        trusted(beside, keys)
        await until(hub.reads)


async def test_starting_without_a_witness_is_a_setting_and_an_entry_of_the_log(place: Place, beside: RunningWitness):
    beside.stop()
    async with opened(place, beside, patience=UNHURRIED) as hub:
        assert hub.reads()
        page = await hub.audit.entries(EntryQuery(kind="startUnwitnessed"))
        assert len(page.entries) == 1
    beside.start()
    async with opened(place, beside, patience=UNHURRIED) as hub:
        page = await hub.audit.entries(EntryQuery(kind="startUnwitnessed"))
        assert len(page.entries) == 1  # it answered, so nothing was done without it


async def test_a_log_that_nobody_witnesses_says_so_and_works(url: str, keys: FileKeys):
    async with opened(Place(url, keys)) as hub:
        assert hub.reads()
        assert "nobody witnesses" in hub.witnessing.told()
        assert not hub.witnessing.withholding


async def test_one_witness_of_two_is_enough(place: Place, beside: RunningWitness, tmp_path: Path):
    other = RunningWitness(tmp_path / "other", "police.example/witness")
    other.url, clock = "http://127.0.0.1:9", Clock()  # nobody listens there
    async with opened(place, beside, other, clock=clock) as hub:
        size = await begun(hub, beside)
        await until(lambda: hub.witnessing.cosigned == size)
        clock.now += 10 * PATIENT.seal
        looks = clock.looks
        await until(lambda: clock.looks > looks + 10)
        assert hub.reads()
        assert hub.witnessing.told() == "ok"


async def test_a_database_that_went_back_while_hubs_serve_seals_every_worker(
    fresh_database: str, keys: FileKeys, beside: RunningWitness, tmp_path: Path
):
    trusted(beside, keys)  # a file of SQLite that is replaced is noticed by its writer: tests/audit/test_sealing.py
    place = Place(fresh_database, keys)
    async with opened(place, beside) as one, opened(place, beside) as other:
        await begun(one, beside)
        backup = Backup(place.url, tmp_path / "backup")
        size = await begun(one, beside)
        await until(lambda: one.witnessing.cosigned == other.witnessing.cosigned == size)
        backup.put_back()
        for hub in (one, other):
            await until(lambda hub=hub: hub.audit.sealed)
            assert "entries that were durable are gone" in (hub.audit.sealed or "")


async def test_a_witness_whose_memory_was_deleted_cosigns_nothing_any_more(place: Place, beside: RunningWitness):
    clock = Clock()
    async with opened(place, beside, clock=clock) as hub:
        size = await begun(hub, beside)
        await until(lambda: hub.witnessing.cosigned == size)
        for one in (beside.folder / "cosigned").iterdir():
            one.unlink()
        await hub.act()
        clock.now += PATIENT.alarm + 1
        await until(lambda: "answered with status 500" in hub.witnessing.told())
        assert hub.witnessing.cosigned == size


async def test_several_workers_of_one_log_push_without_harm(
    fresh_database: str, keys: FileKeys, beside: RunningWitness
):
    trusted(beside, keys)
    place = Place(fresh_database, keys)
    async with opened(place, beside) as one, opened(place, beside) as other:
        for _ in range(20):
            await one.act()
            size = await other.act()
        await until(lambda: beside.size(ORIGIN) == size)
        assert (one.audit.sealed, other.audit.sealed) == (None, None)
        assert not beside.status().logs[0].refused
