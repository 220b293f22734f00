"""The witness's rule: cosign what continues the newest checkpoint, and never go back (C2SP tlog-witness)."""

import base64
import threading
from collections.abc import Callable
from typing import NamedTuple

from hub.audit.merkle import EMPTY_ROOT, ProofBroken, verify_consistency
from hub.audit.notes import (
    Kind,
    SignedNote,
    VerifierKey,
    cosignature,
    cosignature_message,
    cosigned_at,
    parse_verifier_key,
    verify,
)
from hub.audit.succession import successions
from hub.errors import BadInput, NotFound
from hub.keys.witness_keys import WitnessKey
from hub.witness.asked import Asked, read_asked
from hub.witness.memory import Memory, Refused, Succession, Trusted

SIZE = "text/x.tlog.size"
TEXT = "text/plain; charset=utf-8"
SAME_SIZE = "the log signed two checkpoints of one size with different roots: it was forked"
UNTRUSTED = "No key that this witness trusts for this log signed the checkpoint.\n"
NO_PROOF = "the log signed a checkpoint that was not shown to continue the one cosigned before"


class Answer(NamedTuple):
    """What is said to a request."""

    status: int
    text: str
    kind: str = TEXT


class Witness:
    """One witness. Requests are judged one after the other, each durable before the next begins."""

    def __init__(self, key: WitnessKey, memory: Memory, now: Callable[[], int]) -> None:
        """``now`` gives seconds since 1970."""
        self._key, self._memory, self._now = key, memory, now
        self._name = VerifierKey(key.name, Kind.WITNESS, key.public)
        self._judging = threading.Lock()

    def add_checkpoint(self, body: bytes) -> Answer:
        """The answer to a request. Raises OSError or ConfigurationError where it cannot be remembered."""
        try:
            asked = read_asked(body)
            with self._judging:
                return self._judged(asked, self._memory.trusted(asked.checkpoint.origin))
        except BadInput as refusal:
            return Answer(400, f"{refusal.message}\n")
        except NotFound as refusal:
            return Answer(404, f"{refusal.message}\n")

    def newest(self, log: str) -> str | None:
        """The newest checkpoint cosigned of the log with this id, with the log's signatures and the witness's own."""
        newest = self._memory.newest_of(log)
        return newest[0].render() if newest else None

    def _judged(self, asked: Asked, trusted: Trusted) -> Answer:
        followed = self._followed(asked, trusted)
        if followed is None:
            return Answer(403, UNTRUSTED)
        newest = self._memory.newest(trusted.origin)
        size, root = (newest[1].size, newest[1].root) if newest else (0, EMPTY_ROOT)
        forked = asked.checkpoint.size == size and asked.checkpoint.root != root
        if forked and newest:
            self._refuse(asked, followed, newest[0], SAME_SIZE)
        if asked.old != size:
            return Answer(409, f"{size}\n", SIZE)
        if forked and newest:
            return Answer(409, f"{SAME_SIZE}\n")
        try:
            _verify(asked, root)
        except ProofBroken:
            if newest:
                self._refuse(asked, followed, newest[0], NO_PROOF)
            return Answer(422, f"{NO_PROOF}\n")
        # A former key was destroyed at its succession: it is believed no more.
        if followed is not trusted and not self._memory.follow(followed, instead_of=trusted):
            return Answer(403, UNTRUSTED)
        return Answer(200, self._cosigned(asked, followed, newest[0] if newest else None) + "\n")

    def _followed(self, asked: Asked, trusted: Trusted) -> Trusted | None:
        """The log as it is to be believed from now on; None where no key that it can be believed with signed."""
        keys = tuple(map(parse_verifier_key, trusted.keys))
        if any(verify(asked.note, key) for key in keys):
            return trusted
        names = {key.public: key.name for key in keys}
        followed = list(trusted.followed)
        for former, successor in successions(asked.note, trusted.origin, keys):
            if former not in names:  # it was followed by another already
                continue
            names[successor] = names.pop(former)
            told, next_told = (VerifierKey(names[successor], Kind.LOG, one).render() for one in (former, successor))
            followed.append(Succession(told, next_told, self._now()))
        present = [VerifierKey(name, Kind.LOG, public) for public, name in names.items()]
        if not any(verify(asked.note, key) for key in present):
            return None
        return Trusted(trusted.origin, tuple(key.render() for key in present), tuple(followed))

    def _cosigned(self, asked: Asked, followed: Trusted, newest: SignedNote | None) -> str:
        """The cosignature; what it is on is durable."""
        at = max(self._now(), (newest and cosigned_at(newest, self._name)) or 0)
        message = cosignature_message(asked.note.text, at)
        line = cosignature(self._name, at, self._key.sign(message))
        theirs = _by_the_log(asked, followed)
        self._memory.remember(followed.origin, theirs._replace(signatures=(*theirs.signatures, line)))
        return line.render()

    def _refuse(self, asked: Asked, log: Trusted, newest: SignedNote, why: str) -> None:
        proof = tuple(base64.b64encode(one).decode() for one in asked.proof)
        checkpoint = _by_the_log(asked, log).render()
        self._memory.keep(Refused(log.origin, self._now(), why, checkpoint, newest.render(), asked.old, proof))


def _by_the_log(asked: Asked, log: Trusted) -> SignedNote:
    """The checkpoint with those of its signatures that are the log's, each once: whoever sent it may have added any."""
    keys, text = [parse_verifier_key(key) for key in log.keys], asked.note.text
    theirs = (one for one in asked.note.signatures if any(verify(SignedNote(text, (one,)), key) for key in keys))
    return SignedNote(text, tuple(dict.fromkeys(theirs)))


def _verify(asked: Asked, root: bytes) -> None:
    """Raises ProofBroken unless the checkpoint continues the one of the old size."""
    if asked.checkpoint.size == 0 and asked.checkpoint.root != EMPTY_ROOT:
        raise ProofBroken("an empty tree has one root")
    verify_consistency(asked.old, asked.checkpoint.size, root, asked.checkpoint.root, asked.proof)
