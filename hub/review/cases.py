"""One enquiry as the log tells it: everything that was done under it, in order."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from hub.domain.acts import Action
from hub.review.facts import Fact


class Case(NamedTuple):
    """Facts of one enquiry, by rising index. There is at least one."""

    enquiry_id: str
    facts: tuple[Fact, ...]

    @property
    def opening(self) -> Fact:
        """How it was opened; its first fact where the log does not reach so far back."""
        return next((one for one in self.facts if one.opens), self.facts[0])

    @property
    def principal(self) -> str:
        """Who opened it."""
        return self.opening.principal

    @property
    def questions(self) -> tuple[Fact, ...]:
        """Finds and views that were asked."""
        return tuple(one for one in self.facts if one.asks)

    @property
    def answers(self) -> tuple[Fact, ...]:
        """Finds and views that were answered."""
        return tuple(one for one in self.facts if one.discloses)

    @property
    def closed(self) -> bool:
        """Whether somebody closed it."""
        return any(one.kind == Action.CLOSE_ENQUIRY and not one.refused for one in self.facts)

    @property
    def ended_by(self) -> datetime | None:
        """When it ends by itself, where the log tells."""
        opening = self.opening.opening
        return datetime.fromisoformat(opening.until) if opening else None

    def together(self, name: str) -> frozenset[str]:
        """All hashes of one kind: ``people``, ``others`` or ``near``."""
        return frozenset[str]().union(*(getattr(one, name) for one in self.facts))

    def having(self, name: str, hashes: frozenset[str]) -> tuple[int, ...]:
        """The entries whose hashes of one kind are among these."""
        return tuple(one.index for one in self.facts if not hashes.isdisjoint(getattr(one, name)))


def spells(facts: Sequence[Fact], apart_seconds: float) -> list[tuple[Fact, ...]]:
    """Facts in time order, parted wherever nothing happened for longer than that."""
    found: list[list[Fact]] = []
    for one in facts:
        if found and (one.at - found[-1][-1].at).total_seconds() <= apart_seconds:
            found[-1].append(one)
        else:
            found.append([one])
    return [tuple(one) for one in found]
