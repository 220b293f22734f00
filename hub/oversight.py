"""Looking at the hub itself: who asked what, which sources there are, which purposes one may use.

Reading the log is decided and recorded like everything else.
"""

import secrets

import msgspec

from hub.audit.evidence import Act
from hub.audit.leaf import Outcome
from hub.audit.reader import EntryPage, EntryQuery
from hub.audit.subjects import also_of, subject_of, words_of
from hub.db.enquiries import BreakGlassReview
from hub.domain.acts import Action
from hub.domain.identifiers import nhs_number, upn
from hub.domain.people import PersonReference
from hub.domain.periods import require_period
from hub.domain.principals import Principal
from hub.domain.purposes import Purpose
from hub.domain.questions import QuestionKind
from hub.domain.sources import Source
from hub.errors import AccessDenied, BadInput
from hub.recorded_acts import Recorded, act_of
from hub.services import Services

MOST_ENTRIES = 100
_OF_WHOM = "principal"
KINDS = tuple(sorted({*QuestionKind, *Action}))  # of entries: what was done


class AuditSearch(msgspec.Struct, frozen=True):
    """What an auditor looks for. Somebody is looked for in every way in which they are named here."""

    query: EntryQuery = EntryQuery()
    person: PersonReference | None = None


async def audit_entries(
    principal: Principal, search: AuditSearch, first: int, after: int | None, services: Services
) -> EntryPage:
    """One page of evidence, the newest first. Raises AccessDenied, BadInput, AuditUnavailable.

    What was looked for stands in the log: which filters, which enquiry, and the keyed hashes of whoever was named.
    """
    _require_words(search.query, first)
    async with Recorded(act_of(Action.READ_AUDIT, principal, search.query.enquiry, services), services) as done:
        done.naming(*(f"by:{name}" for name in _given(search)))
        if search.query.principal is not None:
            done.naming(f"principal:{words_of(search.query.principal, _OF_WHOM, services.keys)}")
        if search.person is not None:
            done.about(search.person)
        done.permitted(services.policies.authorise(principal, Action.READ_AUDIT))
    query = search.query
    if search.person is not None:
        named = (subject_of(search.person, services.keys), *also_of(search.person, services.keys))
        query = msgspec.structs.replace(query, people=named)
    page = await services.audit.entries(query, first, after, newest_first=True)
    if query.source is not None and not page.entries:
        await _require_source(query.source, services)
    return page


async def break_glass_reviews(principal: Principal, services: Services) -> tuple[BreakGlassReview, ...]:
    """Broken glasses that wait for review, the oldest first. Raises AccessDenied, AuditUnavailable."""
    await _allow(principal, Action.READ_AUDIT, services)
    return await services.enquiries.break_glass_reviews()


def numbered(text: str) -> PersonReference:
    """A person whom an auditor names by NHS number or UPN. Raises BadInput."""
    if text.strip()[:1].isdigit():
        return PersonReference(nhs_number=nhs_number(text))
    return PersonReference(upn=upn(text))


async def list_sources(principal: Principal, services: Services) -> tuple[Source, ...]:
    """Every registered source. Raises AccessDenied."""
    try:
        services.policies.authorise(principal, Action.LIST_SOURCES)
    except AccessDenied as refusal:
        await _record(principal, Action.LIST_SOURCES, Outcome.REFUSED, refusal.reasons, services)
        raise
    return services.sources.all


def usable_purposes(principal: Principal, services: Services) -> tuple[Purpose, ...]:
    """Purposes this person's roles may use; nothing about anybody, so nothing to record."""
    return services.policies.usable_by(principal)


async def refused_sign_in(reason: str, services: Services) -> None:
    """Record a token that was refused, without anything from it."""
    await _record(None, Action.SIGN_IN, Outcome.REFUSED, (reason,), services)


def _require_words(query: EntryQuery, first: int) -> None:
    """Refuse what can find nothing: that would be taken for nothing having happened. Raises BadInput."""
    if not 1 <= first <= MOST_ENTRIES:
        raise BadInput(f"Ask for 1 to {MOST_ENTRIES} entries at once.", ("page-size",))
    require_period(query.since, query.until)
    if query.kind is not None and query.kind not in KINDS:
        raise BadInput(f"The log has no entries of such a kind. There are: {', '.join(KINDS)}.", ("entry-kind",))
    if query.outcome is not None and query.outcome not in set(Outcome):
        raise BadInput(f"No entry has such an outcome. There are: {', '.join(Outcome)}.", ("entry-outcome",))


async def _require_source(source: str, services: Services) -> None:
    """Refuse one that was never heard of. One that left the register long ago is known by what the log says of it."""
    present = {one.id for one in services.sources.all}
    registered = {one.source for one in await services.register.all()}
    if source in present | registered or (await services.audit.entries(EntryQuery(source=source), 1)).entries:
        return
    raise BadInput(
        f"No source of that name is known. Those that answer now: {', '.join(sorted(present)) or 'none'}.",
        ("source-unknown",),
    )


def _given(search: AuditSearch) -> tuple[str, ...]:
    query = search.query
    given = (name for name in query.__struct_fields__ if getattr(query, name) not in {None, ()})
    return (*given, *(["person"] if search.person else []))


async def _allow(principal: Principal, action: Action, services: Services) -> None:
    try:
        verdict = services.policies.authorise(principal, action)
    except AccessDenied as refusal:
        await _record(principal, action, Outcome.REFUSED, refusal.reasons, services)
        raise
    await _record(principal, action, Outcome.DONE, verdict.policies, services)


async def _record(
    principal: Principal | None, action: Action, outcome: Outcome, reasons: tuple[str, ...], services: Services
) -> None:
    await services.audit.record(
        Act(
            action=action,
            request_id=secrets.token_urlsafe(18),
            principal=principal,
            outcome=outcome,
            reasons=reasons,
            policy_version=services.policies.version,
        )
    )
