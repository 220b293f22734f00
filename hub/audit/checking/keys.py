"""The keys that a log's checkpoints may be signed with, in the order in which they followed each other."""

import base64
from collections.abc import Sequence

from hub.audit.notes import Kind, SignedNote, VerifierKey
from hub.errors import ConfigurationError
from hub.keys import LogKey, PublicKey
from hub.keys.log_keys import succession

_BROKEN = (
    "A former log key's word for the one after it does not hold: the key file was altered. Put back the copy you keep."
)


class KeyChain:
    """Public keys, the oldest first. They sign for a log whatever its name is."""

    def __init__(self, public: Sequence[bytes]) -> None:
        self.public = tuple(public)
        self._keys = [PublicKey(one) for one in public]
        self._places: dict[tuple[str, bytes], int] = {}
        self._names: set[str] = set()

    @classmethod
    def of(cls, key: LogKey) -> "KeyChain":
        """The present key and those before it. Raises ConfigurationError where one did not give its word for the next.

        A log that has had one key only has a chain of one.
        """
        public = [key.public]
        for word in reversed(key.endorsements):
            former, successor, signature = map(base64.b64decode, (word.public, word.successor, word.signature))
            text = succession(former, successor)
            if successor != public[0] or not PublicKey(former).signed(signature, text):
                raise ConfigurationError(_BROKEN)
            public.insert(0, former)
        return cls(public)

    def signer(self, note: SignedNote, name: str) -> int | None:
        """Which of them signed a note in a log's name, counted from the oldest; None where none of them did."""
        if name not in self._names:
            self._names.add(name)
            ids = (VerifierKey(name, Kind.LOG, public).id for public in self.public)
            self._places |= {(name, key_id): place for place, key_id in enumerate(ids)}
        for one in note.signatures:
            place = self._places.get((one.name, one.key_id))
            if place is not None and one.name == name and self._keys[place].signed(one.content, note.text.encode()):
                return place
        return None
