"""Who asks."""

import msgspec

from hub.domain.codes import Agency, Role
from hub.domain.identifiers import SourceId


class Principal(msgspec.Struct, frozen=True):
    """A named person or partner system, from a verified token and from nowhere else.

    ``email`` is there only where the token's issuer may speak for its domain: by it a partner's system may
    know the person. ``organisation`` is whom exactly they work for, in the words of the token, where it says:
    an agreement may name organisations as its recipients. ``sources`` are those that a partner's system speaks
    for; a person speaks for none.
    """

    id: str
    name: str
    agency: Agency
    roles: frozenset[Role]
    email: str | None = None
    organisation: str | None = None
    sources: frozenset[SourceId] = frozenset()


def speaks_for(principal: Principal, agency: Agency, source: SourceId, owner: str | None) -> bool:
    """Whether somebody works for whoever holds a source: its agency, and its organisation where both are named.

    A partner's system speaks only for the very sources that it was enrolled for.
    """
    if Role.PARTNER_SYSTEM in principal.roles and source not in principal.sources:
        return False
    named = principal.organisation is not None and owner is not None
    same = not named or (principal.organisation or "").casefold().strip() == (owner or "").casefold().strip()
    return principal.agency is agency and same
