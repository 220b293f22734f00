from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import count

import pytest
from audit_samples import ABOUT, NOW, WHO, act, disclosure, question
from stored_leaves import StoredLeaves

from hub.audit.leaf import Outcome, Stage
from hub.audit.log import AuditLog
from hub.audit.reader import PAGE, EntryQuery
from hub.audit.subjects import subject_of
from hub.domain.acts import Action
from hub.domain.codes import AnswerState, PurposeCode
from hub.domain.people import PersonReference
from hub.domain.principals import Principal
from hub.keys import FileKeys

OTHER = Principal("user-2", "Oriole Other", WHO.agency, WHO.roles)
ELSE = PersonReference(family_name="Else", birth_date=ABOUT.birth_date)


@pytest.fixture
async def filled(url: str, keys: FileKeys) -> AsyncIterator[AuditLog]:
    """Leaf n was written n minutes after NOW."""
    minutes = count()
    log = await AuditLog.open(url, keys, clock=lambda: NOW + timedelta(minutes=next(minutes)))
    await log.record(act("a"))
    await log.record(act("b", principal=OTHER, reference=ELSE, purpose=PurposeCode.SCREEN))
    await log.record(
        act("c", action=Action.SIGN_IN, principal=None, reference=None, purpose=None, outcome=Outcome.REFUSED)
    )
    asked = question("d")
    async with log.recording(asked, "policy-1") as entry:
        entry.settle(disclosure(asked))
    yield log
    await log.close()


def subject(reference: PersonReference, keys: FileKeys) -> EntryQuery:
    return EntryQuery(subject=subject_of(reference, keys))


@pytest.mark.parametrize(
    ("query", "indexes"),
    [
        (EntryQuery(), [0, 1, 2, 3, 4]),
        (EntryQuery(principal="user-1"), [0, 3, 4]),
        (EntryQuery(principal="user-2"), [1]),
        (EntryQuery(principal=""), [2]),
        (EntryQuery(purpose=PurposeCode.SCREEN), [1]),
        (EntryQuery(kind="view"), [3, 4]),
        (EntryQuery(kind="signIn"), [2]),
        (EntryQuery(outcome="refused"), [2]),
        (EntryQuery(outcome="disclosed"), [4]),
        (EntryQuery(source="probation"), [4]),
        (EntryQuery(source="prob"), []),
        (EntryQuery(source="x\"%_'"), []),
        (EntryQuery(since=NOW + timedelta(minutes=2)), [2, 3, 4]),
        (EntryQuery(until=NOW + timedelta(minutes=2)), [0, 1]),
        (EntryQuery(since=NOW + timedelta(minutes=1), until=NOW + timedelta(minutes=4), principal="user-1"), [3]),
        (EntryQuery(principal="'; DROP TABLE audit_leaves; --"), []),
    ],
)
async def test_every_filter_narrows_and_filters_go_together(
    filled: AuditLog, query: EntryQuery, indexes: list[int]
) -> None:
    page = await filled.entries(query, 10)
    assert [entry.index for entry in page.entries] == indexes
    assert not page.has_next


async def test_an_auditor_finds_a_child_by_naming_it(filled: AuditLog, keys: FileKeys) -> None:
    child = await filled.entries(EntryQuery(subject=subject_of(ABOUT, keys)), 10)
    assert [entry.index for entry in child.entries] == [0, 3, 4]
    other = await filled.entries(EntryQuery(subject=subject_of(ELSE, keys)), 10)
    assert [entry.index for entry in other.entries] == [1]


async def test_pages_follow_each_other_without_gap_or_repeat(filled: AuditLog) -> None:
    first = await filled.entries(EntryQuery(principal="user-1"), 2)
    assert ([entry.index for entry in first.entries], first.has_next) == ([0, 3], True)
    second = await filled.entries(EntryQuery(principal="user-1"), 2, after=3)
    assert ([entry.index for entry in second.entries], second.has_next) == ([4], False)
    assert (await filled.entries(EntryQuery(), 2, after=4)).entries == ()


@pytest.mark.parametrize("first", [-1, 0, 1])
async def test_a_page_has_at_least_one_entry(filled: AuditLog, first: int) -> None:
    assert len((await filled.entries(EntryQuery(), first)).entries) == 1


async def test_an_entry_shows_what_its_leaf_says(filled: AuditLog, stored: StoredLeaves) -> None:
    entry = (await filled.entries(EntryQuery(outcome="disclosed"), 1)).entries[0]
    assert (entry.index, entry.at, entry.stage) == (4, NOW + timedelta(minutes=4), Stage.OUTCOME)
    assert (entry.principal, entry.agency, entry.roles) == ("user-1", "social-care", ("dsl", "mash_social_worker"))
    assert (entry.purpose, entry.enquiry_id, entry.policy_version) == ("S47", "enquiry-1", "policy-2")
    assert [(one.source, one.state) for one in entry.sources] == [
        ("health", AnswerState.KNOWN),
        ("probation", AnswerState.TIMED_OUT),
    ]
    assert entry.subject == stored.leaves()[4]["subject"]


async def test_a_page_is_bounded(log: AuditLog) -> None:
    for number in range(3):
        await log.record(act(f"r{number}"))
    assert len((await log.entries(EntryQuery(), 10 * PAGE)).entries) == 3
