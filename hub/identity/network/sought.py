"""Whom a second round may look for: adults around the child whom a source names, as far as that may be told."""

from collections.abc import Iterable

import msgspec

from hub.domain.answers import Answer
from hub.domain.categories import Category, RecordKind
from hub.domain.codes import PERSON_WIDE, Label, SubjectKind
from hub.domain.identifiers import SourceId
from hub.domain.network import Member
from hub.domain.people import Attributes
from hub.domain.permits import Permit, Verdicts
from hub.domain.records import RelatedPerson
from hub.domain.sources import Source
from hub.identity.matching.description import Description
from hub.identity.matching.matcher import Matcher
from hub.identity.network.joining import described

# What must be permitted about somebody before their name and birth date go to another source, or lead to a record.
_TO_BE_NAMED = (Category.EXISTENCE, Category.IDENTITY_NAME, Category.IDENTITY_BIRTH_DATE)


class Sought(msgspec.Struct, frozen=True):
    """One adult, and everybody whom the sources name that is certainly this adult."""

    attributes: Attributes
    description: Description
    members: tuple[Member, ...]

    def named_by(self, source: SourceId) -> bool:
        """Whether this source knows the adult around the child already."""
        return any(member[0] == source for member in self.members)


def narrowed(permit: Permit, answers: Iterable[Answer]) -> Permit:
    """The permit as redaction will narrow it for everybody's records."""
    return permit.narrowed_to(PERSON_WIDE.intersection(label for answer in answers for label in answer.labels))


def sought(answers: Iterable[Answer], permit: Permit, matcher: Matcher) -> tuple[Sought, ...]:
    """Adults named with full name and birth date by records that policy lets through, each once."""
    found: list[Sought] = []
    for answer in answers:
        own = permit.narrowed_to(answer.labels)
        for record in answer.records:
            if isinstance(record, RelatedPerson) and _may_be_told(record, own, answer.source):
                _add(found, described(record), (answer.source, record.about), matcher)
    return tuple(found)


def about_adults(permit: Permit, source: Source) -> frozenset[Category]:
    """What to ask a source about an adult around the child; empty: neither search it nor ask."""
    if not permit.selection.reaches(source.id) or RecordKind.RELATED_PERSON not in permit.selection.kinds:
        return frozenset()
    if not permit.verdicts(source.id, SubjectKind.CHILD)[Category.EXISTENCE].permitted:
        return frozenset()
    verdicts = permit.verdicts(source.id, SubjectKind.NETWORK_ADULT)
    if not may_be_named(verdicts):
        return frozenset()
    return frozenset(
        category
        for category in source.serves
        if category.kinds - {RecordKind.IDENTITY} and permit.selection.wants(category) and verdicts[category].permitted
    )


def may_be_named(verdicts: Verdicts) -> bool:
    """Whether somebody's existence, name and birth date are all permitted."""
    return all(verdicts[category].permitted for category in _TO_BE_NAMED)


def _may_be_told(record: RelatedPerson, permit: Permit, source: SourceId) -> bool:
    if record.about.kind is not SubjectKind.NETWORK_ADULT or Label.WITNESS_PROTECTION in record.labels:
        return False
    verdicts = permit.verdicts(source, record.about.kind, record.labels)
    return verdicts[record.category].permitted and may_be_named(verdicts)


def _add(found: list[Sought], attributes: Attributes, member: Member, matcher: Matcher) -> None:
    if not (attributes.given_name and attributes.family_name and attributes.birth_date):
        return
    told = Description.of_attributes(attributes, place=False, aliases=False)
    for place, one in enumerate(found):
        if not one.named_by(member[0]) and matcher.same_person(one.description, told):
            found[place] = msgspec.structs.replace(one, members=(*one.members, member))
            return
    found.append(Sought(attributes, told, (member,)))
