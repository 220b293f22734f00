"""What may stand in no text of a disclosure, gathered from everything that the sources told."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from hub.domain.answers import Answer
from hub.domain.categories import Category
from hub.domain.codes import Label
from hub.domain.identifiers import SourceId
from hub.domain.people import Attributes, Name, Person, PersonReference, SourceFind
from hub.domain.records import (
    Classified,
    IdentityAttribute,
    RelatedPerson,
    RelatedProfessional,
    ServiceEpisode,
    guarded_fields,
)
from hub.redaction.places import Places, telling
from hub.redaction.wording import phrases, without, words_of

NAME_WITHHELD = "[name withheld]"
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr", "prof", "sgt", "pc", "the", "and", "not", "recorded"})
_SHORTEST = 3  # letters of a name that is looked for alone

Finds = Mapping[SourceId, SourceFind]
Remove = Callable[[str, bool], str]  # a text, and whether it is somebody's name -> the text without


class Silence(msgspec.Struct, frozen=True):
    """Words that a label forbids in any text, withheld as a category is."""

    label: Label
    category: Category
    remove: Remove


def silences(answers: Iterable[Answer], person: Person, labels: frozenset[Label]) -> tuple[Silence, ...]:
    """What these labels of the person, and those of the answers' records, keep out of every text."""
    answers, finds = tuple(answers), person.finds
    found: list[Silence] = []
    if Label.LOCATION_AT_RISK in labels:
        remove: Remove = Places.of(whereabouts(answers, finds, person.reference)).without
        found.append(Silence(Label.LOCATION_AT_RISK, Category.PLACE, remove))
    if former := labels & {Label.ADOPTION, Label.GENDER_HISTORY}:
        remove = _without_names(_names_of_the_child(answers, finds))
        found.append(Silence(min(former), Category.IDENTITY_NAME, remove))
    if people := tuple(_told_by(answers)):
        found.append(Silence(Label.ANON_SOURCE, Category.PROFESSIONAL_NAME, _without_people(people)))
    return tuple(found)


def said(text: str, silent: Iterable[Silence], *, is_name: bool = False) -> str:
    """The text without any of it."""
    for silence in silent:
        text = silence.remove(text, is_name)
    return text


def whereabouts(answers: Iterable[Answer], finds: Finds, about: PersonReference) -> Iterator[str]:
    """Every value that any source, or the asker, gave as where somebody is or is reached."""
    told = [about.postcode, about.school]
    for answer in answers:
        told += answer.places
        for record in answer.records:
            told += _places_of(record, record.category)
    for described in _described(finds):
        told += (described.postcode, described.address, described.school)
    return (value for value in told if value)


def _places_of(shape: Classified, record: Category) -> Iterator[str]:
    """Values of one record, or of a part of it, that its categories call a place."""
    if record.reveals_location:
        if isinstance(shape, IdentityAttribute):
            yield shape.value
        elif isinstance(shape, ServiceEpisode):
            yield shape.organisation
            yield shape.service
    for name, category in guarded_fields(type(shape)):
        value: Any = getattr(shape, name)
        if isinstance(value, tuple):
            for part in value:
                yield from _places_of(part, record)
        elif value and category.reveals_location:
            yield value


def _described(finds: Finds) -> Iterator[Attributes]:
    for find in finds.values():
        yield from (one.found.attributes for one in (*find.candidates, *find.rejected))


def _names_of_the_child(answers: Iterable[Answer], finds: Finds) -> Iterator[str]:
    """Every name of the child, former ones among them."""
    for answer in answers:
        for record in answer.records:
            if isinstance(record, IdentityAttribute) and record.category is Category.IDENTITY_NAME:
                yield record.value
    for described in _described(finds):
        names = (Name(described.given_name, described.family_name), *described.aliases)
        yield from (part for name in names for part in (name.given_name, name.family_name) if part)


def _told_by(answers: Iterable[Answer]) -> Iterator[RelatedPerson | RelatedProfessional]:
    """Whoever asked not to be named."""
    for answer in answers:
        for record in answer.records:
            if Label.ANON_SOURCE not in record.labels | answer.labels:
                continue
            if isinstance(record, RelatedPerson):
                yield record
            elif isinstance(record, ServiceEpisode):
                yield from record.professionals


def _without_people(people: Iterable[RelatedPerson | RelatedProfessional]) -> Remove:
    people = tuple(people)
    contacts = {words for one in people for words in telling(getattr(one, "contact", None) or "")}
    return _without_names((one.name for one in people if one.name), contacts)


def _without_names(names: Iterable[str], besides: Iterable[tuple[str, ...]] = ()) -> Remove:
    """Takes out these names, whole and word by word, and these phrases."""
    names = tuple(names)
    whole = {words_of(name) for name in names} | set(besides)
    parts = {(word,) for name in names for word in words_of(name) if _is_telling(word)}
    anywhere, in_names = phrases(whole | parts), phrases(words for words in whole if len(words) > 1)

    def remove(text: str, is_name: bool) -> str:  # noqa: FBT001 - called by position
        return without(text, in_names if is_name else anywhere, NAME_WITHHELD)

    return remove


def _is_telling(word: str) -> bool:
    return len(word) >= _SHORTEST and word.isalpha() and word.casefold() not in _TITLES
