"""Spoilt replies become a failure each time, and never "known" or "not known".

Mapping and connector are tried together: replies of the partner's own system are spoilt on their way to the hub.
"""

import asyncio
import gzip
from enum import Enum, auto
from functools import partial

import msgspec

from hub.conformance.between import Spoil, send
from hub.conformance.check import Check, Judged, judged, untried
from hub.conformance.run import Run, Whole
from hub.conformance.sides import CALL_SECONDS, Attempt
from hub.domain.codes import AnswerState
from hub.outbound import Reply

_GROUP = "Spoilt replies"
_DRIP_SECONDS, _PATIENCE = 0.2, 0.8
_S = AnswerState
_BROKEN = frozenset({_S.UNAVAILABLE, _S.BAD_DATA})


async def _cut_off(reply: Reply, writer: asyncio.StreamWriter) -> None:
    await send(writer, 200, reply.body[: len(reply.body) // 2], length=len(reply.body) + 1)


async def _half(reply: Reply, writer: asyncio.StreamWriter) -> None:
    await send(writer, 200, reply.body[: max(1, len(reply.body) // 2)])


async def _web_page(_reply: Reply, writer: asyncio.StreamWriter) -> None:
    await send(writer, 200, b"<html><body>Down for maintenance</body></html>", {"Content-Type": "text/html"})


async def _compressed(reply: Reply, writer: asyncio.StreamWriter) -> None:
    await send(writer, 200, gzip.compress(reply.body), {"Content-Encoding": "gzip"})


async def _elsewhere(_reply: Reply, writer: asyncio.StreamWriter) -> None:
    await send(writer, 302, b"", {"Location": "https://elsewhere.invalid/"})


async def _fault(_reply: Reply, writer: asyncio.StreamWriter) -> None:
    await send(writer, 500, b'{"error": "internal"}')


async def _fault_called_ok(_reply: Reply, writer: asyncio.StreamWriter) -> None:
    await send(writer, 200, b'{"error": "unavailable", "status": 503}')


async def _busy(_reply: Reply, writer: asyncio.StreamWriter) -> None:
    await send(writer, 429, b'{"error": "slow down"}', {"Retry-After": "30"})


async def _drip(reply: Reply, writer: asyncio.StreamWriter) -> None:
    """A reply that goes on for as long as anybody waits."""
    await send(writer, 200, reply.body[:1], length=1024 * 1024)
    while not writer.is_closing():
        await asyncio.sleep(_DRIP_SECONDS)
        writer.write(b" ")
        await writer.drain()


class Reads(Enum):
    """Which calls of a read are spoilt as well."""

    NONE = auto()
    ALL = auto()
    LAST = auto()


class Spoiling(msgspec.Struct, frozen=True):
    """One way to spoil a reply, and the states that a call may then end in."""

    id: str
    title: str
    spoil: Spoil
    states: frozenset[AnswerState] = _BROKEN
    seconds: float = CALL_SECONDS
    reads: Reads = Reads.NONE


SPOILINGS = (
    Spoiling("cut-off", "a connection that breaks in the middle of a reply", _cut_off),
    Spoiling("half", "half a reply that says it is whole", _half, reads=Reads.ALL),
    Spoiling("web-page", "a web page in place of data", _web_page),
    Spoiling("compressed", "a compressed reply that nobody asked for", _compressed),
    Spoiling("redirect", "a redirect to another host", _elsewhere),
    Spoiling("fault", "a fault of the system's own (500)", _fault, reads=Reads.LAST),
    Spoiling("fault-called-ok", "an error message with status 200", _fault_called_ok),
    Spoiling("busy", "a refusal for too many requests (429)", _busy),
    Spoiling("drip", "a reply that never ends", _drip, frozenset({_S.TIMED_OUT}), _PATIENCE),
)


async def _becomes_a_failure(spoiling: Spoiling, run: Run) -> Judged:
    probe = run.first_probe
    whole, (stand_in, side) = await run.whole(), await run.stand_in()
    if probe is None or whole.found is None or whole.found.state is not None:
        return untried("", "A search through a stand-in on this machine was not answered.")
    stand_in.spoiling(spoiling.spoil)
    faults = _wrongly("A search", await side.find(probe, run.seconds(spoiling.seconds)), spoiling, run)
    if spoiling.reads is not Reads.NONE:
        faults += await _spoilt_read(run, spoiling, whole)
    mend = "Mend the mapping: items and local_id must not find anything in such a reply (no || `[]`, no optional)."
    return judged(faults, mend, "Each time the source counted as one that gave no answer.")


async def _spoilt_read(run: Run, spoiling: Spoiling, whole: Whole) -> list[str]:
    """Part of a record must not pass for the whole of it."""
    if whole.read is None or whole.read.value is None:
        return []
    stand_in, side = await run.stand_in()
    after = whole.read_calls - 1 if spoiling.reads is Reads.LAST else 0
    stand_in.spoiling(spoiling.spoil, after)
    seconds = run.seconds(spoiling.seconds)
    attempt = await side.fetch(whole.read.value.local_id, run.manifest.categories, seconds)
    return _wrongly("A read whose last reply was spoilt" if after else "A read", attempt, spoiling, run)


def _wrongly(what: str, attempt: Attempt[object], spoiling: Spoiling, run: Run) -> list[str]:
    run.noted(attempt, f"{what} with {spoiling.title}")
    if attempt.state in spoiling.states:
        return []
    if attempt.state is not None:
        return [f"{what} ended as {attempt.state}, and not as {' or '.join(sorted(spoiling.states))}."]
    told = "as if nobody were known" if not attempt.value else "as if it were whole"
    return [f"{what} was answered {told}."]


def _is_http(run: Run) -> str | None:
    if not run.called:
        return "The system's own side reads the replies."
    return None if run.manifest.kind != "sql" else "A database speaks through its driver, which checks what it reads."


MALFORMED = tuple(
    Check(
        id=f"spoilt-{one.id}",
        group=_GROUP,
        title=f"No answer is made of {one.title}",
        judge=partial(_becomes_a_failure, one),
        needs=("lets-in", "known"),
        applies=_is_http,
    )
    for one in SPOILINGS
)
