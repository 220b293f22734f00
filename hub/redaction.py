"""Cutting answers down to what the permit allows, field by field, with the reasons kept.

The only place where a Disclosure is built. Pure: no input, no output, no clock.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from hub.domain.answers import Answer
from hub.domain.categories import Category
from hub.domain.codes import PERSON_WIDE, AnswerState, Label, SubjectKind
from hub.domain.disclosures import Disclosure, Released, Withholding
from hub.domain.identifiers import SourceId
from hub.domain.people import Candidate, Person, SourceFind
from hub.domain.permits import Permit, Verdicts
from hub.domain.questions import Question
from hub.domain.records import AnyRecord, Classified, guarded_fields
from hub.domain.sources import Source

LOCATION_UNKNOWN = ("location-protection-unknown",)
_ANSWERED = frozenset({AnswerState.KNOWN, AnswerState.NOT_KNOWN})
_NOT_FETCHED = frozenset({AnswerState.NOT_ASKED, AnswerState.NOT_KNOWN, AnswerState.WITHHELD})

# What a candidate's attributes are, and what a match reason calls them.
_ATTRIBUTES = {
    "nhs_number": Category.IDENTITY_NUMBER,
    "upn": Category.IDENTITY_NUMBER,
    "given_name": Category.IDENTITY_NAME,
    "family_name": Category.IDENTITY_NAME,
    "birth_date": Category.IDENTITY_BIRTH_DATE,
    "postcode": Category.IDENTITY_WHEREABOUTS,
}
_COMPARED = {
    "nhs_number": "NHS number",
    "upn": "UPN",
    "given_name": "name",
    "family_name": "name",
    "birth_date": "birth date",
    "postcode": "postcode",
}

Kept = Counter[tuple[SourceId, Category, tuple[str, ...]]]
Shape = TypeVar("Shape", bound=Classified)


def redact(
    question: Question,
    person: Person,
    answers: Iterable[Answer],
    permit: Permit,
    sources: Iterable[Source],
    now: datetime,
) -> Disclosure:
    """Release what is permitted; count what is not, by source, category and deciding policies."""
    answers, sources = tuple(answers), tuple(sources)
    told = frozenset[Label]().union(*(answer.labels for answer in answers)) & PERSON_WIDE
    unknown = Label.LOCATION_AT_RISK not in told | permit.labels and _location_unknown(answers, sources)
    narrowed = permit.narrowed_to(told | ({Label.LOCATION_AT_RISK} if unknown else frozenset()))
    kept: Kept = Counter()
    registered = {source.id: source for source in sources}
    released = tuple(
        _released(answer, registered[answer.source], narrowed, kept, location_unknown=unknown) for answer in answers
    )
    return Disclosure(
        question=question,
        released=released,
        finds={source: _shown_find(find, narrowed) for source, find in person.finds.items()},
        withheld=(*_counted(kept), *_never_asked(answers, registered, narrowed)),
        policy_version=permit.policy_version,
        agreements=permit.agreements,
        generated_at=now,
    )


def _location_unknown(answers: Iterable[Answer], sources: Iterable[Source]) -> bool:
    """Whether a source that alone may know of a location at risk has not answered."""
    marking = {source.id for source in sources if Label.LOCATION_AT_RISK in source.marks_labels}
    return any(answer.source in marking and answer.state not in _ANSWERED for answer in answers)


def _released(answer: Answer, source: Source, permit: Permit, kept: Kept, *, location_unknown: bool) -> Released:
    cutting = _Cutting(answer.source, permit.narrowed_to(answer.labels), kept, location_unknown=location_unknown)
    records = tuple(shown for record in answer.records if (shown := cutting.record(record)) is not None)
    asked = frozenset() if answer.state in _NOT_FETCHED else permit.to_ask(source)
    return Released(msgspec.structs.replace(answer, records=records), frozenset(asked))


def _shown_find(find: SourceFind, permit: Permit) -> SourceFind:
    """A find whose candidates show, and explain, only attributes that are permitted."""
    shown = tuple(
        _shown_candidate(one, permit.verdicts(find.source, SubjectKind.CHILD, one.found.labels))
        for one in find.candidates
    )
    return msgspec.structs.replace(find, candidates=shown)


def _shown_candidate(candidate: Candidate, verdicts: Verdicts) -> Candidate:
    hidden = {name for name, category in _ATTRIBUTES.items() if not verdicts[category].permitted}
    if not hidden:
        return candidate
    attributes = msgspec.structs.replace(candidate.found.attributes, **dict.fromkeys(hidden, None))
    told = {_COMPARED[name] for name in hidden}
    return msgspec.structs.replace(
        candidate,
        found=msgspec.structs.replace(candidate.found, attributes=attributes),
        why=tuple(reason for reason in candidate.why if reason.attribute not in told),
    )


class _Cutting:
    """The redaction of one answer."""

    def __init__(self, source: SourceId, permit: Permit, kept: Kept, *, location_unknown: bool) -> None:
        self._source, self._permit, self._kept = source, permit, kept
        self._location_unknown = location_unknown
        self._verdicts: dict[tuple[SubjectKind, frozenset[Label]], Verdicts] = {}

    def record(self, record: AnyRecord) -> AnyRecord | None:
        """The record with every field that is not permitted blanked, or None where the whole is not."""
        if Label.WITNESS_PROTECTION in record.labels:
            return None  # not even counted
        verdicts = self._for(record.about.kind, record.labels)
        if not self._allowed(record.category, verdicts):
            return None
        return self._fields(record, verdicts)

    def _for(self, kind: SubjectKind, labels: frozenset[Label]) -> Verdicts:
        found = self._verdicts.get((kind, labels))
        if found is None:
            found = self._verdicts[kind, labels] = self._permit.verdicts(self._source, kind, labels)
        return found

    def _fields(self, shape: Shape, verdicts: Verdicts) -> Shape:
        changes: dict[str, Any] = {}
        for name, category in guarded_fields(type(shape)):
            value = getattr(shape, name)
            if not value:
                continue
            if not self._allowed(category, verdicts):
                changes[name] = () if isinstance(value, tuple) else None
            elif isinstance(value, tuple):
                changes[name] = tuple(self._fields(part, verdicts) for part in value)
        return msgspec.structs.replace(shape, **changes) if changes else shape

    def _allowed(self, category: Category, verdicts: Verdicts) -> bool:
        verdict = verdicts[category]
        if not verdict.permitted:
            unknown = self._location_unknown and category.reveals_location
            self._kept[self._source, category, LOCATION_UNKNOWN if unknown else verdict.policies] += 1
        return verdict.permitted


def _counted(kept: Kept) -> Iterable[Withholding]:
    return (
        Withholding(source, category, count, reasons) for (source, category, reasons), count in sorted(kept.items())
    )


def _never_asked(
    answers: Iterable[Answer], registered: Mapping[SourceId, Source], permit: Permit
) -> Iterable[Withholding]:
    """What a source serves and the asker selected, but policy forbade asking for: its count is unknown."""
    for answer in answers:
        if answer.state is AnswerState.NOT_KNOWN or not permit.selection.reaches(answer.source):
            continue
        source = registered[answer.source]
        verdicts = permit.verdicts(source.id, SubjectKind.CHILD)
        for category in sorted(source.serves - permit.to_ask(source)):
            verdict = verdicts.get(category)
            if verdict and not verdict.permitted and category.kinds and permit.selection.wants(category):
                yield Withholding(source.id, category, None, verdict.policies)
