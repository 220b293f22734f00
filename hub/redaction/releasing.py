"""Building a Disclosure from answers."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from hub.domain.answers import OVERTAKEN, Answer
from hub.domain.categories import Category
from hub.domain.codes import AnswerState, MatchState, SubjectKind
from hub.domain.disclosures import Disclosure, Released, Withholding
from hub.domain.identifiers import SourceId
from hub.domain.people import Person, SourceFind
from hub.domain.permits import Permit
from hub.domain.questions import Question, QuestionKind
from hub.domain.sources import Source
from hub.redaction.candidates import forbidden, shown_find
from hub.redaction.cutting import Cutting, Kept
from hub.redaction.rules import ANSWERED, Rules, rules_for


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
    rules = rules_for(person, answers, permit, registered)
    asker = question.principal.id
    current = _as_it_stands(person.finds, answers)
    finds = {source: shown_find(find, registered[source], rules, asker) for source, find in current.items()}
    if question.kind is QuestionKind.FIND:
        answers = tuple(_as_found(answer, finds.get(answer.source)) for answer in answers)
    kept: Kept = Counter()
    released = tuple(_released(answer, registered[answer.source], rules, kept) for answer in answers)
    return Disclosure(
        question=question,
        released=released,
        finds=finds,
        # What was forbidden is told by the permit that the asking went by: labels told later withhold, above.
        withheld=(*_counted(kept), *_never_asked(answers, registered, permit, kept)),
        policy_version=permit.policy_version,
        agreements=permit.agreements,
        conditions=permit.conditions,
        generated_at=now,
    )


def _as_it_stands(finds: Mapping[SourceId, SourceFind], answers: Iterable[Answer]) -> dict[SourceId, SourceFind]:
    """Every find, but for sources that left while they were asked: of those nothing that was found is told."""
    overtaken = {
        answer.source: SourceFind(answer.source, answer.state, MatchState.NONE, (), answer.explanation, answer.reasons)
        for answer in answers
        if OVERTAKEN.intersection(answer.reasons)
    }
    return {source: overtaken.get(source, find) for source, find in finds.items()}


def _as_found(answer: Answer, find: SourceFind | None) -> Answer:
    """The answer to a find says what the find came to, no more."""
    if find is None:
        return answer
    return msgspec.structs.replace(answer, state=find.state, explanation=find.explanation, reasons=find.reasons)


def _released(answer: Answer, source: Source, rules: Rules, kept: Kept) -> Released:
    existence = rules.permit.verdicts(source.id, SubjectKind.CHILD, answer.labels)[Category.EXISTENCE]
    if answer.state in ANSWERED and not existence.permitted:  # for a label that this very answer, or another, told
        return Released(
            Answer(
                source=answer.source,
                state=AnswerState.WITHHELD,
                explanation=forbidden(source, existence),
                elapsed_ms=answer.elapsed_ms,
                reasons=existence.policies,
                asked=answer.asked,
            )
        )
    cutting = Cutting(answer, rules, kept)
    records = tuple(shown for record in answer.records if (shown := cutting.record(record)) is not None)
    explanation = answer.explanation + cutting.restrictions(answer, records, source)
    return Released(
        msgspec.structs.replace(answer, records=records, explanation=explanation, restrictions=(), places=(), around={})
    )


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
        source = registered[answer.source]
        for category in sorted(source.serves - answer.asked):
            verdict = permit.verdicts(source.id, source.subject_of(category)).get(category)
            denied = verdict and not verdict.permitted and category.kinds and permit.selection.wants(category)
            if verdict and denied and (answer.source, category) not in counted:
                yield Withholding(answer.source, category, None, verdict.policies)
