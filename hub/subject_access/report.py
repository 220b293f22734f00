"""Making the report: decided, its entries weighed one by one, signed, proven, and itself recorded."""

import secrets
from collections.abc import Mapping
from datetime import datetime

import msgspec

from hub.audit.evidence import Act
from hub.audit.leaf import Outcome
from hub.audit.proofs import Bundle
from hub.audit.reader import PAGE, AuditEntry, EntryQuery
from hub.audit.subjects import also_of, subject_of
from hub.domain.acts import Action
from hub.domain.people import PersonReference
from hub.domain.principals import Principal
from hub.domain.subject_access import AskedBy, Capacity
from hub.errors import BadInput
from hub.recorded_acts import Recorded
from hub.services import Services
from hub.subject_access.document import Report, Telling, accesses_told, others_counted
from hub.subject_access.page import page
from hub.subject_access.weighing import Asked, Fate, Weighed, weigh

SIGNED_AS = "subject-access-report"
MOST_ENTRIES = 10_000
_canonical = msgspec.json.Encoder(order="sorted").encode


class ReportAsked(msgspec.Struct, frozen=True, kw_only=True):
    """Who is asked about, by whom, and what whoever makes the report decided about single entries."""

    about: PersonReference
    asked_by: AskedBy
    capacity: Capacity
    identity_checked: bool  # who asks, and by what right, was checked
    child_agrees: bool = False  # a child who is able to ask agrees that a parent is told
    since: datetime | None = None
    until: datetime | None = None
    release: frozenset[int] = frozenset()
    withhold: frozenset[int] = frozenset()
    name_staff: bool = False


class SignedReport(msgspec.Struct, frozen=True):
    """What is handed over, and beside it, for whoever made it and nobody else, what was not told and why."""

    report: Report
    document: bytes  # its canonical JSON
    signature: str  # compact JWS over the same bytes
    page: str  # HTML
    proofs: Bundle  # of every access that is told, without contents
    not_told: tuple[Weighed, ...]


async def subject_access_report(principal: Principal, asked: ReportAsked, services: Services) -> SignedReport:
    """The report of everybody who looked at one person. Raises BadInput, AccessDenied, AuditUnavailable, Unavailable.

    Evidence of it is durable before this returns, and names the person by keyed hash alone.
    """
    reference = secrets.token_urlsafe(18)
    act = Act(
        action=Action.REPORT_ACCESS,
        request_id=reference,
        outcome=Outcome.DONE,
        policy_version=services.policies.version,
        principal=principal,
        reference=asked.about,
    )
    async with Recorded(act, services) as done:
        done.permitted(services.policies.authorise(principal, Action.REPORT_ACCESS))
        _require_right(asked)
        weighed = await _weighed(asked, services)
        report = await _report(reference, asked, weighed, services)
        signed = await _signed(report, weighed, services)
        done.naming(*_decided(asked, weighed, services))
    return signed


def _require_right(asked: ReportAsked) -> None:
    """Refuse where nobody checked who asks, or where a child who can decide has not agreed. Raises BadInput."""
    if not asked.identity_checked:
        raise BadInput(
            "Check first who asks, and by what right: a report about somebody else is a breach.",
            ("identity-unchecked",),
        )
    if asked.asked_by is AskedBy.PARENT and asked.capacity is Capacity.ADULT:
        raise BadInput("A parent asks for a child. For an adult somebody with authority asks.", ("asked-for-an-adult",))
    if asked.asked_by is AskedBy.PARENT and asked.capacity is Capacity.ABLE and not asked.child_agrees:
        raise BadInput(
            "This child is able to ask, so the right is the child's: a parent is told where the child agrees.",
            ("child-has-not-agreed",),
        )
    if asked.release & asked.withhold:
        raise BadInput("One entry is both released and withheld. Say one of the two.", ("entry-both-ways",))


async def _weighed(asked: ReportAsked, services: Services) -> tuple[Weighed, ...]:
    hashes = _hashes(asked.about, services)
    entries = await _entries(tuple(hashes), services)
    told = Asked(
        numbers=frozenset(one for one, shared in hashes.items() if not shared),
        names=frozenset(one for one, shared in hashes.items() if shared),
        by=asked.asked_by,
        at=services.now(),
        release=asked.release,
        withhold=asked.withhold,
    )
    weighed = tuple(one for one in weigh(entries, told, services.telling_rules) if _in_period(one.entry, asked))
    if len(weighed) > MOST_ENTRIES:
        raise BadInput(
            f"There are more than {MOST_ENTRIES} entries. Make a report for each year, by since and until.",
            ("report-too-long",),
        )
    if (asked.release | asked.withhold) - {one.entry.index for one in weighed}:
        raise BadInput("An entry to release or withhold is not among those about this person.", ("entry-of-another",))
    return weighed


def _hashes(about: PersonReference, services: Services) -> Mapping[str, bool]:
    """Every keyed hash of the person, and whether others may share it: family name and birth date are a twin's too."""
    by_name = msgspec.structs.replace(about, nhs_number=None, upn=None) if about.family_name else None
    shared = {subject_of(by_name, services.keys), *also_of(by_name, services.keys)} if by_name else set()
    return {one: one in shared for one in (subject_of(about, services.keys), *also_of(about, services.keys))}


def _in_period(entry: AuditEntry, asked: ReportAsked) -> bool:
    after = asked.since is None or entry.at >= asked.since
    return after and (asked.until is None or entry.at < asked.until)


async def _entries(hashes: tuple[str, ...], services: Services) -> list[AuditEntry]:
    """All there are about the person, of whatever time: what lies outside the period decides what inside it waits."""
    found: dict[int, AuditEntry] = {}
    for one in hashes:
        query, after, more = EntryQuery(subject=one), None, True
        while more:
            page_of = await services.audit.entries(query, PAGE, after)
            found |= {entry.index: entry for entry in page_of.entries}
            after, more = page_of.entries[-1].index if page_of.entries else None, page_of.has_next
    return [found[index] for index in sorted(found)]


async def _report(reference: str, asked: ReportAsked, weighed: tuple[Weighed, ...], services: Services) -> Report:
    telling = Telling(
        purposes=services.policies.purposes,
        sources={one.id: one for one in services.sources.all},
        grounds=services.policies.grounds,
        others=services.telling_rules.others,
        name_staff=asked.name_staff,
    )
    given = {
        "the NHS number": asked.about.nhs_number,
        "the unique pupil number": asked.about.upn,
        "the family name and birth date": asked.about.family_name,
    }
    return Report(
        reference=reference,
        made_at=services.now(),
        made_by=await services.audit.origin(),
        asked_by=asked.asked_by,
        capacity=asked.capacity,
        found_by=tuple(name for name, value in given.items() if value),
        since=asked.since,
        until=asked.until,
        accesses=accesses_told(weighed, telling),
        about_others=others_counted(weighed, telling.others),
        kept_months=services.retention_rules.span,
        rules=services.telling_rules.version,
        log_size=services.audit.size,
    )


async def _signed(report: Report, weighed: tuple[Weighed, ...], services: Services) -> SignedReport:
    document = _canonical(report)
    proofs = await services.audit.proofs.bundle([one.index for one in report.accesses])
    return SignedReport(
        report=report,
        document=document,
        signature=services.signing.sign(document, typ=SIGNED_AS),
        page=page(report),
        proofs=_without_contents(proofs),
        not_told=tuple(one for one in weighed if one.fate is not Fate.TOLD),
    )


def _without_contents(proofs: Bundle) -> Bundle:
    """The hashes and their paths alone: a content names staff, and what was kept back.

    A hash tells nothing of its content, for every leaf has 128 random bits of its own. Whoever is shown a content
    later, a court or the Information Commissioner, can tell whether it is the one that the report is about.
    """
    return msgspec.structs.replace(
        proofs, entries=tuple(msgspec.structs.replace(one, leaf=None) for one in proofs.entries)
    )


def _decided(asked: ReportAsked, weighed: tuple[Weighed, ...], services: Services) -> tuple[str, ...]:
    """What was decided, as evidence says it: who asked, under which rules, and what was done about single entries."""
    return (
        f"asked-by:{asked.asked_by.value}",
        f"capacity:{asked.capacity.value}",
        f"rules:{services.telling_rules.version}",
        f"told:{sum(one.fate is Fate.TOLD for one in weighed)}",
        f"not-told:{sum(one.fate is not Fate.TOLD for one in weighed)}",
        *(("staff-named",) if asked.name_staff else ()),
        *(f"released:{index}" for index in sorted(asked.release)),
        *(f"withheld:{index}" for index in sorted(asked.withhold)),
    )
