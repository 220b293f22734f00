"""Decisions, compiled once for all categories and kept while they are in use."""

from functools import lru_cache
from types import MappingProxyType

from hub.domain.codes import Label, SubjectKind
from hub.domain.permits import Verdict, Verdicts
from hub.policy.engine import Engine
from hub.policy.entities import disclosures, person
from hub.policy.facts import DECIDABLE, Facts, Subject

_MOST_ROWS = 4096  # each a few kilobytes; labels that partners send could otherwise fill memory


class DecisionTable:
    """Verdicts by facts and subject. Total over every decidable category, for permitted and denied alike.

    A row is compiled when it is first needed (milliseconds) and then is one dictionary look-up. The
    policy version is not in the key because a table belongs to one engine, which never changes.
    """

    def __init__(self, engine: Engine, most_rows: int = _MOST_ROWS) -> None:
        self._engine = engine
        self._compiled = lru_cache(maxsize=most_rows)(self._compile)

    def verdicts(self, facts: Facts, kind: SubjectKind, labels: frozenset[Label]) -> Verdicts:
        """Every category's verdict."""
        return self._compiled(facts, kind, labels)

    def _compile(self, facts: Facts, kind: SubjectKind, labels: frozenset[Label]) -> Verdicts:
        requests = disclosures(facts, Subject(kind, labels), DECIDABLE)
        verdicts = self._engine.decide(person(facts.roles, facts.agency), requests)
        same: dict[Verdict, Verdict] = {}  # most categories share a handful of verdicts
        shared = (same.setdefault(verdict, verdict) for verdict in verdicts)
        return MappingProxyType(dict(zip(DECIDABLE, shared, strict=True)))
