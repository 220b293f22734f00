"""The merged timeline, newest first, page by page."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Self

import strawberry

from hub.schema.paging import PageInfo, page_size, unknown_cursor
from hub.schema.records import LifeEvent, instant

EVENTS_SHOWN = 50


@strawberry.type
class LifeEventEdge:
    """One event and its cursor."""

    cursor: str
    node: LifeEvent


@strawberry.type
class LifeEventConnection:
    """One page of the timeline."""

    edges: list[LifeEventEdge]
    page_info: PageInfo

    @classmethod
    def of(cls, events: Sequence[LifeEvent], first: int | None, after: str | None) -> Self:
        """A page of events that stand newest first. Raises BadInput."""
        size = page_size(first, EVENTS_SHOWN)
        cursors = list(_cursors(events))
        try:
            start = 0 if after is None else cursors.index(after) + 1
        except ValueError:
            raise unknown_cursor() from None
        end = start + size
        edges = [
            LifeEventEdge(cursor=cursor, node=node)
            for cursor, node in zip(cursors[start:end], events[start:end], strict=True)
        ]
        return cls(edges=edges, page_info=PageInfo.of(cursors[start:end], before=start > 0, beyond=end < len(events)))


def newest_first(events: Iterable[LifeEvent]) -> list[LifeEvent]:
    """In the order of the timeline; events of one moment keep one order whichever source was faster."""
    ordered = sorted(events, key=lambda event: (event.source, event.type, event.label))
    return sorted(ordered, key=lambda event: instant(event.at), reverse=True)


def _cursors(events: Iterable[LifeEvent]) -> Iterable[str]:
    """A cursor for each event, from what it is and not from where it stands; repeats are numbered."""
    seen: Counter[str] = Counter()
    for event in events:
        told = f"{event.source}\x1f{event.type}\x1f{event.label}\x1f{event.at.isoformat()}\x1f{event.about}"
        seen[told] += 1
        yield hashlib.sha256(f"{told}\x1f{seen[told]}".encode()).hexdigest()[:24]
