"""Signing a document at the desk, and the keys that must stand in it before."""

from typing import Any

import msgspec

from hub.errors import BadInput
from hub.keys.detached import PartyKey
from hub.policy.agreements.reading import decode, plain_of
from hub.policy.agreements.signatures import party_of, with_signature


def signed_document(document: bytes, name: str, key: PartyKey) -> bytes:
    """The document with the signature of the signatory of this name, readable for people.

    Raises Unusable, or BadInput where nobody of that name, or of that key, signs it.
    """
    decode(document)
    try:
        signed = with_signature(plain_of(document), name, key)
    except ValueError as fault:
        raise BadInput(str(fault), ("agreement-signatory",)) from None
    return _readable(signed)


def keyed_document(document: bytes, organisation: str, key: PartyKey) -> bytes:
    """The document with this public key among those of one party; put in twice, it stands there once.

    Raises Unusable, or BadInput where no party has that name, or where somebody signed already.
    """
    agreement, plain = decode(document).agreement, plain_of(document)
    party = party_of(agreement, organisation)
    if party is None:
        names = ", ".join(one.organisation for one in agreement.parties) or "none yet, write them first"
        raise BadInput(f"Name the party whose key it is. Its parties: {names}.", ("agreement-party",))
    if key.public["x"] in {one.x for one in party.keys}:
        return document
    if any(one.signature for one in agreement.signatories):
        raise BadInput(
            "Somebody signed already, and signatures cover the keys. Take them away, put every key in, sign anew."
        )
    told = plain["parties"][agreement.parties.index(party)]
    told["keys"] = [*told.get("keys", ()), key.public]
    return _readable(plain)


def _readable(plain: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(plain), indent=2) + b"\n"
