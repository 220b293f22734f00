"""What an exported file is of, written beside it: nothing of another log, period or format is added to it."""

from pathlib import Path

import msgspec

from hub.errors import BadInput


class About(msgspec.Struct, frozen=True, rename={"since": "from", "until": "to"}):
    """What was asked for; ``log`` is the name of the log that answered."""

    format: str
    since: str | None
    until: str | None
    log: str = ""


def beside(file: Path) -> Path:
    """Where it is written what a file is of."""
    return file.with_name(f"{file.name}.about.json")


def about_begun(file: Path, asked: About) -> About | None:
    """What a file that is to be gone on with is of; None where nothing is written yet.

    Raises BadInput where it is of something else than is asked for, or where nobody can tell.
    """
    if not file.exists() or file.stat().st_size == 0:
        return None
    try:
        found = msgspec.json.decode(beside(file).read_bytes(), type=About)
    except (OSError, msgspec.DecodeError):
        told = f"Nothing tells what this file is of: {beside(file).name} is not beside it, or cannot be read."
        raise BadInput(f"{told} Name another file with --out.", ("export-file",)) from None
    if msgspec.structs.replace(found, log="") != asked:
        period = f"from {found.since or 'the beginning'} to {found.until or 'the end'}"
        told = f"This file is an export in the format {found.format}, {period}."
        raise BadInput(f"{told} Ask for just that, or name another file with --out.", ("export-file",))
    return found


def begin(file: Path, asked: About, begun: About | None, log: str) -> None:
    """Write beside a new file what it will be of. Raises BadInput where it was begun from another log."""
    if begun is None:
        beside(file).write_bytes(msgspec.json.encode(msgspec.structs.replace(asked, log=log)))
    elif begun.log != log:
        told = f"This file was begun from the log {begun.log}, and this hub's log is another."
        raise BadInput(f"{told} Name another file with --out.", ("export-file",))
