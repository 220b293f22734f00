"""JSON as people write it: what its reader refuses is named, and the commonest slips are read all the same."""

import json
import re
from typing import NamedTuple

import msgspec

Fault = tuple[int, str, str]  # offset, what is wrong, what to write instead

_SLIP = re.compile(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*|/\*.*?\*/|,(?=\s*[}\]])', re.DOTALL)
_WORDS = (
    ("Expecting property name", "a name in double quotes is missing here", 'Write "name": value.'),
    ("Expecting ':'", "a colon is missing between a name and its value", 'Write "name": value.'),
    ("Expecting ','", "a comma, or a closing bracket, is missing before this", "Put a comma between two values."),
    ("Expecting value", "this is no JSON value", "Put text in double quotes; write true and false in small letters."),
    ("Unterminated string", "a quotation mark is not closed", "End the text with a double quote on the same line."),
    ("Invalid control", "a line ends inside quotation marks", "End the text with a double quote on the same line."),
    ("Extra data", "something follows the end of the document", "One document has one pair of outer braces."),
    ("Invalid \\escape", "a backslash stands before a letter that it does not go with", "Write two backslashes."),
)


class MendedJson(NamedTuple):
    """Text of the same length that its reader takes, or None, and what was wrong with it."""

    text: str | None
    faults: tuple[Fault, ...]


def mended_json(text: str) -> MendedJson:
    """Read past comments and commas before a closing bracket. Raises RecursionError for endless nesting."""
    fault = _fault(text)
    if fault is None:
        return MendedJson(text, ())
    slips = [found for found in _SLIP.finditer(text) if found[0][0] != '"']
    mended = text
    for slip in slips:
        blank = re.sub(r"[^\n]", " ", slip[0])
        mended = mended[: slip.start()] + blank + mended[slip.end() :]
    faults = tuple(_slip(found) for found in slips)
    left = _fault(mended)
    return MendedJson(mended, faults) if left is None else MendedJson(None, (*faults, left))


def _slip(found: re.Match[str]) -> Fault:
    if found[0] == ",":
        return found.start(), "a comma stands before a closing bracket", "Take the comma out."
    return found.start(), "JSON has no comments", "Take the comment out, or write the manifest in TOML."


def _fault(text: str) -> Fault | None:
    try:
        msgspec.json.decode(text)
    except msgspec.DecodeError as strict:
        try:
            json.loads(text)
        except json.JSONDecodeError as told:
            says, instead = next(
                ((says, instead) for begins, says, instead in _WORDS if told.msg.startswith(begins)),
                ("this is not JSON", "Check quotation marks, commas and brackets around here."),
            )
            return told.pos, says, instead
        except ValueError:
            return 0, "a number has too many digits", "Write a shorter number."
        place = re.search(r"byte (\d+)", str(strict))
        at = len(text.encode()[: int(place[1])].decode(errors="ignore")) if place else 0
        return at, "a character or number here is not valid JSON", "Write plain text, and finite numbers."
    return None
