"""Showing one witness the log's newest checkpoint, until it has cosigned or contradicted it."""

from typing import NamedTuple

import structlog

from hub.audit.merkle import ProofBroken
from hub.audit.notes import Kind, SignedNote, VerifierKey, signed
from hub.audit.succession import endorsing
from hub.audit.witnessed import Cosigned, WitnessedLog
from hub.keys import LogKeys
from hub.witnessing.own import Own, own_checkpoint
from hub.witnessing.remote import AtSize, Contradicted, Cosigning, NotFollowing, RemoteWitness, Silent
from hub.witnessing.words import behind, forked, not_following

_log = structlog.get_logger("hub.witnessing")
_ROUNDS = 6  # others may push at the same time, and the key may have to be introduced


class Witnessed(NamedTuple):
    """It cosigned a checkpoint of this size."""

    size: int


class Unanswered(NamedTuple):
    """It neither cosigned nor contradicted, and why in a sentence."""

    why: str


class Broken(NamedTuple):
    """It saw another log than this one, in a sentence that says what to do."""

    why: str
    size: int  # that it cosigned


Outcome = Witnessed | Unanswered | Broken


class Shower:
    """Shows one log's checkpoints."""

    def __init__(self, log: WitnessedLog, keys: LogKeys) -> None:
        self._log, self._keys = log, keys

    async def show(self, witness: RemoteWitness, own: Own, old: int) -> Outcome:
        """What came of it, the cosignature durable. ``old`` is what the witness cosigned last, as far as is known.

        Raises Unavailable.
        """
        note = own.note
        for _ in range(_ROUNDS):
            if old > own.checkpoint.size:
                return Broken(behind(own.checkpoint.size, old, witness.name), old)
            try:
                proof = await self._log.consistency(old, own.checkpoint.size)
            except ProofBroken:
                return Broken(forked(old, witness.name), old)
            told = await witness.add(old, proof, note)
            if isinstance(told, Cosigning):
                return await self._kept(witness, own, told)
            if isinstance(told, AtSize):
                if told.size < old:  # what it forgot it can no longer hold against the log
                    _log.error("witness_forgot", witness=witness.name, size=told.size, cosigned=old)
                old = told.size
                if old > own.checkpoint.size:  # another worker may have shown it more, of the same log
                    own = await own_checkpoint(self._log, self._keys, own.checkpoint.origin) or own
                    note = own.note
                continue
            introduced = self._introduced(own)
            if isinstance(told, NotFollowing) and told.key_unknown and note != introduced:
                note = introduced
                continue
            return _refused(witness, own, old, told)
        return Unanswered(f"{witness.name} named another size each time it was asked.")

    def _introduced(self, own: Own) -> SignedNote:
        """The checkpoint with the words of the former keys for the present one, and signed by that as well.

        A witness that trusts the present key alone reads it too: an old backup's newest checkpoint is by a former one.
        """
        key, origin, text = self._keys.log_key(), own.checkpoint.origin, own.note.text
        present = signed(text, VerifierKey(origin, Kind.LOG, key.public), key.sign(text.encode()))
        return own.note.with_signatures((*present.signatures, *endorsing(origin, key.endorsements)))

    async def _kept(self, witness: RemoteWitness, own: Own, told: Cosigning) -> Witnessed:
        checkpoint = own.checkpoint
        if checkpoint.size:
            await self._log.keep(Cosigned(checkpoint.size, witness.key.name, told.line, told.at, checkpoint.origin))
        return Witnessed(checkpoint.size)


def _refused(witness: RemoteWitness, own: Own, old: int, told: Contradicted | NotFollowing | Silent) -> Outcome:
    if isinstance(told, Contradicted):
        return Broken(forked(old, witness.name), old)
    if isinstance(told, NotFollowing):
        return Unanswered(not_following(witness.name, own.checkpoint.origin, key_unknown=told.key_unknown))
    return Unanswered(f"{witness.name} {told.why}.")
