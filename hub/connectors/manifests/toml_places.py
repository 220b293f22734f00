"""Where each value of a TOML text stands. The text is one that the TOML reader has taken."""

import re
import tomllib

from hub.connectors.manifests.mistakes import Path

_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STRINGS = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (
        r'"""(?:[^\\]|\\.)*?"""(?:"{0,2})',
        r"'''.*?'''(?:'{0,2})",
        r'"(?:[^"\\]|\\.)*"',
        r"'[^']*'",
    )
)
_SCALAR = re.compile(r"\d{4}-\d\d-\d\d[ Tt]\d\d:[^\s,\]}#]*|[^\s,\]}#]+")


def toml_places(text: str) -> dict[Path, int]:
    """The offset of each key, and of each element of a list, by its path."""
    return _Reading(text).document()


class _Reading:
    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0
        self._places: dict[Path, int] = {}
        self._elements: dict[Path, int] = {}  # of lists that are written [[so]]: how many there were

    def document(self) -> dict[Path, int]:
        """Read to the end."""
        table: Path = ()
        while self._skip(_BLANK) < len(self._text):
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)
        return self._places

    def _header(self) -> Path:
        begin, list_of_tables = self._at, self._text.startswith("[[", self._at)
        self._at += 2 if list_of_tables else 1
        *above, last = self._keys()
        self._at += 2 if list_of_tables else 1
        path: Path = ()
        for key in above:
            path = self._newest((*path, key))
            self._places.setdefault(path, begin)
        path = (*path, last)
        self._places.setdefault(path, begin)
        if list_of_tables:
            self._elements[path] = self._elements.get(path, 0) + 1
            path = self._newest(path)
        self._places.setdefault(path, begin)
        return path

    def _newest(self, path: Path) -> Path:
        count = self._elements.get(path)
        return path if count is None else (*path, count - 1)

    def _pair(self, table: Path) -> None:
        begin = self._at
        path = table
        for key in self._keys():
            path = (*path, key)
            self._places.setdefault(path, begin)
        self._at += 1  # the equals sign
        self._skip(_SPACE)
        self._value(path)

    def _keys(self) -> list[str]:
        keys = []
        while True:
            self._skip(_SPACE)
            if self._text[self._at] in "\"'":
                keys.append(tomllib.loads(f"key = {self._string()}")["key"])
            else:
                found = _BARE.match(self._text, self._at)
                keys.append(found[0] if found else "")
                self._at = found.end() if found else self._at + 1
            self._skip(_SPACE)
            if self._text[self._at] != ".":
                return keys
            self._at += 1

    def _value(self, path: Path) -> None:
        letter = self._text[self._at]
        if letter == "[":
            self._list(path)
        elif letter == "{":
            self._table(path)
        elif letter in "\"'":
            self._string()
        else:
            self._skip(_SCALAR)

    def _list(self, path: Path) -> None:
        self._at += 1
        number = 0
        while self._text[self._skip(_BLANK)] != "]":
            self._places[*path, number] = self._at
            self._value((*path, number))
            number += 1
            if self._text[self._skip(_BLANK)] == ",":
                self._at += 1
        self._at += 1

    def _table(self, path: Path) -> None:
        self._at += 1
        while self._text[self._skip(_BLANK)] != "}":
            self._pair(path)
            if self._text[self._skip(_BLANK)] == ",":
                self._at += 1
        self._at += 1

    def _string(self) -> str:
        for pattern in _STRINGS:
            if found := pattern.match(self._text, self._at):
                self._at = found.end()
                return found[0]
        raise ValueError("a string without an end")

    def _skip(self, pattern: re.Pattern[str]) -> int:
        found = pattern.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return self._at
