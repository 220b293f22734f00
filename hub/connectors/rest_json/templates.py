"""Putting values into requests. In a path a value is one escaped segment, so it cannot lead elsewhere."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from hub.domain.answers import SourceFailed
from hub.domain.codes import AnswerState

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


def placeholders(template: Any) -> set[str]:
    """Names of the placeholders anywhere in a template."""
    if isinstance(template, str):
        return set(_PLACEHOLDER.findall(template))
    if isinstance(template, Mapping):
        return set().union(*(placeholders(part) for part in template.values()))
    if isinstance(template, (list, tuple)):
        return set().union(*(placeholders(part) for part in template))
    return set()


def fill(template: Any, values: Mapping[str, str]) -> Any:
    """A parameter or a JSON body with its values."""
    if isinstance(template, str):
        return _PLACEHOLDER.sub(lambda found: values[found[1]], template)
    if isinstance(template, Mapping):
        return {name: fill(part, values) for name, part in template.items()}
    if isinstance(template, (list, tuple)):
        return [fill(part, values) for part in template]
    return template


def fill_path(template: str, values: Mapping[str, str]) -> str:
    """A path with its values escaped. Raises SourceFailed for a partner's identifier that is no path segment."""

    def segment(found: re.Match[str]) -> str:
        value = values[found[1]]
        if value in {"", ".", ".."}:
            raise SourceFailed(AnswerState.BAD_DATA, "named something by an identifier that cannot be asked for")
        return quote(value, safe="")

    return _PLACEHOLDER.sub(segment, template)
