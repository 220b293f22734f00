"""An information sharing agreement as data: one versioned document, in the format of policies/agreements/README.md."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal

import msgspec

from hub.domain.categories import Category
from hub.domain.codes import Agency, PurposeCode, Role, Tier
from hub.domain.identifiers import SourceId
from hub.policy.agreements.faults import faults
from hub.policy.facts import DECIDABLE, Terms

EVERYTHING = frozenset(DECIDABLE)


class PublicKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A party's public key for signatures, as JWK: Ed25519 or P-256. Never a private one."""

    kty: Literal["OKP", "EC"]
    crv: Literal["Ed25519", "P-256"]
    x: str
    y: str | None = None
    kid: str | None = None
    use: Literal["sig"] | None = None
    alg: Literal["EdDSA", "ES256"] | None = None


class Party(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One organisation that agrees. ``code`` is how others know it, for example its ODS code."""

    organisation: str
    role: Literal["discloser", "recipient"]
    agency: Agency
    code: str | None = None
    keys: tuple[PublicKey, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """What a token may call somebody's organisation who works for this party."""
        return frozenset({self.organisation, self.code} - {None})  # type: ignore[arg-type]


class Signatory(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who signed, for whom, when; and the signature itself, where there is one."""

    name: str
    role: str
    organisation: str
    signed_on: date
    signature: str | None = None


class Recipients(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """To whom the owner gives. An empty list does not narrow; all empty names nobody and is refused."""

    roles: frozenset[Role] = frozenset()
    agencies: frozenset[Agency] = frozenset()
    organisations: frozenset[str] = frozenset()  # parties of the document

    def __post_init__(self) -> None:
        if not self.roles and not self.agencies and not self.organisations:
            raise ValueError("name roles, agencies, or both as recipients; or organisations that are parties")

    def include(self, roles: frozenset[Role], agency: Agency, names: frozenset[str] = frozenset()) -> bool:
        """Whether somebody who acts in these roles for this agency, and for a party of these names, is meant."""
        return (
            (not self.roles or bool(self.roles & roles))
            and (not self.agencies or agency in self.agencies)
            and (not self.organisations or bool(self.organisations & names))
        )


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the owner gives, to whom and for what. Left out: every purpose of the agreement, all its days."""

    mode: Literal["existence", "content"]
    recipients: Recipients
    purposes: frozenset[PurposeCode] = frozenset()
    tiers: frozenset[Tier] = frozenset()
    categories: frozenset[Category] = frozenset()
    excluding: frozenset[Category] = frozenset()
    conditions: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None

    @property
    def covers(self) -> frozenset[Category]:
        """Categories that it gives."""
        if self.mode == "existence":
            return frozenset({Category.EXISTENCE})
        return _named(self.tiers, self.categories) - self.excluding


class AgreedException(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What overrides the rules, and why. ALLOW gives more than they do; DENY wins over whatever gives.

    A DENY that leaves something out means everything of it: every purpose, everybody, every category.
    """

    effect: Literal["ALLOW", "DENY"]
    reason: str
    purposes: frozenset[PurposeCode] = frozenset()
    tiers: frozenset[Tier] = frozenset()
    categories: frozenset[Category] = frozenset()
    recipients: Recipients | None = None
    valid_from: date | None = None
    valid_until: date | None = None

    @property
    def covers(self) -> frozenset[Category]:
        """Categories that it is about."""
        return _named(self.tiers, self.categories) if self.tiers or self.categories else EVERYTHING


Clause = Rule | AgreedException


class Agreement(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One version of one agreement with one source's owner. Both days of its validity are included.

    The rules stand in ``rules``; or, where there is one rule, its parts stand in the document itself.
    """

    id: str
    version: int
    source: SourceId
    source_agency: Agency
    purposes: frozenset[PurposeCode]
    valid_from: date
    valid_until: date
    review_date: date
    signatories: tuple[Signatory, ...]
    title: str = ""
    parties: tuple[Party, ...] = ()
    rules: tuple[Rule, ...] = ()
    mode: Literal["existence", "content"] | None = None
    recipients: Recipients | None = None
    tiers: frozenset[Tier] = frozenset()
    categories: frozenset[Category] = frozenset()
    excluding: frozenset[Category] = frozenset()
    conditions: tuple[str, ...] = ()
    exceptions: tuple[AgreedException, ...] = ()

    def __post_init__(self) -> None:
        for fault in faults(self):
            raise ValueError(f"{fault.path}: {fault.says}" if fault.path else fault.says)

    @property
    def reference(self) -> str:
        """How a decision and its evidence name this agreement."""
        return f"{self.id}@{self.version}"

    @property
    def giving(self) -> tuple[Rule, ...]:
        """Its rules, also where the one rule stands in the document itself."""
        if self.mode is None or self.recipients is None:
            return self.rules
        whole = Rule(
            mode=self.mode,
            recipients=self.recipients,
            tiers=self.tiers,
            categories=self.categories,
            excluding=self.excluding,
        )
        return (whole,)

    def clauses(self) -> Iterator[tuple[str, Clause]]:
        """Every rule and exception with its place in the document."""
        yield from ((f"rules[{place}]" if self.rules else "mode", one) for place, one in enumerate(self.giving))
        yield from ((f"exceptions[{place}]", one) for place, one in enumerate(self.exceptions))

    @property
    def covers(self) -> frozenset[Category]:
        """Categories that its rules give to anybody."""
        return _all_of(self.giving)

    def in_force(self, day: date) -> bool:
        """Whether it holds on this day."""
        return self.valid_from <= day <= self.valid_until

    def terms(
        self,
        purpose: PurposeCode,
        roles: frozenset[Role],
        agency: Agency,
        day: date,
        organisation: str | None = None,
    ) -> Terms:
        """What it gives somebody who acts in these roles for this agency and organisation, on this day.

        Where it gives nothing, what it would take is told one thing at a time, so that a refusal names
        what is missing and no more.
        """
        names = self.names_of(organisation)
        giving = [one for _, one in self.clauses() if isinstance(one, Rule) or one.effect == "ALLOW"]
        named = [one for one in giving if self.about(one, purpose)]
        meant = [one for one in named or giving if includes(one, roles, agency, names)]
        standing = [one for one in meant if self.standing(one, day)]
        return Terms(
            reference=self.reference,
            in_force=self.in_force(day) and bool(standing or not meant),
            covers_purpose=bool(named),
            covers_recipient=bool(meant),
            covers=_all_of(standing or meant or named or giving),
            denies=_all_of(self.denying(purpose, roles, agency, day, organisation)),
            conditions=tuple(dict.fromkeys((*self.conditions, *_said(standing)))),
        )

    def denying(
        self, purpose: PurposeCode, roles: frozenset[Role], agency: Agency, day: date, organisation: str | None = None
    ) -> list[AgreedException]:
        """Exceptions that deny. Whoever's organisation is not known may be of any party of their agency."""
        names = self.names_of(organisation)
        if organisation is None:
            names = frozenset().union(*(one.names for one in self.parties if one.agency is agency))
        return [
            one
            for one in self.exceptions
            if one.effect == "DENY"
            and self.about(one, purpose)
            and includes(one, roles, agency, names)
            and self.standing(one, day)
        ]

    def names_of(self, organisation: str | None) -> frozenset[str]:
        """The names of the party that somebody's token says they work for."""
        names = (one.names for one in self.parties if organisation is not None and organisation in one.names)
        return frozenset().union(*names)

    def about(self, clause: Clause, purpose: PurposeCode) -> bool:
        """Whether a clause speaks of a purpose of this agreement."""
        return purpose in self.purposes and (not clause.purposes or purpose in clause.purposes)

    def standing(self, clause: Clause, day: date) -> bool:
        """Whether a clause holds on this day."""
        first, last = self.days_of(clause)
        return first <= day <= last

    def days_of(self, clause: Clause) -> tuple[date, date]:
        """The first and the last day of a clause."""
        return clause.valid_from or self.valid_from, clause.valid_until or self.valid_until


def _said(clauses: "Iterable[Clause]") -> Iterator[str]:
    """Conditions of the rules among these."""
    for one in clauses:
        if isinstance(one, Rule):
            yield from one.conditions


def includes(clause: Clause, roles: frozenset[Role], agency: Agency, names: frozenset[str]) -> bool:
    """Whether a clause means somebody. A DENY without recipients means everybody."""
    return clause.recipients is None or clause.recipients.include(roles, agency, names)


def _all_of(clauses: Iterable[Clause]) -> frozenset[Category]:
    return frozenset().union(*(one.covers for one in clauses))


def _named(tiers: frozenset[Tier], categories: frozenset[Category]) -> frozenset[Category]:
    return frozenset(one for one in DECIDABLE if one.tier in tiers or one in categories)
