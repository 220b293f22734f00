"""``hub policy``."""

from hub.cli_policy import app

__all__ = ["app"]
