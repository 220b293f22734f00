"""What wraps data keys: the key file, or a transit engine that never lets its key out."""

from collections.abc import Mapping
from typing import Protocol

import msgspec

from hub.errors import ConfigurationError
from hub.keys.file import FileKeys
from hub.keys.sealing import ID_AT, ID_BYTES, SealBroken


class Wrapped(msgspec.Struct, frozen=True):
    """A data key as it is stored. ``key_id`` is ``kind:name``, of the key and version that wraps it."""

    key_id: str
    wrapped: bytes


class KeyProvider(Protocol):
    """Wraps data keys, bound to a context, with a key that it keeps.

    Raises Unavailable while its engine cannot be used, ConfigurationError for what somebody must mend.
    """

    async def wrap(self, data_key: bytes, context: bytes) -> Wrapped:
        """Encrypt a data key with the key that is current, for this context only."""
        ...

    async def unwrap(self, wrapped: Wrapped, context: bytes) -> bytes:
        """The data key. Raises SealBroken unless this very key was wrapped with this context."""
        ...

    async def current(self) -> str:
        """The id of the key that wraps now."""
        ...

    async def close(self) -> None:
        """Give back what is held."""
        ...


class FileKeyProvider:
    """Wraps with the key file's sealing keys (AES-256-GCM-SIV)."""

    kind = "file"

    def __init__(self, keys: FileKeys) -> None:
        self._keys = keys

    async def wrap(self, data_key: bytes, context: bytes) -> Wrapped:
        """Seal the data key. Its envelope names the sealing key, and so does ``key_id``."""
        sealed = self._keys.seal(data_key, _context(context))
        return Wrapped(_named(sealed), sealed)

    async def unwrap(self, wrapped: Wrapped, context: bytes) -> bytes:
        """Open the data key. Raises SealBroken."""
        if wrapped.key_id != _named(wrapped.wrapped):  # else a count of what is old could be falsified
            raise SealBroken(reasons=("seal-broken",))
        return self._keys.open(wrapped.wrapped, _context(context))

    async def current(self) -> str:
        """The id of the file's current sealing key."""
        return f"{self.kind}:{self._keys.current().hex()}"

    async def close(self) -> None:
        """Nothing is held."""


class KeyProviders:
    """Wraps with one provider and unwraps with any, so that a hub can move from one to another while it runs."""

    def __init__(self, wrapping: str, providers: Mapping[str, KeyProvider]) -> None:
        self._wrapping, self._providers = providers[wrapping], providers

    async def wrap(self, data_key: bytes, context: bytes) -> Wrapped:
        """Wrap with the provider that the settings name."""
        return await self._wrapping.wrap(data_key, context)

    async def unwrap(self, wrapped: Wrapped, context: bytes) -> bytes:
        """Unwrap with the provider whose kind the key id names."""
        kind = wrapped.key_id.partition(":")[0]
        if kind == "vault" and kind not in self._providers:
            raise ConfigurationError(
                "A partner secret is wrapped by a transit engine that the settings do not name. "
                "Name it under [key_provider], with kind = 'file' if the key file is to wrap from now on."
            )
        if kind not in self._providers:
            raise SealBroken(reasons=("seal-key-unknown",))
        return await self._providers[kind].unwrap(wrapped, context)

    async def current(self) -> str:
        """The key that wraps now."""
        return await self._wrapping.current()

    async def close(self) -> None:
        """Close every provider."""
        for provider in self._providers.values():
            await provider.close()


def _named(sealed: bytes) -> str:
    return f"{FileKeyProvider.kind}:{sealed[ID_AT : ID_AT + ID_BYTES].hex()}"


def _context(context: bytes) -> bytes:
    return b"data key\x00" + context  # apart from whatever else the file seals
