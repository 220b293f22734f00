"""A hub that goes on without its witnesses is started again: what it recorded waits for as long as it has waited."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from running_witness import RunningWitness, ServedWitness
from witnessed_hub import NOW, ORIGIN, PATIENT, UNHURRIED, Hub, Place, opened, trusted, until

from hub.audit.witnessed import Standing, WitnessedLog
from hub.errors import Unavailable
from hub.keys import FileKeys

WEEK = timedelta(days=7)
SOME = timedelta(seconds=PATIENT.seal * 0.4)


class Calendar:
    """The clock of the log's entries, moved by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class Faltering(WitnessedLog):
    """Its database does not answer the first question."""

    _asked = False

    async def standing(self, witnesses: Sequence[str] = ()) -> Standing:
        if not self._asked:
            self._asked = True
            raise Unavailable
        return await super().standing(witnesses)


async def cosigned(hub: Hub, witness: RunningWitness) -> None:
    size = await hub.act()
    await until(lambda: witness.size(ORIGIN) == size == hub.witnessing.cosigned)


async def left_for_a_week(place: Place, beside: RunningWitness, calendar: Calendar) -> None:
    """Its witness stops, the hub records something more and is switched off."""
    async with opened(place, beside, now=calendar) as hub:
        await cosigned(hub, beside)
        beside.stop()
        await hub.act()
    calendar.now += WEEK


async def test_starting_again_does_not_put_sealing_off(place: Place, beside: RunningWitness):
    calendar = Calendar()
    async with opened(place, beside, now=calendar) as hub:
        await cosigned(hub, beside)
    beside.stop()
    for starts in range(4):
        async with opened(place, beside, patience=UNHURRIED, now=calendar) as hub:
            assert hub.reads() == (starts < 3)
        calendar.now += SOME
    assert "longer than the settings let the hub go on" in (hub.audit.sealed or "")


async def test_nor_where_no_witness_ever_cosigned(place: Place, beside: RunningWitness):
    calendar = Calendar()
    async with opened(place, now=calendar) as hub:
        await hub.act()  # before it had a witness
    calendar.now += WEEK
    beside.stop()
    for starts in range(4):
        async with opened(place, beside, patience=UNHURRIED, now=calendar) as hub:
            assert hub.reads() == (starts < 3)
        calendar.now += SOME
    assert hub.audit.sealed


async def test_a_hub_that_was_switched_off_with_everything_cosigned_has_all_its_patience(
    place: Place, beside: RunningWitness
):
    calendar = Calendar()
    async with opened(place, beside, now=calendar) as hub:
        await cosigned(hub, beside)
    beside.stop()
    calendar.now += WEEK
    async with opened(place, beside, patience=UNHURRIED, now=calendar) as hub:
        assert hub.reads()
        assert hub.witnessing.told() == "ok"


async def first_unwitnessed_then_cosigned(place: Place, witness: RunningWitness, calendar: Calendar) -> None:
    """A week apart; the witness is stopped then."""
    witness.stop()
    async with opened(place, witness, patience=UNHURRIED, now=calendar) as hub:
        assert hub.reads()
    calendar.now += WEEK
    witness.start()
    async with opened(place, witness, now=calendar) as hub:
        await cosigned(hub, witness)
    witness.stop()


async def test_what_a_replaced_witness_cosigned_does_not_wait(place: Place, beside: RunningWitness, tmp_path: Path):
    calendar = Calendar()
    await first_unwitnessed_then_cosigned(place, beside, calendar)
    successor = ServedWitness(tmp_path / "successor", "police.example/witness")
    successor.url = "http://127.0.0.1:9"  # nobody listens there
    for starts in range(4):
        async with opened(place, successor, patience=UNHURRIED, now=calendar) as hub:
            assert hub.reads() == (starts < 3)
        calendar.now += SOME


async def test_a_database_that_did_not_answer_at_the_start_is_neither_silence_nor_patience(
    place: Place, beside: RunningWitness
):
    calendar = Calendar()
    await first_unwitnessed_then_cosigned(place, beside, calendar)
    for starts in range(4):
        async with opened(place, beside, patience=UNHURRIED, now=calendar, log=Faltering) as hub:
            if starts < 3:
                await until(lambda hub=hub: hub.witnessing.cosigned > 0)  # it looked again
            assert hub.reads() == (starts < 3)
            assert ("no witness has cosigned" in hub.witnessing.told()) == (starts > 1)
        calendar.now += SOME


@pytest.mark.parametrize("answers", [True, False], ids=["its witness answers", "nobody answers"])
async def test_what_was_not_cosigned_before_a_hub_was_switched_off_has_waited_since(
    place: Place, beside: RunningWitness, *, answers: bool
):
    calendar = Calendar()
    await left_for_a_week(place, beside, calendar)
    if answers:
        beside.start()
    async with opened(place, beside, patience=UNHURRIED, now=calendar) as hub:
        assert hub.reads() == answers
        assert (hub.audit.sealed is None) == answers


async def test_a_hub_that_waits_for_its_witness_waits_and_goes_on(place: Place, beside: RunningWitness):
    calendar = Calendar()
    await left_for_a_week(place, beside, calendar)
    async with opened(place, beside, now=calendar) as hub:
        assert not hub.reads()
        assert hub.audit.sealed is None
        beside.start()
        await until(hub.reads)


async def test_a_time_that_somebody_altered_is_no_patience(tmp_path: Path, keys: FileKeys, beside: RunningWitness):
    trusted(beside, keys)
    place = Place(f"sqlite:///{tmp_path}/audit.db", keys)
    async with opened(place, beside) as hub:
        await cosigned(hub, beside)
        beside.stop()
        await hub.act()
    with closing(sqlite3.connect(tmp_path / "audit.db", isolation_level=None)) as connection:
        connection.execute("UPDATE audit_leaves SET at = 'soon'")
    async with opened(place, beside, patience=UNHURRIED) as hub:
        assert not hub.reads()
