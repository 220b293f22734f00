"""What a start checks of the log: that its newest leaves are what the newest checkpoint signs for.

A crash, a disk that forgot a flush and a backup put back harm the end of a log, so that is looked at on
every start, in bounded time, and who signed for it. ``hub audit fsck`` checks all of it.
"""

from itertools import pairwise

from hub.audit.contents import cipher_of, opened
from hub.audit.leaves import Kept, Leaves
from hub.audit.merkle import WIDTH, Frontier, ProofBroken
from hub.audit.signers import ALTERED, Signers
from hub.errors import ConfigurationError
from hub.keys import ContentCipher, Keys, SealBroken

NEWEST = 20_000  # leaves, at least: far more than any hub can have had on their way to the disk
_AT_ONCE = 10 * WIDTH


def right_edge(leaves: Leaves, size: int, signers: Signers, origin: str) -> Frontier:
    """The tree as it stands, which is that of the newest checkpoint, signed by the log's key under its name.

    Inside a turn. Raises ConfigurationError.
    """
    try:
        tree = Frontier.of(size, leaves)
    except ProofBroken:
        raise ConfigurationError(ALTERED) from None
    signers.refuse_others(tree, leaves.checkpoint(), origin)
    return tree


def refuse_altered_tail(leaves: Leaves, size: int, keys: Keys) -> None:
    """Look at the newest leaves, whose indexes are below ``size``. Needs no turn: they never change.

    Each is there, its content fits its hash or was destroyed with its key, and each whole tile of hashes
    has the root that the tree holds for it. Raises ConfigurationError.
    """
    first = max(0, size - NEWEST) // WIDTH * WIDTH
    ciphers: dict[str, ContentCipher] = {}
    for start, end in pairwise([*range(first, size, _AT_ONCE), size]):
        found = leaves.kept(start, end)
        try:
            fits = _fits(found, start, end, keys, ciphers) and _stands(found, start, leaves)
        except SealBroken:
            fits = False
        if not fits:
            raise ConfigurationError(ALTERED)


def _fits(found: list[Kept], start: int, end: int, keys: Keys, ciphers: dict[str, ContentCipher]) -> bool:
    for one in found:
        if one.key is not None:
            cipher = ciphers.get(one.key.id) or ciphers.setdefault(one.key.id, cipher_of(one.key, keys))
            opened(one.place, one.leaf, one.hash, cipher)
    return [one.place for one in found] == list(range(start, end))


def _stands(found: list[Kept], start: int, leaves: Leaves) -> bool:
    """Whether the nodes over whole tiles are those of these leaves."""
    nodes = Frontier().append(one.hash for one in found)
    hashes = [one.hash for one in nodes if one.level == 1]
    return hashes == leaves.nodes(1, start // WIDTH, start // WIDTH + len(hashes))
