"""Identity: attributes of the child as a source holds them, and the echo that catches another child's record."""

from datetime import date
from typing import Any

import msgspec

from hub.connectors.mapping.expressions import Read, Row
from hub.connectors.mapping.fields import Compiler, Reader
from hub.connectors.mapping.language import Identity, PersonLabel
from hub.connectors.mapping.plans import Condition, Marking, compile_marking, compile_where
from hub.connectors.mapping.tally import Tally
from hub.domain.categories import Category
from hub.domain.codes import Label
from hub.domain.people import Attributes
from hub.domain.records import IdentityAttribute

CATEGORIES = {
    "given_name": Category.IDENTITY_NAME,
    "family_name": Category.IDENTITY_NAME,
    "birth_date": Category.IDENTITY_BIRTH_DATE,
    "nhs_number": Category.IDENTITY_NUMBER,
    "upn": Category.IDENTITY_NUMBER,
    "postcode": Category.IDENTITY_WHEREABOUTS,
    "address": Category.IDENTITY_WHEREABOUTS,
    "phone": Category.IDENTITY_WHEREABOUTS,
    "school": Category.IDENTITY_WHEREABOUTS,
    "alias": Category.IDENTITY_NAME,
}


class Trait(msgspec.Struct, frozen=True):
    """One compiled identity entry."""

    attribute: str
    where: Condition | None
    value: Reader
    as_of: Reader | None
    marking: Marking

    def read(self, row: Row, tally: Tally) -> Any:
        """The value in the type that ``Attributes`` wants it in, or None."""
        if self.where is not None and not self.where.admits(row, tally):
            return None
        value = self.value(row, tally)
        return value.replace(" ", "") if self.attribute in {"nhs_number", "upn"} and value else value

    def record(self, value: Any, row: Row, tally: Tally) -> IdentityAttribute:
        """The record of a value that was read."""
        return IdentityAttribute(
            category=CATEGORIES[self.attribute],
            labels=self.marking.labels(row),
            attribute=self.attribute,
            value=value.isoformat() if isinstance(value, date) else value,
            as_of=None if self.as_of is None else self.as_of(row, tally),
        )


class PersonMark(msgspec.Struct, frozen=True):
    """One compiled label on the child."""

    label: Label
    read: Read


def compile_trait(entry: Identity, compiler: Compiler) -> Trait:
    """Compile one identity entry. Raises ValueError saying what is wrong with it."""
    return Trait(
        attribute=entry.attribute,
        where=compile_where(entry.where, compiler),
        value=compiler.field(entry.attribute, entry.value),
        as_of=None if entry.as_of is None else compiler.field("as_of", entry.as_of),
        marking=compile_marking(entry.labels, compiler),
    )


def compile_mark(entry: PersonLabel, compiler: Compiler) -> PersonMark:
    """Compile one label on the child. Where its expression cannot be told, the label holds."""
    return PersonMark(entry.label, compiler.expression(entry.where or "`true`", otherwise=True))


# An address is written for people to read, as each reply has it; it tells nobody from another.
_DESCRIBING = frozenset(Attributes.__struct_fields__) - {"address"}


def echo(values: dict[str, Any]) -> Attributes:
    """What a reply says about whom it is."""
    return Attributes(**{name: value for name, value in values.items() if name in _DESCRIBING})
