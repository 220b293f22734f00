"""Counting what a mapping does not know: by name, never by value, and never without end."""

from hub.connectors.mapping.text import showable_name

_NAMES = 200  # distinct names counted in one answer; a hostile reply can invent more


class Tally:
    """Counts of unknown codes, fields and shapes."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}

    def add(self, name: str) -> None:
        """Count one."""
        if name not in self.counts and len(self.counts) >= _NAMES:
            name = "(more)"
        self.counts[name] = self.counts.get(name, 0) + 1

    def field(self, place: str, name: object) -> None:
        """Count one field of a partner that the mapping neither reads nor ignores."""
        self.add(f"{place}.{showable_name(name)}")
