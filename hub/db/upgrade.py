"""Bring a database to the newest schema."""

from pathlib import Path

from alembic import command
from alembic.config import Config

_HUB = Path(__file__).resolve().parent.parent


def migrations() -> Path:
    """Where the migrations are: inside an installed package, else beside it in the repository."""
    packed = _HUB / "_migrations"
    return packed if packed.is_dir() else _HUB.parent / "migrations"


def upgrade(url: str, revision: str = "head") -> None:
    """Apply what is missing, all or nothing: killed half-way, it starts again from where it was.

    Runs its own event loop; inside a running one, call it in a thread.
    """
    command.upgrade(_config(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Go back to an earlier revision, ``base`` for none, all or nothing."""
    command.downgrade(_config(url), revision)


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations()).replace("%", "%%"))
    config.attributes["url"] = url  # not an option: those expand percent signs, which passwords hold
    return config
