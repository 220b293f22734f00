"""Elements of a FHIR resource, read without trusting them: whatever has the wrong shape is absent."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from hub.connectors.mapping.text import LINE, NARRATIVE, clean

Json = dict[str, Any]

_ID = re.compile(r"[A-Za-z0-9.-]{1,64}\Z")
_ELEMENTS = 200  # of one list: no honest resource of one child has more
_NOTHING: Json = {}


class Coding(msgspec.Struct, frozen=True):
    """A code in its system, as sent. Both may be empty, and neither is fit to show yet."""

    system: str
    code: str


def part(value: Any, *names: str) -> Json:
    """The object at a path of names; an empty one where there is none."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else _NOTHING


def parts(value: Any) -> Iterator[Json]:
    """The objects of a list. A lone object counts as a list of one."""
    items = value[:_ELEMENTS] if isinstance(value, list) else [value]
    return (item for item in items if isinstance(item, dict))


def line(value: Any) -> str | None:
    """A short clean text. None for anything but text."""
    return clean(value, LINE) if isinstance(value, str) else None


def lines(value: Any) -> Iterator[str]:
    """The clean texts of a list of texts."""
    items = value[:_ELEMENTS] if isinstance(value, list) else [value]
    return (text for item in items if (text := line(item)))


def narrative(*values: Any) -> str | None:
    """The source's own words, joined; None where there are none."""
    told = (clean(value, NARRATIVE) for value in values if isinstance(value, str))
    return clean(" ".join(text for text in told if text), NARRATIVE)


def notes(resource: Json) -> str | None:
    """The annotations of a resource."""
    return narrative(*(note.get("text") for note in parts(resource.get("note"))))


def codings(concept: Any) -> tuple[Coding, ...]:
    """The codings of a CodeableConcept, of a list of them, or of a lone Coding."""
    found = []
    for one in parts(concept):
        for coding in parts(one.get("coding", one)):
            system, code = coding.get("system"), coding.get("code")
            if isinstance(code, str):
                found.append(Coding(system if isinstance(system, str) else "", code.strip()))
    return tuple(found)


def said(concept: Any) -> str | None:
    """What a concept says in words instead of in codes."""
    return next((text for one in parts(concept) if (text := line(one.get("text")))), None)


def wording(concept: Any) -> str | None:
    """A concept in the source's words: its text, or the display of a coding."""
    shown = (line(coding.get("display")) for one in parts(concept) for coding in parts(one.get("coding")))
    return said(concept) or next((text for text in shown if text), None)


def code(value: Any) -> str:
    """A bare code, as statuses are; empty for anything but text."""
    return value if isinstance(value, str) else ""


def resource_id(value: Any) -> str | None:
    """A FHIR id that can stand in a path of its own. None for anything else."""
    usable = isinstance(value, str) and _ID.match(value) and value.strip(".")
    return value if usable else None


def target(reference: Any) -> tuple[str, str] | None:
    """The type and id that a literal reference points at, wherever its server stands. None for other kinds."""
    text = reference.get("reference") if isinstance(reference, dict) else None
    if not isinstance(text, str) or text.startswith(("#", "urn:")):
        return None
    steps = text.split("?", 1)[0].split("/_history/", 1)[0].rsplit("/", 2)
    if len(steps) < 2 or not steps[-2].isalpha() or resource_id(steps[-1]) is None:
        return None
    return steps[-2], steps[-1]
