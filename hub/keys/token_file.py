"""A token that somebody else renews in a file, such as an agent that signs in for the hub."""

import stat
from pathlib import Path

import structlog

from hub.errors import ConfigurationError
from hub.keys.private_files import Mark, mark_of

_MOST_BYTES = 16 * 1024


class TokenFile:
    """Reads the file again when it changes. While a change of it is no good, the token held stays."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._mark: Mark | None = None
        self._token: str | None = None

    def read(self) -> str:
        """The token as it now is. Raises ConfigurationError while there has been none."""
        mark = mark_of(self._path)
        if self._token is not None and mark == self._mark:
            return self._token
        self._mark = mark
        try:
            self._token = self._read()
        except ConfigurationError as refusal:
            if self._token is None:
                raise
            structlog.get_logger("keys").error("token_file_refused", why=refusal.message)
        return self._token

    def _read(self) -> str:
        name = self._path.name
        try:
            with self._path.open("rb") as file:
                mode, text = self._path.stat().st_mode, file.read(_MOST_BYTES).strip()
        except OSError as fault:
            raise ConfigurationError(f"The token file {name} cannot be read ({fault.strerror}).") from fault
        if mode & stat.S_IRWXO:
            raise ConfigurationError(f"The token file {name} can be reached by everybody. Run: chmod o= {name}.")
        if not text or not all(0x21 <= byte <= 0x7E for byte in text):
            raise ConfigurationError(f"The token file {name} holds no token. Put one in it, and nothing else.")
        return text.decode("ascii")
