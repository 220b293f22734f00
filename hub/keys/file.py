"""The key file of a running hub: followed when it changes, kept when its change is no good."""

import threading
import time
from pathlib import Path
from typing import Any, Self

import structlog

from hub.errors import ConfigurationError
from hub.keys.document import Held, create_keys, read_keys
from hub.keys.log_keys import LogKey
from hub.keys.private_files import Mark, mark_of, unusable
from hub.keys.signing import SigningKeys

LOOK_EVERY = 0.5  # seconds; what another worker sealed with a key that is newer is looked for at once


class FileKeys:
    """``Keys`` over one JSON file that only its owner may read.

    A changed file is looked for on use, at most every ``LOOK_EVERY``. One that cannot be read, that others
    can reach, or that lost a key which something may be sealed with, is refused with an error in the log,
    and the keys held stay. A former signing key may go: nothing is lost with it but trust in it.
    """

    def __init__(self, path: Path, held: Held, mark: Mark | None) -> None:
        self._path, self._held, self._mark = path, held, mark
        self._look_at = time.monotonic() + LOOK_EVERY
        self._looking = threading.Lock()
        self.signing = Signing(self)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a key file. Raises ConfigurationError that says what is wrong and how to mend it."""
        mark = mark_of(path)  # before its content: a change meanwhile is found at the first look
        return cls(path, read_keys(path), mark)

    @classmethod
    def create(cls, path: Path) -> Self:
        """Make fresh keys in a file of mode 0600, whole or not at all. Never overwrites."""
        create_keys(path)
        return cls.read(path)

    def seal(self, plaintext: bytes, context: bytes) -> bytes:
        """Encrypt with the current key and a random nonce; the envelope names the key."""
        return self._now().sealing.seal(plaintext, context)

    def open(self, sealed: bytes, context: bytes) -> bytes:
        """Decrypt with the key that the envelope names. Raises SealBroken."""
        held = self._now()
        if not held.sealing.holds(sealed):
            held = self._now(at_once=True)
        return held.sealing.open(sealed, context)

    def mac(self, purpose: str, data: bytes) -> bytes:
        """HMAC-SHA256 under a key derived for this purpose. The same for as long as the file lives."""
        return self._held.sealing.mac(purpose, data)

    def current(self) -> bytes:
        """The id of the key that seals now."""
        return self._now(at_once=True).sealing.current

    def signing_keys(self, *, at_once: bool = False) -> SigningKeys:
        """The keys that sign. Raises ConfigurationError where the file has none."""
        keys = self._now(at_once=at_once).signing
        if keys is None:
            raise unusable(self._path, "has no signing key. Run: hub keys rotate signing --file with its name")
        return keys

    def log_key(self, *, at_once: bool = False) -> LogKey:
        """The key that signs the log's checkpoints. Raises ConfigurationError where the file has none."""
        key = self._now(at_once=at_once).log
        if key is None:
            raise unusable(self._path, "has no key for the audit log. Run: hub keys rotate log --file with its name")
        return key

    def _now(self, *, at_once: bool = False) -> Held:
        if at_once or time.monotonic() >= self._look_at:
            with self._looking:
                self._look()
        return self._held

    def _look(self) -> None:
        self._look_at = time.monotonic() + LOOK_EVERY
        mark = mark_of(self._path)
        if mark == self._mark:
            return
        self._mark = mark
        refused, log = self._take(), structlog.get_logger("keys")
        if refused is None:
            log.info("key_file_taken", sealing=self._held.document.current)
        else:
            log.error("key_file_refused", why=refused.message)

    def _take(self) -> ConfigurationError | None:
        """Hold the changed file's keys, or say why not."""
        try:
            held = read_keys(self._path)
        except ConfigurationError as refused:
            return refused
        if not held.document.keeps(self._held.document):
            return unusable(self._path, "lost keys that are in use. Put back the copy you keep")
        self._held = held
        return None


class Signing:
    """The hub's signature, with the file's current key; JSON Web Signatures, compact, EdDSA."""

    def __init__(self, keys: FileKeys) -> None:
        self._keys = keys

    def sign(self, payload: bytes, *, typ: str) -> str:
        """A compact JWS whose header holds alg, kid and ``typ``. Raises ConfigurationError without a key."""
        return self._keys.signing_keys().sign(payload, typ)

    def verify(self, token: str, *, typ: str) -> bytes:
        """What this hub signed with this ``typ``, by its current key or a former one. Raises SignatureBroken."""
        keys = self._keys.signing_keys()
        if not keys.holds(token):
            keys = self._keys.signing_keys(at_once=True)
        return keys.verify(token, typ)

    def jwks(self) -> dict[str, Any]:
        """The public keys to publish, the current one first, then former ones."""
        return self._keys.signing_keys(at_once=True).jwks()
