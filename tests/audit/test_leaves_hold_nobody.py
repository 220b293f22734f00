import asyncio

import pytest
from audit_samples import CANARIES, act, disclosure, question
from stored_leaves import StoredLeaves

from hub.audit.log import AuditLog
from hub.domain.questions import QuestionKind
from hub.errors import AccessDenied, BadInput


async def test_no_leaf_of_any_ending_holds_a_personal_value(log: AuditLog, stored: StoredLeaves) -> None:
    for kind in QuestionKind:
        asked = question(f"settled-{kind}", kind)
        async with log.recording(asked, "policy-1") as entry:
            entry.settle(disclosure(asked))
    endings = (
        AccessDenied(("default-deny",), "CANARY"),
        BadInput("CANARY"),
        ValueError("CANARY"),
        asyncio.CancelledError("CANARY"),
    )
    for number, ending in enumerate(endings):
        with pytest.raises(type(ending)):
            async with log.recording(question(f"ended-{number}"), "policy-1"):
                raise ending
    await log.record(act("act"))
    written = stored.everything()
    assert written.count(b"user-1") >= 13
    assert [canary for canary in CANARIES if canary in written] == []
