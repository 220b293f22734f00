"""Where the secret that a manifest names comes from: the partner set it in the hub, or the operator in a folder."""

from pathlib import Path

from hub.db.secrets import SecretStore
from hub.domain.identifiers import SourceId
from hub.errors import ConfigurationError


class Credentials:
    """Partners' secrets: the store first, where there is one, then the secrets folder, where there is one.

    At a partner's own desk there is no store. For what a partner registers at the hub there is no folder: its
    document names what was set for that very source, and no file of the operator's.
    """

    def __init__(self, store: SecretStore | None, folder: Path | None) -> None:
        self._store, self._folder = store, folder

    async def secret(self, source: SourceId, name: str) -> str:
        """The newest secret that a source's manifest names.

        Raises ConfigurationError where there is none, SealBroken for a row that was altered or moved.
        """
        if "/" in name or name.startswith("."):
            raise ConfigurationError(f"The manifest of {source} names its secret by a path; give a plain name.")
        stored = None if self._store is None else await self._store.get(source, name)
        if stored is not None:
            return stored
        if self._folder is None:
            raise ConfigurationError(f"The secret {name} of {source} is not set in the hub. Set it.")
        try:
            return (self._folder / name).read_text().strip()
        except (OSError, UnicodeDecodeError):  # without its cause: nothing of the file
            raise ConfigurationError(
                f"The secret {name} of {source} is neither set in the hub nor readable in the secrets folder. Set it."
            ) from None
