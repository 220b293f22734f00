"""Whether what an entry says was asked, shown and kept back fits the verdicts it was decided by.

Labels that sources told are not in the log, and only ever narrow. So nothing may have been asked for or shown that
the verdicts before labels do not permit; and what a label kept back is said to be that, and not decided again.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from hub.audit.leaf import AuditedSource, Kept
from hub.audit.reader import AuditEntry
from hub.domain.categories import RecordKind
from hub.domain.codes import AnswerState, SubjectKind
from hub.domain.decided import Basis
from hub.domain.disclosures import RESTRICTED, shown_reasons
from hub.domain.identifiers import SourceId
from hub.domain.permits import Verdict
from hub.domain.questions import QuestionKind, Selection
from hub.domain.sources import Source
from hub.policy.built_in import SENTENCES
from hub.policy.kept import SourceDecided, VerdictTable
from hub.policy.policies import Policies
from hub.replaying.asking import Place, may_ask
from hub.replaying.states import Rules, states
from hub.replaying.told import Finding, FindingKind

_LOCATION_UNKNOWN = frozenset({"location-protection-unknown"})  # the one rule that keeps parts back and is no policy
_NOTHING = SourceDecided(None, {})


class Stood(NamedTuple):
    """Sources and verdicts as they stood at one moment of a question."""

    sources: Mapping[str, Source]
    table: VerdictTable

    def at(self, source: str) -> Place | None:
        """One source and its verdicts; None where it was not registered."""
        found = self.sources.get(source)
        return None if found is None else Place(found, self.table.sources.get(source, _NOTHING))


def rules_of(policies: Policies) -> Rules:
    """The names that may decide under one version, and those of them that look at labels."""
    labelled = (name for name, meaning in policies.engine.meanings.items() if '"labels"' in meaning)
    return Rules(frozenset(policies.notes) | SENTENCES.keys() | {RESTRICTED}, frozenset((*labelled, RESTRICTED)))


def selection_of(basis: Basis) -> Selection:
    """What was selected."""
    kinds = RecordKind if basis.kinds is None else map(RecordKind, basis.kinds)
    only = None if basis.only is None else frozenset(map(SourceId, basis.only))
    return Selection(frozenset(kinds), only)


def inconsistencies(
    entry: AuditEntry, began: Stood, settled: Stood, selection: Selection, rules: Rules
) -> Iterator[Finding]:
    """Everything an entry says of its sources that the verdicts it names do not bear out.

    ``began`` is what sources were asked by, ``settled`` what it was settled by.
    """
    named = [one.source for one in entry.sources]
    if missing := sorted(began.sources.keys() - set(named)):
        yield Finding(FindingKind.SOURCES, "Registered sources are missing from the entry.", names=tuple(missing))
    if twice := sorted({source for source in named if named.count(source) > 1}):
        yield Finding(FindingKind.SOURCES, "The entry names a source more than once.", names=tuple(twice))
    for one in entry.sources:
        then, now = began.at(one.source), settled.at(one.source)
        if then is None:
            yield Finding(FindingKind.SOURCES, "The entry names a source that was not registered.", one.source)
            continue
        yield from _asked(one, may_ask(*then, selection))
        yield from _shown(entry, one, now)
        yield from states(one, then, now, selection, rules)
        if now is not None:
            yield from _agreed(one, now)
            yield from _kept_back(one, Place(then.source, now.decided), selection, rules)


def _asked(one: AuditedSource, may: frozenset[str]) -> Iterator[Finding]:
    if beyond := sorted(frozenset(one.categories) - may):
        says = "More was asked for than the recorded verdicts permit and the question selected."
        yield Finding(FindingKind.ASKED, says, one.source, tuple(beyond))


def _shown(entry: AuditEntry, one: AuditedSource, now: Place | None) -> Iterator[Finding]:
    shown = frozenset(one.shown)
    if forbidden := sorted(shown - _may_show(now)):
        says = "Records were shown that the recorded verdicts do not permit."
        yield Finding(FindingKind.SHOWN, says, one.source, tuple(forbidden))
    if unasked := sorted(shown - frozenset(one.categories)):
        says = "Records were shown that were not asked for."
        yield Finding(FindingKind.SHOWN, says, one.source, tuple(unasked))
    bearing = one.state is AnswerState.KNOWN and entry.kind == QuestionKind.VIEW and one.record_count >= len(shown)
    if shown and not bearing:
        says = "Records were shown, and the entry's kind, its state or their number does not bear that out."
        yield Finding(FindingKind.SHOWN, says, one.source, tuple(sorted(shown)))
    if one.record_count and not shown and entry.kind == QuestionKind.VIEW:
        says = "Records were shown, and the entry does not say of which categories."
        yield Finding(FindingKind.NOT_RECORDED, says, one.source)


def _may_show(now: Place | None) -> frozenset[str]:
    """Categories of which records may be shown about anybody; of a source that left, none."""
    if now is None:
        return frozenset()
    permitted, held = now.decided.permitted, now.source
    return frozenset(
        category.value
        for category in held.serves
        if any((kind.value, category.value) in permitted and held.holds_about(category, kind) for kind in SubjectKind)
    )


def _agreed(one: AuditedSource, now: Place) -> Iterator[Finding]:
    if one.agreement != now.decided.agreement:
        names = (one.agreement or "none", now.decided.agreement or "none")
        yield Finding(FindingKind.AGREEMENT, "The entry names another agreement than the verdicts.", one.source, names)


def _kept_back(one: AuditedSource, place: Place, selection: Selection, rules: Rules) -> Iterator[Finding]:
    """``place`` is the source as it was asked, with the verdicts it was settled by."""
    for kept in one.withheld:
        yield from _kept(one.source, kept, place.decided.cells, rules)
    if missing := sorted(place.forbidden(one, selection) - {kept.category for kept in one.withheld}):
        says = "The recorded verdicts keep this back, and the entry does not say so."
        yield Finding(FindingKind.WITHHELD, says, one.source, tuple(missing))


def _kept(source: str, kept: Kept, cells: Mapping[tuple[str, str], Verdict], rules: Rules) -> Iterator[Finding]:
    verdicts = [cells[kind, kept.category] for kind in SubjectKind if (kind, kept.category) in cells]
    reasons, names = frozenset(kept.reasons), (kept.category, *shown_reasons(kept.reasons))
    if any(not one.permitted and reasons == frozenset(one.policies) for one in verdicts):
        return
    if reasons & rules.of_labels and any(one.permitted or reasons > frozenset(one.policies) for one in verdicts):
        says = "Kept back because of a label that a source told; labels are not in the log, so it is not decided again."
        yield Finding(FindingKind.BY_LABEL, says, source, names)
    elif reasons == _LOCATION_UNKNOWN:
        says = "Kept back by a rule of the hub, and not by a policy; it is not decided again."
        yield Finding(FindingKind.BESIDES_POLICY, says, source, names)
    else:
        says = "Kept back by other policies than the recorded verdicts name."
        yield Finding(FindingKind.WITHHELD, says, source, names)
