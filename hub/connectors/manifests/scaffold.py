"""A new manifest to begin from: valid, commented, with each blank marked."""

import re
from pathlib import Path

from hub.errors import BadInput, Conflict

_SCAFFOLDS = Path(__file__).parent / "scaffolds"
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


def scaffold(kind: str, source: str, into: Path) -> Path:
    """Write a manifest of this kind, mapping and all, and return its path.

    Raises BadInput for an id that no source can have, Conflict where the file is already there.
    """
    if not _ID.fullmatch(source):
        raise BadInput("A source's id is a short name of small letters, digits and hyphens: education-derwent.")
    path = into / f"{source}.toml"
    text = (_SCAFFOLDS / f"{kind}.toml").read_text(encoding="utf-8")
    filled = text.replace("{id}", source).replace("{file}", path.name)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(filled)
    except FileExistsError as fault:
        raise Conflict(f"{path.name} is already there; nothing was written. Choose another id or folder.") from fault
    except FileNotFoundError as fault:
        raise BadInput("The folder to write into does not exist; make it first.") from fault
    return path
