"""Which clause of an agreement decides, category by category."""

from collections.abc import Iterable
from datetime import date

import msgspec

from hub.domain.categories import Category
from hub.domain.codes import Agency, PurposeCode, Role
from hub.policy.agreements.document import AgreedException, Agreement, Clause, Rule, includes
from hub.policy.facts import DECIDABLE, Terms


class Recipient(msgspec.Struct, frozen=True):
    """Somebody who might be given something, what for and when."""

    role: Role
    agency: Agency
    purpose: PurposeCode
    day: date
    organisation: str | None = None


class Explained(msgspec.Struct, frozen=True):
    """One category: given or not, by which clause (its place in the document), and why."""

    category: Category
    given: bool
    clause: str  # empty: no clause speaks of it
    why: str


def explain(agreement: Agreement, who: Recipient) -> tuple[Explained, ...]:
    """Every category that there is."""
    roles = frozenset({who.role})
    terms = agreement.terms(who.purpose, roles, who.agency, who.day, who.organisation)
    denying = agreement.denying(who.purpose, roles, who.agency, who.day, who.organisation)
    names = agreement.names_of(who.organisation)
    meant = [
        (place, one)
        for place, one in agreement.clauses()
        if agreement.about(one, who.purpose)
        and agreement.standing(one, who.day)
        and (one in denying if _denies(one) else includes(one, roles, who.agency, names))
    ]
    missing = _missing(terms)
    return tuple(_explained(one, meant, missing) for one in DECIDABLE)


def _explained(category: Category, meant: Iterable[tuple[str, Clause]], missing: str) -> Explained:
    if missing:
        return Explained(category, False, "", missing)
    speaking = [(place, one) for place, one in meant if category in one.covers]
    for place, one in speaking:
        if isinstance(one, AgreedException) and one.effect == "DENY":
            return Explained(category, False, place, f"denied: {one.reason}")
    for place, one in speaking:
        why = one.reason if isinstance(one, AgreedException) else "given by this rule"
        return Explained(category, True, place, why)
    for place, one in meant:
        if isinstance(one, Rule) and category in one.excluding:
            return Explained(category, False, place, "excluded from this rule, and no exception allows it")
    return Explained(category, False, "", "no clause speaks of this category")


def _missing(terms: Terms) -> str:
    if not terms.covers_purpose:
        return "the agreement does not name this purpose"
    if not terms.covers_recipient:
        return "no clause for this purpose names this recipient"
    return "" if terms.in_force else "not in force on this day"


def _denies(clause: Clause) -> bool:
    return isinstance(clause, AgreedException) and clause.effect == "DENY"
