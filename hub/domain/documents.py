"""Documents that people, approvals and evidence refer to: by the hash of their bytes."""

import hashlib
from typing import NamedTuple, Self

SHOWN_DIGITS = 12  # of a digest, where people are shown one; evidence holds all of them


class Document(NamedTuple):
    """A document for good: its bytes, of what kind they are, their digest, and for policies their version."""

    kind: str
    content: bytes
    digest: str
    version: str = ""

    @classmethod
    def of(cls, kind: str, content: bytes, version: str = "") -> Self:
        """The document of these bytes."""
        return cls(kind, content, digest(content), version)


def digest(document: bytes) -> str:
    """SHA-256 in hexadecimal: what a conformance result, an approval and a signature are tied to."""
    return hashlib.sha256(document).hexdigest()
