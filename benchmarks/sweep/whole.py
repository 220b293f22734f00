"""The whole sweep in one go: ordinary children, protected ones, and the page about them."""

from collections.abc import Sequence
from typing import NamedTuple

from benchmarks.sweep.page import page
from benchmarks.sweep.sweeping import Case, Heard, Sweep
from hub.domain.codes import Label

_LABELS = (Label.LOCATION_AT_RISK, Label.ADOPTION, Label.GENDER_HISTORY, Label.WITNESS_PROTECTION)


class Swept(NamedTuple):
    """Every case, and the page. ``unheard``: of answers about protected witnesses, those as for nobody, and all."""

    cases: Sequence[Case]
    protected: dict[Label, list[Case]]
    unheard: tuple[int, int]
    page: str


async def swept(heard: Heard) -> Swept:
    """Make every find of the sweep."""
    sweep = Sweep()
    cases = await sweep.cases(sweep.ordinary(), heard)
    protected = {label: await sweep.cases(sweep.protected(label), heard) for label in _LABELS}
    witnesses = sweep.protected(Label.WITNESS_PROTECTION)
    silent = [await sweep.answered_as_for_nobody(one) for one in witnesses]
    unheard = sum(silent), len(silent)
    return Swept(cases, protected, unheard, page(sweep, cases, protected, unheard))
