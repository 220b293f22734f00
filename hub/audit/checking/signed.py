"""Whether the keys that somebody checks with are this log's: seen from its checkpoints, before all else."""

from typing import NamedTuple

from hub.audit.checking.keys import KeyChain
from hub.audit.notes import NoteBroken, parse_checkpoint, parse_note
from hub.audit.snapshot import Snapshot

_NEWEST_FIRST = "SELECT size, note FROM audit_checkpoints ORDER BY size DESC"
_ANOTHERS = (
    "No checkpoint is signed by a key that was named. Either these are not the keys of this log, or all of it was "
    "written anew. What the entries say was not checked."
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

    @property
    def wrong(self) -> str | None:
        """What is to be said of all later checkpoints at once; None where each is to be looked at."""
        if self.size is None:
            return _ANOTHERS
        return _NOT_FOLLOWED.format(self.size) if self.size and self.later >= _FEW else None


def signed_until(snapshot: Snapshot, chain: KeyChain) -> SignedUntil:
    """Looks from the newest one back, so that in a sound log one is read."""
    later = newest = 0
    for size, text in snapshot.each(_NEWEST_FIRST):
        if type(size) is not int:  # which SQLite does not see to
            continue
        if _is_signed(text, chain):
            return SignedUntil(size, later, newest)
        later, newest = later + 1, newest or size
    return SignedUntil(None if later else 0, later, newest)


def _is_signed(text: str, chain: KeyChain) -> bool:
    try:
        note = parse_note(text)
        return chain.signer(note, parse_checkpoint(note.text).origin) is not None
    except (NoteBroken, TypeError, ValueError):  # whatever stands there in its place
        return False
