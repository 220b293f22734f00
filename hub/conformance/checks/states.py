"""Which of the eight states of an answer were seen. Other checks provoke most of them; the rest is tried here."""

import socket
from functools import partial
from urllib.parse import urlsplit, urlunsplit

import msgspec

from hub.conformance.check import Applies, Check, Judged, always, failed, passed, untried
from hub.conformance.people import searches
from hub.conformance.run import Run
from hub.domain.codes import AnswerState

_GROUP = "States of an answer"
_S = AnswerState


async def _known(run: Run) -> Judged:
    if await run.records():
        return passed("A record of a test person was read.")
    return untried("Mend what keeps known test people from being read.")


async def _not_known(run: Run) -> Judged:
    for tester in run.expecting("unknown"):
        probe = next(searches(tester, run.manifest.search), None)
        attempt = None if probe is None else await run.find(probe)
        if attempt is not None and attempt.answered and not attempt.value:
            return passed(f"A search for {tester.called} found nobody.")
    return untried('Add [[test_people]] with expect = "unknown" and values for a set of keys.')


async def _unavailable(run: Run) -> Judged:
    """The same system at an address where nothing listens."""
    probe = run.first_probe
    if probe is None:
        return untried("Give test_people values for a set of keys in search.")
    nowhere = _elsewhere(run.manifest.endpoint)
    async with run.side(msgspec.structs.replace(run.manifest, endpoint=nowhere)) as side:
        attempt = await side.find(probe, run.seconds())
    if attempt.state is _S.UNAVAILABLE:
        return passed("An address where nothing listens: it cannot be asked, and says so.")
    return failed(
        "Tell the hub's operator.", f"An address where nothing listens was not UNAVAILABLE: it {attempt.said}."
    )


async def _seen(state: AnswerState, mend: str, run: Run) -> Judged:
    return passed(f"Seen: {run.states[state]}.") if state in run.states else untried(mend)


def _elsewhere(endpoint: str) -> str:
    """The endpoint, moved to a port of this machine that nobody listens at, or to a file that is not there."""
    parts = urlsplit(endpoint)
    if not parts.hostname:
        return f"{endpoint}-absent"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    user = f"{parts.username}@" if parts.username else ""
    return urlunsplit(parts._replace(netloc=f"{user}127.0.0.1:{port}"))


def _called(run: Run) -> str | None:
    return None if run.called else "The hub calls nothing: who is not connected is TIMED_OUT."


def _decides(run: Run) -> str | None:
    mapping = run.manifest.mapping
    if not run.called or (isinstance(mapping, dict) and "judgement" in mapping):
        return None
    return "The system does not judge itself: the mapping declares no judgement."


def _by_the_hub(_run: Run) -> str | None:
    return "The hub's own: nothing is asked."


def _of_those_seen(state: AnswerState, mend: str, applies: Applies = always, *, required: bool = True) -> Check:
    return Check(
        id=f"state-{state.value.lower().replace('_', '-')}",
        group=_GROUP,
        title=f"{state.value} was seen",
        judge=partial(_seen, state, mend),
        required=required,
        applies=applies,
    )


STATES = (
    Check(id="state-known", group=_GROUP, title="KNOWN was seen", judge=_known, needs=("lets-in",)),
    Check(id="state-not-known", group=_GROUP, title="NOT_KNOWN was seen", judge=_not_known, needs=("lets-in",)),
    Check(
        id="state-unavailable",
        group=_GROUP,
        title="UNAVAILABLE was seen",
        judge=_unavailable,
        needs=("lets-in",),
        applies=_called,
    ),
    _of_those_seen(_S.TIMED_OUT, "Mend what keeps calls from being tried."),
    _of_those_seen(_S.BAD_DATA, "Mend what keeps records from being tried.", required=False),
    _of_those_seen(_S.WITHHELD, "Have your side decline one of the test people.", _decides, required=False),
    _of_those_seen(_S.UNDER_REVIEW, "Have your side hand one test person to somebody.", _decides, required=False),
    _of_those_seen(_S.NOT_ASKED, "", _by_the_hub, required=False),
)
