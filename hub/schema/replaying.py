"""Past decisions decided again, as the schema shows them."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from hub import replaying
from hub.schema.asking import Info
from hub.schema.evidence import zoned
from hub.schema.paging import cursor_of, number_of

ReplayState = Annotated[
    replaying.ReplayState,
    strawberry.enum(
        name="ReplayState",
        description="NOT_ENOUGH_RECORDED is never agreement: something that the decision rested on is not in evidence.",
    ),
]
ReplayEffect = Annotated[
    replaying.Effect, strawberry.enum(name="ReplayEffect", description="What a difference does to whoever asked.")
]
ReplayFindingKind = Annotated[
    replaying.FindingKind, strawberry.enum(name="ReplayFindingKind", description="What was noticed about a decision.")
]


@strawberry.type(description="A policy that decided, and its sentence.")
class DecidingPolicy:
    """``hub.replaying.Deciding``."""

    policy: str
    says: str

    @classmethod
    def every(cls, deciding: tuple[replaying.Deciding, ...]) -> list[Self]:
        """As the schema shows them."""
        return [cls(policy=one.policy, says=one.says) for one in deciding]


@strawberry.type(description="Categories of one source that come out otherwise, alike.")
class ReplayDifference:
    """``hub.replaying.Difference``."""

    effect: ReplayEffect
    source: str = strawberry.field(description="Empty for an act; its kind stands in categories.")
    about: list[str]
    categories: list[str]
    recorded: list[DecidingPolicy]
    decided: list[DecidingPolicy]
    asked: bool = strawberry.field(description="Whether the question could ask for some of them.")


@strawberry.type(description="Something noticed about a decision.")
class ReplayFinding:
    """``hub.replaying.Finding``."""

    kind: ReplayFindingKind
    says: str
    source: str | None
    names: list[str]


@strawberry.type(description="How many verdicts a policy decided, as recorded and as decided again.")
class ReplayedPolicy:
    """``hub.replaying.PolicyCompared``."""

    policy: str
    says: str
    recorded: int
    decided: int
    agrees: bool


@strawberry.type(description="One past decision, decided again.")
class Replay:
    """``hub.replaying.Replayed``."""

    index: int = strawberry.field(description="Of the entry that says what was decided: of a read, its outcome.")
    at: datetime
    kind: str
    request_id: str
    roles: list[str]
    agency: str
    purpose: str | None
    outcome: str
    recorded_version: str
    under: str | None = strawberry.field(description="The policies decided by; null where nothing could be decided.")
    state: ReplayState
    findings: list[ReplayFinding]
    differences: list[ReplayDifference]
    policies: list[ReplayedPolicy]

    @classmethod
    def of(cls, told: replaying.Replayed) -> Self:
        """As the schema shows it."""
        return cls(
            index=told.index,
            at=told.at,
            kind=told.kind,
            request_id=told.request_id,
            roles=list(told.roles),
            agency=told.agency,
            purpose=told.purpose,
            outcome=told.outcome,
            recorded_version=told.recorded_version,
            under=told.under,
            state=told.state,
            findings=[
                ReplayFinding(kind=one.kind, says=one.says, source=one.source, names=list(one.names))
                for one in told.findings
            ],
            differences=[_difference(one) for one in told.differences],
            policies=[
                ReplayedPolicy(
                    policy=one.policy, says=one.says, recorded=one.recorded, decided=one.decided, agrees=one.agrees
                )
                for one in told.policies
            ],
        )


@strawberry.type(description="What is alike of some decisions.")
class ReplayGroup:
    """``hub.replaying.Group``, counted."""

    what: str = strawberry.field(description="An effect, or the kind of a finding.")
    purpose: str
    roles: list[str]
    agency: str
    source: str
    about: list[str]
    categories: list[str]
    recorded: list[DecidingPolicy]
    decided: list[DecidingPolicy]
    says: str
    names: list[str]
    decisions: int
    example: int = strawberry.field(description="The index of the first of them.")

    @classmethod
    def of(cls, counted: replaying.Counted) -> Self:
        """As the schema shows it."""
        group = counted.group
        return cls(
            what=group.what,
            purpose=group.purpose,
            roles=list(group.roles),
            agency=group.agency,
            source=group.source,
            about=list(group.about),
            categories=list(group.categories),
            recorded=DecidingPolicy.every(group.recorded),
            decided=DecidingPolicy.every(group.decided),
            says=group.says,
            names=list(group.names),
            decisions=counted.decisions,
            example=counted.example,
        )


@strawberry.type(description="The next decisions of a period, decided again; oldest first.")
class ReplayPage:
    """``hub.replaying.ReplayPage``."""

    agrees: int
    differs: list[int] = strawberry.field(description="Indexes of those that come out otherwise.")
    not_enough: list[int] = strawberry.field(description="Indexes of those of which too little was recorded.")
    groups: list[ReplayGroup]
    last: int | None = strawberry.field(description="The newest index looked at.")
    end_cursor: str | None
    has_next_page: bool


def _difference(one: replaying.Difference) -> ReplayDifference:
    return ReplayDifference(
        effect=one.effect,
        source=one.source,
        about=list(one.about),
        categories=list(one.categories),
        recorded=DecidingPolicy.every(one.recorded),
        decided=DecidingPolicy.every(one.decided),
        asked=one.asked,
    )


async def replay_decision(
    info: Info, index: int, under: str | None = strawberry.UNSET, policies: str | None = strawberry.UNSET
) -> Replay:
    """One entry."""
    asking = info.context
    by = replaying.Under(under or None, policies or None)
    return Replay.of(await replaying.replay_decision(asking.principal, index, by, asking.services))


@strawberry.input(description="Entries from one moment until just before another.")
class ReplayPeriod:
    """``hub.replaying.Period`` as it is sent."""

    from_: datetime | None = strawberry.field(name="from", default=strawberry.UNSET)
    to: datetime | None = strawberry.UNSET


async def replay_decisions(
    info: Info,
    period: ReplayPeriod | None = strawberry.UNSET,
    under: str | None = strawberry.UNSET,
    policies: str | None = strawberry.UNSET,
    first: int = replaying.MOST_REPLAYED,
    after: str | None = strawberry.UNSET,
) -> ReplayPage:
    """A period's next entries."""
    asking = info.context
    wanted = replaying.Period(zoned(period.from_), zoned(period.to)) if period else replaying.Period()
    by, place = replaying.Under(under or None, policies or None), number_of(after) if after else None
    page = await replaying.replay_decisions(asking.principal, wanted, by, first, place, asking.services)
    return ReplayPage(
        agrees=page.summary.agrees,
        differs=list(page.summary.differs),
        not_enough=list(page.summary.not_enough),
        groups=[ReplayGroup.of(one) for one in page.summary.groups],
        last=page.last,
        end_cursor=None if page.last is None else cursor_of(page.last),
        has_next_page=page.has_next,
    )


@strawberry.type
class ReplayQuery:
    """Deciding again; part of the root."""

    replay_decision: Replay = strawberry.field(
        resolver=replay_decision,
        description="Decides the entry of this index again, under the policies, agreements and roles then in force, "
        "and compares that with what was recorded. With under, a version that was in force here or `current`; with "
        "policies, a folder as `hub audit replay` packs it.",
    )
    replay_decisions: ReplayPage = strawberry.field(
        resolver=replay_decisions, description="Decides a period's next entries again, at most 100 at once."
    )
