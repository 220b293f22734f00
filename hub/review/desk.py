"""What review works with: the log as it is remembered, and what reviewers themselves put down."""

from typing import NamedTuple

from hub.db.verdicts import VerdictStore
from hub.db.watched import WatchStore
from hub.domain.review import Thresholds
from hub.review.casebook import Casebook


class ReviewDesk(NamedTuple):
    """One for each worker."""

    casebook: Casebook
    openings: Casebook  # of openings alone, and of a longer time
    verdicts: VerdictStore
    watched: WatchStore
    thresholds: Thresholds = Thresholds()
