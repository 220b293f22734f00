"""Four weeks of a small front door, with all that is planted in a year."""

import tempfile
from pathlib import Path

import uvloop

from benchmarks.review.lived import lived
from benchmarks.review.measuring import Measured, measured, standard
from hub.demo.year.plan import SHORTEST, year

SMALL_A_DAY = 1.0  # contacts


def small() -> Measured:
    """Lived anew: some seconds."""
    plan, town = year(days=SHORTEST, a_day=SMALL_A_DAY)
    with tempfile.TemporaryDirectory() as folder:
        came = uvloop.run(lived(plan, town, Path(folder)))
    return measured(came, standard(came))
