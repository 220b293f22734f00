"""Columns that hold JSON, by the dataset's rule that their names end in ``_json``."""

from typing import Any

import msgspec


def parsed(results: dict[str, list[dict[str, Any]]]) -> dict[str, int]:
    """Parse JSON columns in place. What cannot be parsed becomes None and is counted, by column."""
    broken: dict[str, int] = {}
    for query, rows in results.items():
        for row in rows:
            for name in [name for name in row if name.endswith("_json") and row[name] is not None]:
                try:
                    row[name] = msgspec.json.decode(row[name])
                except (msgspec.DecodeError, RecursionError):
                    row[name] = None
                    place = f"{query}.{name}: not JSON"
                    broken[place] = broken.get(place, 0) + 1
    return broken
