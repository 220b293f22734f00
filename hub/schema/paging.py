"""Relay pages: opaque cursors that stay where they are when newer items arrive."""

import base64
import binascii

import strawberry

from hub.errors import BadInput

LONGEST_PAGE = 200


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    """Relay's PageInfo."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None

    @classmethod
    def of(cls, cursors: list[str], *, before: bool, beyond: bool) -> "PageInfo":
        """Of a page with these cursors, with items before it and beyond it or not."""
        return cls(
            has_next_page=beyond,
            has_previous_page=before,
            start_cursor=cursors[0] if cursors else None,
            end_cursor=cursors[-1] if cursors else None,
        )


def page_size(first: int | None, otherwise: int) -> int:
    """How many items to show. Raises BadInput outside 1 to ``LONGEST_PAGE``."""
    size = otherwise if first is None else first
    if not 1 <= size <= LONGEST_PAGE:
        raise BadInput(f"Ask for 1 to {LONGEST_PAGE} items at once.", ("page-size",))
    return size


def cursor_of(number: int) -> str:
    """An opaque cursor for a numbered item."""
    return base64.urlsafe_b64encode(f"n:{number}".encode()).decode().rstrip("=")


def number_of(cursor: str) -> int:
    """The number a cursor stands for. Raises BadInput for anything that is not one of ours."""
    try:
        text = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)).decode("ascii")
    except (ValueError, binascii.Error):
        raise unknown_cursor() from None
    kind, _, digits = text.partition(":")
    if kind != "n" or not digits.isdecimal() or len(digits) > 18:
        raise unknown_cursor()
    return int(digits)


def unknown_cursor() -> BadInput:
    """The refusal of a cursor that is not of this list."""
    return BadInput("This cursor is not of this list. Start again without it.", ("cursor-unknown",))
