"""The education system that joins: found again where it was, and with records that a school could have."""

import subprocess
import sys
from datetime import date
from pathlib import Path

from hub.connectors.manifests import check_manifest
from hub.demo.partners.education_records import pupils
from hub.demo.population import populate

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "examples" / "education" / "manifest.toml"


def port_of_a_run(state: Path) -> int:
    command = [sys.executable, "-m", "hub.demo.partners.education", "--port", "0", "--state", str(state)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        ready, name, port = process.stdout.readline().split()
        process.terminate()
    assert (ready, name) == ("ready", "education")
    return int(port)


def test_a_hub_that_it_joined_finds_it_again_after_a_restart(tmp_path: Path):
    port = port_of_a_run(tmp_path)
    (tmp_path / "education" / "endpoint").write_text(f"http://127.0.0.1:{port}\n")
    assert port_of_a_run(tmp_path) == port


def test_nobody_is_suspended_while_schools_are_closed():
    days = [
        date.fromisoformat(one["startDate"])
        for pupil in pupils(populate(2019), 2019).values()
        for one in pupil.exclusions()
    ]
    assert len(days) > 20
    assert all(day.weekday() < 5 and not date(day.year, 7, 18) <= day <= date(day.year, 9, 3) for day in days)


def test_the_example_can_be_registered_as_it_stands():
    checked = check_manifest(EXAMPLE.read_text(), beside=EXAMPLE.parent, for_registration=True)
    assert [(one.path, one.says) for one in checked.mistakes] == []
