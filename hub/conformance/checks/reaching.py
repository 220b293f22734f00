"""The system is there, lets the hub in and nobody else, and answers in time."""

import asyncio
import contextlib
import ssl
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from hub.conformance.check import Check, Judged, failed, judged, passed, untried
from hub.conformance.run import Run, WrongCredentials
from hub.conformance.sides import Attempt
from hub.connectors.credentials import Credentials
from hub.connectors.manifest import Manifest
from hub.domain.codes import AnswerState

CONNECT_SECONDS = 5.0
SLOWEST_SEARCH, SLOWEST_READ = 2.0, 3.4  # seconds of the four that a question has by default
_SEARCHES = 3
_PORTS = {"https": 443, "http": 80, "postgresql+psycopg": 5432}
_GROUP = "The system answers"


async def _connects(run: Run) -> Judged:
    parts = urlsplit(run.manifest.endpoint)
    port = parts.port or _PORTS.get(parts.scheme, 0)
    context = ssl.create_default_context() if parts.scheme == "https" else None
    began = time.perf_counter()
    try:
        async with asyncio.timeout(run.seconds(CONNECT_SECONDS)):
            _, writer = await asyncio.open_connection(parts.hostname, port, ssl=context)
    except ssl.SSLCertVerificationError as fault:
        return failed("Serve a certificate that is valid for this name.", f"The certificate: {fault.verify_message}.")
    except ssl.SSLError:
        return failed("Serve TLS 1.2 or later at this address.", "No encrypted connection could be made.")
    except TimeoutError:
        return failed("Let the hub's addresses through, or mend the endpoint.", "Nothing answered at the address.")
    except OSError:
        return failed("Mend the endpoint, or start the system.", "The address could not be found or connected to.")
    return await _connected(writer, time.perf_counter() - began)


async def _connected(writer: asyncio.StreamWriter, seconds: float) -> Judged:
    told: ssl.SSLObject | None = writer.get_extra_info("ssl_object")
    writer.close()
    with contextlib.suppress(OSError, TimeoutError):
        await asyncio.wait_for(writer.wait_closed(), 1.0)
    how = "without encryption" if told is None else f"with {told.version()}; the certificate is valid for the name"
    return passed(f"Connected in {1000 * seconds:.0f} ms, {how}.")


async def _lets_in(run: Run) -> Judged:
    probe = run.first_probe
    if probe is None:
        return untried("Give test_people values for a set of keys in search.", "No test person can be searched for.")
    attempt = await run.find(probe)
    if attempt.state is None:
        return passed(f"A search was answered after {1000 * attempt.seconds:.0f} ms.")
    mend = "Mend what the sentence says: nothing else can be tried before a search is answered."
    return failed(mend, f"A search was not answered: it {attempt.said}.")


async def _refuses_wrong(run: Run) -> Judged:
    return await _refuses(run, run.manifest, WrongCredentials(), "with a wrong credential")


async def _refuses_none(run: Run) -> Judged:
    return await _refuses(run, run.without_credential(), None, "without a credential")


async def _refuses(run: Run, manifest: Manifest, credentials: Credentials | None, how: str) -> Judged:
    probe = run.first_probe
    if probe is None:
        return untried("Give test_people values for a set of keys in search.")
    async with run.side(manifest, credentials) as side:
        attempt = await side.find(probe, run.seconds())
    run.noted(attempt, f"a search {how}")
    if attempt.state is None:
        mend = "Answer 401 to whoever does not show the hub's credential, before anything else is looked at."
        return failed(mend, f"A search {how} was answered as if it were allowed.")
    if attempt.state is AnswerState.TIMED_OUT:
        return failed("Refuse at once.", f"A search {how} was not refused: it {attempt.said}.")
    return passed(f"A search {how} was refused: it {attempt.said}.")


async def _prompt(run: Run) -> Judged:
    probe = run.first_probe
    if probe is None:
        return untried("Give test_people values for a set of keys in search.")
    attempts = [await run.own.find(probe, run.seconds()) for _ in range(_SEARCHES)]
    reads = [one for tester in run.held[:1] if (one := await run.record(tester)) is not None and one.answered]
    faults = [*_slow("A search", attempts, SLOWEST_SEARCH), *_slow("A read", reads, SLOWEST_READ)]
    searched, read = _figures(attempts), f"; one record was read in {_figures(reads)}" if reads else ""
    mend = "A question has 4 seconds in all, half of them to find somebody: answer well within."
    return judged(faults, mend, f"{_SEARCHES} searches were answered in {searched}{read}.")


def _slow(what: str, attempts: Sequence[Attempt[Any]], most: float) -> list[str]:
    """Faults of calls that failed, or took longer than they may."""
    broken = [f"{what} was not answered: it {one.said}." for one in attempts if one.state is not None]
    slowest = max((one.seconds for one in attempts if one.state is None), default=0.0)
    return [*broken, *([f"{what} took {slowest:.1f} s, and may take {most:.1f}."] if slowest > most else [])]


def _figures(attempts: Sequence[Attempt[Any]]) -> str:
    taken = sorted(1000 * one.seconds for one in attempts)
    return f"{taken[0]:.0f} to {taken[-1]:.0f} ms" if len(taken) > 1 else f"{taken[0]:.0f} ms"


def _has_address(run: Run) -> str | None:
    if not run.called:
        return "The hub calls nothing: the system's own side calls the hub."
    return None if urlsplit(run.manifest.endpoint).hostname else "A database in a file has no address to connect to."


def _signs_in(run: Run) -> str | None:
    if not run.called:
        return "The system's own side signs in at the hub."
    if run.manifest.authentication.secret is None:
        return "The manifest names no secret: whoever reaches the system may ask it."
    if run.manifest.kind == "sql" and not urlsplit(run.manifest.endpoint).hostname:
        return "A database in a file knows no password."
    return None


REACHING = (
    Check(
        id="connects",
        group=_GROUP,
        title="The address can be connected to, encrypted where it says https",
        judge=_connects,
        applies=_has_address,
    ),
    Check(id="lets-in", group=_GROUP, title="The hub is let in with its credential", judge=_lets_in),
    Check(
        id="refuses-wrong-credential",
        group=_GROUP,
        title="Nobody is let in with a wrong credential",
        judge=_refuses_wrong,
        needs=("lets-in",),
        applies=_signs_in,
    ),
    Check(
        id="refuses-no-credential",
        group=_GROUP,
        title="Nobody is let in without a credential",
        judge=_refuses_none,
        needs=("lets-in",),
        applies=_signs_in,
    ),
    Check(id="prompt", group=_GROUP, title="Answers come in time", judge=_prompt, needs=("lets-in",)),
)
