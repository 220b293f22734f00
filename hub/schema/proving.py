"""Proofs about entries as the schema shows them."""

import base64
from typing import Self

import strawberry

from hub import proving
from hub.audit.proofs import Bundle, Consistency
from hub.schema.asking import Info


@strawberry.type(description="A key of the log, and how it is tied to the one before it. All signatures are base64.")
class LogKey:
    """``hub.audit.proofs.PublishedKey``."""

    vkey: str
    former: str = strawberry.field(description="The verifier key before it.")
    signature: str = strawberry.field(description="By the former key.")
    agreed: str = strawberry.field(description="By this key.")


@strawberry.type(description="That the log continues an older checkpoint of its own (RFC 6962, section 2.1.2).")
class ConsistencyProof:
    """``hub.audit.proofs.Consistency``."""

    checkpoint: str = strawberry.field(description="The older checkpoint, as it was signed.")
    path: list[str]

    @classmethod
    def of(cls, older: Consistency) -> Self:
        """As the schema shows it."""
        return cls(checkpoint=older.checkpoint, path=[_text(one) for one in older.path])


@strawberry.type(description="That an entry is in the log (RFC 6962, section 2.1.1). Hashes are base64.")
class InclusionProof:
    """``hub.audit.proofs.Bundle`` of one entry."""

    index: int
    tree_size: int
    leaf_hash: str
    path: list[str] = strawberry.field(description="From the leaf to the root.")
    checkpoint: str = strawberry.field(description="A C2SP checkpoint, with the cosignatures of witnesses.")
    leaf: str | None = strawberry.field(
        description="What was hashed, base64: sha256 over a zero byte and this. Null where the content was destroyed."
    )
    origin: str = strawberry.field(description="The name of the log.")
    keys: list[LogKey] = strawberry.field(description="How the log's former keys led to its present one.")
    consistency: ConsistencyProof | None

    @classmethod
    def of(cls, bundle: Bundle, tree_size: int) -> Self:
        """As the schema shows it."""
        (entry,) = bundle.entries
        older = bundle.consistency
        return cls(
            index=entry.index,
            tree_size=tree_size,
            leaf_hash=_text(entry.hash),
            path=[_text(one) for one in entry.path],
            checkpoint=bundle.checkpoint,
            leaf=None if entry.leaf is None else _text(entry.leaf),
            origin=bundle.origin,
            keys=[LogKey(vkey=k.vkey, former=k.former, signature=k.signature, agreed=k.agreed) for k in bundle.keys],
            consistency=None if older is None else ConsistencyProof.of(older),
        )


async def audit_proof(info: Info, index: int, against: int | None = strawberry.UNSET) -> InclusionProof:
    """One proof."""
    asking = info.context
    older = against if isinstance(against, int) else None
    bundle = await proving.audit_proof(asking.principal, index, older, asking.services)
    return InclusionProof.of(bundle, int(bundle.checkpoint.split("\n")[1]))


@strawberry.type
class ProvingQuery:
    """Proofs."""

    audit_proof: InclusionProof = strawberry.field(
        resolver=audit_proof,
        description="Proof that an entry is in the log. With against, also that the log continues its checkpoint of "
        "that size. Decided and recorded as reading the entry is.",
    )


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
