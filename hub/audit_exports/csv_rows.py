"""An entry as a row of CSV (RFC 4180): one line each, every cell in quotes.

A spreadsheet takes a cell that begins with ``=``, ``+``, ``-`` or ``@`` for a formula, and runs it. Such a cell
gets an apostrophe before it, as a spreadsheet's own user would write it. Control characters are written by their
number after a backslash, so that a row is one line. ``read_cell`` undoes both, exactly.
"""

import csv
import io
import re

from hub.audit.reader import AuditEntry
from hub.audit_exports.entry_times import instant

COLUMNS = (
    "index",
    "at",
    "stage",
    "kind",
    "outcome",
    "principal",
    "agency",
    "organisation",
    "roles",
    "purpose",
    "enquiry_id",
    "subject",
    "broken_glass",
    "reasons",
    "sources",
    "shown",
    "withheld",
    "policy_version",
    "request_id",
    "content",
    "leaf_hash",
)
_FORMULA = re.compile(r"[=+\-@'\t\r]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\\]")
_WRITTEN = re.compile(r"\\(?:\\|x([0-9a-f]{2})|u([0-9a-f]{4}))")


def csv_head() -> bytes:
    """The line that names the columns."""
    return _line(list(COLUMNS))


def csv_line(entry: AuditEntry, *_: object) -> bytes:
    """One line. The first cell is the entry's index."""
    sources = (f"{one.source} {one.state.value} {one.record_count}" for one in entry.sources)
    shown = (f"{one.source} {category}" for one in entry.sources for category in one.shown)
    withheld = (f"{one.source} {kept.category}" for one in entry.sources for kept in one.withheld)
    return _line(
        [
            str(entry.index),
            instant(entry.at),
            entry.stage.value,
            entry.kind,
            entry.outcome,
            entry.principal,
            entry.agency,
            entry.organisation or "",
            "; ".join(entry.roles),
            entry.purpose or "",
            entry.enquiry_id or "",
            entry.subject or "",
            "yes" if entry.broken_glass else "",
            "; ".join(entry.reasons),
            "; ".join(sources),
            "; ".join(shown),
            "; ".join(withheld),
            entry.policy_version,
            entry.request_id,
            entry.content.value,
            entry.hash.hex(),
        ]
    )


def index_of(line: bytes) -> int:
    """The index of the entry that a line is about. Raises ValueError for what is no whole line, or names columns."""
    try:
        (row,) = csv.reader([line.decode("utf-8").rstrip("\n")], strict=True)
    except csv.Error as fault:
        raise ValueError("a row of ours is CSV") from fault
    if len(row) != len(COLUMNS):
        raise ValueError("a row has every column")
    return int(row[0])


def read_cell(cell: str) -> str:
    """What a cell says, as it was before it was written."""
    bare = cell.removeprefix("'")
    return _WRITTEN.sub(lambda found: chr(int(found[1] or found[2], 16)) if found[1] or found[2] else "\\", bare)


def _written(text: str) -> str:
    one_line = _CONTROL.sub(_escaped, text)
    return f"'{one_line}" if _FORMULA.match(one_line) else one_line


def _escaped(found: re.Match[str]) -> str:
    if found[0] == "\\":
        return "\\\\"
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def _line(cells: list[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow([_written(cell) for cell in cells])
    return out.getvalue().encode()
