"""Everything stays within its limits: bytes, time, and calls at once."""

import asyncio
from collections import Counter

import msgspec

from hub.conformance.check import Check, Judged, counted, failed, judged, passed, untried
from hub.conformance.people import ids
from hub.conformance.run import Run
from hub.domain.codes import AnswerState

_GROUP = "Limits"
_TINY = 8  # bytes: less than any answer
_GLIMPSE, _LETS_GO = 0.001, 0.5  # seconds that a call is waited for; and until the connector has let go of it
_AT_ONCE = 16


async def _lets_go(run: Run) -> Judged:
    probe = run.first_probe
    if probe is None:
        return untried("Give test_people values for a set of keys in search.")
    limits = msgspec.structs.replace(run.manifest.limits, concurrency=2)
    async with run.side(msgspec.structs.replace(run.manifest, limits=limits)) as side:
        late = [await side.cut_short(probe, _GLIMPSE) for _ in range(3)]
        after = await side.find(probe, run.seconds())
    run.states.setdefault(AnswerState.TIMED_OUT, "a search that was given a thousandth of a second")
    faults = [f"A search that nobody waited for ended {max(late):.1f} s late."] if max(late) > _LETS_GO else []
    if after.state is not None:
        faults.append(f"After three searches that nobody waited for, the next was not answered: it {after.said}.")
    mend = "Tell the hub's operator; a proxy in front of the system may keep connections that were given up."
    return judged(faults, mend, "Three searches were given up at once, and the next on two connections was answered.")


async def _within_bytes(run: Run) -> Judged:
    whole = await run.whole()
    if whole.read is None or whole.read.value is None:
        return untried("", "The fullest record was not read through a stand-in on this machine.")
    most = run.manifest.limits.max_bytes
    seen = f"The largest reply about the fullest test person has {whole.largest} bytes of the {most} that it may have."
    if 2 * whole.largest > most:
        return failed("Raise limits.max_bytes, or send less: a real person's record is larger.", seen)
    return passed(seen)


async def _keeps_to_bytes(run: Run) -> Judged:
    probe = run.first_probe
    if probe is None:
        return untried("Give test_people values for a set of keys in search.")
    limits = msgspec.structs.replace(run.manifest.limits, max_bytes=_TINY)
    async with run.side(msgspec.structs.replace(run.manifest, limits=limits)) as side:
        attempt = await side.find(probe, run.seconds())
    run.noted(attempt, f"a reply of more bytes than the limit, for this check {_TINY}")
    if attempt.state is AnswerState.BAD_DATA:
        return passed("A reply beyond the limit is not read.")
    return failed("Tell the hub's operator.", f"A reply beyond the limit did not end as BAD_DATA: it {attempt.said}.")


async def _at_once(run: Run) -> Judged:
    probe = run.first_probe
    if probe is None:
        return untried("Give test_people values for a set of keys in search.")
    limit = run.manifest.limits.concurrency
    number, seconds, expected = min(limit, _AT_ONCE), run.seconds(), ids((await run.find(probe)).value)
    attempts = await asyncio.gather(*(run.own.find(probe, seconds) for _ in range(number)))
    refused = Counter(one.said for one in attempts if one.state is not None)
    faults = [f"{count} of {number} at once were not answered: it {said}." for said, count in refused.items()]
    if any(one.answered and ids(one.value) != expected for one in attempts):
        faults.append("Asked the same at once, it answered differently.")
    slowest = max(one.seconds for one in attempts)
    mend = "Lower limits.concurrency to what the system takes, or raise its rate limit for the hub."
    told = f"{counted(number, 'search', 'searches')} at once were answered, the last after {1000 * slowest:.0f} ms"
    return judged(faults, mend, f"{told}; the manifest allows {limit}.")


def _over_http(run: Run) -> str | None:
    if not run.called:
        return "The system's own side reads the replies."
    return None if run.manifest.kind != "sql" else "A database gives its rows in one answer."


def _called(run: Run) -> str | None:
    return None if run.called else "The system's own side calls it."


LIMITS = (
    Check(
        id="lets-go",
        group=_GROUP,
        title="A call that nobody waits for is given up, and its connection is free again",
        judge=_lets_go,
        needs=("lets-in",),
    ),
    Check(
        id="reply-size",
        group=_GROUP,
        title="Replies stay well below the limit",
        judge=_within_bytes,
        required=False,
        needs=("lets-in", "records-read"),
        applies=_over_http,
    ),
    Check(
        id="size-limit",
        group=_GROUP,
        title="A reply beyond the limit is bad data and nothing else",
        judge=_keeps_to_bytes,
        needs=("lets-in",),
        applies=_called,
    ),
    Check(
        id="at-once",
        group=_GROUP,
        title="As many calls at once as are allowed are answered",
        judge=_at_once,
        needs=("lets-in",),
    ),
)
