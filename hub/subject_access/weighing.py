"""Which accesses a person is told of, and what keeps the others. Pure: entries and rules in, a verdict on each out."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from hub.audit.leaf import Outcome, Stage
from hub.audit.reader import AuditEntry, Content
from hub.domain.subject_access import AskedBy, TellingRules, Waits
from hub.subject_access.acts import TOLD_ACTS

READS = frozenset({"view", "find"})
FAMILY = "family"  # as evidence keeps it: hub.telling
NAMESAKE, NOT_TOLD, SOMEBODY_ELSES, ALTERED = "found-by-name-alone", "not-told", "somebody-elses", "altered"
BY_OFFICER = "withheld-by-the-officer"


class Fate(StrEnum):
    """What becomes of an access in the report."""

    TOLD = "told"
    WAITS = "waits"
    OTHERS = "others"  # about somebody else, where the person was named
    UNCERTAIN = "uncertain"  # it may be about a twin or a namesake
    NOT_TOLD = "not-told"  # never: about staff, or about the hub itself


class Weighed(msgspec.Struct, frozen=True):
    """One entry, what becomes of it, and the rules that say so."""

    entry: AuditEntry
    fate: Fate
    rules: tuple[str, ...] = ()
    says: str = ""
    basis: tuple[str, ...] = ()


class Asked(msgspec.Struct, frozen=True):
    """Who is asked about, as keyed hashes, by whom, and when. ``names`` are hashes that others may share."""

    numbers: frozenset[str]
    names: frozenset[str]
    by: AskedBy
    at: datetime
    release: frozenset[int] = frozenset()  # entries that wait, and are told by the officer's decision
    withhold: frozenset[int] = frozenset()  # entries that would be told, and are not


class _Enquiries(msgspec.Struct, frozen=True):
    """What single entries say of the whole enquiry that they are under."""

    certain: frozenset[str]  # found the person by what nobody shares
    marked: frozenset[str]  # a label kept one of their answers from the family: their other entries would tell of it


def weigh(entries: Iterable[AuditEntry], asked: Asked, rules: TellingRules) -> tuple[Weighed, ...]:
    """A verdict on each entry that is an access or an act about somebody, in the order of the log.

    What was asked has a second entry that says what came of it: that one is told.
    """
    considered = [one for one in entries if one.stage is not Stage.INTENT and one.outcome != Outcome.ASKED]
    known = _Enquiries(
        certain=frozenset(one.enquiry_id for one in considered if one.enquiry_id and _named(one) & asked.numbers),
        marked=frozenset(one.enquiry_id for one in considered if one.enquiry_id and FAMILY in one.kept_from),
    )
    first = [_first(one, asked, rules, known) for one in considered]
    weighed = [_near_to(one, first, rules) for one in first]
    return tuple(_decided(one, asked) for one in weighed)


def _first(entry: AuditEntry, asked: Asked, rules: TellingRules, known: _Enquiries) -> Weighed:
    """What an entry comes to by itself."""
    if entry.content is not Content.WHOLE:
        return Weighed(entry, Fate.NOT_TOLD, (ALTERED,), "This entry does not fit its hash. Look into why.")
    if entry.kind not in READS and entry.kind not in TOLD_ACTS:
        return Weighed(
            entry, Fate.NOT_TOLD, (NOT_TOLD,), "About staff or about the hub itself, and not about the person."
        )
    told = Weighed(entry, Fate.TOLD)
    if not _named(entry) & (asked.numbers | asked.names):
        says = "About somebody else: the person was named in what was shown."
        told = Weighed(entry, Fate.OTHERS, (SOMEBODY_ELSES,), says, rules.others.basis)
    elif not _named(entry) & asked.numbers and entry.enquiry_id not in known.certain:
        says = "Found by family name and birth date alone: it may be about a twin or a namesake."
        told = Weighed(entry, Fate.UNCERTAIN, (NAMESAKE,), says, rules.others.basis)
    holding = [one for one in rules.waits if _holds_back(one, entry, asked, known)]
    return _held(told, holding, [one.id for one in holding])


def _held(one: Weighed, holding: Sequence[Waits], names: Iterable[str], besides: str = "") -> Weighed:
    """With the rules that hold it as well. What is somebody else's, or uncertain, stays that."""
    if not holding:
        return one
    return Weighed(
        one.entry,
        Fate.WAITS if one.fate is Fate.TOLD else one.fate,
        (*one.rules, *names),
        " ".join(filter(None, dict.fromkeys((one.says, besides, *(rule.says for rule in holding))))),
        tuple(dict.fromkeys((*one.basis, *(basis for rule in holding for basis in rule.basis)))),
    )


def _holds_back(rule: Waits, entry: AuditEntry, asked: Asked, known: _Enquiries) -> bool:
    if asked.by not in rule.asked_by:
        return False
    if rule.marked:
        return FAMILY in entry.kept_from or entry.enquiry_id in known.marked
    over = rule.days is not None and asked.at - entry.at >= timedelta(days=rule.days)
    return entry.purpose in rule.purposes and not over


def _near_to(one: Weighed, others: Sequence[Weighed], rules: TellingRules) -> Weighed:
    """What would be told, or released, or counted, and would tell of something that waits, waits with it.

    What is uncertain or somebody else's counts as something that waits, where a rule would make it wait.
    """
    if one.fate is Fate.NOT_TOLD or any(rule.id in one.rules for rule in rules.waits):
        return one
    around = {rule.id: timedelta(days=rule.around_days) for rule in rules.waits if rule.around_days}
    near = {
        name
        for other in others
        for name in other.rules
        if name in around and abs(other.entry.at - one.entry.at) <= around[name]
    }
    holding = [rule for rule in rules.waits if rule.id in near]
    return _held(
        one, holding, [f"near:{rule.id}" for rule in holding], "Near to something that waits, and would tell of it."
    )


def _decided(one: Weighed, asked: Asked) -> Weighed:
    """What the officer decided about this one entry."""
    if one.entry.index in asked.release and one.fate in {Fate.WAITS, Fate.UNCERTAIN}:
        return Weighed(one.entry, Fate.TOLD)
    if one.entry.index in asked.withhold and one.fate is Fate.TOLD:
        return Weighed(one.entry, Fate.WAITS, (BY_OFFICER,), "Withheld by whoever made the report.")
    return one


def _named(entry: AuditEntry) -> frozenset[str]:
    """The keyed hashes of whom an entry is about; people around them are not among these."""
    return frozenset((entry.subject, *entry.also) if entry.subject else entry.also)
