"""Facts of enquiries for the rules of review, as the log would tell them."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from hub.audit.leaf import Opening, Outcome, Stage
from hub.domain.acts import Action
from hub.domain.review import Flag, FlagKind, Rule, StaffMarks, Thresholds
from hub.review.cases import Case
from hub.review.facts import Fact
from hub.review.finding import Ground
from hub.review.signs import findings_of

MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)  # in winter, so London's time as well
NOBODY: frozenset[str] = frozenset()


class Desk:
    """Somebody's day at work, fact by fact, a minute apart."""

    def __init__(self, at: datetime = MONDAY, who: str = "p-worker", roles: tuple[str, ...] = ("mash_social_worker",)):
        self.at, self.who, self.roles = at, who, roles
        self.facts: list[Fact] = []
        self._indexes, self._enquiries = count(), count()

    def fact(self, kind: str, outcome: Outcome, stage: Stage = Stage.ACT, **more: Any) -> Fact:
        told: dict[str, Any] = {
            "index": next(self._indexes),
            "at": self.at,
            "stage": stage,
            "kind": kind,
            "outcome": outcome,
            "principal": self.who,
            "agency": "social-care",
            "roles": self.roles,
            "purpose": "S47",
            "enquiry_id": "enquiry",
            "subject": "subject",
            "people": frozenset({"subject"}),
            "others": NOBODY,
            "near": NOBODY,
            "broken_glass": False,
            "reasons": (),
            "withheld": (),
            "records": 0,
            "opening": None,
        }
        self.facts.append(Fact(**(told | more)))
        self.at += timedelta(minutes=1)
        return self.facts[-1]

    def opens(self, *, referred: bool = True, hours: float = 24, **more: Any) -> Fact:
        until = (self.at + timedelta(hours=hours)).isoformat()
        return self.fact(
            Action.OPEN_ENQUIRY, Outcome.DONE, opening=Opening("AMBER", referred, until), **{"near": NOBODY} | more
        )

    def asks(self, kind: str = "view", **more: Any) -> None:
        self.fact(kind, Outcome.ASKED, Stage.INTENT, **more)
        self.fact(kind, Outcome.DISCLOSED, Stage.OUTCOME, **more)

    def closes(self) -> None:
        self.fact(Action.CLOSE_ENQUIRY, Outcome.DONE)

    def refused(self, *reasons: str, kind: str = "view", **more: Any) -> None:
        self.fact(kind, Outcome.REFUSED, reasons=reasons, **more)

    @property
    def case(self) -> Case:
        return Case("enquiry", tuple(self.facts))


def usual_day() -> Desk:
    """Opened with a referral at ten on a Monday, asked, closed: nothing to look at."""
    desk = Desk()
    desk.opens()
    desk.asks("find")
    desk.asks("view")
    desk.closes()
    return desk


def ground(now: datetime = MONDAY + timedelta(days=10), **more: Any) -> Ground:
    thresholds = Thresholds(**more.pop("thresholds", {}))
    return Ground(now=now, thresholds=thresholds, **more)


def marks(**kept: set[str]) -> dict[str, StaffMarks]:
    told = {name: frozenset(kept.get(name, set())) for name in ("surnames", "parts", "postcodes", "people")}
    return {"p-worker": StaffMarks("p-worker", **told)}


def flagged(*people: str, kind: FlagKind = FlagKind.COLLEAGUE) -> tuple[Flag, ...]:
    return (Flag("flag", kind, frozenset(people), "p-auditor", MONDAY),)


def weights(case: Case, on: Ground) -> dict[Rule, float]:
    """What each rule makes of a case."""
    return {one.rule: one.weight for one in findings_of(case, on)}
