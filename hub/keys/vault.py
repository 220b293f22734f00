"""Data keys wrapped by the transit engine of HashiCorp Vault or OpenBao: the wrapping key never leaves it.

Re-wrapping is ``decrypt`` and ``encrypt``: the engine's own ``rewrap`` takes no associated data, and so
fails for every ciphertext that was bound to its place.
"""

import asyncio
import base64
import re
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec

from hub.domain.answers import SourceFailed
from hub.errors import ConfigurationError, Unavailable
from hub.keys.provider import Wrapped
from hub.keys.sealing import SealBroken
from hub.keys.token_file import TokenFile
from hub.keys.vault_faults import refuse_unless_ok
from hub.outbound import PartnerHttp, Reply

_BOUND = frozenset({"aes128-gcm96", "aes256-gcm96", "chacha20-poly1305", "xchacha20-poly1305"})
_CIPHERTEXT = re.compile(r"vault:(v[0-9]{1,9}):[A-Za-z0-9+/=]+")
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*")
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_MAX_BYTES = 256 * 1024


class Transit(msgspec.Struct, frozen=True):
    """One key of one transit engine, and where the hub's token for it stands."""

    url: str
    token_file: Path
    key: str = "partnership-hub"
    mount: str = "transit"
    namespace: str | None = None

    def __post_init__(self) -> None:
        at = urlsplit(self.url)
        if at.scheme != "https" and not (at.scheme == "http" and at.hostname in _LOOPBACK):
            raise ConfigurationError("The transit engine's url starts with https://; http:// serves on loopback only.")
        if not at.hostname or at.path.strip("/") or at.query or at.username:
            raise ConfigurationError("The transit engine's url names a host and a port, and nothing else.")
        if not all(_NAME.fullmatch(part) for part in (*self.mount.split("/"), self.key)):
            raise ConfigurationError("The mount and the key of the transit engine are plain names.")


class VaultKeyProvider:
    """Wraps with a key in a transit engine. Make it inside a running event loop."""

    kind = "vault"

    def __init__(self, transit: Transit, *, seconds: float = 5.0) -> None:
        self._transit, self._seconds = transit, seconds
        self._named = f"{self.kind}:{transit.mount}/{transit.key}:"  # before the version
        self._token = TokenFile(transit.token_file)
        self._http = PartnerHttp(transit.url, max_bytes=_MAX_BYTES, concurrency=8)

    async def wrap(self, data_key: bytes, context: bytes) -> Wrapped:
        """Encrypt with the key's latest version."""
        told = await self._call("encrypt", {"plaintext": _text(data_key), "associated_data": _text(context)})
        ciphertext = str(told.get("ciphertext"))
        version = _version_of(ciphertext)
        if version is None:
            raise _strange()
        return Wrapped(self._named + version, ciphertext.encode())

    async def unwrap(self, wrapped: Wrapped, context: bytes) -> bytes:
        """Decrypt. Raises SealBroken."""
        ciphertext = wrapped.wrapped.decode("ascii", errors="replace")
        if not wrapped.key_id.startswith(self._named):
            raise ConfigurationError(
                "A partner secret is wrapped by another transit key than the settings name. "
                "Name that one under [key_provider], or set the secret again."
            )
        version = _version_of(ciphertext)
        if version is None or wrapped.key_id != self._named + version:
            raise SealBroken(reasons=("seal-broken",))
        told = await self._call("decrypt", {"ciphertext": ciphertext, "associated_data": _text(context)})
        try:
            return base64.b64decode(told.get("plaintext", ""), validate=True)
        except (TypeError, ValueError):
            raise SealBroken(reasons=("seal-broken",)) from None

    async def current(self) -> str:
        """The key and its latest version. Raises ConfigurationError for a key that cannot bind to a context."""
        told = await self._call("keys")
        if told.get("type") not in _BOUND or told.get("derived"):
            raise ConfigurationError(
                f"The transit key {self._transit.key} cannot bind what it encrypts to a place. "
                "Make one of type aes256-gcm96 that is not derived, and name it under [key_provider]."
            )
        version = told.get("latest_version")
        if not isinstance(version, int):
            raise _strange()
        return f"{self._named}v{version}"

    async def close(self) -> None:
        """Close the pool of connections."""
        await self._http.close()

    async def _call(self, verb: Literal["encrypt", "decrypt", "keys"], told: dict[str, str] | None = None) -> Any:
        """What the engine says to one request, its ``data``."""
        path = f"/v1/{self._transit.mount}/{verb}/{self._transit.key}"
        reply = await self._send("GET" if told is None else "POST", path, told)
        refuse_unless_ok(reply, verb, self._transit.key)
        try:
            data = reply.json()["data"]
        except (SourceFailed, KeyError, TypeError):
            data = None
        if not isinstance(data, dict):
            raise _strange()
        return data

    async def _send(self, method: str, path: str, told: dict[str, str] | None) -> Reply:
        headers = {"X-Vault-Token": self._token.read(), "X-Vault-Request": "true"}
        if self._transit.namespace:
            headers["X-Vault-Namespace"] = self._transit.namespace
        try:
            async with asyncio.timeout(self._seconds):
                try:
                    return await self._http.send(method, path, headers=headers, json=told)
                except SourceFailed as fault:
                    if not fault.retry:
                        raise
                    return await self._http.send(method, path, headers=headers, json=told)  # a connection gone stale
        except (SourceFailed, TimeoutError) as fault:
            raise Unavailable(
                "The transit engine that holds the hub's keys cannot be reached. Tell your operator."
            ) from fault


def _version_of(ciphertext: str) -> str | None:
    """The version of the key that made it, as ``v3``. None for what no engine made."""
    parts = _CIPHERTEXT.fullmatch(ciphertext)
    return parts[1] if parts else None


def _strange() -> Unavailable:
    return Unavailable("The transit engine answered in a form that the hub does not know. Tell your operator.")


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
