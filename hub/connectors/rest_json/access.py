"""The source's own decision about one record: open to whoever asks, or closed, with its sentence."""

from typing import Any

import msgspec

from hub.connectors.mapping.expressions import Read, compile_expression
from hub.connectors.mapping.text import clean
from hub.connectors.rest_json.declared import AccessCheck, AccessLists, KnownBy
from hub.domain.principals import Principal

_SENTENCE = 300
NO_REASON = "The source limits who may see this record, and does not say whom to ask."


class Lists(msgspec.Struct, frozen=True):
    """The lists of one access check, compiled: who is kept out, and who alone is let in."""

    known_by: KnownBy
    excluded: Read
    restricted: Read
    each: Read
    exclusion_message: Read
    restriction_message: Read

    def closed(self, reply: Any, asker: Principal | None) -> str | None:
        """The sentence for somebody to whom the record is closed, None for somebody to whom it is open.

        Closed to everybody where a list cannot be read, and to whoever the source cannot know.
        """
        excluded, restricted = self._people(self.excluded, reply), self._people(self.restricted, reply)
        if excluded is None or restricted is None:
            return NO_REASON
        name = _known_as(asker, self.known_by)
        if restricted and (name is None or name not in restricted | excluded):
            return sentence(self.restriction_message, reply)
        if excluded and (name is None or name in excluded):
            return sentence(self.exclusion_message, reply)
        return None

    def _people(self, read: Read, reply: Any) -> frozenset[str] | None:
        entries = read((reply, reply, None))
        if not isinstance(entries, list):
            return None
        names = [self.each((entry, reply, None)) for entry in entries]
        if not all(isinstance(name, str) and name.strip() for name in names):
            return None
        return frozenset(_folded(name) for name in names)


class Check(msgspec.Struct, frozen=True):
    """An access check, compiled."""

    name: str
    path: str
    open: Read
    message: Read
    lists: Lists | None

    def closed(self, reply: Any, asker: Principal | None) -> str | None:
        """The sentence for a record that is closed to the asker; None for one that is open. In doubt it is closed."""
        if self.open((reply, reply, None)) is True:
            return None
        return self.lists.closed(reply, asker) if self.lists else sentence(self.message, reply)


def compile_check(check: AccessCheck) -> Check:
    """Compile an access check. Raises ValueError saying what is wrong with it."""
    lists = None if check.lists is None else _compiled(check.lists)
    return Check(check.name, check.path, _read(check.open), _read(check.message), lists)


def _compiled(told: AccessLists) -> Lists:
    return Lists(
        known_by=told.known_by,
        excluded=_read(told.excluded),
        restricted=_read(told.restricted),
        each=_read(told.each),
        exclusion_message=_read(told.exclusion_message),
        restriction_message=_read(told.restriction_message),
    )


def _read(text: str) -> Read:
    return compile_expression(text).read


def sentence(message: Read, reply: Any) -> str:
    """The source's own words, made fit to show."""
    said = message((reply, reply, None))
    return (clean(said, _SENTENCE) if isinstance(said, str) else None) or NO_REASON


def _known_as(asker: Principal | None, by: KnownBy) -> str | None:
    name = None if asker is None else asker.email if by == "email" else asker.id
    return _folded(name) if name else None


def _folded(name: str) -> str:
    return name.strip().casefold()
