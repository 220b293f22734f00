"""A partner's reply, read strictly and made fit to show before anybody else sees it."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any

import msgspec

from hub.connectors.mapping.text import LINE, NARRATIVE, clean
from hub.connectors.pull.records import Wired
from hub.connectors.pull.wire import Answering, Asked, Fetch, FetchAdult, KnownRecord, Nobody, People, Permitting, Reply
from hub.errors import BadInput

_YEARS = range(1880, 2201)  # as mappings read dates: outside these one is a placeholder or a fault
_AT_LENGTH = frozenset({"detail", "conditions", "words", "withheld"})
_EXACT = frozenset({"local_id", "key", "lease", "around"})  # compared letter by letter, so never changed
_NUMBERS = frozenset({"nhs_number", "upn", "former_nhs_numbers"})
_BLANK = "it is blank; leave the field out, or say (not recorded)"
_VALUE = re.compile(r"'[^']*'")


class UnusableReply(BadInput):
    """A reply that cannot be used; the sentence says where and why, without any value."""


def read_message(told: Any, kind: type[Any]) -> Any:
    """A message of this kind. Raises UnusableReply."""
    try:
        return msgspec.convert(told, kind)
    except msgspec.ValidationError as fault:
        words = _VALUE.sub("(value)", str(fault))
    raise UnusableReply(f"The message does not fit docs/exchange.schema.json: {words}", ("exchange-message",))


def read_answer(told: Any) -> Answering:
    """An answer, cleaned: what is shown of it holds no control character and no endless text. Raises UnusableReply."""
    answering: Answering = read_message(told, Answering)
    reply: Reply = _cleaned(answering.reply, "reply")
    return msgspec.structs.replace(answering, reply=reply)


def require_fit(reply: Reply, asked: Asked) -> None:
    """Raise UnusableReply where a reply answers something else than was asked."""
    if not isinstance(reply, Permitting):
        return
    reads = isinstance(asked, Fetch | FetchAdult)
    if isinstance(reply.answer, People) if reads else isinstance(reply.answer, KnownRecord | Nobody):
        wanted = "a record, or nobody" if reads else "people"
        raise _unusable("reply.answer.kind", f"this request asks for {wanted}")


def _cleaned(value: Any, path: str, name: str = "") -> Any:
    """The same with every text in it cleaned."""
    if isinstance(value, Wired):
        return _cleaned_fields(value, path)
    if isinstance(value, tuple):
        return tuple(_filled(one, f"{path}[{place}]", name) for place, one in enumerate(value))
    if isinstance(value, Mapping):
        return {_filled(key, path, name): _filled(one, path, name) for key, one in value.items()}
    if isinstance(value, str) and not isinstance(value, Enum):
        return _text(value, path, name)
    if isinstance(value, date | datetime) and value.year not in _YEARS:
        raise _unusable(path, "the year is out of range")
    return value


def _cleaned_fields(value: Wired, path: str) -> Wired:
    changed: dict[str, Any] = {}
    for name, default in _defaults(type(value)):
        before = getattr(value, name)
        if before is default or before == default:
            continue
        after = _cleaned(before, f"{path}.{name}", name)
        if after is None and default is not None:
            raise _unusable(f"{path}.{name}", _BLANK)
        if after is not before:
            changed[name] = after
    return msgspec.structs.replace(value, **changed) if changed else value


@cache
def _defaults(kind: type[Wired]) -> tuple[tuple[str, Any], ...]:
    return tuple((field.name, field.default) for field in msgspec.structs.fields(kind))


def _filled(value: Any, path: str, name: str) -> Any:
    """The same cleaned, where blank means nothing."""
    cleaned = _cleaned(value, path, name)
    if cleaned is None:
        raise _unusable(path, _BLANK)
    return cleaned


def _text(text: str, path: str, name: str) -> str | None:
    if name in _EXACT:
        if text and not text.isprintable():
            raise _unusable(path, "an identifier holds no control characters")
        return text
    if name in _NUMBERS:
        text = "".join(text.split())
    return clean(text, NARRATIVE if name in _AT_LENGTH else LINE)


def _unusable(path: str, why: str) -> UnusableReply:
    return UnusableReply(f"The answer cannot be used: {why}, at $.{path}.", ("exchange-message",))
