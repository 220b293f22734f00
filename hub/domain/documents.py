"""Documents that people and approvals refer to: by the hash of their bytes."""

import hashlib


def digest(document: bytes) -> str:
    """SHA-256 in hexadecimal: what a conformance result, an approval and a signature are tied to."""
    return hashlib.sha256(document).hexdigest()
