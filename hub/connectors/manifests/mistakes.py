"""Mistakes: what is wrong in a document, where, and what to write instead."""

import difflib
import re
from collections.abc import Iterable, Mapping

import msgspec

Path = tuple[str | int, ...]

_LONGEST = 40  # characters of an author's own word that a sentence repeats
_LONGEST_SENTENCE = 300
_LONG_WORD = re.compile(r"\S{41,}")
_WORD = re.compile(r"[\w.@$-]+\Z")
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
# What people write for our words. Used only where the word it stands for is one of those asked for.
_MEANT: Mapping[str, tuple[str, ...]] = {
    "dob": ("birth_date",),
    "date-of-birth": ("birth_date",),
    "surname": ("family_name",),
    "last-name": ("family_name",),
    "forename": ("given_name",),
    "first-name": ("given_name",),
    "nhs": ("nhs_number", "health"),
    "school": ("education",),
    "schools": ("education",),
    "csc": ("social-care",),
    "yot": ("youth-justice",),
    "yjs": ("youth-justice",),
    "rest": ("rest_json",),
    "json": ("rest_json",),
    "http": ("rest_json",),
    "postgresql": ("sql",),
    "database": ("sql",),
    "client-credentials": ("oauth2-client-credentials",),
    "token": ("bearer",),
    "url": ("endpoint",),
    "base-url": ("endpoint",),
    "organisation": ("owner",),
    "phone": ("contact",),
    "tel": ("phone",),
    "telephone": ("phone",),
}


class Mistake(msgspec.Struct, frozen=True, kw_only=True):
    """One mistake. Its sentence holds no value of the document; ``given`` is a short piece of it, for its author alone.

    ``line`` and ``column`` count from one, and are None where a document has no text. ``file`` is another file
    than the manifest. A warning is grave for nobody: the document can be used as it is.
    """

    rule: str
    path: Path
    says: str
    instead: str
    given: str | None = None
    meant: str | None = None  # the one word to write instead, where there is one
    warning: bool = False
    file: str | None = None
    line: int | None = None
    column: int | None = None

    @property
    def where(self) -> str:
        """The place in words that a reader can look for: ``search[1][0]``."""
        return dotted(self.path)

    @property
    def sentence(self) -> str:
        """The whole of it in one line, without ``given``."""
        line = "" if self.line is None else f"line {self.line}, "
        file = "" if self.file is None else f"{self.file}, "
        return f"{file}{line}{self.where or 'the document'}: {self.says}. {self.instead}"


def dotted(path: Path) -> str:
    """A path as people write it."""
    told = ""
    for step in path:
        told += f"[{step}]" if isinstance(step, int) else f".{short(step)}" if told else short(step)
    return told


def short(word: str) -> str:
    """An author's own name for something, cut to what fits into a sentence, and printable."""
    shown = "".join(letter if letter.isprintable() else "?" for letter in word[: _LONGEST + 1])
    return shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"


def codelike(value: object) -> str | None:
    """The value where it is a short word that may be repeated to its author; else None."""
    return value if isinstance(value, str) and len(value) <= _LONGEST and _WORD.match(value) else None


def quieted(sentence: str) -> tuple[str, str | None]:
    """Another module's sentence about a document without what it quotes of it, and the first short quotation."""
    quoted = _QUOTED.search(sentence)
    quiet = _LONG_WORD.sub("…", _QUOTED.sub("this", sentence))[:_LONGEST_SENTENCE]
    says = "".join(letter if letter.isprintable() else " " for letter in quiet).rstrip(".: ")
    return says, short(quoted[0].strip("'\"")) if quoted else None


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that somebody probably meant."""
    by_shape = {_shape(one): one for one in known}
    shape = _shape(word)
    for meant in _MEANT.get(shape, ()):
        if _shape(meant) in by_shape:
            return meant
    if shape in by_shape:
        return by_shape[shape]
    close = difflib.get_close_matches(shape[:_LONGEST], by_shape, n=1, cutoff=0.6)
    begins = [one for one in by_shape if len(shape) > 2 and (one.startswith(shape) or shape.startswith(one))]
    return by_shape[close[0]] if close else by_shape[begins[0]] if begins else None


def _shape(word: str) -> str:
    return re.sub(r"[\s_.-]+", "-", word.casefold()).strip("-")
