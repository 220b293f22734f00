"""Strings from partners, made fit to show: no controls, no direction overrides, no endless text."""

import re
from typing import Any

LINE = 200  # characters of a name, a label, a place
NARRATIVE = 4000  # characters of a source's own words

# Controls and line separators become a space; characters that reorder or hide text go.
_CONTROLS = r"\x00-\x1f\x7f-\x9f\u2028\u2029"
_HIDERS = r"\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufff0-\uffff"
_CONTROL = re.compile(f"[{_CONTROLS}]+")
_HIDDEN = re.compile(f"[{_HIDERS}]+")
_SUSPECT = re.compile(f"[{_CONTROLS}{_HIDERS}]")

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/+-]{0,31}\Z")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,47}\Z")


def clean(text: str, limit: int = LINE) -> str | None:
    """The text without what could mislead a reader, at most ``limit`` characters; None when nothing is left."""
    text = text[: 2 * limit]
    if _SUSPECT.search(text):
        text = _CONTROL.sub(" ", _HIDDEN.sub("", text))
    return text.strip()[:limit] or None


def words(value: Any, limit: int = LINE) -> str | None:
    """A partner's scalar, or list of scalars, as clean text. None for anything else."""
    if isinstance(value, str):
        return clean(value, limit)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return number(value)
    if isinstance(value, (list, tuple)):
        parts = (words(part, limit) for part in value[:limit] if not isinstance(part, (list, tuple)))
        return clean(", ".join(part for part in parts if part), limit)
    return None


def number(value: float) -> str | None:
    """A number as its digits. None for one that is absurdly long."""
    try:
        text = str(value)
    except ValueError:  # Python refuses to print integers of thousands of digits
        return None
    return text if len(text) <= LINE else None


def code_text(value: Any) -> str | None:
    """A code as a partner sends it (text, number or truth value), for looking it up."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    return number(value) if isinstance(value, (int, float)) else None


def showable_code(text: str) -> str | None:
    """The code if it looks like one. None for free text, which may hold anything about anybody."""
    return text if _CODE.match(text) else None


def showable_name(text: Any) -> str:
    """A field's name if it looks like one. A name that does not may itself be a value."""
    return text if isinstance(text, str) and _NAME.match(text) else "(other)"
