"""Who signed a document, verifiably: detached signatures over its canonical bytes, by keys of the parties."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from hub.keys.detached import PartyKey, signed_by, thumbprint
from hub.policy.agreements.document import Agreement, Party

SignatureState = Literal["signed", "not signed", "broken"]


class SignatureCheck(msgspec.Struct, frozen=True):
    """One signatory's signature. ``key`` names the key that it verifies with, by its thumbprint."""

    name: str
    organisation: str
    state: SignatureState
    key: str | None = None


def canonical(plain: Any) -> bytes:
    """A decoded document as bytes that depend on its content alone: the JSON Canonicalization Scheme, RFC 8785.

    The format holds no numbers but small whole ones and names its fields in ASCII, so keys sorted by their
    bytes and no white space are all that the scheme asks for.
    """
    return msgspec.json.encode(plain, order="sorted")


def to_sign(plain: Mapping[str, Any]) -> bytes:
    """What every signatory signs: the canonical document without anybody's signature."""
    unsigned = [
        {name: told for name, told in one.items() if name != "signature"} for one in plain.get("signatories", ())
    ]
    return canonical({**plain, "signatories": unsigned})


def signatures(agreement: Agreement, plain: Mapping[str, Any]) -> tuple[SignatureCheck, ...]:
    """Each signatory's signature, checked with the keys of their own party and no other."""
    payload, checks = to_sign(plain), []
    for one in agreement.signatories:
        state: SignatureState = "not signed"
        key = None
        if one.signature is not None:
            signer = signed_by(one.signature, payload, _keys(party_of(agreement, one.organisation)))
            state, key = ("broken", None) if signer is None else ("signed", thumbprint(signer))
        checks.append(SignatureCheck(one.name, one.organisation, state, key))
    return tuple(checks)


def unsigned_parties(agreement: Agreement, checks: tuple[SignatureCheck, ...]) -> tuple[str, ...]:
    """Parties for whom nobody signed validly. A document without parties has nobody who could."""
    signed = {one.organisation for one in checks if one.state == "signed"}
    return tuple(party.organisation for party in agreement.parties if not party.names & signed)


def party_of(agreement: Agreement, organisation: str) -> Party | None:
    """The party that an organisation's name or code stands for."""
    return next((one for one in agreement.parties if organisation in one.names), None)


def with_signature(plain: Mapping[str, Any], name: str, key: PartyKey) -> dict[str, Any]:
    """The document signed for the signatory of this name. Raises ValueError where that cannot be."""
    agreement = msgspec.convert(plain, Agreement)
    found = [one for one in agreement.signatories if one.name == name]
    if len(found) != 1:
        raise ValueError(f"{name} is not the name of exactly one signatory. Write who signs into the document first.")
    party = party_of(agreement, found[0].organisation)
    if key.public["x"] not in {one.x for one in (party.keys if party else ())}:
        raise ValueError(
            f"The document holds no such public key for {found[0].organisation}. Write it into the party's keys before "
            "anybody signs: signatures cover them."
        )
    signature = key.sign(to_sign(plain))
    signed = [{**one, "signature": signature} if one["name"] == name else one for one in plain["signatories"]]
    return {**plain, "signatories": signed}


def _keys(party: Party | None) -> list[Mapping[str, str]]:
    return [msgspec.to_builtins(one) for one in (party.keys if party is not None else ())]
