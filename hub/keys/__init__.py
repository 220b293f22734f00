"""The hub's secret keys: what seals values at rest, makes keyed hashes, signs, and wraps data keys.

Stores know only ``Keys``; the partners' secrets only ``KeyProvider``, behind which the key file or a
transit engine stands.
"""

from hub.keys.content_cipher import ContentCipher
from hub.keys.document import rotate_keys
from hub.keys.file import FileKeys, Signing
from hub.keys.log_keys import Endorsement, LogKey, LogKeys
from hub.keys.provider import FileKeyProvider, KeyProvider, KeyProviders, Wrapped
from hub.keys.public_keys import PublicKey
from hub.keys.sealing import Keys, SealBroken
from hub.keys.signing import SignatureBroken
from hub.keys.vault import Transit, VaultKeyProvider

__all__ = [
    "ContentCipher",
    "Endorsement",
    "FileKeyProvider",
    "FileKeys",
    "KeyProvider",
    "KeyProviders",
    "Keys",
    "LogKey",
    "LogKeys",
    "PublicKey",
    "SealBroken",
    "SignatureBroken",
    "Signing",
    "Transit",
    "VaultKeyProvider",
    "Wrapped",
    "rotate_keys",
]
