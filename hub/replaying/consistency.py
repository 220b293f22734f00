"""Whether what an entry says was asked and kept back fits the verdicts it was decided by.

Labels that sources told are not in the log, and only ever narrow. So nothing may have been asked for that the
verdicts before labels do not permit; and what a label kept back is said to be that, and not decided again.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from hub.audit.leaf import AuditedSource, Kept
from hub.domain.categories import Category, RecordKind
from hub.domain.codes import AnswerState, SubjectKind
from hub.domain.decided import Basis
from hub.domain.disclosures import RESTRICTED, shown_reasons
from hub.domain.identifiers import SourceId
from hub.domain.permits import Verdict
from hub.domain.questions import Selection
from hub.domain.sources import Source
from hub.policy.built_in import SENTENCES
from hub.policy.kept import SourceDecided, VerdictTable
from hub.policy.policies import Policies
from hub.replaying.told import Finding, FindingKind

_NOT_ANSWERED = frozenset({AnswerState.NOT_ASKED, AnswerState.WITHHELD, AnswerState.UNAVAILABLE})
_CHILD, _EXISTENCE = SubjectKind.CHILD.value, Category.EXISTENCE.value


class Rules(NamedTuple):
    """What may stand in an entry as a deciding policy, and those of them that look at labels."""

    deciding: frozenset[str]
    of_labels: frozenset[str]

    @classmethod
    def of(cls, policies: Policies) -> "Rules":
        """Those of one version."""
        labelled = (name for name, meaning in policies.engine.meanings.items() if '"labels"' in meaning)
        return cls(frozenset(policies.notes) | SENTENCES.keys() | {RESTRICTED}, frozenset((*labelled, RESTRICTED)))


def selection_of(basis: Basis) -> Selection:
    """What was selected."""
    kinds = RecordKind if basis.kinds is None else map(RecordKind, basis.kinds)
    only = None if basis.only is None else frozenset(map(SourceId, basis.only))
    return Selection(frozenset(kinds), only)


def may_ask(source: Source, decided: SourceDecided, selection: Selection) -> frozenset[str]:
    """What the source could be asked for, before labels: permitted, selected and served; and whether it knows them."""
    permitted = {cell for cell, verdict in decided.cells.items() if verdict.permitted}
    if not selection.reaches(source.id) or (_CHILD, _EXISTENCE) not in permitted:
        return frozenset()
    return frozenset({_EXISTENCE}).union(
        category.value
        for category in source.serves
        if category.kinds
        and selection.wants(category)
        and any(
            (kind.value, category.value) in permitted and source.holds_about(category, kind) for kind in SubjectKind
        )
    )


def inconsistencies(
    told: Iterable[AuditedSource],
    sources: Mapping[str, Source],
    tables: tuple[VerdictTable, VerdictTable],
    selection: Selection,
    rules: Rules,
) -> Iterator[Finding]:
    """Everything an entry says of its sources that the verdicts it names do not bear out.

    ``tables`` are those by which sources were asked, and those by which it was settled.
    """
    began, settled = tables
    by_id = {one.source: one for one in told}
    if missing := sorted(settled.sources.keys() - by_id.keys()):
        yield Finding(FindingKind.SOURCES, "Registered sources are missing from the entry.", names=tuple(missing))
    for source, one in by_id.items():
        asked_by, decided = began.sources.get(source), settled.sources.get(source)
        if decided is None and asked_by is None:
            yield Finding(FindingKind.SOURCES, "The entry names a source that was not registered.", source)
            continue
        if asked_by is not None and source in sources:
            yield from _asked(one, may_ask(sources[source], asked_by, selection))
        if decided is not None:
            yield from _settled(one, decided, selection, rules)


def _asked(one: AuditedSource, may: frozenset[str]) -> Iterator[Finding]:
    if beyond := sorted(frozenset(one.categories) - may):
        says = "More was asked for than the recorded verdicts permit and the question selected."
        yield Finding(FindingKind.ASKED, says, one.source, tuple(beyond))


def _settled(one: AuditedSource, decided: SourceDecided, selection: Selection, rules: Rules) -> Iterator[Finding]:
    cells = decided.cells
    if one.agreement != decided.agreement:
        names = (one.agreement or "none", decided.agreement or "none")
        yield Finding(FindingKind.AGREEMENT, "The entry names another agreement than the verdicts.", one.source, names)
    existence = cells.get((_CHILD, _EXISTENCE))
    reached = selection.reaches(SourceId(one.source)) and existence is not None and existence.permitted
    if not reached and (one.state not in _NOT_ANSWERED or one.record_count):
        says = "The source answered, although it was not selected or not even existence was permitted."
        yield Finding(FindingKind.STATE, says, one.source, (one.state,))
    decides = frozenset(policy for verdict in cells.values() for policy in verdict.policies) | rules.of_labels
    if strange := [name for name in one.reasons if name in rules.deciding and name not in decides]:
        says = "Policies are given as its reason that decided nothing there."
        yield Finding(FindingKind.STATE, says, one.source, shown_reasons(tuple(strange)))
    for kept in one.withheld:
        yield from _kept(one.source, kept, cells, rules)


def _kept(source: str, kept: Kept, cells: Mapping[tuple[str, str], Verdict], rules: Rules) -> Iterator[Finding]:
    verdicts = [cells[kind, kept.category] for kind in SubjectKind if (kind, kept.category) in cells]
    reasons, names = frozenset(kept.reasons), (kept.category, *shown_reasons(kept.reasons))
    if any(not one.permitted and reasons == frozenset(one.policies) for one in verdicts):
        return
    if reasons & rules.of_labels and any(one.permitted or reasons > frozenset(one.policies) for one in verdicts):
        says = "Kept back because of a label that a source told; labels are not in the log, so it is not decided again."
        yield Finding(FindingKind.BY_LABEL, says, source, names)
    elif not reasons & rules.deciding:
        says = "Kept back by the source or by a rule of the hub, and not by a policy; it is not decided again."
        yield Finding(FindingKind.BESIDES_POLICY, says, source, names)
    else:
        says = "Kept back by other policies than the recorded verdicts name."
        yield Finding(FindingKind.WITHHELD, says, source, names)
