"""Signing a document at the desk."""

import msgspec

from hub.errors import BadInput
from hub.keys.detached import PartyKey
from hub.policy.agreements.reading import decode, plain_of
from hub.policy.agreements.signatures import with_signature


def signed_document(document: bytes, name: str, key: PartyKey) -> bytes:
    """The document with the signature of the signatory of this name, readable for people.

    Raises Unusable, or BadInput where nobody of that name, or of that key, signs it.
    """
    decode(document)
    try:
        signed = with_signature(plain_of(document), name, key)
    except ValueError as fault:
        raise BadInput(str(fault), ("agreement-signatory",)) from None
    return msgspec.json.format(msgspec.json.encode(signed), indent=2) + b"\n"
