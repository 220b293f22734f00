"""Making the report: decided, its entries weighed one by one, signed, proven, and itself recorded."""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from hashlib import sha256

import msgspec

from hub.audit.evidence import Act
from hub.audit.leaf import Outcome, Stage
from hub.audit.proofs import Bundle
from hub.audit.reader import PAGE, AuditEntry, EntryQuery
from hub.audit.subjects import also_of, subject_of
from hub.domain.acts import Action
from hub.domain.people import PersonReference
from hub.domain.principals import Principal
from hub.domain.review import ids_of
from hub.errors import BadInput
from hub.recorded_acts import Recorded
from hub.services import Services
from hub.subject_access.asking import ReportAsked, decisions, require_others_entries, require_right
from hub.subject_access.document import Report, Telling, accesses_told, others_counted
from hub.subject_access.page import page
from hub.subject_access.weighing import Asked, Fate, Weighed, weigh
from hub.subject_access.whose import whose

SIGNED_AS = "subject-access-report"
MOST_ENTRIES = 3_000
_canonical = msgspec.json.Encoder(order="sorted").encode


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

    Evidence of it is durable before this returns, and names the person by keyed hash alone. What takes long is done
    in other threads: a long report keeps no other question waiting.
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
        require_right(asked)
        if not services.audit.size:
            await done.about_to_change()  # of an empty log there is no checkpoint, and nothing to show
        weighed = await _weighed(principal, asked, services)
        signed = await _signed(reference, asked, weighed, services)
        done.naming(*decisions(asked, weighed, services.telling_rules.version))
    return signed


async def _weighed(principal: Principal, asked: ReportAsked, services: Services) -> tuple[Weighed, ...]:
    hashes = _hashes(asked.about, services)
    entries = await _entries(tuple(hashes), services)
    if sum(_counts(one) and asked.covers(one) for one in entries) > MOST_ENTRIES:
        raise BadInput(
            f"There are more than {MOST_ENTRIES} entries. Make a report for each year, by since and until.",
            ("report-too-long",),
        )
    if asked.release or asked.withhold:
        mine = ids_of(principal.id, await services.review.watched.staff())
        require_others_entries(asked, [one for one in entries if _counts(one) and asked.covers(one)], mine)
    told = Asked(
        numbers=frozenset(one for one, shared in hashes.items() if not shared),
        names=frozenset(one for one, shared in hashes.items() if shared),
        by=asked.asked_by,
        at=services.now(),
        release=frozenset(asked.release),
        withhold=frozenset(asked.withhold),
    )
    weighed = await asyncio.to_thread(weigh, entries, told, services.telling_rules)
    return tuple(one for one in weighed if asked.covers(one.entry))


def _hashes(about: PersonReference, services: Services) -> Mapping[str, bool]:
    """Every keyed hash of the person, and whether others may share it: family name and birth date are a twin's too."""
    by_name = msgspec.structs.replace(about, nhs_number=None, upn=None) if about.family_name else None
    shared = {subject_of(by_name, services.keys), *also_of(by_name, services.keys)} if by_name else set()
    return {one: one in shared for one in (subject_of(about, services.keys), *also_of(about, services.keys))}


def _counts(entry: AuditEntry) -> bool:
    """Whether an entry says what came of something, and not that it was asked."""
    return entry.stage is not Stage.INTENT and entry.outcome != Outcome.ASKED


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


async def _signed(reference: str, asked: ReportAsked, weighed: Sequence[Weighed], services: Services) -> SignedReport:
    log = await services.audit.origin()
    report, shown, document = await asyncio.to_thread(_written, reference, log, asked, weighed, services)
    return SignedReport(
        report=report,
        document=document,
        signature=services.signing.sign(document, typ=SIGNED_AS),
        page=shown,
        proofs=await services.audit.proofs.bundle([one.index for one in report.accesses], contents=False),
        not_told=tuple(one for one in weighed if one.fate is not Fate.TOLD),
    )


def _written(
    reference: str, log: str, asked: ReportAsked, weighed: Sequence[Weighed], services: Services
) -> tuple[Report, str, bytes]:
    """The report, its page, and the document that is signed, which binds the page."""
    report = _report(reference, log, asked, weighed, services)
    shown = page(report)
    report = msgspec.structs.replace(report, page_sha256=sha256(shown.encode()).hexdigest())
    return report, shown, _canonical(report)


def _report(reference: str, log: str, asked: ReportAsked, weighed: Sequence[Weighed], services: Services) -> Report:
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
        about=whose(asked.about),
        reference=reference,
        made_at=services.now(),
        made_by=log,
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
