"""The whole space of decisions of a set of policies, worked out once for everything that is decided alike."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import cache
from typing import NamedTuple, TypeVar

from hub.domain.categories import Category
from hub.domain.codes import Agency, PurposeCode, Role, SubjectKind
from hub.domain.permits import Verdict
from hub.policy.comparing.supposing import Circumstances
from hub.policy.engine import Engine
from hub.policy.entities import disclosures, person
from hub.policy.facts import DECIDABLE, Subject
from hub.policy.policies import Policies
from hub.policy.purposes import PurposeRow

_T = TypeVar("_T", bound=Hashable)


class Cell(NamedTuple):
    """One decision: who asks for what, of whose records, about whom, in which circumstances."""

    purpose: str
    role: str
    agency: str  # whom they work for
    source: str  # the agency whose source it is, or the source
    about: str
    under: str  # empty: everybody agreed, no label, nothing broken or released
    category: str


class Asked(NamedTuple):
    """Everything about a decision but the category."""

    role: Role
    agency: Agency
    purpose: PurposeCode
    source: Agency
    about: SubjectKind
    under: Circumstances


def held_at(agency: Agency) -> tuple[Category, ...]:
    """Categories that a source of this agency can hold: its own, and those that all share."""
    return tuple(one for one in DECIDABLE if one.agency in {None, agency})


class Alike:
    """What both sets of policies decide alike, because neither speaks of the one differently from the other.

    A policy tells roles, agencies and categories apart by naming them, by the lists of a purpose, by tier and
    agency, and by nothing else; so one of each class is asked about.
    """

    def __init__(self, *sets: Policies) -> None:
        self._sets = sets
        self._told = [
            meaning for one in sets for meaning in one.engine.meanings.values() if decides_disclosure(meaning)
        ]
        self._roles, self._agencies = cache(self._role), cache(self._agency)
        self.category = cache(self._category)

    def of(self, asked: Asked) -> Asked:
        """Whoever stands for everybody who is decided like this."""
        return asked._replace(
            role=self._roles(asked.role, asked.purpose),
            agency=self._agencies(asked.agency, asked.purpose, asked.source),
        )

    def _role(self, role: Role, purpose: PurposeCode) -> Role:
        return _first(Role, role, lambda one: self._role_class(one, purpose))

    def _role_class(self, role: Role, purpose: PurposeCode) -> Hashable:
        if role is Role.PARTNER_REP or self._named("Role", role):
            return role
        lists = (row.reach.get(role) for row in self._rows(purpose))
        return tuple(lists), tuple(role in row.on_release for row in self._rows(purpose)), self._glass(role, purpose)

    def _glass(self, role: Role, purpose: PurposeCode) -> Hashable:
        return tuple(role in row.break_glass for row in self._rows(purpose))

    def _agency(self, agency: Agency, purpose: PurposeCode, source: Agency) -> Agency:
        return _first(Agency, agency, lambda one: self._agency_class(one, purpose, source))

    def _agency_class(self, agency: Agency, purpose: PurposeCode, source: Agency) -> Hashable:
        if agency is source or self._named("Agency", agency):
            return agency
        rows = self._rows(purpose)
        return tuple((agency in row.agencies, agency in row.flags_of, agency in row.partner_reps.of) for row in rows)

    def _category(self, category: Category) -> Category:
        return _first(DECIDABLE, category, self._category_class)

    def _category_class(self, category: Category) -> Hashable:
        naming = tuple(f'"id":"{category}"' in meaning for meaning in self._told)
        return category.tier, category.agency, category.reveals_location, naming

    def _rows(self, purpose: PurposeCode) -> list[PurposeRow]:
        return [one.rows[purpose] for one in self._sets]

    def _named(self, kind: str, name: str) -> bool:
        return any(f'"id":"{name}","type":"Hub::{kind}"' in meaning for meaning in self._told)


class Grid:
    """What one set of policies permits, with what is decided alike decided once."""

    def __init__(self, policies: Policies, alike: Alike) -> None:
        self._engine, self._alike = policies.engine, alike
        self._decided = cache(self._decide)

    def permitted(self, asked: Asked) -> frozenset[Category]:
        """Categories of a source of this agency that are shown."""
        return self._decided(self._alike.of(asked))

    def _decide(self, asked: Asked) -> frozenset[Category]:
        held = held_at(asked.source)
        one_of_each = tuple(dict.fromkeys(self._alike.category(one) for one in held))
        verdicts = zip(one_of_each, verdicts_of(self._engine, asked, one_of_each), strict=True)
        shown = {one for one, verdict in verdicts if verdict.permitted}
        return frozenset(one for one in held if self._alike.category(one) in shown)


def verdicts_of(engine: Engine, asked: Asked, categories: Sequence[Category]) -> list[Verdict]:
    """The engine's own verdicts."""
    facts = asked.under.facts(asked.role, asked.agency, asked.purpose, asked.source)
    requests = disclosures(facts, Subject(asked.about, asked.under.labels), categories)
    return engine.decide(person(facts.roles, facts.agency), requests)


def decides_disclosure(meaning: str) -> bool:
    """Whether a policy bears on what is shown, rather than on some act alone."""
    return '"id":"disclose"' in meaning or '"action":{"op":"All"}' in meaning


def _first(members: Iterable[_T], one: _T, classed: Callable[[_T], Hashable]) -> _T:
    """The first member that is in the same class."""
    wanted = classed(one)
    return next(member for member in members if classed(member) == wanted)
