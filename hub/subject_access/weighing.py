"""Which accesses a person is told of, and what keeps the others. Pure: entries and rules in, a verdict on each out."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from hub.audit.leaf import Outcome, Stage
from hub.audit.reader import AuditEntry, Content
from hub.domain.acts import Action
from hub.domain.subject_access import AskedBy, TellingRules, Waits
from hub.subject_access.acts import TOLD_ACTS
from hub.subject_access.courses import Courses

READS = frozenset({"view", "find"})
NAMESAKE, NOT_TOLD, SOMEBODY_ELSES, ALTERED = "found-by-name-alone", "not-told", "somebody-elses", "altered"
BY_OFFICER, RELEASED, WITHHELD = "withheld-by-the-officer", "released", "withheld"
_NEAR = "Near to something that waits, and would tell of it."
_UNREAD = (
    "A service that should have answered did not, so nobody knew whether it marks somebody. Ask it before you tell."
)


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


class _Known(msgspec.Struct, frozen=True):
    """What all entries together say of one, and the rules it is weighed by."""

    asked: Asked
    rules: TellingRules
    courses: Courses
    certain: frozenset[str]  # enquiries that found the person by what nobody shares


def weigh(entries: Iterable[AuditEntry], asked: Asked, rules: TellingRules) -> tuple[Weighed, ...]:
    """A verdict on each entry that is an access or an act about somebody, in the order of the log.

    What was asked has a second entry that says what came of it: that one is told. What is told, by rule or because
    somebody released it, is told in every later report to whoever asked, unless somebody withholds it or rules change.
    """
    considered = [one for one in entries if one.stage is not Stage.INTENT and one.outcome != Outcome.ASKED]
    certain = frozenset(one.enquiry_id for one in considered if one.enquiry_id and _named(one) & asked.numbers)
    known = _Known(asked, rules, Courses(considered), certain)
    first = [_first(one, known) for one in considered]
    waiting = _waiting(first, rules)
    released = asked.release | _released_before(considered, asked)
    return tuple(_decided(_near_to(one, waiting, rules), released, asked.withhold) for one in first)


def _first(entry: AuditEntry, known: _Known) -> Weighed:
    """What an entry comes to by itself."""
    if entry.content is not Content.WHOLE:
        return Weighed(entry, Fate.NOT_TOLD, (ALTERED,), "This entry does not fit its hash. Look into why.")
    if entry.kind not in READS and entry.kind not in TOLD_ACTS:
        return Weighed(
            entry, Fate.NOT_TOLD, (NOT_TOLD,), "About staff or about the hub itself, and not about the person."
        )
    told, others = Weighed(entry, Fate.TOLD), known.rules.others
    if not _named(entry) & (known.asked.numbers | known.asked.names):
        says = "About somebody else: the person was named in what was shown."
        told = Weighed(entry, Fate.OTHERS, (SOMEBODY_ELSES,), says, others.basis)
    elif not _named(entry) & known.asked.numbers and entry.enquiry_id not in known.certain:
        says = "Found by family name and birth date alone: it may be about a twin or a namesake."
        told = Weighed(entry, Fate.UNCERTAIN, (NAMESAKE,), says, others.basis)
    holding = [one for one in known.rules.waits if _holds_back(one, entry, known)]
    unread = known.courses.of(entry).unread and any(one.marked for one in holding)
    return _held(told, holding, [one.id for one in holding], _UNREAD if unread else "")


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


def _holds_back(rule: Waits, entry: AuditEntry, known: _Known) -> bool:
    """Whether a rule holds an entry by its enquiry: by every purpose and mark of it, until days after its rest."""
    quiet = timedelta(days=rule.days or 0)
    passed = known.asked.at - known.courses.rest(entry, quiet)
    marked = known.courses.marked(entry, known.rules.settling)
    purposes = known.courses.of(entry).purposes or {None}
    return known.asked.by in rule.asked_by and any(rule.holds(one, passed, marked=marked) for one in purposes)


def _waiting(weighed: Iterable[Weighed], rules: TellingRules) -> Mapping[str, list[datetime]]:
    """By each rule that holds what is near as well: when what it holds was, rising.

    What is uncertain or somebody else's counts as something that waits, where a rule would make it wait.
    """
    found: dict[str, list[datetime]] = {rule.id: [] for rule in rules.waits if rule.around_days}
    for one in weighed:
        for name in one.rules:
            if name in found:
                found[name].append(one.entry.at)
    return {name: sorted(moments) for name, moments in found.items()}


def _near_to(one: Weighed, waiting: Mapping[str, list[datetime]], rules: TellingRules) -> Weighed:
    """What would be told, or released, or counted, and would tell of something that waits, waits with it."""
    held = {rule.id for rule in rules.waits if rule.id in one.rules}
    if one.fate is Fate.NOT_TOLD or any(rule.id in held and not rule.every for rule in rules.waits):
        return one
    holding = [rule for rule in rules.waits if rule.id not in held and _near(one.entry.at, rule, waiting)]
    return _held(one, holding, [f"near:{rule.id}" for rule in holding], _NEAR)


def _near(at: datetime, rule: Waits, waiting: Mapping[str, list[datetime]]) -> bool:
    moments, around = waiting.get(rule.id, []), timedelta(days=rule.around_days or 0)
    return bisect_left(moments, at - around) < bisect_right(moments, at + around)


def _released_before(entries: Iterable[AuditEntry], asked: Asked) -> frozenset[int]:
    """What somebody released in an earlier report about the same person to whoever asks now: it is told already."""
    made = [one for one in entries if one.kind == Action.REPORT_ACCESS and one.outcome == Outcome.DONE]
    same = [one for one in made if f"asked-by:{asked.by.value}" in one.reasons and _names_the_same(one, asked)]
    words = (reason.split(":") for one in same for reason in one.reasons)
    return frozenset(int(said[1]) for said in words if said[0] == RELEASED)


def _names_the_same(made: AuditEntry, asked: Asked) -> bool:
    """Whether an earlier report was about the same person: by a number, or by just the same names."""
    return bool(_named(made) & asked.numbers) or _named(made) == asked.numbers | asked.names


def _decided(one: Weighed, released: frozenset[int], withheld: frozenset[int]) -> Weighed:
    """What was decided about this one entry by somebody."""
    index = one.entry.index
    if one.fate in {Fate.WAITS, Fate.UNCERTAIN} and index in released - withheld:
        return Weighed(one.entry, Fate.TOLD)
    if one.fate is Fate.TOLD and index in withheld:
        return Weighed(one.entry, Fate.WAITS, (BY_OFFICER,), "Withheld by whoever made the report.")
    return one


def _named(entry: AuditEntry) -> frozenset[str]:
    """The keyed hashes of whom an entry is about; people around them are not among these."""
    return frozenset((entry.subject, *entry.also) if entry.subject else entry.also)
