"""What no destruction takes, and what whoever confirms has to know."""

import asyncio
from collections.abc import Callable, Iterable

import msgspec
import pytest
from asking_for_reports import CHILD, NUMBER, TWIN, TWINS_NUMBER
from reporting_hub import WORKER, ReportingHub, Verdicts, Watched

from hub.audit.named_keys import NamedKey
from hub.audit.reader import Content
from hub.audit.shredding import Shredder, named_keys
from hub.cli.audit_shred import CONFIRM, PROPOSE
from hub.domain.acts import Action
from hub.domain.codes import Agency, PurposeCode, Role
from hub.domain.principals import Principal
from hub.domain.questions import QuestionKind
from hub.domain.review import Judgement, ReviewVerdict, StaffMarks
from hub.keys import FileKeys
from hub.reviewing.kept import Kept, destroyed
from tests.audit.audit_samples import question

THEIRS = {"nhsNumber": NUMBER}
MONTHS = {"before": "2027-01"}


def somebody(role: Role) -> Principal:
    return Principal(f"the-{role}", "Somebody", Agency.SOCIAL_CARE, frozenset({Role.MASH_SOCIAL_WORKER, role}))


async def refused(hub: ReportingHub, role: str, query: str, **variables: object) -> list[str]:
    told = await hub.ask(role, query, **variables)
    reasons: list[str] = told["errors"][0]["extensions"]["reasons"] if "errors" in told else []
    return reasons


async def proposal(hub: ReportingHub, **scope: str) -> str:
    told = await hub.ask("dpo", PROPOSE, input=scope)
    return str(told["data"]["proposeShredding"]["id"])


@pytest.mark.parametrize(("scope", "person"), [(THEIRS, THEIRS), (MONTHS, None)])
async def test_whoever_looked_neither_proposes_nor_confirms_that_it_goes(
    one_hub: ReportingHub, scope: dict[str, str], person: dict[str, str] | None
) -> None:
    await one_hub.looked(CHILD, PurposeCode.SCREEN, who=somebody(Role.IG_LEAD))
    one_hub.clock.move(days=366 * 9)
    assert "shred-own-evidence" in await refused(one_hub, "ig_lead", PROPOSE, input=scope)
    made = await proposal(one_hub, **scope)
    assert "shred-own-evidence" in await refused(one_hub, "ig_lead", CONFIRM, id=made, person=person)
    assert all(one.content is Content.WHOLE for one in await one_hub.evidence())


@pytest.mark.parametrize("scope", [THEIRS, MONTHS])
@pytest.mark.parametrize("item", ["the-enquiry", "person/worker-1/0"])
async def test_nothing_goes_on_which_a_query_stands_until_it_is_settled(
    one_hub: ReportingHub, scope: dict[str, str], item: str
) -> None:
    last = await one_hub.looked(CHILD, PurposeCode.SCREEN, enquiry="the-enquiry")
    one_hub.clock.move(days=366 * 9)
    verdicts = one_hub.services.review.verdicts
    assert isinstance(verdicts, Verdicts)
    verdicts.given[item] = [verdict(one_hub, item, Judgement.QUERY_RAISED, last)]
    assert "shred-spared" in await refused(one_hub, "dpo", PROPOSE, input=scope)
    verdicts.given[item].append(verdict(one_hub, item, Judgement.JUSTIFIED, last))
    assert await proposal(one_hub, **scope)


def verdict(hub: ReportingHub, item: str, judgement: Judgement, through: int) -> ReviewVerdict:
    return ReviewVerdict(
        id=judgement, item=item, enquiry_id=None if "/" in item else item, principal=WORKER.id, judgement=judgement,
        reason="Because.", by="auditor", at=hub.clock(), rules=(), through=through,
    )  # fmt: skip


async def test_whoever_confirms_names_the_same_person_again(one_hub: ReportingHub) -> None:
    await one_hub.looked(CHILD, PurposeCode.SCREEN)
    one_hub.clock.move(days=470)
    made = await proposal(one_hub, **THEIRS)
    assert "shred-person" in await refused(one_hub, "ig_lead", CONFIRM, id=made)
    other = {"nhsNumber": TWINS_NUMBER}
    assert "shred-other-person" in await refused(one_hub, "ig_lead", CONFIRM, id=made, person=other)
    assert await refused(one_hub, "ig_lead", CONFIRM, id=made, person=THEIRS) == []


async def test_by_person_nothing_goes_that_is_younger_than_review_looks_back(one_hub: ReportingHub) -> None:
    await one_hub.looked(CHILD, PurposeCode.SCREEN)
    one_hub.clock.move(days=400)
    assert "nothing-to-destroy" in await refused(one_hub, "dpo", PROPOSE, input=THEIRS)


async def test_a_story_whose_entries_were_destroyed_says_so_and_speaks_of_no_tampering(one_hub: ReportingHub) -> None:
    await one_hub.acted(Action.OPEN_ENQUIRY, reference=CHILD, enquiry_id="the-enquiry")
    row = msgspec.structs.replace(question("r", QuestionKind.VIEW, WORKER).enquiry, opened_at=one_hub.clock())
    stored = Kept(row, altered=False, glasses=())
    one_hub.clock.move(days=470)
    assert await destroyed([], stored, one_hub.services) is None
    made = await proposal(one_hub, **THEIRS)
    assert await refused(one_hub, "ig_lead", CONFIRM, id=made, person=THEIRS) == []
    assert "destroyed on purpose" in str(await destroyed([], stored, one_hub.services))
    later = msgspec.structs.replace(row, opened_at=one_hub.clock())
    assert await destroyed([], stored._replace(enquiry=later), one_hub.services) is None


async def test_what_is_in_dispute_is_spared_and_the_rest_goes(hub: ReportingHub) -> None:
    last = await hub.looked(CHILD, PurposeCode.SCREEN, enquiry="the-enquiry")
    await hub.looked(TWIN, PurposeCode.SCREEN)
    hub.clock.move(days=366 * 9)
    verdicts = hub.services.review.verdicts
    assert isinstance(verdicts, Verdicts)
    verdicts.given["the-enquiry"] = [verdict(hub, "the-enquiry", Judgement.MISUSE_CONFIRMED, last)]
    told = (await hub.ask("dpo", PROPOSE, input=MONTHS))["data"]["proposeShredding"]
    assert (told["keys"], told["entries"], told["spared"], told["sparedEntries"]) == (1, 2, 1, 2)
    assert await refused(hub, "ig_lead", CONFIRM, id=told["id"]) == []
    kept = [one.content is Content.WHOLE for one in (await hub.evidence())[:4]]
    assert kept == [True, True, False, False]
    acts = await hub.evidence(kind="shredAudit")
    assert all("spared:1" in one.reasons for one in (acts[0], acts[-1]))


async def test_a_query_raised_after_the_proposal_stops_it(one_hub: ReportingHub) -> None:
    last = await one_hub.looked(CHILD, PurposeCode.SCREEN, enquiry="the-enquiry")
    one_hub.clock.move(days=366 * 9)
    made = await proposal(one_hub, **MONTHS)
    verdicts = one_hub.services.review.verdicts
    assert isinstance(verdicts, Verdicts)
    verdicts.given["the-enquiry"] = [verdict(one_hub, "the-enquiry", Judgement.QUERY_RAISED, last)]
    assert "proposal-overtaken" in await refused(one_hub, "ig_lead", CONFIRM, id=made)


class RaisedMeanwhile(Shredder):
    """Somebody raises a query while the entries that are to go are looked through."""

    def __init__(self, url: str, keys: FileKeys, raised: Callable[[], None]) -> None:
        super().__init__(url, keys)
        self._raised = raised

    async def named(self, keys: Iterable[str]) -> tuple[NamedKey, ...]:
        named = await super().named(keys)
        self._raised()
        return named


async def test_a_query_raised_while_somebody_confirms_stops_it_before_any_key_is_named(
    hub: ReportingHub, url: str, keys: FileKeys
) -> None:
    last = await hub.looked(CHILD, PurposeCode.SCREEN, enquiry="the-enquiry")
    await hub.looked(TWIN, PurposeCode.SCREEN)
    hub.clock.move(days=366 * 9)
    made = await proposal(hub, **MONTHS)
    verdicts = hub.services.review.verdicts
    assert isinstance(verdicts, Verdicts)
    query = verdict(hub, "the-enquiry", Judgement.QUERY_RAISED, last)
    meanwhile = RaisedMeanwhile(url, keys, lambda: verdicts.given.update({"the-enquiry": [query]}))
    object.__setattr__(hub.services, "shredder", meanwhile)
    assert await refused(hub, "ig_lead", CONFIRM, id=made) == ["proposal-overtaken"]
    assert not any(named_keys(one.reasons) for one in await hub.evidence(kind="shredAudit"))
    assert await meanwhile.complete() == 0
    assert all(one.content is Content.WHOLE for one in await hub.evidence())
    assert await refused(hub, "ig_lead", CONFIRM, id=await proposal(hub, **MONTHS)) == []
    kept = [one.content is Content.WHOLE for one in (await hub.evidence())[:4]]
    assert kept == [True, True, False, False]


async def test_a_second_id_of_somebody_on_the_staff_list_is_theirs(one_hub: ReportingHub) -> None:
    await one_hub.looked(CHILD, PurposeCode.SCREEN)
    one_hub.clock.move(days=366 * 9)
    nobody, person = frozenset[str](), frozenset({"family name and birth date"})
    watched = one_hub.services.review.watched
    assert isinstance(watched, Watched)
    watched.marked = {one: StaffMarks(one, nobody, nobody, nobody, person) for one in (WORKER.id, "the-dpo")}
    assert "shred-own-evidence" in await refused(one_hub, "dpo", PROPOSE, input=MONTHS)
    watched.marked = {one: StaffMarks(one, nobody, nobody, nobody, person) for one in ("the-ig_lead", "the-dpo")}
    made = await proposal(one_hub, **MONTHS)
    assert "nobody-confirms-their-own-destruction" in await refused(one_hub, "ig_lead", CONFIRM, id=made)


class Together(Shredder):
    """Keeps everybody who is about to confirm waiting until there are two."""

    def __init__(self, url: str, keys: FileKeys) -> None:
        super().__init__(url, keys)
        self._both = asyncio.Barrier(2)

    async def named(self, keys: Iterable[str]) -> tuple[NamedKey, ...]:
        named = await super().named(keys)
        await self._both.wait()
        return named


@pytest.mark.parametrize("others", [("ig_lead", "ig_lead"), ("ig_lead", "ig_lead@health")])
async def test_of_two_who_confirm_at_the_same_moment_one_destroys(
    hub: ReportingHub, url: str, keys: FileKeys, others: tuple[str, str]
) -> None:
    await hub.looked(CHILD, PurposeCode.SCREEN)
    hub.clock.move(days=366 * 9)
    made = await proposal(hub, **MONTHS)
    object.__setattr__(hub.services, "shredder", Together(url, keys))
    came = await asyncio.gather(*(refused(hub, one, CONFIRM, id=made) for one in others))
    assert sorted(came, key=len) == [[], ["proposal-overtaken"]]
    acts = await hub.evidence(kind="shredAudit", outcome="done")
    assert [sum("finished" in one.reasons for one in acts), sum(bool(named_keys(one.reasons)) for one in acts)] == [
        1,
        1,
    ]
    assert all(one.content is Content.DESTROYED for one in (await hub.evidence())[:2])
