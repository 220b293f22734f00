"""Who asks, and why they may."""

from typing import Self

import strawberry

from hub.domain import principals, purposes
from hub.schema.codes import Purpose, Tier


@strawberry.type(description="A named person or partner system, from a verified token.")
class Principal:
    """``hub.domain.principals.Principal``."""

    id: strawberry.ID
    name: str
    agency: str
    roles: list[str]

    @classmethod
    def of(cls, principal: principals.Principal) -> Self:
        """As the schema shows it."""
        return cls(
            id=strawberry.ID(principal.id),
            name=principal.name,
            agency=principal.agency.value,
            roles=sorted(role.value for role in principal.roles),
        )


@strawberry.type(description="A purpose you may use, its legal basis, and how deep it reaches for your roles.")
class PurposeInfo:
    """``hub.domain.purposes.Purpose``, for one person."""

    code: Purpose
    label: str
    legal_basis: list[str]
    tiers: list[Tier]

    @classmethod
    def of(cls, purpose: purposes.Purpose, principal: principals.Principal) -> Self:
        """As the schema shows it to somebody with these roles."""
        reached = {tier for role in principal.roles for tier in purpose.reach.get(role, frozenset())}
        return cls(code=purpose.code, label=purpose.label, legal_basis=list(purpose.legal_basis), tiers=sorted(reached))
