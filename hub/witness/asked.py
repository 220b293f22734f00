"""What a log asks of its witness: the body of ``add-checkpoint``, read strictly."""

import base64
import hashlib
import re
from typing import NamedTuple

from hub.audit.notes import Checkpoint, NoteBroken, SignedNote, parse_checkpoint, parse_note
from hub.errors import BadInput

MOST_PROOF = 63  # lines
_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")


class Asked(NamedTuple):
    """A checkpoint to cosign, and the proof that it continues the one of ``old`` leaves."""

    old: int
    proof: tuple[bytes, ...]
    note: SignedNote
    checkpoint: Checkpoint


def read_asked(body: bytes) -> Asked:
    """The request that these bytes are. Raises BadInput."""
    try:
        head, empty, rest = body.decode().partition("\n\n")
        first, *proof = head.split("\n")
        old = _OLD.fullmatch(first)
        if not empty or old is None or len(proof) > MOST_PROOF:
            raise BadInput(
                f"Send a line 'old N', at most {MOST_PROOF} lines of proof, an empty line, and a checkpoint."
            )
        note = parse_note(rest)
        asked = Asked(int(old[1]), tuple(map(_hash, proof)), note, parse_checkpoint(note.text))
    except UnicodeDecodeError:
        raise BadInput("What was sent is not text in UTF-8.") from None
    except NoteBroken as broken:
        raise BadInput(f"What was sent is no signed checkpoint: {broken}.") from None
    if asked.old > asked.checkpoint.size:
        raise BadInput("The old size is greater than the checkpoint's.")
    return asked


def _hash(line: str) -> bytes:
    try:
        raw = base64.b64decode(line, validate=True)
    except ValueError:
        raw = b""
    if len(raw) != hashlib.sha256().digest_size or base64.b64encode(raw).decode() != line:
        raise BadInput("A line of proof is the base64 of 32 bytes.")
    return raw
