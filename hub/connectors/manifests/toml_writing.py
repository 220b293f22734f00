"""TOML as people write it: each statement that its reader refuses is named and left out, and the rest is read."""

import re
import tomllib
from typing import Any, NamedTuple

from hub.connectors.manifests.mistakes import Mistake, Path, short

_MOST_FAULTS = 20
_MOST_READ = 1024 * 1024  # characters, over all attempts
_BEGINS = re.compile(
    r"(?:[ \t]*(?P<key>[A-Za-z0-9_-]+)(?:[ \t]*\.[ \t]*[\w\"-]+)*[ \t]*="
    r"|\[{1,2}[ \t]*(?P<table>[A-Za-z0-9_-]+(?:[ \t]*\.[ \t]*[A-Za-z0-9_-]+)*))"
)
_ENDLESS = re.compile(r"[0-9_]{1000,}")
_WORD = re.compile(r"[A-Za-z0-9_-]+")
_AT = re.compile(r"\(at (?:line (\d+), column (\d+)|end of document)\)")
_LONG_KEY = re.compile(r"(?<![\w\"'-])(?:[\w\"'-]+[ \t]*\.[ \t]*){64}")
_OPEN_TEXT = re.compile(r'"""|' + "'''")
_TEXT = 'Put text in double quotes: name = "text".'
_WORDS = (
    ("Cannot overwrite", "{name} is given twice", "Keep one of them."),
    ("Cannot declare", "the table [{name}] is given twice", "Put everything of it under one heading."),
    ("Cannot mutate", "{name} is given twice", "Keep one of them."),
    ("Expected '='", "a name needs an equals sign and a value", 'Write name = "value".'),
    ("Invalid statement", "this is no name of a field", 'Write name = "value", or # for a comment.'),
    ("Invalid initial character for a key", "this is no name of a field", 'Write name = "value", or # for a comment.'),
    ("Unclosed array", "a list is not closed, or a comma is missing in it", "Separate with commas and end with ]."),
    ("Unclosed inline table", "a table in braces is not closed on its line", "End it with } on the same line."),
    ("Unterminated string", "a quotation mark is not closed", "End the text with the same quotation mark."),
    ("Expected \"'''\"", "a quotation mark is not closed", "End the text with the same quotation mark."),
    ("Illegal character '\\n'", "a quotation mark is not closed on its line", "End the text with a double quote."),
    ("Illegal character", "an invisible character stands here", "Take it out."),
    ("Found invalid character", "an invisible character stands here", "Take it out."),
    ("Expected newline", "something follows the value on its line", "Begin a new line for each field."),
    ("Expected ']", "the heading of a table is not closed", "Write [table], or [[list]] for one of several."),
    ("Unescaped '\\'", "a backslash stands before a letter that it does not go with", "Write two backslashes."),
    ("Invalid value", "what follows the equals sign is no value", _TEXT),
    ("Invalid date", "this is no date", "Write the year, the month and the day: 2014-03-02."),
)


class MendedToml(NamedTuple):
    """What could be read, from which text of as many lines, and what was wrong."""

    values: dict[str, Any] | None
    text: str
    mistakes: tuple[Mistake, ...]
    lost: tuple[Path, ...]


def mended_toml(text: str) -> MendedToml:
    """Read what can be read. Raises RecursionError for endless nesting."""
    if long := _LONG_KEY.search(text):  # the reader's memory grows with the square of a key's parts
        line = text.count("\n", 0, long.start()) + 1
        dots = Mistake(rule="syntax", path=(), says="a name has too many dots", instead=_TEXT, line=line, column=1)
        return MendedToml(None, text, (dots,), ())
    lines = text.split("\n")
    mistakes: list[Mistake] = []
    lost: list[Path] = []
    for _ in range(min(_MOST_FAULTS, 1 + _MOST_READ // (len(text) + 1))):
        try:
            return MendedToml(tomllib.loads("\n".join(lines)), "\n".join(lines), tuple(mistakes), tuple(lost))
        except tomllib.TOMLDecodeError as fault:
            first, last, at = _statement(lines, str(fault))
            name, path = _name(lines, first)
            mistakes.append(_mistake(str(fault), name, path, at))
            lost.append(path)
            lines[first:last] = [" " * len(line) for line in lines[first:last]]  # what follows keeps its place
        except ValueError:  # of a number: the reader leaves it to Python
            long = _ENDLESS.search(text)
            line = text.count("\n", 0, long.start()) + 1 if long else 1
            says = "a number here has too many digits"
            endless = Mistake(rule="syntax", path=(), says=says, instead="Write a shorter number.", line=line, column=1)
            return MendedToml(None, text, (*mistakes, endless), ())
    return MendedToml(None, text, tuple(mistakes), tuple(lost))


def _mistake(fault: str, name: str, path: Path, at: tuple[int, int]) -> Mistake:
    says, instead = next(
        ((says, instead) for begins, says, instead in _WORDS if fault.startswith(begins)),
        ("this is not TOML", "Check quotation marks, commas and brackets around here."),
    )
    told = says.format(name=short(name) or "this")
    rule = "twice" if "twice" in told else "syntax"
    return Mistake(rule=rule, path=path, says=told, instead=instead, line=at[0], column=at[1])


def _statement(lines: list[str], fault: str) -> tuple[int, int, tuple[int, int]]:
    """The lines, from and up to, of the statement that a fault is in, and where to point at."""
    found = _AT.search(fault)
    if found is None or found[1] is None:
        line, column = _unclosed(lines), 0
    else:
        line, column = min(int(found[1]), len(lines)) - 1, int(found[2])
    if fault.startswith(("Invalid statement", "Expected '='")):  # this line begins nothing, and belongs to nothing
        return line, line + 1, (line + 1, column)
    first = _begin(lines, line)
    if column == 1 and first == line and line > 0 and not lines[line].lstrip().startswith("["):
        # Nothing can be wrong at the first letter of a statement but that the one before does not end.
        first = _begin(lines, line - 1)
        return first, line, (first + 1, 1)
    last = first + 1
    heading = lines[first].startswith("[")
    while last < len(lines) and not (lines[last].startswith("[") if heading else _BEGINS.match(lines[last])):
        last += 1
    return first, max(last, line + 1), (line + 1, max(column, 1))


def _begin(lines: list[str], line: int) -> int:
    """The line at or above which a statement begins; the line itself where none does."""
    return next((at for at in range(line, -1, -1) if _BEGINS.match(lines[at])), line)


def _unclosed(lines: list[str]) -> int:
    """The line of the last statement, or of the text in triple quotes that does not end."""
    whole = "\n".join(lines)
    marks = list(_OPEN_TEXT.finditer(whole))
    if len(marks) % 2:
        return whole.count("\n", 0, marks[-1].start())
    return next((at for at in range(len(lines) - 1, -1, -1) if _BEGINS.match(lines[at])), len(lines) - 1)


def _name(lines: list[str], first: int) -> tuple[str, Path]:
    """The name of what a statement gives, and its path."""
    begins = _BEGINS.match(lines[first])
    if begins is None:
        word = _WORD.match(lines[first].lstrip())
        return (word[0], _below(lines, first, word[0])) if word else ("", ())
    if begins["table"]:
        return begins["table"], _heading(begins["table"])
    return begins["key"], _below(lines, first, begins["key"])


def _below(lines: list[str], first: int, key: str) -> Path:
    """The path of a key under the heading above it."""
    for above in range(first, -1, -1):
        heading = _BEGINS.match(lines[above])
        if heading is not None and heading["table"]:
            return (*_heading(heading["table"]), key)
    return (key,)


def _heading(text: str) -> Path:
    return tuple(part.strip() for part in text.split("."))
