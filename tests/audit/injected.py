"""Writers of the log whose system calls fail one at a time: strace lets the n-th of a kind fail, or kills there."""

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

SCRIPT = Path(__file__).with_name("write_some.py")
KILL = "signal=KILL"
FAULTS = "error=EIO", "error=ENOSPC", KILL
# Everything by which a process changes a file. The interpreter's own ``write`` is to standard output.
FILE_CALLS = "pwrite64", "pwritev", "fsync", "fdatasync", "ftruncate", "fallocate", "rename", "unlink"
SOCKET_CALLS = ("sendto", "sendmsg")
_CALL = re.compile(r"^(\d+) +(\w+)\(")


class Point(NamedTuple):
    """One call of a run."""

    call: str
    number: int  # from 1


class Said(NamedTuple):
    """What a writer said until its end."""

    acknowledged: list[tuple[int, str]]
    last: str  # "sealed ..." or "refused ...", or nothing where it was killed
    code: int


def points(command: Sequence[object], calls: Iterable[str], folder: Path) -> list[Point]:
    """Every such call of the thread that writes the log, in a run without faults."""
    trace = folder / "trace.txt"
    said = run(["strace", "-f", "-qq", "-o", trace, "-e", f"trace={','.join(calls)}", *command])
    assert said.code == 0, said
    found = [match.groups() for line in trace.read_text().splitlines() if (match := _CALL.match(line))]
    writer, _ = Counter(thread for thread, _ in found).most_common(1)[0]
    counts = Counter(call for thread, call in found if thread == writer)
    return [Point(call, number) for call, count in counts.items() for number in range(1, count + 1)]


def with_fault(command: Sequence[object], point: Point, fault: str) -> Said:
    """A run in which this call fails, or the process is killed there."""
    inject = f"inject={point.call}:{fault}:when={point.number}"
    return run(["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={point.call}", "-e", inject, *command])


def writer(url: str, keys: Path, *arguments: object) -> list[object]:
    """The command of a writer."""
    return [sys.executable, SCRIPT, url, keys, *arguments]


def heard(output: str, code: int) -> Said:
    """What a writer said, from its standard output: whole lines only."""
    lines = output.split("\n")[:-1]
    acknowledged = [line.split() for line in lines if line[0].isdigit()]
    last = lines[-1] if lines and not lines[-1][0].isdigit() else ""
    return Said([(int(index), name) for index, name in acknowledged], last, code)


def run(command: Sequence[object]) -> Said:
    """Run it to its end."""
    done = subprocess.run(
        [str(one) for one in command], capture_output=True, text=True, timeout=120, check=False, cwd=SCRIPT.parent
    )
    return heard(done.stdout, done.returncode)
