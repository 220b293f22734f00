"""Keeping a trained model: Splink's JSON, and beside it the tables that the hub reads with it."""

import csv
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from hub.errors import ConfigurationError
from hub.identity.linkage.files import Files
from hub.identity.linkage.frequencies import FEWEST, adjusted, frequencies
from hub.identity.matching.model import Model

# A name that fewer people of the files have is not written down: it would tell that they are in them.
_FEWEST_OF_A_NAME = 5
_NICKNAMES = "nicknames.csv"


def read_settings(path: Path) -> dict[str, Any]:
    """A model's JSON as it stands. Raises ConfigurationError."""
    try:
        settings: dict[str, Any] = msgspec.json.decode(path.read_bytes())
    except (OSError, msgspec.MsgspecError) as fault:
        raise ConfigurationError(f"The matching model {path} cannot be read.") from fault
    return settings


def keep(out: Path, settings: dict[str, Any], start: Path, model: Model, files: Files) -> tuple[Path, ...]:
    """Write the model and its tables; what the files are too small to tell is taken from the starting model.

    ``out`` ends in .json. The files that were written, the model first.
    """
    out.write_bytes(msgspec.json.format(msgspec.json.encode(settings), indent=2) + b"\n")
    written = [out]
    for column in sorted(adjusted(model)):
        table = frequencies(files, column, FEWEST, _FEWEST_OF_A_NAME) or model.frequencies.get(column)
        if table:
            written.append(out.with_name(f"{out.stem}.{column}.tf.csv"))
            _write(written[-1], table)
    nicknames = start.with_name(_NICKNAMES)
    if nicknames.is_file() and not out.with_name(_NICKNAMES).exists():
        written.append(out.with_name(_NICKNAMES))
        shutil.copyfile(nicknames, written[-1])
    return tuple(written)


def _write(path: Path, table: Mapping[str, float]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("value", "tf"))
        commonest_first: list[tuple[str, float]] = sorted(table.items(), key=_commonest_first)
        writer.writerows(commonest_first)


def _commonest_first(value_and_share: tuple[str, float]) -> tuple[float, str]:
    return -value_and_share[1], value_and_share[0]
