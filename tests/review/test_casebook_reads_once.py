"""How much of the log is read."""

from datetime import UTC, datetime

from hub.audit.reader import EntryPage, EntryQuery
from hub.review.casebook import Casebook


class Empty:
    """A log without entries, which counts how often it is read and from when on."""

    def __init__(self) -> None:
        self.asked: list[datetime | None] = []

    async def entries(
        self, query: EntryQuery, first: int = 50, after: int | None = None, *, newest_first: bool = False
    ) -> EntryPage:
        self.asked.append(query.since)
        return EntryPage((), has_next=False)


async def test_earlier_and_earlier_moments_of_a_month_do_not_each_read_the_log_from_another_beginning() -> None:
    log = Empty()
    book = Casebook(log)
    for day in range(28, 0, -1):
        await book.told(datetime(2026, 10, day, 12, tzinfo=UTC))
    assert set(log.asked) == {datetime(2026, 10, 1, tzinfo=UTC)}
