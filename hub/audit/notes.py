"""Signed notes as C2SP has them: checkpoints of a log, its signatures, and witnesses' cosignatures. Pure.

After signed-note, tlog-checkpoint and tlog-cosignature (https://c2sp.org): a note is a text that ends
with a line break, an empty line, and a line for each signature.
"""

import base64
import hashlib
import re
import struct
from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

from hub.keys.public_keys import PublicKey

LONGEST_NOTE = 64 * 1024
_DASH = "\u2014 "
_NAME = re.compile(r"[^\s+]+")
_PUBLIC_BYTES = 32


class NoteBroken(ValueError):
    """A text is not a signed note, a checkpoint or a verifier key."""


class Kind(IntEnum):
    """What a key's signatures mean."""

    LOG = 0x01  # Ed25519 over the note's text
    WITNESS = 0x04  # Ed25519 over a time and the note's text: cosignature/v1


class VerifierKey(NamedTuple):
    """A public key under the name of whoever holds it."""

    name: str
    kind: Kind
    public: bytes  # 32 bytes

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature names its key, together with the name."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def render(self) -> str:
        """The key as it is handed on."""
        return f"{self.name}+{self.id.hex()}+{_text(bytes([self.kind]) + self.public)}"


class Signature(NamedTuple):
    """One signature line. ``content`` is what follows the key's id: for a witness the time stands before it."""

    name: str
    key_id: bytes
    content: bytes

    def render(self) -> str:
        """The line, without its end."""
        return f"{_DASH}{self.name} {_text(self.key_id + self.content)}"


class SignedNote(NamedTuple):
    """A text and its signatures."""

    text: str
    signatures: tuple[Signature, ...]

    def render(self) -> str:
        """As it is stored and sent."""
        return self.text + "\n" + "".join(one.render() + "\n" for one in self.signatures)

    def with_signatures(self, more: Sequence[Signature]) -> "SignedNote":
        """The same text with further signatures, each once."""
        return self._replace(signatures=tuple(dict.fromkeys((*self.signatures, *more))))


class Checkpoint(NamedTuple):
    """What a log says of itself at one moment: how many leaves, and the root over them."""

    origin: str
    size: int
    root: bytes

    def body(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{_text(self.root)}\n"


def parse_note(text: str) -> SignedNote:
    """A note as it was sent. Raises NoteBroken."""
    if not isinstance(text, str):  # what a database holds may be of any type, whatever its columns say
        raise NoteBroken("a note is text")
    body, separator, lines = text.rpartition("\n\n")
    if len(text) > LONGEST_NOTE or not separator or not body or not lines.endswith("\n"):
        raise NoteBroken("a note is a text, an empty line, and its signatures, each line ended")
    if any(character < " " and character != "\n" for character in text):
        raise NoteBroken("a note has no control characters")
    return SignedNote(body + "\n", tuple(parse_signature(line) for line in lines[:-1].split("\n")))


def parse_signature(line: str) -> Signature:
    """One signature line, without its end. Raises NoteBroken."""
    if not isinstance(line, str):
        raise NoteBroken("a signature is text")
    name, _, told = line.removeprefix(_DASH).partition(" ")
    content = _bytes(told)
    if not line.startswith(_DASH) or not _NAME.fullmatch(name) or len(content) < len(b"key+"):
        raise NoteBroken("a signature is a dash, a name, and base64 of a key's id and what it made")
    return Signature(name, content[:4], content[4:])


def parse_checkpoint(text: str) -> Checkpoint:
    """The checkpoint that is a note's text. Lines after the third are let be. Raises NoteBroken."""
    lines = text.split("\n")
    if len(lines) < len(("origin", "size", "root", "")) or lines.pop() != "" or not all(lines):
        raise NoteBroken("a checkpoint has an origin, a size and a root")
    if (
        not re.fullmatch(r"0|[1-9][0-9]{0,18}", lines[1])
        or len(root := _bytes(lines[2])) != hashlib.sha256().digest_size
    ):
        raise NoteBroken("a checkpoint's size is a number, and its root the base64 of 32 bytes")
    return Checkpoint(lines[0], int(lines[1]), root)


def parse_verifier_key(text: str) -> VerifierKey:
    """A verifier key as it is handed on. Raises NoteBroken."""
    name, _, rest = text.strip().partition("+")
    told, _, key = rest.partition("+")
    raw = _bytes(key)
    if not _NAME.fullmatch(name) or len(raw) != 1 + _PUBLIC_BYTES or raw[0] not in set(Kind):
        raise NoteBroken("a verifier key is NAME+ID+KEY, of an Ed25519 log or witness")
    found = VerifierKey(name, Kind(raw[0]), raw[1:])
    if found.id.hex() != told:
        raise NoteBroken("a verifier key's id does not fit its name and key: it was altered or copied in part")
    return found


def signed(text: str, key: VerifierKey, signature: bytes) -> SignedNote:
    """A text as its log signed it."""
    return SignedNote(text, (Signature(key.name, key.id, signature),))


def cosignature_message(text: str, at: int) -> bytes:
    """What a witness signs: that it saw this checkpoint at a time, in seconds since 1970."""
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def cosignature(key: VerifierKey, at: int, signature: bytes) -> Signature:
    """A witness's signature line."""
    return Signature(key.name, key.id, struct.pack(">Q", at) + signature)


def cosigned_at(note: SignedNote, key: VerifierKey) -> int | None:
    """When a witness signed this note, by its own clock; None where it did not."""
    for one in _by(note, key):
        if len(one.content) == struct.calcsize(">Q") + 64:
            (at,) = struct.unpack(">Q", one.content[:8])
            if _holds(key, one.content[8:], cosignature_message(note.text, at)):
                return int(at)
    return None


def verify(note: SignedNote, key: VerifierKey) -> bool:
    """Whether this very key signed the note."""
    if key.kind is Kind.WITNESS:
        return cosigned_at(note, key) is not None
    return any(_holds(key, one.content, note.text.encode()) for one in _by(note, key))


def _by(note: SignedNote, key: VerifierKey) -> list[Signature]:
    return [one for one in note.signatures if (one.name, one.key_id) == (key.name, key.id)]


def _holds(key: VerifierKey, signature: bytes, message: bytes) -> bool:
    try:
        return PublicKey(key.public).signed(signature, message)
    except ValueError:  # 32 bytes that are no key
        return False


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _bytes(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError:
        raise NoteBroken("a key, root or signature is base64") from None
    if _text(raw) != text:
        raise NoteBroken("base64 is written in one way")
    return raw
