"""One entry of every sort that a format has to write."""

from datetime import UTC, date, datetime

import msgspec

from hub.audit.leaf import AuditedSource, Kept, Stage
from hub.audit.reader import AuditEntry, Content
from hub.domain.acts import Action
from hub.domain.codes import AnswerState
from hub.domain.decided import Basis

HUB = "partnership-hub/00ff"
_SOURCES = (
    AuditedSource(
        "health",
        AnswerState.KNOWN,
        ("existence", "health.gp"),
        3,
        "health-standing@3",
        withheld=(Kept("health.sexual", None, ("tier-not-reached",)),),
        shown=("health.gp",),
    ),
    AuditedSource("probation", AnswerState.TIMED_OUT, (), 0, None),
)
READ = AuditEntry(
    index=7,
    at=datetime(2026, 3, 4, 5, 6, 7, 891011, tzinfo=UTC),
    stage=Stage.OUTCOME,
    kind="view",
    request_id="request-1",
    principal="worker-1",
    agency="social-care",
    roles=("mash_social_worker",),
    purpose="S47",
    enquiry_id="enquiry-1",
    subject="ab" * 32,
    broken_glass=False,
    policy_version="policy-1",
    outcome="disclosed",
    reasons=(),
    sources=_SOURCES,
    organisation="derwent-north",
    basis=Basis(day=date(2026, 3, 4)),
    hash=b"\x01" * 32,
)


def _like(**changes: object) -> AuditEntry:
    return msgspec.structs.replace(READ, **changes)


_ACT = {"stage": Stage.ACT, "sources": (), "outcome": "done", "basis": None, "facts": ("signedIn",)}
ENTRIES = {
    "view disclosed": READ,
    "find disclosed": _like(kind="find"),
    "view asked": _like(stage=Stage.INTENT, outcome="asked", sources=(), basis=None),
    "act asked": _like(**_ACT | {"outcome": "asked"}, kind=Action.BREAK_GLASS.value, request_id="act-1.asked"),
    "view refused": _like(outcome="refused", reasons=("role-does-not-reach-tier",), sources=()),
    "view refused before it was decided": _like(
        outcome="refused", reasons=("enquiry-closed",), sources=(), basis=None, agency="", policy_version=""
    ),
    "view failed": _like(outcome="failed", reasons=("UNAVAILABLE",), sources=()),
    "view abandoned": _like(outcome="abandoned", sources=()),
    "view without a source": _like(sources=()),
    "view behind broken glass": _like(broken_glass=True),
    "token refused": _like(
        **_ACT | {"outcome": "refused", "facts": None}, kind="signIn", principal="", agency="", roles=(), purpose=None,
        subject=None, enquiry_id=None, reasons=("token-expired",),
    ),
    "destroyed": _like(content=Content.DESTROYED, principal="", roles=(), sources=(), subject=None, agency=""),
    "altered": _like(content=Content.ALTERED, principal="", roles=(), sources=(), subject=None, agency=""),
    **{f"act {action}": _like(**_ACT, kind=action.value) for action in Action},
    **{
        f"act {action} about nobody": _like(**_ACT, kind=action.value, subject=None, enquiry_id=None, purpose=None)
        for action in Action
    },
    **{
        f"act {action} refused": _like(**_ACT | {"outcome": "refused"}, kind=action.value, reasons=("trail-is-for",))
        for action in Action
    },
}  # fmt: skip
