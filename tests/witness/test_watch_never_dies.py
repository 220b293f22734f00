"""Whatever stands in the log's tables, or a witness answers: the watch seals, and counts only what it verified."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from running_witness import RunningWitness
from starlette.responses import Response
from test_strange_witnesses import Strange
from witnessed_hub import PATIENT, Clock, Place, opened, trusted, until

from hub.audit.notes import Kind, VerifierKey, cosignature, cosignature_message
from hub.keys import FileKeys
from tests.fixtures.loopback import Serve

INTO = "INSERT INTO audit_cosignatures (origin, size, witness, line, at) VALUES ('hub.example/audit', "


@pytest.fixture
def place(tmp_path: Path, keys: FileKeys, beside: RunningWitness) -> Place:
    trusted(beside, keys)
    return Place(f"sqlite:///{tmp_path}/audit.db", keys)  # where a column holds what it is given


def altered(place: Place, statement: str) -> None:
    with closing(sqlite3.connect(place.url.removeprefix("sqlite:///"), timeout=5, isolation_level=None)) as connection:
        connection.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_cosignatures SET line = cast(line AS blob)",
        "UPDATE audit_checkpoints SET note = cast(note AS blob)",
        f"{INTO} 'z', 'n', 'x', 1)",
    ],
)
async def test_a_value_of_another_type_in_the_logs_tables_seals_it(
    place: Place, beside: RunningWitness, statement: str
):
    async with opened(place, beside) as hub:
        size = await hub.act(2)
        await until(lambda: hub.witnessing.cosigned == size)
        altered(place, statement)
        await until(lambda: hub.audit.sealed)
        assert hub.witnessing.withholding
        assert "hub audit" in hub.witnessing.told()
        assert not hub.reads()


async def test_a_watch_that_is_ended_by_anything_else_seals(place: Place, beside: RunningWitness):
    clock = Clock()
    async with opened(place, beside, clock=clock) as hub:
        clock.now = None  # type: ignore[assignment] # so that the weighing itself fails
        await until(lambda: hub.audit.sealed)
        assert hub.witnessing.withholding


@pytest.mark.parametrize("name", ["nobody", "audit.derwent.example/witness"])
async def test_a_row_that_no_witness_of_the_settings_made_covers_nothing(
    place: Place, beside: RunningWitness, name: str
):
    clock = Clock()
    async with opened(place, beside, clock=clock) as hub:
        size = await hub.act()
        await until(lambda: hub.witnessing.cosigned == size)
        beside.stop()
        more = await hub.act()
        altered(place, f"{INTO} {more}, '{name}', '— {name} AAAAAAAAAAAAAAAA', 1)")
        clock.now += PATIENT.seal + 1
        await until(lambda: hub.audit.sealed)
        assert hub.witnessing.cosigned == size


async def test_a_time_that_no_table_can_keep_is_no_cosignature(tmp_path: Path, keys: FileKeys, serve: Serve):
    def far(own: Strange, body: str) -> Response:
        text = body.partition("\n\n")[2].rpartition("\n\n")[0] + "\n"
        key = VerifierKey(own.vkey.partition("+")[0], Kind.WITNESS, own.key.public)
        return Response(cosignature(key, 2**63, own.key.sign(cosignature_message(text, 2**63))).render() + "\n")

    strange = await Strange(tmp_path, far).begin(serve)
    async with opened(Place(f"sqlite:///{tmp_path}/audit.db", keys), strange) as hub:
        await hub.act()
        await until(lambda: "a time that cannot be" in hub.witnessing.told())
        assert not hub.reads()
