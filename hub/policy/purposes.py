"""The purposes table as the policy folder holds it."""

import re
from collections.abc import Mapping

import msgspec

from hub.domain.codes import Agency, PurposeCode, Role, Tier
from hub.domain.purposes import Purpose
from hub.errors import ConfigurationError
from hub.policy.texts import PURPOSES

_LEGISLATION = re.compile(r"https://www\.legislation\.gov\.uk/[a-z]+/[0-9]{4}/[0-9]+(?:/[A-Za-z0-9-]+)*")
EVERY_AGENCY = frozenset(Agency)
_NOBODY: frozenset[Role] = frozenset()


class PartnerReps(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What holds for ``partner_rep`` under one purpose."""

    of: frozenset[Agency] = EVERY_AGENCY
    own_agency_only: bool = False


class PurposeRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One table of ``purposes.toml``; its comments say what each line means."""

    label: str
    legal_basis: tuple[str, ...]
    consent: str
    needs_family_agreement: bool
    reach: Mapping[Role, frozenset[Tier]]
    legislation: tuple[str, ...]
    reasons: frozenset[str] = frozenset()
    on_release: frozenset[Role] = _NOBODY
    break_glass: frozenset[Role] = _NOBODY
    agencies: frozenset[Agency] = EVERY_AGENCY
    flags_of: frozenset[Agency] = frozenset()
    partner_reps: PartnerReps = PartnerReps()

    def __post_init__(self) -> None:
        if not self.legal_basis or not self.label or not self.consent:
            raise ValueError("a purpose has a label, a legal basis and a consent rule")
        if not self.legislation or not all(_LEGISLATION.fullmatch(uri) for uri in self.legislation):
            raise ValueError("legislation lists URIs at https://www.legislation.gov.uk/, at least one")
        if not self.reasons <= set(self.legislation):
            raise ValueError("reasons are some of the URIs that legislation lists")
        if any(Tier.T4 in tiers for tiers in self.reach.values()):
            raise ValueError("T4 is never standing reach; name the role in on_release")
        if not (self.on_release | self.break_glass) <= set(self.reach):
            raise ValueError("on_release and break_glass name roles that reach lists")
        if not self.agencies:
            raise ValueError("agencies names at least one agency, or is left out for all")
        if self.break_glass and self.needs_family_agreement:
            raise ValueError("glass is not broken on a service that rests on the family's agreement")

    @property
    def users(self) -> frozenset[Role]:
        """Roles that may use the purpose at all."""
        return frozenset(self.reach)

    def reaching(self, tier: Tier) -> frozenset[Role]:
        """Roles that reach a tier for it."""
        return frozenset(role for role, tiers in self.reach.items() if tier in tiers)

    def as_purpose(self, code: PurposeCode) -> Purpose:
        """The part that the rest of the hub knows."""
        return Purpose(
            code=code,
            label=self.label,
            legal_basis=self.legal_basis,
            consent=self.consent,
            needs_family_agreement=self.needs_family_agreement,
            reach=self.reach,
            agencies=None if self.agencies == EVERY_AGENCY else self.agencies,
            legislation=self.legislation,
            reasons=self.reasons,
        )


def read_purposes(text: str) -> dict[PurposeCode, PurposeRow]:
    """Decode the table, in the order of ``PurposeCode``. Raises ConfigurationError unless every purpose is there."""
    try:
        rows = msgspec.toml.decode(text, type=dict[PurposeCode, PurposeRow])
    except (msgspec.DecodeError, RecursionError) as fault:
        raise ConfigurationError(f"{PURPOSES} is not usable: {fault}") from fault
    missing = [code for code in PurposeCode if code not in rows]
    if missing:
        raise ConfigurationError(f"{PURPOSES} has no table for {', '.join(missing)}.")
    reasons = [uri for row in rows.values() for uri in row.reasons]
    if len(set(reasons)) != len(reasons):
        raise ConfigurationError(f"{PURPOSES} gives one reason URI to two purposes; another system could mean either.")
    return {code: rows[code] for code in PurposeCode}
