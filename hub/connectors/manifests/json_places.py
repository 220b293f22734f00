"""Where each value of a JSON text stands, and which keys stand there twice. The text is valid JSON."""

import json
import re
from typing import NamedTuple

from hub.connectors.manifests.mistakes import Path

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


class JsonPlaces(NamedTuple):
    """Offsets by path, and the offsets of keys that were given before in the same object."""

    places: dict[Path, int]
    twice: tuple[tuple[Path, int], ...]


class _Open:
    """An object or a list that is being read: its path, and under what its next value stands."""

    def __init__(self, path: Path, sign: str) -> None:
        self.path = path
        self.key: str | int | None = 0 if sign == "[" else None  # None: a key comes first

    def go_on(self) -> None:
        self.key = self.key + 1 if isinstance(self.key, int) else None


def json_places(text: str) -> JsonPlaces:
    """The offset of each key, and of each element of a list, by its path."""
    places: dict[Path, int] = {}
    twice: list[tuple[Path, int]] = []
    stack: list[_Open] = []
    for token in _TOKEN.finditer(text):
        sign, inner = token[0], stack[-1] if stack else None
        if sign in "}]":
            stack.pop()
        elif sign == "," and inner is not None:
            inner.go_on()
        elif sign == ":":
            continue
        elif inner is not None and inner.key is None:
            inner.key = json.loads(sign)
            path = (*inner.path, inner.key)
            if path in places:
                twice.append((path, token.start()))
            places[path] = token.start()
        else:
            path = () if inner is None or inner.key is None else (*inner.path, inner.key)
            places.setdefault(path, token.start())
            if sign in "{[":
                stack.append(_Open(path, sign))
    return JsonPlaces(places, tuple(twice))
