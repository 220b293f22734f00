"""The mapping language as types: what may stand in a mapping file, entry by entry.

A field that a type here does not have is an error, so a misspelt word is found when the file is read.
"""

from typing import Literal

import msgspec

from hub.domain.categories import Category
from hub.domain.codes import Label


class Given(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A value with more to it than an expression.

    ``path`` with ``codes`` looks the value up in a code table; ``template`` puts expressions, each in
    braces, into a sentence.
    """

    path: str | None = None
    codes: str | None = None
    template: str | None = None

    def __post_init__(self) -> None:
        if (self.path is None) == (self.template is None):
            raise ValueError("give either path or template")
        if self.template is not None and self.codes is not None:
            raise ValueError("codes go with path, not with template")


Field = str | Given  # a bare string is an expression; a quoted one inside it ('so') is a constant


class Coded(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The code that decides what a record is: looked up in a table of the file."""

    path: str
    codes: str


class Code(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one code of a partner means to us."""

    label: str
    type: str = "hub:coded"
    category: Category | None = None
    severity: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.severity <= 9:
            raise ValueError("severity goes from 0 to 9")


class Related(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person around the child. With ``birth_date`` given and known, it decides between adult and child."""

    key: str
    kind: Literal["network_adult", "network_child"]
    birth_date: str | None = None


class Marked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A restricted label that holds where the expression does, or where it cannot be told."""

    label: Label
    where: str


class Worker(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A professional of an episode."""

    name: Field | None = None
    role: Field | None = None
    contact: Field | None = None


class Rows(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which items an entry reads."""

    source: str = msgspec.field(name="from")
    items: str | None = None
    where: str | None = None


class Entry(Rows, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What entries of every record kind share. ``category`` is also that of a code without its own.

    ``conditions`` are the owner's words on how a record may be used; they go wherever it goes.
    """

    category: Category
    about: Literal["child"] | Related = "child"
    labels: tuple[Label | Marked, ...] = ()
    conditions: Field | None = None


class Coding(Entry, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What records with a type share. A code gives type and label unless they are given here."""

    code: Coded | None = None
    type: Field | None = None
    label: Field | None = None


class Episode(Coding, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="ServiceEpisode"):
    """Makes a ServiceEpisode of each item."""

    service: Field
    organisation: Field
    professionals: tuple[Worker, ...] = ()
    start: Field | None = None
    end: Field | None = None
    location: Field | None = None


class Event(Coding, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="LifeEvent"):
    """Makes a LifeEvent of each item that has a readable time."""

    at: Field
    detail: Field | None = None
    location: Field | None = None


class Observation(Coding, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="Finding"):
    """Makes a Finding of each item. ``severity`` given here goes before the code's."""

    start: Field | None = None
    end: Field | None = None
    detail: Field | None = None
    severity: int | None = None


class Kin(Entry, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="RelatedPerson"):
    """Makes a RelatedPerson of each item; ``about`` is the related person."""

    relationship: Field
    name: Field | None = None
    given_name: Field | None = None
    family_name: Field | None = None
    birth_date: Field | None = None


AnyEntry = Episode | Event | Observation | Kin

AttributeName = Literal[
    "given_name", "family_name", "birth_date", "nhs_number", "upn", "postcode", "address", "phone", "school", "alias"
]


class Identity(Rows, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Makes an IdentityAttribute of each item, and the echo by which another child's record is caught."""

    attribute: AttributeName
    value: Field
    as_of: Field | None = None
    labels: tuple[Label | Marked, ...] = ()


class PersonLabel(Rows, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A restricted label on the child wherever ``where`` holds for an item, or cannot be told."""

    label: Label
