"""How a log's checkpoint carries the words of its former keys for the present one. Pure.

They stand among the note's signatures, as lines of a kind that only those look at who know it: C2SP's
signed notes have verifiers ignore lines of keys that they do not know.
"""

import base64
import hashlib
from collections.abc import Iterable, Sequence

from hub.audit.notes import Kind, Signature, SignedNote, VerifierKey, verify
from hub.keys import Endorsement
from hub.keys.log_keys import succession

_KIND = b"\xffpartnership-hub/log-succession"  # 0xff begins the names of kinds that C2SP gave no number
_PUBLIC, _SIGNATURE = 32, 64


def endorsing(origin: str, endorsements: Iterable[Endorsement]) -> tuple[Signature, ...]:
    """The lines by which whoever trusts a former key of this log can come to trust the present one."""
    return tuple(
        _line(origin, *map(base64.b64decode, (one.public, one.successor, one.signature))) for one in endorsements
    )


def successions(note: SignedNote, origin: str, trusted: Sequence[VerifierKey]) -> tuple[tuple[bytes, bytes], ...]:
    """Former and succeeding public keys, in order, as far as they can be followed from trusted keys."""
    given = [told for one in note.signatures if (told := _told(origin, one)) is not None]
    known = {one.public for one in trusted}
    followed: dict[bytes, bytes] = {}
    while given:
        further = [one for one in given if one[0] in known and one[0] not in followed]
        if not further:
            break
        for former, successor, word in further:
            if _holds(origin, former, successor, word):
                followed[former] = successor
                known.add(successor)
        given = [one for one in given if one not in further]
    return tuple(followed.items())


def _line(origin: str, former: bytes, successor: bytes, word: bytes) -> Signature:
    return Signature(origin, _id(origin, former), former + successor + word)


def _told(origin: str, line: Signature) -> tuple[bytes, bytes, bytes] | None:
    content = line.content
    if line.name != origin or len(content) != 2 * _PUBLIC + _SIGNATURE or line.key_id != _id(origin, content[:_PUBLIC]):
        return None
    return content[:_PUBLIC], content[_PUBLIC : 2 * _PUBLIC], content[2 * _PUBLIC :]


def _id(origin: str, former: bytes) -> bytes:
    return hashlib.sha256(origin.encode() + b"\n" + _KIND + former).digest()[:4]


def _holds(origin: str, former: bytes, successor: bytes, word: bytes) -> bool:
    key = VerifierKey(origin, Kind.LOG, former)
    return verify(SignedNote(succession(former, successor).decode(), (Signature(origin, key.id, word),)), key)
