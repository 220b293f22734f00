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
from hub.domain.codes import PERSON_WIDE, AnswerState, Label, MatchState, SubjectKind
from hub.domain.disclosures import Disclosure, Released, Withholding
from hub.domain.identifiers import SourceId
from hub.domain.people import Candidate, MatchReason, Person, SourceFind
from hub.domain.permits import Permit, Verdicts
from hub.domain.questions import Question, QuestionKind
from hub.domain.records import AnyRecord, Classified, guarded_fields
from hub.domain.sources import Source

LOCATION_UNKNOWN = ("location-protection-unknown",)
_ANSWERED = frozenset({AnswerState.KNOWN, AnswerState.NOT_KNOWN})

# What a candidate's attributes are, and what a match reason calls them.
_ATTRIBUTES = {
    "nhs_number": Category.IDENTITY_NUMBER,
    "upn": Category.IDENTITY_NUMBER,
    "given_name": Category.IDENTITY_NAME,
    "family_name": Category.IDENTITY_NAME,
    "birth_date": Category.IDENTITY_BIRTH_DATE,
    "postcode": Category.IDENTITY_WHEREABOUTS,
}
_UNEXPLAINED = (MatchReason("record", "restricted by its owner: compare by phone", 0.0),)

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
    answers, registered = tuple(answers), {source.id: source for source in sources}
    told = PERSON_WIDE.intersection(label for answer in answers for label in answer.labels)
    unknown = Label.LOCATION_AT_RISK not in told | permit.labels and _location_unknown(answers, registered)
    narrowed = permit.narrowed_to(told | ({Label.LOCATION_AT_RISK} if unknown else frozenset()))
    finds = {source: _shown_find(find, registered[source], narrowed) for source, find in person.finds.items()}
    if question.kind is QuestionKind.FIND:
        answers = tuple(_as_found(answer, finds.get(answer.source)) for answer in answers)
    kept: Kept = Counter()
    released = tuple(_released(answer, registered[answer.source], narrowed, kept, unknown) for answer in answers)
    return Disclosure(
        question=question,
        released=released,
        finds=finds,
        # What was forbidden is told by the permit that the asking went by: labels told later withhold, above.
        withheld=(*_counted(kept), *_never_asked(answers, registered, permit, kept)),
        policy_version=permit.policy_version,
        agreements=permit.agreements,
        generated_at=now,
    )


def _location_unknown(answers: Iterable[Answer], registered: Mapping[SourceId, Source]) -> bool:
    """Whether a source that alone may know of a location at risk has not answered."""
    marking = {source.id for source in registered.values() if Label.LOCATION_AT_RISK in source.marks_labels}
    return any(answer.source in marking and answer.state not in _ANSWERED for answer in answers)


def _as_found(answer: Answer, find: SourceFind | None) -> Answer:
    """The answer to a find says what the find came to, no more."""
    if find is None:
        return answer
    return msgspec.structs.replace(answer, state=find.state, explanation=find.explanation, reasons=find.reasons)


def _released(answer: Answer, source: Source, permit: Permit, kept: Kept, location_unknown: bool) -> Released:  # noqa: FBT001
    cutting = _Cutting(answer.source, permit.narrowed_to(answer.labels), kept, location_unknown=location_unknown)
    records = tuple(shown for record in answer.records if (shown := cutting.record(record)) is not None)
    explanation = answer.explanation + cutting.restrictions(answer, source)
    return Released(msgspec.structs.replace(answer, records=records, explanation=explanation, restrictions=()))


def _shown_find(find: SourceFind, source: Source, permit: Permit) -> SourceFind:
    """A find whose candidates show, and explain, only what is permitted; no candidate where existence is not."""
    existence = permit.verdicts(find.source, SubjectKind.CHILD)[Category.EXISTENCE]
    if not existence.permitted and find.candidates:
        sentence = f"{source.name} was not asked: a rule forbids it. Ask {source.contact}."
        return SourceFind(find.source, AnswerState.WITHHELD, MatchState.NONE, (), sentence, existence.policies)
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
    shown = msgspec.structs.replace(candidate, found=msgspec.structs.replace(candidate.found, attributes=attributes))
    if hidden == {"postcode"}:
        return msgspec.structs.replace(shown, why=tuple(one for one in shown.why if one.attribute != "postcode"))
    # Where a name or a number is hidden, how well it compared would tell it.
    return msgspec.structs.replace(shown, score=0.0, probability=0.0, why=_UNEXPLAINED)


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

    def restrictions(self, answer: Answer, source: Source) -> str:
        """The source's own words on what it restricts, or that it does, where its words may not be shown."""
        if not answer.restrictions:
            return ""
        verdicts = self._for(SubjectKind.CHILD, frozenset())
        if verdicts[Category.NARRATIVE].permitted and verdicts[Category.PROFESSIONAL_BASE].permitted:
            return " " + " ".join(answer.restrictions)
        return f" Part of its record is restricted: ask {source.contact}."

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
    answers: Iterable[Answer], registered: Mapping[SourceId, Source], permit: Permit, kept: Kept
) -> Iterable[Withholding]:
    """What a source serves and the asker selected, but policy forbade asking for: its count is unknown."""
    counted = {(source, category) for source, category, _ in kept}
    for answer in answers:
        if answer.state is AnswerState.NOT_KNOWN or not permit.selection.reaches(answer.source):
            continue
        verdicts = permit.verdicts(answer.source, SubjectKind.CHILD)
        for category in sorted(registered[answer.source].serves - answer.asked):
            verdict = verdicts.get(category)
            forbidden = verdict and not verdict.permitted and category.kinds and permit.selection.wants(category)
            if verdict and forbidden and (answer.source, category) not in counted:
                yield Withholding(answer.source, category, None, verdict.policies)
