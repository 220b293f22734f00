"""Information sharing agreements: one signed document each, in the format of policies/agreements/README.md."""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Literal

import msgspec

from hub.domain.categories import Category
from hub.domain.codes import Agency, PurposeCode, Role, Tier
from hub.domain.identifiers import SourceId
from hub.domain.sources import Source
from hub.errors import ConfigurationError
from hub.policy.facts import DECIDABLE, NO_AGREEMENT, Terms

_MOST_BYTES = 256 * 1024


class Signatory(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who signed, for whom, when."""

    name: str
    role: str
    organisation: str
    signed_on: date


class Recipients(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """To whom the owner gives. An empty list does not narrow; both empty names nobody and is refused."""

    roles: frozenset[Role] = frozenset()
    agencies: frozenset[Agency] = frozenset()

    def __post_init__(self) -> None:
        if not self.roles and not self.agencies:
            raise ValueError("name roles, agencies, or both as recipients")

    def include(self, roles: frozenset[Role], agency: Agency) -> bool:
        """Whether somebody who acts in these roles for this agency is meant."""
        return (not self.roles or bool(self.roles & roles)) and (not self.agencies or agency in self.agencies)


class Agreement(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One version of one agreement with one source's owner. Both days of its validity are included."""

    id: str
    version: int
    source: SourceId
    source_agency: Agency
    purposes: frozenset[PurposeCode]
    mode: Literal["existence", "content"]
    recipients: Recipients
    valid_from: date
    valid_until: date
    review_date: date
    signatories: tuple[Signatory, ...]
    tiers: frozenset[Tier] = frozenset()
    categories: frozenset[Category] = frozenset()
    excluding: frozenset[Category] = frozenset()

    def __post_init__(self) -> None:
        if self.valid_until < self.valid_from:
            raise ValueError("valid_until is before valid_from")
        if not self.signatories or not self.purposes:
            raise ValueError("an agreement names its purposes and who signed it")
        if self.mode == "existence" and (self.tiers or self.categories or self.excluding):
            raise ValueError("an agreement to existence lists no tiers and no categories")
        if self.mode == "content" and not (self.tiers or self.categories):
            raise ValueError("an agreement to content lists tiers, categories, or both")

    @property
    def reference(self) -> str:
        """How a decision and its evidence name this agreement."""
        return f"{self.id}@{self.version}"

    @property
    def covers(self) -> frozenset[Category]:
        """Categories that the owner agreed to share."""
        if self.mode == "existence":
            return frozenset({Category.EXISTENCE})
        named = (one for one in DECIDABLE if one.tier in self.tiers or one in self.categories)
        return frozenset(named) - self.excluding

    def in_force(self, day: date) -> bool:
        """Whether it holds on this day."""
        return self.valid_from <= day <= self.valid_until

    def terms(self, purpose: PurposeCode, roles: frozenset[Role], agency: Agency, day: date) -> Terms:
        """What it gives somebody who acts in these roles for this agency."""
        return Terms(
            reference=self.reference,
            in_force=self.in_force(day),
            covers_purpose=purpose in self.purposes,
            covers_recipient=self.recipients.include(roles, agency),
            covers=self.covers,
        )


def strongest(terms: Iterable[Terms]) -> Terms:
    """The one agreement that stands behind a question. Agreements never add up: one document decides.

    It is the one that meets most of: in force, names the purpose, names the recipient. Of equals the
    first, so give them newest first.
    """
    return max(terms, key=lambda one: one.bearing, default=NO_AGREEMENT)


def read_agreements(folder: Path, sources: Sequence[Source]) -> dict[SourceId, tuple[Agreement, ...]]:
    """Every ``*.json`` of a folder by source, newest version first.

    Agreements with sources that are not registered are left out. Raises ConfigurationError naming the
    file and the fault.
    """
    agencies = {source.id: source.agency for source in sources}
    agreements: dict[str, Agreement] = {}
    for file in sorted(folder.glob("*.json")):
        agreement = read_agreement(file)
        if agreements.setdefault(agreement.reference, agreement) is not agreement:
            raise ConfigurationError(f"{file.name}: another document is {agreement.reference} already.")
        if agencies.get(agreement.source, agreement.source_agency) != agreement.source_agency:
            raise ConfigurationError(f"{file.name}: the source {agreement.source} belongs to another agency.")
    newest = sorted(agreements.values(), key=lambda one: (-one.version, one.id))
    return {source: tuple(one for one in newest if one.source == source) for source in agencies}


def read_agreement(file: Path) -> Agreement:
    """Decode one document strictly: no unknown field, no unknown code. Raises ConfigurationError."""
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise ConfigurationError(f"{file.name} is larger than {_MOST_BYTES} bytes.")
        return msgspec.json.decode(file.read_bytes(), type=Agreement)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise ConfigurationError(f"{file.name} is not a usable agreement: {fault}") from fault
