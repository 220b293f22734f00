"""A hub's log beside its witness, which is a process of its own: cosigned, restored, forked, rotated."""

import asyncio
from pathlib import Path

import psycopg
import pytest
from database_backup import Backup
from running_witness import RunningWitness
from witnessed_hub import ORIGIN, PATIENT, UNHURRIED, Clock, Place, act, opened, trusted, until

from hub.audit.notes import SignedNote, parse_note, parse_signature, parse_verifier_key, verify
from hub.audit.witnessed import WitnessedLog
from hub.errors import AuditUnavailable, ConfigurationError
from hub.keys import FileKeys, rotate_keys


async def test_what_is_recorded_is_cosigned_and_the_cosignature_is_kept(place: Place, beside: RunningWitness):
    async with opened(place, beside) as hub:
        size = await hub.act(5)
        await until(lambda: beside.size(ORIGIN) == size)
        log = WitnessedLog(place.url)
        while not (kept := (await log.standing()).cosigned) or kept[0].size < size:
            pass
        note = SignedNote(parse_note(kept[0].note or "").text, (parse_signature(kept[0].line),))
        assert verify(note, parse_verifier_key(beside.vkey))
        assert hub.witnessing.told() == "ok"


@pytest.mark.parametrize("rotated", [False, True], ids=["", "from before the log's key was rotated"])
async def test_a_restored_backup_does_not_start(place: Place, beside: RunningWitness, tmp_path: Path, *, rotated: bool):
    async with opened(place, beside) as hub:
        old = await hub.act(3)
        await until(lambda: beside.size(ORIGIN) == old)
    backup = Backup(place.url, tmp_path / "backup")
    if rotated:
        rotate_keys(tmp_path / "keys.json", "log")
        place = Place(place.url, FileKeys.read(tmp_path / "keys.json"))
    async with opened(place, beside) as hub:
        new = await hub.act(4)
        await until(lambda: beside.size(ORIGIN) == new)
    backup.put_back()
    with pytest.raises(ConfigurationError, match=f"has {old} entries.*cosigned {new}.*hub audit gap"):
        async with opened(place, beside):
            pass
    assert (await WitnessedLog(place.url).standing()).newest.size == old  # nothing was written on top of it


async def test_a_lost_database_does_not_start_as_an_empty_one(place: Place, beside: RunningWitness, tmp_path: Path):
    empty = Backup(place.url, tmp_path / "nothing") if place.url.startswith("sqlite") else None
    async with opened(place, beside) as hub:
        size = await hub.act(2)
        await until(lambda: beside.size(ORIGIN) == size)
    if empty is not None:
        empty.put_back()
    else:
        with psycopg.connect(place.url, autocommit=True) as connection:
            connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    with pytest.raises(ConfigurationError, match=f"has 0 entries.*cosigned {size}"):
        async with opened(place, beside):
            pass


async def test_a_forked_log_is_caught_and_sealed_and_the_witness_keeps_the_proof(
    place: Place, beside: RunningWitness, tmp_path: Path
):
    async with opened(place, beside) as hub:
        size = await hub.act(3)
        await until(lambda: beside.size(ORIGIN) == size)
    backup = Backup(place.url, tmp_path / "backup")
    async with opened(place, beside) as hub:
        genuine = await hub.act(2)
        await until(lambda: beside.size(ORIGIN) == genuine)
    backup.put_back()
    beside.stop()  # so that the copy can go on, with the real key, to beyond what was cosigned
    async with opened(place, patience=UNHURRIED) as hub:
        await hub.act(4)
    beside.start()
    with pytest.raises(ConfigurationError, match=r"is not the one that .* cosigned"):
        async with opened(place, beside):
            pass
    (log,) = beside.status().logs
    assert [one.why for one in log.refused] == [
        "the log signed a checkpoint that was not shown to continue the one cosigned before"
    ]
    assert log.size == genuine


async def test_a_fork_that_shows_itself_while_the_hub_serves_seals_at_once(
    place: Place, beside: RunningWitness, tmp_path: Path
):
    async with opened(place, beside) as hub:
        size = await hub.act(3)
        await until(lambda: beside.size(ORIGIN) == size)
    backup = Backup(place.url, tmp_path / "backup")
    beside.stop()
    async with opened(place, beside, patience=UNHURRIED) as forked:
        await forked.act(5)
    fork = Backup(place.url, tmp_path / "fork")
    backup.put_back()
    beside.start()
    async with opened(place, beside) as hub:
        genuine = await hub.act(1)
        await until(lambda: beside.size(ORIGIN) == genuine)
    fork.put_back()
    beside.stop()
    async with opened(place, beside, patience=UNHURRIED) as hub:
        beside.start()
        await until(lambda: hub.audit.sealed)
        assert "is not the one that witness 0 cosigned" in (hub.audit.sealed or "")
        with pytest.raises(AuditUnavailable):
            await hub.act()
        assert hub.witnessing.withholding


async def test_the_witness_goes_on_following_when_the_logs_key_is_rotated(
    place: Place, beside: RunningWitness, tmp_path: Path
):
    async with opened(place, beside) as hub:
        size = await hub.act()
        await until(lambda: beside.size(ORIGIN) == size)
        for _ in range(2):
            former = place.keys.log_key().public
            rotate_keys(tmp_path / "keys.json", "log")
            await until(lambda former=former: place.keys.log_key().public != former)
        size = await hub.act()
        await until(lambda: hub.witnessing.cosigned == size)
        assert hub.witnessing.told() == "ok"
    assert beside.size(ORIGIN) == size
    (trusted_now,) = beside.log(ORIGIN).keys
    assert parse_verifier_key(trusted_now).public == place.keys.log_key().public
    async with opened(place, beside) as hub:
        assert hub.reads()


@pytest.mark.parametrize(
    ("acts", "words"), [(1, "entries that were durable are gone"), (9, "two copies of it went on")]
)
async def test_of_two_copies_that_go_on_at_once_with_the_real_key_one_alone_does(
    keys: FileKeys, beside: RunningWitness, tmp_path: Path, acts: int, words: str
):
    trusted(beside, keys)
    genuine = Place(f"sqlite:///{tmp_path / 'audit.db'}", keys)
    async with opened(genuine, beside) as hub:
        size = await hub.act(3)
        await until(lambda: beside.size(ORIGIN) == size)
    Backup(genuine.url, tmp_path / "copy")
    copied = Place(f"sqlite:///{tmp_path / 'copy' / 'audit.db'}", keys)
    async with opened(genuine, beside) as hub, opened(copied, beside) as copy:
        assert hub.reads()
        assert copy.reads()  # nothing tells them apart yet
        size = await hub.act(5)
        await until(lambda: hub.witnessing.cosigned == size)
        await asyncio.gather(*(copy.audit.record(act()) for _ in range(acts)))  # in one commit
        await until(lambda: copy.audit.sealed)
        assert words in (copy.audit.sealed or "")
        with pytest.raises(AuditUnavailable):
            await copy.act()
        assert await hub.act() == size + 1
        assert hub.audit.sealed is None


async def test_a_copy_that_records_nothing_learns_of_the_genuine_log_all_the_same(
    keys: FileKeys, beside: RunningWitness, tmp_path: Path
):
    trusted(beside, keys)
    genuine, clock = Place(f"sqlite:///{tmp_path / 'audit.db'}", keys), Clock()
    async with opened(genuine, beside) as hub:
        await hub.act()
    Backup(genuine.url, tmp_path / "copy")
    async with opened(Place(f"sqlite:///{tmp_path / 'copy' / 'audit.db'}", keys), beside, clock=clock) as copy:
        async with opened(genuine, beside) as hub:
            size = await hub.act()
            await until(lambda: beside.size(ORIGIN) == size)
        assert copy.audit.sealed is None
        clock.now += PATIENT.alarm
        await until(lambda: copy.audit.sealed)
