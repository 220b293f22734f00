"""How a leaf's content is kept: sealed with a key of its person and month, so that destroying keys ends contents.

The tree holds the hash of the content as it was, so it holds when the content is gone. A key belongs to
one writer's run, one person and one month: nobody takes up another's, so nothing is sealed any more with
a key of a month that is over. Only such may be destroyed.
"""

import os
import secrets
from typing import NamedTuple

from hub.audit.merkle import leaf_hash
from hub.keys import ContentCipher, Keys, SealBroken
from hub.keys.content_cipher import CONTENT_KEY_BYTES

_MOST_KEYS = 4096  # held at once; whoever comes after that gets another key
NOBODY = ""  # whose leaves are about no person


class ContentKey(NamedTuple):
    """A key's row. ``sealed`` is the key itself, under the hub's keys."""

    id: str
    subject: str  # keyed hash, or ``NOBODY``
    period: str  # YYYY-MM, UTC
    sealed: bytes


class Contents:
    """Seals the contents of one writer. Used by its thread alone."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._held: dict[tuple[str, str], tuple[str, ContentCipher]] = {}
        self._fresh: list[ContentKey] = []

    def seal(self, place: int, subject: str | None, at: str, content: bytes, hashed: bytes) -> tuple[str, bytes]:
        """The id of the key, and the sealed content. The key is among ``fresh`` until it is told to be kept."""
        name, cipher = self._key(subject or NOBODY, period_of(at))
        return name, cipher.seal(content, _bound(place, hashed))

    @property
    def fresh(self) -> tuple[ContentKey, ...]:
        """Keys that were made since the last ``kept``."""
        return tuple(self._fresh)

    def kept(self) -> None:
        """The fresh keys are durable."""
        self._fresh.clear()

    def lost(self) -> None:
        """The fresh keys were not stored: nothing may be sealed with them."""
        for one in self._fresh:
            self._held.pop((one.subject, one.period), None)
        self._fresh.clear()

    def _key(self, subject: str, period: str) -> tuple[str, ContentCipher]:
        held = self._held.get((subject, period))
        if held is None:
            if len(self._held) - len(self._fresh) >= _MOST_KEYS:
                self._held = {(one.subject, one.period): self._held[one.subject, one.period] for one in self._fresh}
            name, key = secrets.token_hex(16), os.urandom(CONTENT_KEY_BYTES)
            held = self._held[subject, period] = name, ContentCipher(key)
            self._fresh.append(ContentKey(name, subject, period, self._keys.seal(key, _context(name, subject, period))))
        return held


def period_of(at: str) -> str:
    """The month that a leaf's moment is in."""
    return at[: len("YYYY-MM")]


def cipher_of(key: ContentKey, keys: Keys) -> ContentCipher:
    """What opens the contents that are sealed with a key. Raises SealBroken where the key's row was altered."""
    return ContentCipher(keys.open(key.sealed, _context(key.id, key.subject, key.period)))


def opened(place: int, sealed: bytes, hashed: bytes, cipher: ContentCipher) -> bytes:
    """The content of a leaf. Raises SealBroken where its row was altered, or stood at another place."""
    content = cipher.open(sealed, _bound(place, hashed))
    if leaf_hash(content) != hashed:
        raise SealBroken(reasons=("seal-broken",))
    return content


def _bound(place: int, hashed: bytes) -> bytes:
    """What a sealed content belongs to: nobody without the keys can move it to another place."""
    return place.to_bytes(8, "big") + hashed


def _context(name: str, subject: str, period: str) -> bytes:
    return f"audit-content\x00{name}\x00{subject}\x00{period}".encode()
