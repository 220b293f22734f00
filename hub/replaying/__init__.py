"""Deciding again what was decided, under the policies, agreements and roles then in force, or under others."""

from hub.replaying.deciding import MOST_REPLAYED, Period, ReplayPage, Under, replay_decision, replay_decisions
from hub.replaying.grouping import Counted, Group, Summary
from hub.replaying.packing import pack
from hub.replaying.told import (
    Deciding,
    Difference,
    Effect,
    Finding,
    FindingKind,
    PolicyCompared,
    Replayed,
    ReplayState,
)

__all__ = [
    "MOST_REPLAYED",
    "Counted",
    "Deciding",
    "Difference",
    "Effect",
    "Finding",
    "FindingKind",
    "Group",
    "Period",
    "PolicyCompared",
    "ReplayPage",
    "ReplayState",
    "Replayed",
    "Summary",
    "Under",
    "pack",
    "replay_decision",
    "replay_decisions",
]
