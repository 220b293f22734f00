"""What the rest of the hub asks about the witnesses of its log."""

from typing import Protocol

UNWITNESSED = "ok; nobody witnesses this log: the settings name no witness"


class Witnesses(Protocol):
    """Those who cosign the log's checkpoints."""

    def told(self) -> str:
        """How things stand, in words; "ok" where nothing needs to be said."""
        ...

    @property
    def withholding(self) -> bool:
        """Whether nothing may be disclosed because of them."""
        ...


class Nobody:
    """A log without witnesses."""

    withholding = False

    def told(self) -> str:
        """That nobody is there."""
        return UNWITNESSED


NOBODY: Witnesses = Nobody()
