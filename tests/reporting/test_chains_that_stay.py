"""What stays keeps what is near to it, and that keeps the next: along chains of any length and shape."""

import random
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from hub.audit.leaf import Leaf, Outcome, Stage, timestamp
from hub.audit.shredding import Around, Doomed, Plan, Shredder
from hub.domain.codes import PurposeCode
from hub.policy.policies import shipped_policies
from hub.policy.privacy_rules import read_telling_rules
from hub.review.outliving import still_keeping

NOW = datetime(2036, 3, 4, tzinfo=UTC)
DOOMED = frozenset("abcdefghijkl")
STAYING = frozenset("xyz")


class Enquiries(Shredder):
    """What a log says of enquiries on domestic abuse about one person, told without a log."""

    def __init__(self, told: Mapping[str, Around]) -> None:
        self._told = told

    async def holding(self, keys: Iterable[str], holds: Callable[[Leaf], bool]) -> Sequence[Leaf]:
        going = frozenset(keys)
        return [one for one in map(looked, self._told) if self._told[str(one.enquiry_id)].own & going and holds(one)]

    async def around(self, enquiries: Mapping[str, Collection[str]], time: timedelta) -> Sequence[Around]:
        assert all(people == {"the-child", "the-name"} for people in enquiries.values())
        assert time == timedelta(days=30)
        return [self._told[one] for one in enquiries]


def looked(enquiry: str) -> Leaf:
    return Leaf(
        at=timestamp(NOW - timedelta(days=3000)), stage=Stage.OUTCOME, kind="view", request_id=enquiry,
        purpose=PurposeCode.DA_TRIAGE, enquiry_id=enquiry, subject="the-child", also=("the-name",),
        policy_version="1", outcome=Outcome.DONE,
    )  # fmt: skip


def some(keys: Iterable[str], most: int, dice: random.Random) -> frozenset[str]:
    return frozenset(dice.sample(sorted(keys), dice.randint(0, most)))


def by_definition(enquiries: Collection[Around]) -> frozenset[str]:
    """The least that stays, looked for over and over until nothing more does."""
    stays = frozenset[str]()
    while True:
        going = DOOMED - stays
        more = stays.union(*(one.own for one in enquiries if not one.own | one.near <= going))
        if more == stays:
            return stays & DOOMED
        stays = more


async def spared(told: Mapping[str, Around], doomed: Iterable[str]) -> frozenset[str]:
    plan, rules = Plan(tuple(Doomed(key, "2027-12", 1) for key in doomed)), read_telling_rules(shipped_policies())
    stays = await still_keeping(plan, rules, NOW, Enquiries(told))
    return frozenset(one for one in doomed if one in stays)


def told_by(dice: random.Random) -> Mapping[str, Around]:
    """Some enquiries, near to one another and now and then to what stays."""
    told = {}
    for number in range(dice.randint(1, 12)):
        own = some(DOOMED, 2, dice) | frozenset(dice.choice(sorted(DOOMED)))
        stays = some(STAYING, 1, dice) if dice.random() < 0.2 else frozenset()
        told[f"enquiry-{number}"] = Around(own, own | some(DOOMED, 2, dice) | stays)
    return told


async def test_what_stays_is_what_the_rule_says_whatever_is_near_to_what() -> None:
    for seed in range(300):
        told = told_by(random.Random(seed))
        assert await spared(told, sorted(DOOMED)) == by_definition(told.values()), seed


async def test_a_chain_of_any_length_stays_for_its_newest_link_and_nothing_else_does() -> None:
    months = [f"month-{number}" for number in range(2000)]
    links = zip(months, [*months[1:], "stays"], strict=True)
    chain = {f"enquiry-{one}": Around(frozenset((one,)), frozenset((one, following))) for one, following in links}
    alone = [f"alone-{number}" for number in range(2000)]
    others = {f"enquiry-{one}": Around(frozenset((one,)), frozenset((one,))) for one in alone}
    assert await spared(chain | others, [*months, *alone]) == frozenset(months)
