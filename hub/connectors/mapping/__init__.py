"""The mapping language: a TOML file that says how a partner's items become our records.

``read_mapping(given, beside)`` gives a ``RecordMapping``; its ``apply(results, categories)``
turns replies (JSON or database rows, as plain dicts) into records. ``docs/connector-guide.md``
describes the language for partners.
"""

from hub.connectors.mapping.mapping import Mapped, RecordMapping
from hub.connectors.mapping.reading import mapping_document, read_mapping
from hub.connectors.mapping.rows import Fanned

__all__ = ["Fanned", "Mapped", "RecordMapping", "mapping_document", "read_mapping"]
