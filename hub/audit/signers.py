"""Whether the newest checkpoint was signed by this log's own key before anybody signs over it."""

from hub.audit.checking.keys import KeyChain
from hub.audit.leaves import SignedSize
from hub.audit.merkle import Frontier
from hub.audit.notes import Kind, NoteBroken, SignedNote, VerifierKey, parse_checkpoint, parse_note
from hub.errors import ConfigurationError
from hub.keys import LogKey, LogKeys

ALTERED = "The audit log does not fit its newest checkpoint: leaves were altered or taken away. Run: hub audit fsck"
_NOT_SIGNED = (
    "The newest checkpoint of the audit log is not signed by the log's key: it was altered. Run: hub audit fsck"
)
_OLDER_FILE = (
    "The newest checkpoint of the audit log is by a key that this hub's key file does not know: the file is older than"
    " the log. Put the present key file there, then start the hub again. If that does not help: hub audit fsck"
)


class Signers:
    """The present key and those before it, as the key file has them at the time."""

    def __init__(self, keys: LogKeys) -> None:
        self._keys = keys
        self._take(keys.log_key())

    def refuse_others(self, tree: Frontier, newest: SignedSize | None, origin: str) -> None:
        """The tree is that of the newest checkpoint, which is by one of these keys. Raises ConfigurationError.

        A log bears its present name in its newest checkpoint: it takes a new one together with a leaf.
        """
        if newest is None:
            if tree.size:
                raise ConfigurationError(ALTERED)
            return
        note = _told(tree, newest, origin)
        if self._chain.signer(note, origin) is None:
            self._take(self._keys.log_key(at_once=True))  # a colleague may have the new one for a second already
            if self._chain.signer(note, origin) is None:
                raise ConfigurationError(self._why(note, origin))

    def _take(self, key: LogKey) -> None:
        self._chain = KeyChain.of(key)

    def _why(self, note: SignedNote, origin: str) -> str:
        ids = {VerifierKey(origin, Kind.LOG, public).id for public in self._chain.public}
        by_name = {one.key_id for one in note.signatures if one.name == origin}
        return _OLDER_FILE if by_name and not by_name & ids else _NOT_SIGNED


def _told(tree: Frontier, newest: SignedSize, origin: str) -> SignedNote:
    try:
        note = parse_note(newest.note)
        told = parse_checkpoint(note.text)
    except NoteBroken:
        raise ConfigurationError(ALTERED) from None
    if (told.size, told.root) != (tree.size, tree.root()):
        raise ConfigurationError(ALTERED)
    if told.origin != origin:
        raise ConfigurationError(_NOT_SIGNED)
    return note
