"""What a check is, and the four things that it can come to."""

from collections.abc import Awaitable, Callable

import msgspec

from hub.conformance.report import Outcome
from hub.conformance.run import Run


class Judged(msgspec.Struct, frozen=True):
    """What one check came to."""

    outcome: Outcome
    seen: tuple[str, ...] = ()
    mend: str = ""


Applies = Callable[[Run], str | None]  # why a check does not apply to this source; None where it does


def always(_run: Run) -> str | None:
    """Of a check that applies to every source."""
    return None


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One check. Without the checks that it ``needs`` it cannot be tried; a required one must be tried to pass."""

    id: str
    group: str
    title: str
    judge: Callable[[Run], Awaitable[Judged]]
    required: bool = True
    needs: tuple[str, ...] = ()
    applies: Applies = always


def passed(*seen: str) -> Judged:
    """It is as it should be."""
    return Judged(Outcome.PASSED, seen)


def failed(mend: str, *seen: str) -> Judged:
    """It is not, and ``mend`` says what to do."""
    return Judged(Outcome.FAILED, seen, mend)


def untried(mend: str, *seen: str) -> Judged:
    """It could not be tried, and ``mend`` says what it would take."""
    return Judged(Outcome.NOT_TRIED, seen, mend)


def judged(faults: list[str], mend: str, *seen: str) -> Judged:
    """Failed with these faults, each a sentence; passed with what was seen where there is none."""
    return failed(mend, *faults) if faults else passed(*seen)


def counted(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun."""
    return f"{number} {one if number == 1 else many or one + 's'}"
