"""Whom a record is about, without the partner's own identifier leaving with it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from hub.connectors.mapping.dates import read_date
from hub.connectors.mapping.expressions import Read, Row
from hub.connectors.mapping.fields import Compiler
from hub.connectors.mapping.language import Related
from hub.connectors.mapping.text import code_text
from hub.domain.codes import SubjectKind
from hub.domain.records import THE_CHILD, About


class People:
    """Numbers people in the order in which an answer names them. A person without a key is always somebody new."""

    def __init__(self, today: date) -> None:
        self.today = today
        self._numbers: dict[str, str] = {}
        self._count = 0

    @property
    def numbers(self) -> Mapping[str, str]:
        """Everybody's number so far, by the partner's own key."""
        return self._numbers

    def number(self, key: Any) -> str:
        """The person's number in this answer, as text."""
        text = code_text(key)
        if text and text in self._numbers:
            return self._numbers[text]
        self._count += 1
        if text:
            self._numbers[text] = str(self._count)
        return str(self._count)


class Whom(msgspec.Struct, frozen=True):
    """How one entry tells whom its records are about."""

    key: Read | None = None
    kind: SubjectKind = SubjectKind.CHILD
    birth_date: Read | None = None

    def about(self, row: Row, people: People) -> About:
        """The child, or a related person by number and kind."""
        if self.key is None:
            return THE_CHILD
        return About(self._kind(row, people.today), people.number(self.key(row)))

    def _kind(self, row: Row, today: date) -> SubjectKind:
        born = None if self.birth_date is None else read_date(self.birth_date(row))
        if born is None:
            return self.kind
        age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
        return SubjectKind.NETWORK_CHILD if age < 18 else SubjectKind.NETWORK_ADULT


def compile_whom(about: str | Related, compiler: Compiler) -> Whom:
    """Compile an entry's ``about``."""
    if not isinstance(about, Related):
        return Whom()
    born = None if about.birth_date is None else compiler.expression(about.birth_date)
    return Whom(compiler.expression(about.key), SubjectKind(about.kind), born)
