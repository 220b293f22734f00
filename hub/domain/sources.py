"""A partner's system as the hub shows it."""

import msgspec

from hub.domain.categories import Category
from hub.domain.codes import Agency, Label
from hub.domain.identifiers import SourceId


class Source(msgspec.Struct, frozen=True):
    """One registered source: the part of its manifest that anybody in the partnership may see."""

    id: SourceId
    name: str
    agency: Agency
    kind: str  # the connector kind: sql, fhir_r4, rest_json
    state: str  # LIVE or SUSPENDED
    contact: str  # whom to phone when the system cannot answer
    coverage: str  # whom it holds, since when, how fresh
    marks_labels: frozenset[Label] = frozenset()  # restricted labels that only this system may know of
    serves: frozenset[Category] = frozenset(Category)  # what it can give; it is never asked for anything else
