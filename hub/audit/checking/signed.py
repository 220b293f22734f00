"""Whether the keys that somebody checks with are this log's: seen from its checkpoints, before all else."""

from typing import NamedTuple

from hub.audit.checking.keys import KeyChain
from hub.audit.contents import ContentKey, cipher_of
from hub.audit.notes import NoteBroken, parse_checkpoint, parse_note
from hub.audit.snapshot import Snapshot
from hub.keys import Keys, SealBroken

_NEWEST_FIRST = "SELECT size, note FROM audit_checkpoints ORDER BY size DESC"
_CONTENT_KEYS = "SELECT id, subject, period, sealed FROM audit_keys"
_ANOTHERS = (
    "No checkpoint is signed by a key that was named. Either these are not the keys of this log, or all of it was "
    "written anew. What the entries say was not checked."
)
_STRIPPED = (
    "No checkpoint bears a signature that holds. Contents open with the hub's keys, so they are this log's: its "
    "checkpoints were altered, or all of it was written anew."
)
_NOT_FOLLOWED = (
    "No checkpoint after that of {} entries is signed by a key that was named. Either the key that the log took then "
    "is missing among them (hub audit origin prints the present one), or all since was written anew."
)
_FEW = 2  # checkpoints without a signature, of which each is named by itself


class SignedUntil(NamedTuple):
    """The newest checkpoint that a known key signed; None where there are checkpoints and it signed none of them."""

    size: int | None
    later: int = 0  # checkpoints after it, which none signed
    newest: int = 0  # the size of the last of these
    opens: bool = False  # where it signed none: whether the keys of contents open, and so are this log's all the same

    @property
    def wrong(self) -> str | None:
        """What is to be said of all later checkpoints at once; None where each is to be looked at."""
        if self.size is None:
            return _STRIPPED if self.opens else _ANOTHERS
        return _NOT_FOLLOWED.format(self.size) if self.size and self.later >= _FEW else None


def signed_until(snapshot: Snapshot, chain: KeyChain, keys: Keys | None) -> SignedUntil:
    """Looks from the newest one back, so that in a sound log one is read.

    Whoever writes the database can take every signature away, and is not to keep the contents from being read by that.
    """
    later = newest = 0
    for size, text in snapshot.each(_NEWEST_FIRST):
        if type(size) is not int:  # which SQLite does not see to
            continue
        if _is_signed(text, chain):
            return SignedUntil(size, later, newest)
        later, newest = later + 1, newest or size
    return SignedUntil(None, later, newest, keys is not None and _opens(snapshot, keys)) if later else SignedUntil(0)


def _opens(snapshot: Snapshot, keys: Keys) -> bool:
    """Whether any key of contents is sealed with these keys."""
    for row in snapshot.each(_CONTENT_KEYS):
        try:
            cipher_of(ContentKey(*row), keys)
        except (SealBroken, TypeError):  # whatever stands there in its place
            continue
        return True
    return False


def _is_signed(text: str, chain: KeyChain) -> bool:
    try:
        note = parse_note(text)
        return chain.signer(note, parse_checkpoint(note.text).origin) is not None
    except NoteBroken:
        return False
