"""Going on after entries were lost: only with a signed record, under a new origin, and when a witness follows that."""

import asyncio
from pathlib import Path

import msgspec
import pytest
from database_backup import Backup
from running_witness import RunningWitness
from witnessed_hub import ORIGIN, Place, opened, trusted, until

from hub.audit.notes import Kind, VerifierKey, parse_note, parse_verifier_key, verify
from hub.audit.reader import EntryQuery
from hub.audit.witnessed import WitnessedLog
from hub.errors import ConfigurationError
from hub.keys import FileKeys
from hub.witnessing.gap import GapRecord
from tests.fixtures.command_line import Command

SETTINGS = """
store = "sqlite+aiosqlite:///unused.db"
audit = "{audit}"
audit_origin = "{origin}"
keys = "keys.json"
secrets = "secrets"
issuers = []
witnessing = {{ witnesses = [{witness}] }}
"""


@pytest.fixture
def config(place: Place, beside: RunningWitness, tmp_path: Path) -> Path:
    file = tmp_path / "hub.toml"
    file.write_text(SETTINGS.format(audit=place.url, origin=ORIGIN, witness=beside.settings()))
    return file


async def lost(place: Place, witness: RunningWitness, copy: Path) -> tuple[int, int]:
    """Cosign, take a copy, cosign more, put the copy back: the size now, and the size that was cosigned."""
    async with opened(place, witness) as hub:
        old = await hub.act(3)
        await until(lambda: any(log.size == old for log in witness.status().logs))
    backup = Backup(place.url, copy)
    async with opened(place, witness) as hub:
        new = await hub.act(4)
        await until(lambda: any(log.size == new for log in witness.status().logs))
    backup.put_back()
    return old, new


def test_the_log_goes_on_under_a_new_origin_with_a_signed_record_of_what_is_missing(
    place: Place, beside: RunningWitness, config: Path, command: Command, tmp_path: Path
):
    old, new = asyncio.run(lost(place, beside, tmp_path / "copy"))
    words = ("--config", str(config), "--reason", "The disk failed;\nlast night's copy.", "--by", "Head of IT")
    done = command("audit", "gap", *words)
    assert done.code == 0, done.err
    assert f"hub witness trust FOLDER {ORIGIN}/2 " in done.out

    origin = asyncio.run(WitnessedLog(place.url).standing()).origins[-1]
    note = parse_note(origin.record)
    assert verify(note, VerifierKey(ORIGIN, Kind.LOG, place.keys.log_key().public))
    record = msgspec.json.decode(note.text.split("\n", 1)[1], type=GapRecord)
    assert (record.old_origin, record.new_origin, record.size) == (ORIGIN, f"{ORIGIN}/2", old)
    assert (record.by, record.reason) == ("Head of IT", "The disk failed;\nlast night's copy.")
    (seen,) = record.seen
    assert (seen.size, seen.witness) == (new, beside.vkey)
    assert verify(parse_note(seen.note or ""), parse_verifier_key(beside.vkey))

    async def go_on() -> None:
        async with opened(place, beside) as hub:
            assert hub.witnessing.withholding
            assert f"does not follow the log {ORIGIN}/2" in hub.witnessing.told()
            trusted(beside, place.keys, f"{ORIGIN}/2")
            await until(hub.reads)
            size = await hub.act()
            await until(lambda: beside.size(f"{ORIGIN}/2") == size)
            (entry,) = (await hub.audit.entries(EntryQuery(kind="resumeAfterGap"))).entries
            assert (entry.index, entry.reasons[0]) == (old, f"{ORIGIN}/2")
        async with opened(place, beside) as hub:
            assert hub.reads()
        assert beside.size(ORIGIN) == new  # what was cosigned under the former name stands

    asyncio.run(go_on())


def test_a_second_gap_is_numbered_on(
    place: Place, beside: RunningWitness, config: Path, command: Command, tmp_path: Path
):
    words = ("--config", str(config), "--reason", "Again.", "--by", "Head of IT")
    asyncio.run(lost(place, beside, tmp_path / "first"))
    assert command("audit", "gap", *words).code == 0
    trusted(beside, place.keys, f"{ORIGIN}/2")
    asyncio.run(lost(place, beside, tmp_path / "second"))
    assert f"goes on as {ORIGIN}/3" in command("audit", "gap", *words).out


def test_without_a_gap_or_without_a_witness_there_is_nothing_to_record(
    place: Place, beside: RunningWitness, config: Path, command: Command
):
    async def begin() -> None:
        async with opened(place, beside) as hub:
            await hub.act()

    words = ("--config", str(config), "--reason", "None.", "--by", "Head of IT")
    assert "no gap" in command("audit", "gap", *words).err
    asyncio.run(begin())
    assert "There is no gap" in command("audit", "gap", *words).err
    beside.stop()
    assert "cannot be reached" in command("audit", "gap", *words).err
    beside.start()
    assert len(asyncio.run(WitnessedLog(place.url).standing()).origins) == 1


def test_what_the_log_itself_kept_is_enough_to_refuse_and_to_record(
    fresh_database: str, keys: FileKeys, beside: RunningWitness, tmp_path: Path, command: Command
):
    """Somebody took the newest leaves and the witness is not to be had: the cosignature on them still stands."""
    import psycopg

    trusted(beside, keys)
    place = Place(fresh_database, keys)

    async def begin() -> int:
        async with opened(place, beside) as hub:
            size = await hub.act(5)
            await until(lambda: hub.witnessing.cosigned == size)
            return size

    size = asyncio.run(begin())
    with psycopg.connect(place.url, autocommit=True) as connection:
        connection.execute("DELETE FROM audit_leaves WHERE idx >= %s", (size - 1,))
        connection.execute("DELETE FROM audit_checkpoints WHERE size >= %s", (size,))
    beside.stop()

    async def again() -> None:
        async with opened(place, beside):
            pass

    with pytest.raises(ConfigurationError, match=f"cosigned {size}"):
        asyncio.run(again())
    beside.start()


def test_the_origin_command_prints_what_a_witness_has_to_know(config: Path, place: Place, command: Command):
    shown = dict(line.split() for line in command("audit", "origin", "--config", str(config)).out.splitlines())
    assert shown["Origin"] == ORIGIN
    assert parse_verifier_key(shown["Key"]).public == place.keys.log_key().public
    told = msgspec.json.decode(command("audit", "origin", "--config", str(config), "--json").out)
    assert told == {"origin": shown["Origin"], "vkey": shown["Key"]}
