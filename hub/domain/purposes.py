"""Why somebody may ask: a code with its legal basis and how deep each role may reach for it."""

from collections.abc import Mapping

import msgspec

from hub.domain.codes import Agency, PurposeCode, Role, Tier


class Purpose(msgspec.Struct, frozen=True):
    """One row of the purposes table (``policies/purposes.toml``)."""

    code: PurposeCode
    label: str
    legal_basis: tuple[str, ...]
    consent: str  # a sentence: whether the family's agreement is needed, and who may override
    needs_family_agreement: bool
    reach: Mapping[Role, frozenset[Tier]]  # for each role that may use the purpose, the tiers it reaches
    agencies: frozenset[Agency] | None = None  # whose records the purpose reaches; None is every agency
    legislation: tuple[str, ...] = ()  # URIs of what the purpose rests on, as requests to partners name it
    reasons: frozenset[str] = frozenset()  # reason URIs by which another system asks under this purpose

    @property
    def tiers(self) -> frozenset[Tier]:
        """Every tier that any role reaches for this purpose."""
        return frozenset().union(*self.reach.values())
