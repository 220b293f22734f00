"""``hub audit export --out``: a file is gone on with from the same log, period and format, and from no other."""

import asyncio
from pathlib import Path

from reporting_hub import ReportingHub, reporting_hub
from test_audit_export import indexes, some_evidence

from hub.keys import FileKeys
from tests.fixtures.command_line import Command, Ended
from tests.fixtures.loopback import Serve

PERIOD = ("--from", "2026-03-01")


async def exported(hub: ReportingHub, serve: Serve, command: Command, file: Path, *words: str) -> Ended:
    """The command, against a hub that is served."""
    given = ("audit", "export", "--url", await serve(hub.app), "--out", str(file), *words)
    return await asyncio.to_thread(command, *given, HUB_TOKEN="auditor")


async def test_the_same_command_goes_on_where_the_file_ends(
    one_hub: ReportingHub, serve: Serve, command: Command, tmp_path: Path
) -> None:
    file = tmp_path / "export.csv"
    await some_evidence(one_hub)
    assert (await exported(one_hub, serve, command, file, "--format", "csv", *PERIOD)).code == 0
    before = file.read_bytes()
    file.write_bytes(before[:-7])
    assert (await exported(one_hub, serve, command, file, "--format", "csv", *PERIOD)).code == 0
    assert file.read_bytes().startswith(before)
    assert indexes("csv", file.read_bytes()) == list(range(one_hub.services.audit.size - 1))


async def test_nothing_of_another_log_or_period_or_format_is_added_to_a_file(
    one_hub: ReportingHub, serve: Serve, command: Command, tmp_path: Path
) -> None:
    file, about = tmp_path / "export.ndjson", tmp_path / "export.ndjson.about.json"
    asked = ("--format", "ocsf", *PERIOD)
    await some_evidence(one_hub)
    assert (await exported(one_hub, serve, command, file, *asked)).code == 0
    before, described = file.read_bytes(), about.read_bytes()

    async def refused(hub: ReportingHub, *words: str) -> str:
        done = await exported(hub, serve, command, file, *words)
        assert done.code != 0
        assert file.read_bytes() == before
        return " ".join(done.err.split())

    assert "in the format ocsf, from 2026-03-01" in await refused(one_hub, "--format", "fhir", *PERIOD)
    assert "to the end" in await refused(one_hub, *asked, "--to", "2026-03-09")
    assert "in the format ocsf" in await refused(one_hub, "--format", "ocsf")
    async with reporting_hub(f"sqlite:///{tmp_path}/other.db", FileKeys.create(tmp_path / "others.json")) as other:
        await some_evidence(other)
        assert "another" in await refused(other, *asked)
    about.unlink()
    assert "Nothing tells what this file is of" in await refused(one_hub, *asked)
    about.write_bytes(described)
    assert (await exported(one_hub, serve, command, file, *asked)).code == 0
