"""Tables and bars in Markdown."""

from collections.abc import Iterable, Iterator, Sequence

_BAR = 40


def table(heads: Sequence[str], rows: Iterable[str], *, words: int = 1) -> Iterator[str]:
    """A table: the first columns hold words, the others figures."""
    yield row(*heads)
    yield row(*("---" if place < words else "---:" for place, _ in enumerate(heads)))
    yield from rows


def row(*cells: object) -> str:
    """One line of a table."""
    return f"| {' | '.join(map(str, cells))} |"


def bars(rows: Sequence[tuple[str, float, str]]) -> Iterator[str]:
    """A picture in text: for each row its name, a bar, and what it stands for in words."""
    most, width = max((value for _, value, _ in rows), default=1) or 1, max(len(name) for name, _, _ in rows)
    yield "```text"
    for name, value, says in rows:
        yield f"{name:<{width}}  {'#' * round(_BAR * value / most):<{_BAR}}  {says}".rstrip()
    yield "```"
