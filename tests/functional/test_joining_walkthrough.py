"""docs/joining.md, done as it stands: every command of it, in order, at a running demo, and what it shows of each."""

import re
import shlex
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.fixtures.command_line import Command
from tests.fixtures.leaks import Leaks
from tests.fixtures.partnership import RunningPartnership, answer_of

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "joining.md").read_text(encoding="utf-8")
DOCUMENTS = {"manifest": "manifest.toml", "agreement": "agreement.json"}
HUB, ADDRESS = ".venv/bin/hub", "http://127.0.0.1:8000"  # as the page writes them
BLOCK = re.compile(r"^```sh\n(.*?)^```\n(?:```text\n(.*?)^```\n)?", re.DOTALL | re.MULTILINE)
CONTINUED = re.compile(r"\n {12,}")  # the page breaks a line where a wide terminal does not
FRAME = re.compile(r"[\s│┃╭╮╰╯─━┏┓┡┩└┘┳╇┴]+")
LIVE = "## 4. Live"


class Block(NamedTuple):
    """Commands, and what the page shows of their output: a line for each that must be seen, in this order."""

    commands: list[str]
    shows: list[str]


def blocks(part: str) -> Iterator[Block]:
    for commands, shows in BLOCK.findall(part):
        lines = CONTINUED.sub(" ", shows).splitlines()
        yield Block(commands.splitlines(), [line for line in map(plain, lines) if line not in {"", "…"}])


def plain(line: str) -> str:
    """A line without the frame of a table."""
    return FRAME.sub(" ", line).strip()


def unseen(shows: list[str], printed: str) -> list[str]:
    """The lines of the page that were not printed after the one before them. ``…`` is anything."""
    lines, missing = iter(map(plain, printed.splitlines())), []
    for shown in shows:
        wanted = re.compile(".*".join(re.escape(part.strip()) for part in shown.split("…")))
        if not any(wanted.fullmatch(line) for line in lines):
            missing.append(shown)
    return missing


class Walk:
    """Somebody who reads the page in a folder where ``.demo`` and ``docs`` are, and does what it says."""

    def __init__(self, partnership: RunningPartnership, command: Command) -> None:
        self.partnership, self._command = partnership, command
        self.commands, self.seconds = 0, 0.0

    def do(self, part: str) -> None:
        """Every command of a part of the page; what it shows of them must have been printed."""
        for block in blocks(part):
            printed = "".join(self._run(line) for line in block.commands)
            assert unseen(block.shows, printed) == [], printed

    def _run(self, line: str) -> str:
        if not line.startswith(HUB):
            subprocess.run(["bash", "-c", line], check=True)
            return ""
        line, _, said = line.partition("  # ")
        words = shlex.split(line.replace(ADDRESS, self.partnership.url))[1:]
        words, into = (words[:-2], Path(words[-1])) if words[-2] == ">" else (words, None)
        began = time.monotonic()
        ended = self._command(*words, COLUMNS="300")
        self.seconds += time.monotonic() - began
        self.commands += 1
        assert ended.code == (1 if said == "exits with 1" else 0), f"{line}\n{ended.out}\n{ended.err}"
        if into is not None:
            into.write_text(ended.out)
            return ended.err
        return ended.out + ended.err


@pytest.fixture
def walk(tmp_path: Path, leaks: Leaks, command: Command, monkeypatch: pytest.MonkeyPatch) -> Iterator[Walk]:
    """A demo of its own, which education has not joined, and a reader beside it."""
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    monkeypatch.chdir(tmp_path)
    leaks.watch_folder(tmp_path)
    with RunningPartnership(tmp_path / ".demo", leaks.hear) as running:
        running.start_hub()
        yield Walk(running, command)


def told(view: dict) -> dict[str, set[str]]:
    """What a view has from the education service: the types of its records, and what was withheld by its agreement."""
    records = [*view["serviceEpisodes"], *view["findings"], *(edge["node"] for edge in view["lifeEvents"]["edges"])]
    return {
        "types": {one["type"] for one in records if one["source"] == "education"},
        "withheld": {one["category"] for one in view["withheld"] if one["source"] == "education"},
    }


@pytest.mark.slow
def test_a_partner_joins_by_what_the_page_says_and_nothing_else(walk: Walk, capsys: pytest.CaptureFixture[str]):
    begin, live, rest = PAGE.partition(LIVE)
    live, version, rest = (live + rest).partition("## 5.")
    walk.do(begin)
    assert "education" not in {one["source"]["id"] for one in walk.partnership.view()["sources"]}
    walk.do(live)
    to_live = commands_of(begin) + commands_of(live.partition("hub view")[0])
    shown_to_those_whom_the_agreement_names(walk.partnership)
    walk.do(version + rest)
    assert answer_of(walk.partnership.view(), "education")["state"] == "KNOWN"
    assert figures("Commands") == [to_live, walk.commands]
    with capsys.disabled():
        print(f"\njoined with {walk.commands} commands in {walk.seconds:.0f} s, and {written()} lines of documents")  # noqa: T201


def shown_to_those_whom_the_agreement_names(partnership: RunningPartnership) -> None:
    enquiry = partnership.view()
    assert answer_of(enquiry, "education")["state"] == "KNOWN"
    assert told(enquiry)["types"] == {
        "hub:school-enrolment",
        "Attendance",
        "persistent-school-absences",
        "school-suspension",
        "SEND.SLCN",
        "hub:sen-support",
    }
    screening = told(partnership.view(purpose="SCREEN"))
    assert "school-suspension" in screening["types"]
    assert not {"SEND.SLCN", "hub:sen-support"} & screening["types"]
    assert {"education.send", "narrative"} <= screening["withheld"]
    triage = answer_of(partnership.view("da_triage_member", "DA_TRIAGE"), "education")
    assert (triage["state"], triage["recordCount"]) == ("WITHHELD", 0)
    assert "agreement-does-not-cover-purpose" in triage["explanation"]


def commands_of(part: str) -> int:
    return sum(line.startswith(HUB) for line in part.splitlines())


def figures(row: str) -> list[int]:
    """The numbers in the rows of the page's last table that begin so."""
    return [int(one) for line in PAGE.splitlines() if line.startswith(f"| {row}") for one in re.findall(r"\d+", line)]


def written() -> int:
    return sum(len(lines_of(file)) for file in DOCUMENTS.values())


def lines_of(file: str) -> list[str]:
    return (ROOT / "docs" / "examples" / "education" / file).read_text(encoding="utf-8").splitlines()


def test_the_page_counts_what_was_written():
    manifest = lines_of(DOCUMENTS["manifest"])
    bare = [line for line in manifest if line.strip() and not line.lstrip().startswith("#")]
    assert figures("Lines of the manifest") == [len(manifest), len(bare)]
    assert figures("Lines of the agreement") == [len(lines_of(DOCUMENTS["agreement"]))]
    assert figures("Lines of program") == [0]
    assert {Path(link).suffix for link in re.findall(r"\]\((examples/[^)]*)\)", PAGE)} == {".toml", ".json"}


def test_a_line_that_is_no_longer_printed_is_noticed():
    printed = "┃ Version ┃\n│ education@1 │ LIVE    │\nPassed: 39 of 44 checks\n"
    assert unseen(["education@1 LIVE", "Passed: … of 44 checks"], printed) == []
    assert unseen(["Passed: … of 44 checks", "education@1 LIVE"], printed) == ["education@1 LIVE"]
    assert unseen(["education@1 DRAFT"], printed) == ["education@1 DRAFT"]
