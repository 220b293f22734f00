"""Whether a single value is the word, text, number or date that a place asks for."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import inspect

from hub.connectors.manifests.mistakes import Mistake, Path, codelike, nearest

_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "true or false"),
    (str, "text"),
    (int, "a whole number"),
    (float, "a number"),
    (dt.datetime, "a date with a time"),
    (dt.date, "a date"),
    (dt.time, "a time"),
    (dict, "a table"),
    (list, "a list"),
)
_PLAIN = "\n\r\t\u00a0"  # not printable, and yet at home in text
_SHOWN = 8  # of the words that may stand in a place, when none is near
_CALLED = {
    "Agency": "agency",
    "Category": "category",
    "EventType": "type of event",
    "Label": "restricted label",
    "PurposeCode": "purpose",
    "SearchKey": "search key",
}


def told(value: Any) -> str:
    """What a value is, in words."""
    return next((words for kind, words in _KINDS if isinstance(value, kind)), "nothing")


def wrong_type(value: Any, wanted: str, instead: str, path: Path) -> Mistake:
    """What to say of a value of another type than the place asks for."""
    return Mistake(rule="wrong-type", path=path, says=f"this is {told(value)} and should be {wanted}", instead=instead)


def some(words: Iterable[str]) -> str:
    """The first of many words, for a sentence."""
    listed = list(words)
    return ", ".join(listed[:_SHOWN]) + (" …" if len(listed) > _SHOWN else "")


def word_misfits(value: Any, known: Iterable[str], called: str, path: Path) -> Iterator[Mistake]:
    """What is wrong with a word of a closed list. ``called`` is what the list holds, in the singular."""
    known = sorted(known)
    if not isinstance(value, str):
        yield wrong_type(value, "text", f"Write one of {some(known)}.", path)
    elif value not in known:
        meant = nearest(value, known)
        instead = f'Write "{meant}".' if meant else f"Write one of {some(known)}."
        yield Mistake(
            rule="unknown-word",
            path=path,
            says=f"this is no {called}",
            instead=instead,
            given=codelike(value),
            meant=meant,
        )


def enum_misfits(value: Any, kind: inspect.EnumType, path: Path) -> Iterator[Mistake]:
    """What is wrong with one of the hub's codes."""
    called = _CALLED.get(kind.cls.__name__, "word known here")
    yield from word_misfits(value, [str(one.value) for one in kind.cls], called, path)


def literal_misfits(value: Any, kind: inspect.LiteralType, path: Path) -> Iterator[Mistake]:
    """What is wrong with one of a field's own words."""
    called = next((step for step in reversed(path) if isinstance(step, str)), "word")
    yield from word_misfits(value, [str(one) for one in kind.values], f"{called} known here", path)


def text_misfits(value: Any, kind: inspect.StrType, path: Path) -> Iterator[Mistake]:
    """What is wrong with text."""
    if not isinstance(value, str):
        dated = isinstance(value, dt.date)
        instead = 'Put it in quotation marks: "2014-03-02".' if dated else "Put it in quotation marks."
        yield wrong_type(value, "text", instead, path)
    elif kind.pattern is not None and not re.fullmatch(kind.pattern, value):
        says = "this is not made of small letters, digits, dots, underscores and hyphens alone, or is too long"
        yield Mistake(rule="wrong-form", path=path, says=says, instead='Write a short name: "education-derwent".')
    elif not all(letter.isprintable() or letter in _PLAIN for letter in value):
        says = "an invisible character stands in this text"
        yield Mistake(rule="wrong-form", path=path, says=says, instead="Type it anew rather than pasting it.")


def number_misfits(value: Any, kind: inspect.IntType | inspect.FloatType, path: Path) -> Iterator[Mistake]:
    """What is wrong with a number."""
    whole = isinstance(kind, inspect.IntType)
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        yield wrong_type(value, "a whole number" if whole else "a number", "Write it in digits, without quotes.", path)
        return
    least, most = kind.ge, kind.le
    low = least is not None and not value >= least  # so that what is no number at all is out of range
    high = most is not None and not value <= most
    if low or high:
        bounds = f"at least {least}" if most is None else f"{least} to {most}"
        yield Mistake(rule="out-of-range", path=path, says="this is out of range", instead=f"Write {bounds}.")


def truth_misfits(value: Any, _kind: inspect.BoolType, path: Path) -> Iterator[Mistake]:
    """What is wrong with a true or a false."""
    if not isinstance(value, bool):
        yield wrong_type(value, "true or false", "Write true or false, without quotes.", path)


def date_misfits(value: Any, _kind: inspect.DateType, path: Path) -> Iterator[Mistake]:
    """What is wrong with a date: TOML's own, or ISO 8601 in quotation marks."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return
    if not isinstance(value, str):
        yield wrong_type(value, "a date", "Write the year, the month and the day: 2014-03-02.", path)
    elif not is_date(value):
        instead = "Write the year, the month and the day: 2014-03-02."
        yield Mistake(rule="bad-date", path=path, says="this is no day of the calendar", instead=instead)


def is_date(text: str) -> bool:
    """Whether text is a day of the calendar, written as 2014-03-02."""
    try:
        return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", text)) and bool(dt.date.fromisoformat(text))
    except ValueError:
        return False
