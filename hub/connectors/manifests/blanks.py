"""What a scaffold leaves to be filled in."""

from collections.abc import Iterator
from typing import Any

from hub.connectors.manifests.draft import mistake
from hub.connectors.manifests.mistakes import Mistake, Path

BLANK = "FILL IN"


def blanks(value: Any, path: Path = ()) -> Iterator[Mistake]:
    """Every text that still says so, wherever it stands."""
    if isinstance(value, str):
        if value.startswith(BLANK):
            yield mistake("blank", path, "this is still to be filled in", "Write what belongs here.")
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from blanks(one, (*path, name))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from blanks(one, (*path, number))
