"""A manifest with nothing wrong in it, and what the checker says once something is."""

from datetime import date
from pathlib import Path

from hub.connectors.manifests import Checked, Mistake, check_manifest

HERE = Path(__file__).parent
SCHOOLS = (HERE / "schools.toml").read_text()
TODAY = date(2026, 11, 1)


def checked(text: str, *, for_registration: bool = True) -> Checked:
    return check_manifest(text, beside=HERE, for_registration=for_registration, today=TODAY)


def edited(before: str, after: str, text: str = SCHOOLS) -> str:
    assert text.count(before) == 1, before
    return text.replace(before, after)


def line_of(words: str, text: str) -> int:
    return text.count("\n", 0, text.index(words)) + 1


def told(mistakes: tuple[Mistake, ...]) -> str:
    return "\n".join(one.sentence for one in mistakes)
