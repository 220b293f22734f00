"""Rows: the items of a result that entries read, with what they stood in."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from hub.connectors.mapping.expressions import UNDECIDED, Read, Row
from hub.connectors.mapping.tally import Tally


class Fanned(msgspec.Struct, frozen=True):
    """The result of one request made for each of several things: pairs of the thing and its reply."""

    replies: tuple[tuple[Any, Any], ...]


class RowSource(msgspec.Struct, frozen=True):
    """One place that items come from, with the fields of an item that the mapping knows."""

    source: str
    place: str  # how the place is named where something in it is not known
    items: Read | None  # gives UNDECIDED on a reply that it cannot work on
    known: frozenset[str] | None  # None: every field is known or ignored
    wrapper: bool = False  # read only for its unknown fields, the items being read elsewhere

    def rows(self, results: Mapping[str, Any], tally: Tally) -> list[Row]:
        """Every item that is an object. Counts the others, and fields that the mapping does not know."""
        found: list[Row] = []
        for row in self._items(results.get(self.source)):
            item = row[0]
            if item is UNDECIDED:
                tally.add(f"{self.place}: items undecided")
                continue
            if not isinstance(item, dict):
                tally.add(f"{self.place}.(not an object)")
                continue
            for name in () if self.known is None else item.keys() - self.known:
                tally.field(self.place, name)
            found.append(row)
        return found

    def _items(self, result: Any) -> Iterator[Row]:
        replies = result.replies if isinstance(result, Fanned) else ((None, result),)
        for each, reply in replies:
            if reply is None:  # not asked for, or nothing there: no expression has anything to work on
                continue
            value = reply if self.items is None else self.items((reply, reply, each))
            if isinstance(value, (list, tuple)):
                if not self.wrapper:
                    yield from ((item, reply, each) for item in value if item is not None)
            elif value is not None:
                yield value, reply, each
