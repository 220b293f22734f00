import asyncio
from collections.abc import Callable

import anyio
import pytest
from audit_samples import act, disclosure, question
from stored_leaves import StoredLeaves

from hub.audit.log import AuditLog
from hub.domain.disclosures import Receipt
from hub.errors import AccessDenied, AuditUnavailable, BadInput, Conflict, HubError, TooManyRequests
from hub.keys import FileKeys


def came_of(stored: StoredLeaves) -> list[tuple[str, str, list[str]]]:
    return [(leaf["stage"], leaf["outcome"], leaf["reasons"]) for leaf in stored.leaves()]


ASKED = ("intent", "asked", [])


async def settle_then(log: AuditLog, end: BaseException | None, before: Callable[[], None] = lambda: None) -> None:
    """Settle a read, and then let it end in this way."""
    asked = question()
    async with log.recording(asked, "policy-1") as entry:
        before()
        entry.settle(disclosure(asked))
        if end is not None:
            raise end


async def test_the_intent_is_durable_before_the_body_and_the_outcome_before_the_exit(
    log: AuditLog, stored: StoredLeaves
) -> None:
    asked = question()
    async with log.recording(asked, "policy-1") as entry:
        assert came_of(stored) == [ASKED]
        with pytest.raises(RuntimeError):
            _ = entry.receipt
        entry.settle(disclosure(asked))
        assert came_of(stored) == [ASKED]
    assert came_of(stored) == [ASKED, ("outcome", "disclosed", [])]
    assert entry.receipt == Receipt(0, 1)
    assert log.size == 2
    stored.check()


async def test_a_refusal_leaves_its_reasons_and_is_raised_again(log: AuditLog, stored: StoredLeaves) -> None:
    with pytest.raises(AccessDenied):
        async with log.recording(question(), "policy-1"):
            raise AccessDenied(("early-help-needs-agreement", "default-deny"))
    assert came_of(stored)[1] == ("outcome", "refused", ["early-help-needs-agreement", "default-deny"])


@pytest.mark.parametrize(
    ("fault", "reasons"),
    [
        (TooManyRequests(), ["TOO_MANY_REQUESTS"]),
        (BadInput(reasons=("subject-incomplete",)), ["BAD_USER_INPUT", "subject-incomplete"]),
        (ZeroDivisionError("CANARY"), ["INTERNAL"]),
        (KeyboardInterrupt(), ["INTERNAL"]),
    ],
)
async def test_a_failure_leaves_its_code_and_is_raised_again(
    log: AuditLog, stored: StoredLeaves, fault: BaseException, reasons: list[str]
) -> None:
    with pytest.raises(type(fault)):
        async with log.recording(question(), "policy-1"):
            raise fault
    assert came_of(stored)[1] == ("outcome", "failed", reasons)


async def test_what_was_settled_before_a_failure_was_not_disclosed(log: AuditLog, stored: StoredLeaves) -> None:
    with pytest.raises(ZeroDivisionError):
        await settle_then(log, ZeroDivisionError())
    assert came_of(stored)[1] == ("outcome", "failed", ["INTERNAL"])
    assert stored.leaves()[1]["sources"] == []


async def test_leaving_without_settling_is_a_failure_and_lets_nothing_out(log: AuditLog, stored: StoredLeaves) -> None:
    with pytest.raises(HubError) as refused:
        async with log.recording(question(), "policy-1"):
            pass
    assert refused.value.reasons == ("unsettled",)
    assert came_of(stored)[1] == ("outcome", "failed", ["unsettled"])


async def test_a_disclosure_settles_only_its_own_question(log: AuditLog) -> None:
    with pytest.raises(ValueError, match="settles the question"):
        async with log.recording(question("request-1"), "policy-1") as entry:
            entry.settle(disclosure(question("request-2")))


async def test_an_asker_who_goes_away_leaves_abandoned(log: AuditLog, stored: StoredLeaves) -> None:
    inside = asyncio.Event()

    async def read() -> None:
        async with log.recording(question(), "policy-1"):
            inside.set()
            await asyncio.sleep(60)

    reading = asyncio.create_task(read())
    await inside.wait()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert came_of(stored) == [ASKED, ("outcome", "abandoned", [])]


async def test_a_deadlines_scope_that_cancels_again_and_again_leaves_abandoned(
    log: AuditLog, stored: StoredLeaves
) -> None:
    with anyio.move_on_after(0.05) as scope:
        async with log.recording(question(), "policy-1"):
            await anyio.sleep(60)
    assert scope.cancelled_caught
    assert came_of(stored) == [ASKED, ("outcome", "abandoned", [])]


async def test_an_asker_who_goes_away_before_the_intent_is_durable_leaves_both_leaves(
    log: AuditLog, stored: StoredLeaves
) -> None:
    async def read() -> None:
        async with log.recording(question(), "policy-1"):
            pytest.fail("the body ran")

    with stored.locked():
        reading = asyncio.create_task(read())
        await asyncio.sleep(0.05)
        reading.cancel()
        await asyncio.sleep(0.05)
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert came_of(stored) == [ASKED, ("outcome", "abandoned", [])]


@pytest.mark.parametrize(
    "end",
    [None, AccessDenied(("default-deny",)), ZeroDivisionError(), asyncio.CancelledError()],
    ids=["settled", "refused", "crashed", "cancelled"],
)
async def test_without_a_durable_outcome_there_is_audit_unavailable_whatever_happened(
    log: AuditLog, stored: StoredLeaves, end: BaseException | None
) -> None:
    with pytest.raises(AuditUnavailable):
        await settle_then(log, end, before=stored.drop)


async def test_without_a_durable_intent_the_body_never_runs(log: AuditLog, stored: StoredLeaves) -> None:
    stored.drop()
    for _ in range(2):
        with pytest.raises(AuditUnavailable):
            async with log.recording(question(), "policy-1"):
                pytest.fail("the body ran")


async def test_the_same_request_again_finds_its_first_evidence(log: AuditLog, stored: StoredLeaves) -> None:
    asked = question()
    receipts = []
    for _ in range(2):
        async with log.recording(asked, "policy-1") as entry:
            entry.settle(disclosure(asked))
        receipts.append(entry.receipt)
    assert receipts == [Receipt(0, 1)] * 2
    assert len(stored.leaves()) == 2


async def test_a_request_id_used_for_another_question_is_a_conflict(log: AuditLog, stored: StoredLeaves) -> None:
    asked = question()
    async with log.recording(asked, "policy-1") as entry:
        entry.settle(disclosure(asked))
    with pytest.raises(Conflict):
        async with log.recording(asked, "policy-2"):
            pytest.fail("the body ran")
    with pytest.raises(AuditUnavailable):  # its outcome cannot stand beside another
        async with log.recording(asked, "policy-1"):
            raise AccessDenied(("default-deny",))
    assert [leaf["outcome"] for leaf in stored.leaves()] == ["asked", "disclosed"]
    assert log.sealed is None


async def test_many_reads_at_once_each_get_their_own_receipt(log: AuditLog, stored: StoredLeaves) -> None:
    async def read(number: int) -> Receipt:
        asked = question(f"request-{number}")
        async with log.recording(asked, "policy-1") as entry:
            entry.settle(disclosure(asked))
        return entry.receipt

    receipts = await asyncio.gather(*(read(number) for number in range(200)))
    leaves = stored.leaves()
    for number, receipt in enumerate(receipts):
        for index in (receipt.intent_index, receipt.outcome_index):
            assert leaves[index]["request_id"] == f"request-{number}"
    assert len(leaves) == log.size == 400
    stored.check()


async def test_an_act_is_one_durable_leaf(log: AuditLog, stored: StoredLeaves, keys: FileKeys) -> None:
    assert await log.record(act("request-1")) == 0
    assert await log.record(act("request-2", principal=None)) == 1
    assert [(leaf["stage"], leaf["kind"], leaf["outcome"]) for leaf in stored.leaves()] == [
        ("act", "openEnquiry", "done")
    ] * 2
    stored.check()
