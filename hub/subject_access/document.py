"""The report as a document: what the person is told, access by access, in everyday words. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from hub.audit.leaf import AuditedSource, Kept
from hub.audit.reader import AuditEntry
from hub.domain.categories import Category
from hub.domain.codes import Agency, AnswerState, PurposeCode, Role, Tier
from hub.domain.disclosures import Grounds, shown_reasons
from hub.domain.purposes import Purpose
from hub.domain.sources import Source
from hub.domain.subject_access import AskedBy, Capacity, OthersRule
from hub.subject_access import words
from hub.subject_access.acts import what_was_done
from hub.subject_access.weighing import SOMEBODY_ELSES, Fate, Weighed
from hub.subject_access.whose import Whose

_CATEGORIES: Mapping[str, Category] = {one.value: one for one in Category}
_KEPT = "It was kept back by a rule of this service."
_RESTRICTED = "information that its owner keeps especially private"


class ServiceTold(msgspec.Struct, frozen=True):
    """What the person is told of one service that was asked."""

    service: str
    answer: str
    kinds: tuple[str, ...] = ()  # of information that was shown
    kept_back: tuple[str, ...] = ()  # in general, why something was


class AccessTold(msgspec.Struct, frozen=True):
    """One access. ``index`` is its place in the log and ``hash`` its hash there, which its proof is about."""

    number: int
    index: int
    hash: bytes
    at: datetime
    who: str
    organisation: str
    what: str
    purpose: str
    legal_basis: tuple[str, ...]
    outcome: str
    services: tuple[ServiceTold, ...] = ()
    staff: str | None = None  # the id of whoever asked, where it was decided to tell it
    beyond_limits: bool = False  # under a broken glass


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that leaves, but for the proofs. Its canonical JSON is what is signed."""

    v: int = 2
    about: Whose
    page_sha256: str = ""  # of the page that is handed over with it, in hexadecimal
    reference: str  # under which the making of this report stands in the log
    made_at: datetime
    made_by: str  # the log's origin
    asked_by: AskedBy
    capacity: Capacity
    found_by: tuple[str, ...]  # what the person was looked for by, in words and without values
    since: datetime | None
    until: datetime | None
    accesses: tuple[AccessTold, ...]
    kept_months: tuple[int, int]  # the shortest and the longest time that the content of entries is kept for
    rules: str  # version of the rules that keep something
    log_size: int
    about_others: int | msgspec.UnsetType = msgspec.UNSET  # how many were about somebody else, where rules count them


class Telling(msgspec.Struct, frozen=True):
    """What a report is made with: the words' sources."""

    purposes: Mapping[PurposeCode, Purpose]
    sources: Mapping[str, Source]
    grounds: Grounds
    others: OthersRule
    name_staff: bool = False


def accesses_told(weighed: Iterable[Weighed], telling: Telling) -> tuple[AccessTold, ...]:
    """What is told, oldest first."""
    told = [one.entry for one in weighed if one.fate is Fate.TOLD]
    return tuple(_access(number, entry, telling) for number, entry in enumerate(told, 1))


def others_counted(weighed: Iterable[Weighed], rule: OthersRule) -> int | msgspec.UnsetType:
    """How many accesses were about somebody else, but for those that wait; left out of every report, or of none."""
    if not rule.counted:
        return msgspec.UNSET
    return sum(one.fate is Fate.OTHERS and one.rules == (SOMEBODY_ELSES,) for one in weighed)


def _access(number: int, entry: AuditEntry, telling: Telling) -> AccessTold:
    purpose = PurposeCode(entry.purpose) if entry.purpose else None
    read = entry.kind in words.LOOKED
    return AccessTold(
        number=number,
        index=entry.index,
        hash=entry.hash,
        at=entry.at,
        who=" and ".join(words.ROLES[Role(role)] for role in entry.roles) or "a member of staff",
        organisation=entry.organisation or _agency(entry.agency),
        what=words.LOOKED[entry.kind] if read else what_was_done(entry.kind, entry.outcome),
        purpose=words.PURPOSES[purpose] if purpose else "",
        legal_basis=_legal_basis(purpose, telling),
        outcome=(words.OUTCOMES if read else words.ACT_OUTCOMES).get(entry.outcome, ""),
        services=tuple(_service(one, telling) for one in entry.sources) if read else (),
        staff=entry.principal if telling.name_staff else None,
        beyond_limits=entry.broken_glass,
    )


def _agency(agency: str) -> str:
    return words.AGENCIES[Agency(agency)] if agency else "not recorded"


def _legal_basis(purpose: PurposeCode | None, telling: Telling) -> tuple[str, ...]:
    found = telling.purposes.get(purpose) if purpose else None
    return found.legal_basis if found else ()


def _service(one: AuditedSource, telling: Telling) -> ServiceTold:
    source = telling.sources.get(one.source)
    name = source.name if source else one.source
    agency = source.agency if source else None
    if one.state is AnswerState.NOT_ASKED:
        return ServiceTold(name, words.ANSWERS[one.state])
    if agency is None or agency in telling.others.agencies:  # what it said may be about other people
        return ServiceTold(name, "It was asked. What it said may be about other people, so it is not told here.")
    return ServiceTold(name, words.ANSWERS[one.state], _kinds(one, telling), _why(one.withheld, telling))


def _kinds(one: AuditedSource, telling: Telling) -> tuple[str, ...]:
    """Kinds of information that were shown, in words; those about other people are left out."""
    return tuple(dict.fromkeys(_kind(name) for name in one.shown if name not in telling.others.categories))


def _kind(name: str) -> str:
    category = _CATEGORIES.get(name)
    return _RESTRICTED if category is None or category.tier is Tier.T4 else category.label


def _why(withheld: Sequence[Kept], telling: Telling) -> tuple[str, ...]:
    """In general, why something was kept back. Which kinds, and how much, would tell what they are."""
    reasons = shown_reasons(tuple(reason for kept in withheld for reason in kept.reasons))
    grounds = telling.grounds(reasons)
    said = tuple(dict.fromkeys(words.GROUNDS.get(one, _KEPT) for one in grounds))
    return said or ((_KEPT,) if withheld else ())
