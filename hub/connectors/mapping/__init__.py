"""The mapping language: a TOML file that says how a partner's items become our records.

``read_mapping(name_or_path, beside)`` gives a ``RecordMapping``; its ``apply(results, categories)``
turns replies (JSON or database rows, as plain dicts) into records. ``docs/connector-guide.md``
describes the language for partners.
"""

from hub.connectors.mapping.mapping import Mapped, RecordMapping
from hub.connectors.mapping.reading import read_mapping
from hub.connectors.mapping.rows import Fanned

__all__ = ["Fanned", "Mapped", "RecordMapping", "read_mapping"]
