"""One past question, decided again."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import msgspec

from hub.audit.leaf import Outcome
from hub.audit.reader import AuditEntry, Content
from hub.domain.categories import Category
from hub.domain.codes import Agency, PurposeCode, Role, SubjectKind
from hub.domain.decided import Basis
from hub.domain.documents import SHOWN_DIGITS
from hub.domain.identifiers import SourceId
from hub.domain.sources import Source
from hub.policy.asked import Asker, asked_again
from hub.policy.built_in import SENTENCES
from hub.policy.kept import Register, VerdictTable
from hub.policy.policies import Policies
from hub.replaying.asking import may_ask
from hub.replaying.comparing import Counts, Tables, all_count, differences, policy_by_policy
from hub.replaying.consistency import Stood, inconsistencies, rules_of, selection_of
from hub.replaying.grounds import Began, began_of, grounds, sources_of
from hub.replaying.past import Broken, Past
from hub.replaying.tables import holes, known_then
from hub.replaying.told import Finding, FindingKind, Replayed, state_of


class Compared(NamedTuple):
    """Everything that one replay rests on."""

    entry: AuditEntry
    basis: Basis
    register: Register
    then: Policies
    now: Policies
    recorded: VerdictTable
    decided: VerdictTable
    anew: bool  # by other policies than those then in force

    @property
    def sources(self) -> Mapping[str, Source]:
        """The sources of that time."""
        return sources_of(self.register)

    def says(self, policy: str) -> str:
        """A policy's sentence: as it stands in what decides now, else as it stood."""
        return says_in(policy, self.now, self.then)


def says_in(policy: str, *versions: Policies) -> str:
    """A policy's sentence in the first of these versions that has it."""
    for some in versions:
        if policy in some.notes:
            return some.notes[policy].says
    return SENTENCES.get(policy, "No version compared has a policy of this name.")


async def replay_read(entry: AuditEntry, past: Past) -> Replayed:
    """Decide a read again. What stands in the way is a finding, never an exception."""
    basis = entry.basis
    if entry.content is not Content.WHOLE or basis is None or not (basis.register and basis.verdicts):
        return unreplayed(entry, _lacking(entry))
    try:
        asker = Asker(frozenset(map(Role, entry.roles)), Agency(entry.agency), entry.organisation)
        asking = asked_again(basis, asker, PurposeCode(entry.purpose or ""))
    except ValueError:
        says = "The entry names a role, agency or purpose that this hub no longer knows."
        return unreplayed(entry, Finding(FindingKind.UNUSABLE, says))
    try:
        then = await past.then(basis.register)
        compared = Compared(
            entry,
            basis,
            *then,
            await past.deciding(basis.register),
            await past.recorded(basis.verdicts),
            await past.decided(basis.register, asking),
            past.anew,
        )
        began = await began_of(entry, basis, asker, past)
    except Broken as fault:
        return unreplayed(entry, fault.finding)
    return _told(compared, began)


def unreplayed(entry: AuditEntry, *findings: Finding, under: str | None = None) -> Replayed:
    """An entry with what was noticed about it, and nothing compared."""
    return Replayed(
        index=entry.index,
        at=entry.at,
        kind=entry.kind,
        request_id=entry.request_id,
        roles=entry.roles,
        agency=entry.agency,
        purpose=entry.purpose,
        outcome=entry.outcome,
        recorded_version=entry.policy_version,
        under=under,
        state=state_of(findings, ()),
        findings=findings,
    )


def _told(compared: Compared, began: Began) -> Replayed:
    sources, selection = compared.sources, selection_of(compared.basis)
    known, counts = known_then(compared.register), _counting(sources) if compared.anew else all_count
    tables = Tables.of(compared.recorded, compared.decided, known, counts)
    asked = {
        source: may_ask(sources[source], decided, selection)
        for source, decided in compared.recorded.sources.items()
        if source in sources
    }
    differ = differences(tables, asked, compared.says)
    findings = [*_of_the_whole(compared), *holes(compared.register, compared.recorded)]
    findings += (*began.findings, *grounds(compared.entry, compared.basis))
    if compared.anew:
        findings += _asking_otherwise(compared, asked)
    elif compared.entry.outcome == Outcome.DISCLOSED:
        settled = Stood(sources, compared.recorded)
        findings += inconsistencies(compared.entry, began.stood, settled, selection, rules_of(compared.then))
    return msgspec.structs.replace(
        unreplayed(compared.entry, *findings, under=compared.now.version),
        state=state_of(tuple(findings), differ),
        differences=differ,
        policies=policy_by_policy(tables, compared.says),
    )


def _of_the_whole(compared: Compared) -> Iterator[Finding]:
    entry, recorded, decided = compared.entry, compared.recorded, compared.decided
    versions = entry.policy_version, compared.register.version, compared.then.version
    whole = compared.then.version  # logs of before it was recorded whole have its beginning
    if not set(versions) <= {whole, whole[:SHOWN_DIGITS]}:
        says = "The entry, the archived register and the archived policies name different versions."
        yield Finding(FindingKind.VERSION, says, names=tuple(dict.fromkeys(versions)))
    if recorded.refusal != decided.refusal:
        says = "It would be refused." if decided.refusal else "It would not be refused."
        says = "It would be refused by other policies." if recorded.refusal and decided.refusal else says
        yield Finding(FindingKind.OUTCOME, says, names=decided.refusal or recorded.refusal)
    if recorded.refusal and entry.outcome == Outcome.DISCLOSED:
        says = "The recorded verdicts refuse it, and the entry says that it was answered."
        yield Finding(FindingKind.OUTCOME, says, names=recorded.refusal)
    if entry.outcome == Outcome.REFUSED and entry.reasons != recorded.refusal:
        yield _refused_otherwise(compared)
    for source, was in recorded.sources.items():
        now = decided.sources.get(source)
        if now is not None and now.agreement != was.agreement:
            names = was.agreement or "none", now.agreement or "none"
            yield Finding(FindingKind.AGREEMENT, "Another agreement stands behind the verdicts.", source, names)


def _refused_otherwise(compared: Compared) -> Finding:
    reasons, known = compared.entry.reasons, frozenset(compared.then.notes) | SENTENCES.keys()
    if compared.recorded.refusal or known.intersection(reasons):
        says = "The entry gives other policies for the refusal than the recorded verdicts."
        return Finding(FindingKind.OUTCOME, says, names=reasons)
    says = "Policies permitted it; it was refused for what the enquiry had become, which is not decided again."
    return Finding(FindingKind.BESIDES_POLICY, says, names=reasons)


def _asking_otherwise(compared: Compared, asked: Mapping[str, frozenset[str]]) -> Iterator[Finding]:
    """What a source would be asked for besides what it could be asked for then, and what no longer."""
    selection = selection_of(compared.basis)
    for source, decided in compared.decided.sources.items():
        would, could = may_ask(compared.sources[source], decided, selection), asked.get(source, frozenset())
        if more := sorted(would - could):
            yield Finding(FindingKind.ASKS_MORE, "It would also be asked for this.", source, tuple(more))
        if less := sorted(could - would):
            yield Finding(FindingKind.ASKS_LESS, "It would no longer be asked for this.", source, tuple(less))


def _counting(sources: Mapping[str, Source]) -> Counts:
    """Verdicts about what a source could hold: others bear on nothing."""
    names = {category.value: category for category in Category}

    def counts(source: str, about: str, category: str) -> bool:
        at, of = sources.get(SourceId(source)), names.get(category)
        if at is None or of is None or of.agency not in {None, at.agency}:
            return False
        served = of in at.serves or not of.kinds
        return served and at.holds_about(of, SubjectKind(about))

    return counts


def _lacking(entry: AuditEntry) -> Finding:
    if entry.content is Content.ALTERED:
        return Finding(FindingKind.ENTRY_ALTERED, "The entry does not fit its hash. Check the log with hub audit fsck.")
    if entry.content is Content.DESTROYED:
        says = "The entry's content was destroyed on purpose; its hash is all that is left."
    elif entry.basis is None:
        says = "It ended before it was decided, or was written before hubs recorded what decisions rest on."
    else:
        says = "The sources and agreements in force were not archived."
    return Finding(FindingKind.NOT_RECORDED, says)
