"""How an act of destroying names a key: with what it sealed, so that nothing else passes as destroyed by it."""

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

_NAMED = "key@"  # before a key's id, among the reasons of the act that destroys it
_PARTS = 3


class NamedKey(NamedTuple):
    """A key, how many entries it seals, and a digest of their places and hashes, in order."""

    id: str
    entries: int
    digest: str

    @property
    def reason(self) -> str:
        """As the act has it."""
        return f"{_NAMED}{self.id}@{self.entries}@{self.digest}"


class SealedEntries:
    """The entries of one key, told in order."""

    def __init__(self) -> None:
        self.entries, self.first, self.last = 0, -1, -1
        self._told = hashlib.sha256()

    def add(self, index: int, hashed: bytes) -> None:
        """The next one."""
        self.entries, self.last = self.entries + 1, index
        self.first = index if self.first < 0 else self.first
        self._told.update(index.to_bytes(8, "big") + hashed)

    def named(self, key: str) -> NamedKey:
        """The key as an act names it that destroys just these."""
        return NamedKey(key, self.entries, self._told.hexdigest())


def keys_named(reasons: Iterable[str]) -> list[NamedKey]:
    """The keys that an act of destroying names."""
    found = (reason.removeprefix(_NAMED).split("@") for reason in reasons if reason.startswith(_NAMED))
    return [NamedKey(one[0], int(one[1]), one[2]) for one in found if len(one) == _PARTS and one[1].isdecimal()]
