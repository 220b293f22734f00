"""The redaction of one answer: record by record, field by field, word by word."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, TypeVar

import msgspec

from hub.domain.answers import Answer
from hub.domain.categories import Category
from hub.domain.codes import Label, SubjectKind
from hub.domain.identifiers import SourceId
from hub.domain.permits import Verdict, Verdicts
from hub.domain.records import AnyRecord, Classified, IdentityAttribute, LifeEvent, guarded_fields, worded_fields
from hub.domain.sources import Source
from hub.redaction.rules import LOCATION_UNKNOWN, Rules
from hub.redaction.silences import Silence

# Records of these say in their label who told: "Referral from a family member".
_SAYS_WHO = frozenset({Category.SOCIAL_CARE_CONTACTS, Category.SOCIAL_CARE_REFERRALS})
_UNNAMED = "from somebody who asked not to be named"
_NAMES = frozenset({"name", "given_name", "family_name"})
_NO_LABELS: frozenset[Label] = frozenset()

Kept = Counter[tuple[SourceId, Category, tuple[str, ...]]]
Shape = TypeVar("Shape", bound=Classified)
Hushed = tuple[tuple[Silence, Verdict], ...]  # what may not be said, and by which rules


class Cutting:
    """One answer under the rules of its disclosure. What is kept back is counted in ``kept``."""

    def __init__(self, answer: Answer, rules: Rules, kept: Kept) -> None:
        self._source, self._own, self._rules, self._kept = answer.source, answer.labels, rules, kept
        self._permit = rules.permit.narrowed_to(answer.labels)
        self._verdicts: dict[tuple[SubjectKind, frozenset[Label]], Verdicts] = {}

    def record(self, record: AnyRecord) -> AnyRecord | None:
        """The record with every field that is not permitted blanked, or None where the whole is not."""
        labels = record.labels | self._rules.marks.get((self._source, record.about.key), _NO_LABELS)
        if Label.WITNESS_PROTECTION in labels:
            return None  # not even counted
        verdicts = self._for(record.about.kind, labels)
        if not self._allowed(record.category, verdicts):
            return None
        shown = msgspec.structs.replace(self._fields(record, verdicts), labels=labels | self._own)
        if isinstance(shown, LifeEvent) and shown.category in _SAYS_WHO and Label.ANON_SOURCE in shown.labels:
            shown = self._unnamed(shown, verdicts)
        return self._worded(shown, self._hushed(record.about.kind, labels))

    def restrictions(self, answer: Answer, shown: Iterable[AnyRecord], source: Source) -> str:
        """The source's own words on what it restricts; no more than that it does, where the case itself is cut."""
        if not answer.restrictions:
            return ""
        limited = any(Label.LIMITED_ACCESS in record.labels for record in answer.records)
        if limited and not any(Label.LIMITED_ACCESS in record.labels for record in shown):
            return f" Part of its record is restricted: ask {source.contact}."
        hushed = self._hushed(SubjectKind.CHILD, _NO_LABELS)
        return "".join(f" {self._say(words, hushed)}" for words in answer.restrictions)

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

    def _unnamed(self, record: LifeEvent, verdicts: Verdicts) -> LifeEvent:
        """A referral that does not say from whom, for everybody who may not know."""
        if self._allowed(Category.PROFESSIONAL_NAME, verdicts):
            return record
        label = f"{record.category.label.capitalize()}: {_UNNAMED}"
        return msgspec.structs.replace(record, type="hub:anonymous", label=label)

    def _hushed(self, kind: SubjectKind, labels: frozenset[Label]) -> Hushed:
        told = ((one, self._for(kind, labels | {one.label})[one.category]) for one in self._rules.silences)
        return tuple((silence, verdict) for silence, verdict in told if not verdict.permitted)

    def _worded(self, shape: Shape, hushed: Hushed) -> Shape:
        """The same without what may not be said, in the parts it is made of as well."""
        if not hushed:
            return shape
        changes: dict[str, Any] = {}
        for name in worded_fields(type(shape)):
            if text := getattr(shape, name):
                changes[name] = self._say(text, hushed, is_name=_is_name(shape, name))
        for name, _ in guarded_fields(type(shape)):
            if isinstance(parts := getattr(shape, name), tuple):
                changes[name] = tuple(self._worded(part, hushed) for part in parts)
        return msgspec.structs.replace(shape, **changes)

    def _say(self, text: str, hushed: Hushed, *, is_name: bool = False) -> str:
        for silence, verdict in hushed:
            without = silence.remove(text, is_name)
            if without != text:
                text = without
                self._keep(silence.category, verdict)
        return text

    def _allowed(self, category: Category, verdicts: Verdicts) -> bool:
        verdict = verdicts[category]
        if not verdict.permitted:
            self._keep(category, verdict)
        return verdict.permitted

    def _keep(self, category: Category, verdict: Verdict) -> None:
        unknown = self._rules.location_unknown and category.reveals_location
        self._kept[self._source, category, LOCATION_UNKNOWN if unknown else verdict.policies] += 1


def _is_name(shape: Classified, field: str) -> bool:
    return field in _NAMES or (isinstance(shape, IdentityAttribute) and shape.category is Category.IDENTITY_NAME)
