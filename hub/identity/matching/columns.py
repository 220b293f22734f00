"""The columns that a model can compare: what a description gives to a condition."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

import msgspec

from hub.identity.matching.description import Description
from hub.identity.matching.duckdb_functions import remembered
from hub.identity.matching.nicknames import Nicknames, forms
from hub.identity.matching.writing import halves


class Kind(StrEnum):
    """What a value of a condition is."""

    TEXT = "text"
    NUMBER = "number"
    TRUTH = "truth"
    TIME = "time"
    LIST = "list"
    NULL = "null"


class Column(msgspec.Struct, frozen=True):
    """One column: the field of ``Description`` that it is, and what is made of that before it is compared."""

    field: str
    kind: Kind
    about: str  # the text column that it is, or is made of
    derived: Callable[[Any], Any] | None = None


TEXT_COLUMNS = (
    "given_name",
    "family_name",
    "birth_date",
    "postcode",
    "address_line",
    "school",
    "nhs_number",
    "upn",
    "other_id",
)


def columns(nicknames: Nicknames) -> Mapping[str, Column]:
    """Every column that a condition can name, without its ``_l`` or ``_r``.

    ``given_forms`` is the list of full forms that a given name stands for (``nicknames.csv``);
    ``family_words`` the parts of a double-barrelled name.
    """
    given_forms = remembered(lambda words: forms(words, nicknames) or None)
    family_words = remembered(lambda words: halves(words) or None)
    return {name: Column(name, Kind.TEXT, name) for name in TEXT_COLUMNS} | {
        "given_forms": Column("given_words", Kind.LIST, "given_name", given_forms),
        "family_words": Column("family_words", Kind.LIST, "family_name", family_words),
    }


def table_row(one: Description, nicknames: Nicknames) -> dict[str, str | list[str] | None]:
    """Every column's value, for a table that a model is trained on with Splink."""
    values: dict[str, str | list[str] | None] = {}
    for name, column in columns(nicknames).items():
        value = getattr(one, column.field)
        value = column.derived(value) if column.derived else value
        values[name] = sorted(value) if isinstance(value, frozenset) else value
    return values
