"""Records, in the names and codes of the draft MAIS Safeguarding Standard.

Every field carries a category. ``Category.OF_RECORD`` means: released exactly when the record's
own category is. Any other category must be permitted as well. A field without one is a
``TypeError`` when the class is made. A code of ours starts with ``hub:``.
"""

# No deferred annotations in this module: classification is checked when a class is made.
import inspect
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, get_type_hints

import msgspec

from hub.domain.categories import Category, RecordKind
from hub.domain.codes import Label, SubjectKind

Whole = Category.OF_RECORD


class Classified(msgspec.Struct, frozen=True, kw_only=True):
    """A struct whose every field says what it is."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        for name, hint in inspect.get_annotations(cls).items():
            marks: tuple[object, ...] = getattr(hint, "__metadata__", ())
            if not any(isinstance(mark, Category) for mark in marks):
                raise TypeError(f"{cls.__name__}.{name} has no category; annotate it")


class About(msgspec.Struct, frozen=True):
    """Whom a record is about. ``key`` tells one related person from another within a source's answer."""

    kind: SubjectKind
    key: str = ""


THE_CHILD = About(SubjectKind.CHILD)


class Record(Classified, frozen=True, kw_only=True):
    """What all records share. ``conditions`` are the owner's words on how it may be used; they travel with it."""

    category: Annotated[Category, Whole]
    about: Annotated[About, Whole] = THE_CHILD
    labels: Annotated[frozenset[Label], Whole] = frozenset()
    conditions: Annotated[str | None, Whole] = None


class IdentityAttribute(Record, frozen=True, kw_only=True):
    """One attribute of a person as one source holds it.

    ``attribute`` is a field name of ``Attributes``, or ``phone``, or ``alias``: another name in full.
    """

    attribute: Annotated[str, Whole]
    value: Annotated[str, Whole]
    as_of: Annotated[datetime | None, Whole] = None


class RelatedPerson(Record, frozen=True, kw_only=True):
    """Somebody around the child whom a source names. ``about.key`` is how its other records point at them.

    ``given_name`` and ``family_name`` are the parts of ``name``, where the source tells them apart.
    """

    relationship: Annotated[str, Whole]
    name: Annotated[str | None, Category.IDENTITY_NAME] = None
    given_name: Annotated[str | None, Category.IDENTITY_NAME] = None
    family_name: Annotated[str | None, Category.IDENTITY_NAME] = None
    birth_date: Annotated[date | None, Category.IDENTITY_BIRTH_DATE] = None


class RelatedProfessional(Classified, frozen=True, kw_only=True):
    """A professional and how to reach them."""

    name: Annotated[str | None, Category.PROFESSIONAL_NAME] = None
    role: Annotated[str | None, Category.PROFESSIONAL_NAME] = None
    contact: Annotated[str | None, Category.PROFESSIONAL_BASE] = None


class ServiceEpisode(Record, frozen=True, kw_only=True):
    """A service works, or worked, with a person over a period. ``end`` is None while it is open."""

    type: Annotated[str, Whole]
    label: Annotated[str, Whole]
    service: Annotated[str, Whole]
    organisation: Annotated[str, Whole]
    professionals: Annotated[tuple[RelatedProfessional, ...], Category.PROFESSIONAL_NAME] = ()
    start: Annotated[date | None, Whole] = None
    end: Annotated[date | None, Whole] = None
    location: Annotated[str | None, Category.PLACE] = None


class LifeEvent(Record, frozen=True, kw_only=True):
    """Something that happened at a time."""

    type: Annotated[str, Whole]
    label: Annotated[str, Whole]
    at: Annotated[datetime, Whole]
    detail: Annotated[str | None, Category.NARRATIVE] = None
    location: Annotated[str | None, Category.PLACE] = None


class Finding(Record, frozen=True, kw_only=True):
    """An observation or judgement: a flag, a registration, a risk level.

    ``severity`` orders alerts: 0 is not an alert, 1 is least and 9 most serious.
    """

    type: Annotated[str, Whole]
    label: Annotated[str, Whole]
    start: Annotated[date | None, Whole] = None
    end: Annotated[date | None, Whole] = None
    detail: Annotated[str | None, Category.NARRATIVE] = None
    severity: Annotated[int, Whole] = 0


AnyRecord = IdentityAttribute | RelatedPerson | ServiceEpisode | LifeEvent | Finding

KINDS: dict[type[Record], RecordKind] = {
    IdentityAttribute: RecordKind.IDENTITY,
    RelatedPerson: RecordKind.RELATED_PERSON,
    ServiceEpisode: RecordKind.EPISODE,
    LifeEvent: RecordKind.EVENT,
    Finding: RecordKind.FINDING,
}


@cache
def guarded_fields(kind: type[Classified]) -> tuple[tuple[str, Category], ...]:
    """Fields of a record type that need a category of their own permitted, with that category."""
    hints = get_type_hints(kind, include_extras=True)
    marked = ((name, mark) for name, hint in hints.items() for mark in getattr(hint, "__metadata__", ()))
    return tuple((name, mark) for name, mark in marked if isinstance(mark, Category) and mark is not Whole)


@cache
def worded_fields(kind: type[Classified]) -> tuple[str, ...]:
    """Fields of a record type that hold words or a code, which a partner may have filled with anything."""
    return tuple(name for name, hint in get_type_hints(kind).items() if hint in {str, str | None})
