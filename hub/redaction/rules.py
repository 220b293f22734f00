"""What all answers of one disclosure are cut down by: the permit, narrowed by what any source told."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from hub.domain.answers import Answer
from hub.domain.codes import FAMILY_WIDE, PERSON_WIDE, AnswerState, Label, SubjectKind
from hub.domain.identifiers import SourceId
from hub.domain.people import Person
from hub.domain.permits import Permit
from hub.domain.records import RelatedPerson
from hub.domain.sources import Source
from hub.redaction.naming import may_be_one
from hub.redaction.silences import Silence, silences

LOCATION_UNKNOWN = ("location-protection-unknown",)
ANSWERED = frozenset({AnswerState.KNOWN, AnswerState.NOT_KNOWN})

Somebody = tuple[SourceId, str]  # one source's key of somebody around the child
Marks = Mapping[Somebody, frozenset[Label]]
_NO_MARKS: frozenset[Label] = frozenset()


class Rules(msgspec.Struct, frozen=True):
    """The narrowed permit, person-wide labels of people around the child, and what may stand in no text."""

    permit: Permit
    marks: Marks
    silences: tuple[Silence, ...]
    location_unknown: bool


def rules_for(
    person: Person, answers: tuple[Answer, ...], permit: Permit, registered: Mapping[SourceId, Source]
) -> Rules:
    """Gather them. A label that any source tells holds for all; a source that may know of one and is silent, too."""
    marks = _marks(answers)
    told = PERSON_WIDE.intersection(label for answer in answers for label in answer.labels)
    told |= FAMILY_WIDE.intersection(label for borne in marks.values() for label in borne)
    unknown = Label.LOCATION_AT_RISK not in told | permit.labels and _location_unknown(answers, registered)
    narrowed = permit.narrowed_to(told | ({Label.LOCATION_AT_RISK} if unknown else _NO_MARKS))
    return Rules(narrowed, marks, silences(answers, person, narrowed.labels), unknown)


def _location_unknown(answers: Iterable[Answer], registered: Mapping[SourceId, Source]) -> bool:
    """Whether a source that alone may know of a location at risk has not answered."""
    marking = {source.id for source in registered.values() if Label.LOCATION_AT_RISK in source.marks_labels}
    return any(answer.source in marking and answer.state not in ANSWERED for answer in answers)


def _marks(answers: Iterable[Answer]) -> Marks:
    """What one record tells of somebody around the child holds for every record about them.

    So it does for whomever any source may name by the same name, unless a birth date tells them apart.
    """
    answers = tuple(answers)
    marks: dict[Somebody, frozenset[Label]] = {}
    for answer in answers:
        for record in answer.records:
            if record.about.kind is not SubjectKind.CHILD and (told := PERSON_WIDE & record.labels):
                somebody = (answer.source, record.about.key)
                marks[somebody] = marks.get(somebody, _NO_MARKS) | told
    if not marks:
        return marks
    named = tuple(_named(answers))
    marked = [(person, marks[somebody]) for somebody, person in named if somebody in marks]
    for somebody, person in named:
        same = (told for other, told in marked if may_be_one(person, other))
        marks[somebody] = marks.get(somebody, _NO_MARKS).union(*same)
    return marks


def _named(answers: Iterable[Answer]) -> Iterator[tuple[Somebody, RelatedPerson]]:
    for answer in answers:
        for record in answer.records:
            if isinstance(record, RelatedPerson):
                yield (answer.source, record.about.key), record
