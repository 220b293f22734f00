"""Searches: from a reference to the people that a source offers."""

from typing import Any

import msgspec

from hub.connectors.mapping.expressions import Read
from hub.connectors.mapping.fields import Compiler, Reader
from hub.connectors.mapping.plans import Marking, compile_marking
from hub.connectors.mapping.tally import Tally
from hub.connectors.mapping.text import clean, code_text
from hub.connectors.rest_json.calls import unlike_its_mapping
from hub.connectors.rest_json.declared import Search
from hub.domain.identifiers import LocalId
from hub.domain.people import Attributes, Found

_ID_LENGTH = 100


class CompiledSearch(msgspec.Struct, frozen=True):
    """One search with its expressions compiled."""

    call: Search
    local_id: Read
    identity: tuple[tuple[str, Reader], ...]
    marking: Marking

    def found(self, result: Any) -> tuple[Found, ...]:
        """The people offered, each identifier once. Raises SourceFailed for an item without a usable identifier."""
        items = result if isinstance(result, list) else [] if result is None else [result]
        people: dict[LocalId, Found] = {}
        for item in items:
            if not isinstance(item, dict):
                raise unlike_its_mapping()
            row = (item, result, None)
            found = local_id(self.local_id(row))
            tally = Tally()  # a search makes no records, so what it does not know is not counted
            attributes = Attributes(**{name: read(row, tally) for name, read in self.identity})
            people.setdefault(found, Found(found, attributes, self.marking.labels(row)))
        return tuple(people.values())


def compile_search(search: Search) -> CompiledSearch:
    """Compile a search. Raises ValueError saying what is wrong with it."""
    compiler = Compiler("find", {})
    return CompiledSearch(
        search,
        compiler.expression(search.local_id),
        tuple((name, compiler.field(name, expression)) for name, expression in search.identity.items()),
        compile_marking(search.labels, compiler),
    )


def local_id(value: Any) -> LocalId:
    """A partner's identifier. Raises SourceFailed for one that is not usable."""
    text = usable_id(value)
    if text is None:
        raise unlike_its_mapping()
    return LocalId(text)


def usable_id(value: Any) -> str | None:
    """An identifier that can be sent back as it came; None for what is missing, endless or not plain text."""
    text = code_text(value)
    return text if text and len(text) <= _ID_LENGTH and clean(text) == text else None
