"""The leak watch can fail, over several workers too: every worker is heard, and what each process it starts logs."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VALUE = "from tests.fixtures.leaks import personal_values\n\nVALUE = sorted(personal_values())[{nth}]\n"
LOGS = """
import logging


def test_logs():
    logging.getLogger("some.library").warning("asked about %s", VALUE)
"""
STARTS = """
import subprocess
import sys


def test_starts_a_process(tmp_path):
    written = f"import sys; open(r'{tmp_path}/any.log', 'w').write(sys.argv[1])"
    subprocess.run([sys.executable, "-c", written, VALUE], check=True)
"""
PRINTS = """
import subprocess
import sys


def test_a_process_says_it():
    subprocess.run([sys.executable, "-c", "import sys; sys.stderr.write(sys.argv[1])", VALUE], check=True)
"""
DIES = """
import os


def test_dies():
    os._exit(1)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A suite of its own, which this suite's watch does not read."""
    own = tmp_path / "own"
    own.mkdir()
    (own / "pytest.ini").write_text("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
    yield own
    shutil.rmtree(own)


def line_of(folder: Path, suite: Mapping[str, str]) -> tuple[int, str]:
    """The exit code of a run of two workers, and the line that the watch ends it with."""
    for nth, (name, body) in enumerate(suite.items()):
        (folder / f"test_{name}.py").write_text(VALUE.format(nth=nth) + body)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "tests.fixtures.leak_watch",
        "-n",
        "2",
        "--dist",
        "loadfile",
        str(folder),
    ]
    more = ["--max-worker-restart", "0", "--basetemp", str(folder / "temporary"), "-p", "no:cacheprovider"]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COVERAGE_"))}
    ended = subprocess.run([*command, *more], cwd=ROOT, env=inherited, capture_output=True, text=True, check=False)
    (line,) = [one for one in ended.stdout.splitlines() if one.startswith("leak watch")] or [ended.stdout[-2000:]]
    return ended.returncode, line


def test_what_any_worker_or_its_processes_say_fails_the_run(folder: Path) -> None:
    code, line = line_of(folder, {"logs": LOGS, "starts": STARTS, "prints": PRINTS})
    assert (code, re.findall(r"(\d+) found", line)) == (1, ["3"]), line


def test_a_worker_that_died_unheard_fails_the_run(folder: Path) -> None:
    code, line = line_of(folder, {"logs": LOGS.replace("VALUE)", "'nobody')"), "dies": DIES})
    assert code == 1
    assert "0 found; NOT HEARD: what gw" in line
