"""The log's own newest checkpoint, and whether what the log keeps of its cosignatures fits it."""

from collections.abc import Sequence
from typing import NamedTuple

from hub.audit.merkle import EMPTY_ROOT, ProofBroken
from hub.audit.notes import (
    Checkpoint,
    Kind,
    NoteBroken,
    SignedNote,
    VerifierKey,
    parse_checkpoint,
    parse_note,
    parse_signature,
    signed,
    verify,
)
from hub.audit.witnessed import Cosigned, WitnessedLog
from hub.keys import LogKeys
from hub.witnessing.words import behind, forked


class Own(NamedTuple):
    """A checkpoint of the log, as it can be shown."""

    checkpoint: Checkpoint
    note: SignedNote
    kept: tuple[Cosigned, ...]  # the newest cosignatures, as the log keeps them


async def own_checkpoint(
    log: WitnessedLog, keys: LogKeys, named: str | None, witnesses: Sequence[str] = ()
) -> Own | None:
    """The newest checkpoint; of a log that has no leaf yet, one over nothing. None where it has no name yet.

    With it what the log keeps of these witnesses' cosignatures, by their keys' names.

    Raises Unavailable, ConfigurationError without a key, or NoteBroken where the checkpoint was altered.
    """
    standing = await log.standing(witnesses)
    if standing.newest is not None:
        note = parse_note(standing.newest.note)
        return Own(parse_checkpoint(note.text), note, standing.cosigned)
    origin = standing.origins[-1].name if standing.origins else named
    if origin is None:
        return None
    key, empty = keys.log_key(), Checkpoint(origin, 0, EMPTY_ROOT)
    body = empty.body()
    note = signed(body, VerifierKey(origin, Kind.LOG, key.public), key.sign(body.encode()))
    return Own(empty, note, standing.cosigned)


async def contradiction(log: WitnessedLog, own: Own, witnesses: Sequence[VerifierKey]) -> str | None:
    """Why the log does not continue what its own cosignatures were on; None where it does. Raises Unavailable."""
    for one in own.kept:
        if one.size > own.checkpoint.size:
            return behind(own.checkpoint.size, one.size, one.witness)
        key = cosigner(one, witnesses)
        if key is not None and not await _stands(log, one, key):
            return forked(one.size, one.witness)
    return None


def cosigner(one: Cosigned, witnesses: Sequence[VerifierKey]) -> VerifierKey | None:
    """Which of these keys it says it is by. None for one that counts for nothing, whoever put it into the table."""
    return next((key for key in witnesses if key.name == one.witness and _by(key, one)), None)


def _by(key: VerifierKey, one: Cosigned) -> bool:
    """Whether the line names this very key; a witness of the same name may have had another before."""
    try:
        return parse_signature(one.line).key_id == key.id
    except NoteBroken:
        return True


async def _stands(log: WitnessedLog, one: Cosigned, key: VerifierKey) -> bool:
    try:
        note = parse_note(one.note or "")
        cosigned = SignedNote(note.text, (parse_signature(one.line),))
        root = await log.root(one.size)
        checkpoint = parse_checkpoint(note.text)
    except (NoteBroken, ProofBroken):
        return False
    return verify(cosigned, key) and (checkpoint.size, checkpoint.root) == (one.size, root)
