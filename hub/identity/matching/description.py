"""Somebody as one side describes them, written for comparison."""

from collections.abc import Mapping
from datetime import date

import msgspec

from hub.domain.people import Attributes, Name, PersonReference
from hub.identity.matching import writing


class Description(msgspec.Struct, frozen=True):
    """What one side tells of a person, in one writing (``writing.py``), ready for scoring. All of it may be missing.

    A birth date is YYYY-MM-DD, or whatever text was told where that is no date. ``given_words`` and
    ``family_words`` are the words that the names, written without spaces, are made of.
    """

    given_name: str | None = None
    family_name: str | None = None
    birth_date: str | None = None
    postcode: str | None = None
    address_line: str | None = None
    school: str | None = None
    nhs_number: str | None = None
    upn: str | None = None
    other_id: str | None = None
    given_words: tuple[str, ...] = ()
    family_words: tuple[str, ...] = ()
    former_numbers: frozenset[str] = frozenset()
    aliases: tuple[Name, ...] = ()
    born_from: str | None = None
    born_to: str | None = None

    @classmethod
    def of_reference(cls, reference: PersonReference, *, place: bool = True) -> "Description":
        """What an enquirer claims; without postcode and school where ``place`` must not be compared."""
        told = cls._told(
            (reference.given_name, reference.family_name),
            reference.birth_date,
            (reference.postcode, None, reference.school) if place else (None, None, None),
            (reference.nhs_number, reference.upn, None),
        )
        return msgspec.structs.replace(
            told,
            aliases=reference.aliases,
            born_from=writing.birth_date(reference.born_from),
            born_to=writing.birth_date(reference.born_to),
        )

    @classmethod
    def of_attributes(cls, attributes: Attributes, *, place: bool = True, aliases: bool = True) -> "Description":
        """What a source tells; without where somebody lives or learns, or other names, where those are left out."""
        told = cls._told(
            (attributes.given_name, attributes.family_name),
            attributes.birth_date,
            (attributes.postcode, attributes.address, attributes.school) if place else (None, None, None),
            (attributes.nhs_number, attributes.upn, None),
        )
        return msgspec.structs.replace(
            told,
            aliases=attributes.aliases if aliases else (),
            former_numbers=frozenset(filter(None, map(writing.number, attributes.former_nhs_numbers))),
        )

    @classmethod
    def of_row(cls, row: Mapping[str, str | None]) -> "Description":
        """A row of a file, by its column names; columns that are missing, empty or unknown are not compared."""
        return cls._told(
            (row.get("given_name"), row.get("family_name")),
            row.get("birth_date"),
            (row.get("postcode"), row.get("address_line"), row.get("school")),
            (row.get("nhs_number"), row.get("upn"), row.get("other_id")),
        )

    @classmethod
    def _told(
        cls,
        names: tuple[str | None, str | None],
        birth_date: str | date | None,
        place: tuple[str | None, str | None, str | None],
        numbers: tuple[str | None, str | None, str | None],
    ) -> "Description":
        given, family = writing.given_words(names[0]), writing.family_words(names[1])
        return cls(
            given_name="".join(given) or None,
            family_name="".join(family) or None,
            birth_date=writing.birth_date(birth_date),
            postcode=writing.postcode(place[0]),
            address_line=writing.line(place[1]),
            school=writing.line(place[2]),
            nhs_number=writing.number(numbers[0]),
            upn=writing.number(numbers[1]),
            other_id=writing.number(numbers[2]),
            given_words=given,
            family_words=family,
        )

    def under(self, alias: Name) -> "Description":
        """The same person under another of their names; a part that it lacks stays as it was."""
        given, family = writing.given_words(alias.given_name), writing.family_words(alias.family_name)
        return msgspec.structs.replace(
            self,
            given_name="".join(given) or self.given_name,
            family_name="".join(family) or self.family_name,
            given_words=given or self.given_words,
            family_words=family or self.family_words,
            aliases=(),
        )
