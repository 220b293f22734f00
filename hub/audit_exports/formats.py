"""The formats by name."""

from collections.abc import Callable, Container, Mapping

import msgspec

from hub.audit.reader import AuditEntry
from hub.audit_exports import csv_rows, fhir, ocsf
from hub.errors import BadInput


class Format(msgspec.Struct, frozen=True):
    """How entries are written, one line each, and how a line tells which entry it is about.

    A line is made of the entry, the log's origin, and the ids of requests of which is known what came of them.
    """

    name: str
    media_type: str
    line: Callable[[AuditEntry, str, Container[str]], bytes]
    index_of: Callable[[bytes], int]  # raises ValueError for anything but a whole line about an entry
    head: bytes = b""


FORMATS: Mapping[str, Format] = {
    "fhir": Format("fhir", "application/fhir+ndjson", fhir.fhir_line, fhir.index_of),
    "ocsf": Format("ocsf", "application/x-ndjson", ocsf.ocsf_line, ocsf.index_of),
    "csv": Format("csv", "text/csv; charset=utf-8", csv_rows.csv_line, csv_rows.index_of, csv_rows.csv_head()),
}


def format_named(name: str) -> Format:
    """The format of a name. Raises BadInput."""
    found = FORMATS.get(name)
    if found is None:
        raise BadInput(f"Give a format: {', '.join(FORMATS)}.", ("export-format",))
    return found
