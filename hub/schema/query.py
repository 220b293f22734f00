"""What can be asked. Each resolver calls one use case, which decides and records."""

import strawberry

from hub import disclosure, enquiries, oversight
from hub.domain.questions import Selection
from hub.schema.agreements import AgreementQuery
from hub.schema.asking import Info
from hub.schema.clients import PartnerClient, partner_clients
from hub.schema.conformance import ConformanceQuery
from hub.schema.enquiries import Enquiry
from hub.schema.evidence import ENTRIES_SHOWN, AuditEntryConnection, AuditFilter, search_of
from hub.schema.finding_people import FindResult
from hub.schema.holding import HoldingQuery
from hub.schema.looks import LooksQuery
from hub.schema.onboarding import SourceQuery
from hub.schema.paging import number_of, page_size
from hub.schema.principals import Principal, PurposeInfo
from hub.schema.proving import ProvingQuery
from hub.schema.replaying import ReplayQuery
from hub.schema.reviewing import ReviewingQuery
from hub.schema.reviews import BreakGlassReview
from hub.schema.selection import FOR_A_FIND, only, selected
from hub.schema.sources import Source, known_sources
from hub.schema.subject_access import SubjectAccessQuery
from hub.schema.view import CombinedChildView


def viewer(info: Info) -> Principal:
    """The signed-in principal."""
    return Principal.of(info.context.principal)


def purposes(info: Info) -> list[PurposeInfo]:
    """Those for the principal's roles."""
    asking = info.context
    usable = oversight.usable_purposes(asking.principal, asking.services)
    return [PurposeInfo.of(purpose, asking.principal) for purpose in usable]


async def enquiry(info: Info, id: strawberry.ID) -> Enquiry | None:  # noqa: A002  the contract's name
    """One enquiry by id."""
    asking = info.context
    found = await enquiries.read_enquiry(asking.principal, id, asking.services)
    return Enquiry.of(found, asking.services.now())


async def find_subject(
    info: Info,
    enquiry_id: strawberry.ID,
    sources: list[strawberry.ID] | None = strawberry.UNSET,
    widen: bool | None = False,  # noqa: FBT001, FBT002  an argument of the schema
) -> FindResult:
    """Existence, and what tells people apart."""
    asking = info.context
    selection = Selection(FOR_A_FIND, only(sources))
    answered = await disclosure.find(
        asking.principal, enquiry_id, selection, asking.id_of(info), asking.services, widen=bool(widen)
    )
    return FindResult.of(answered.disclosure, known_sources(asking.services))


async def combined_child_view(
    info: Info, enquiry_id: strawberry.ID, sources: list[strawberry.ID] | None = strawberry.UNSET
) -> CombinedChildView:
    """One disclosure for each occurrence of this field."""
    asking = info.context
    selection = selected(info, only(sources))
    answered = await disclosure.view(asking.principal, enquiry_id, selection, asking.id_of(info), asking.services)
    return CombinedChildView.of(answered, known_sources(asking.services), asking.services.policies.grounds)


async def sources(info: Info) -> list[Source]:
    """What anybody in the partnership may see of them."""
    asking = info.context
    return [Source.of(one) for one in await oversight.list_sources(asking.principal, asking.services)]


async def audit_entries(
    info: Info,
    first: int | None = strawberry.UNSET,
    after: str | None = strawberry.UNSET,
    filter: AuditFilter | None = strawberry.UNSET,  # noqa: A002  the contract's name
) -> AuditEntryConnection:
    """One page of the log."""
    asking = info.context
    size = page_size(first if isinstance(first, int) else None, ENTRIES_SHOWN)
    place = number_of(after) if after else None
    page = await oversight.audit_entries(asking.principal, search_of(filter), size, place, asking.services)
    return AuditEntryConnection.of(page, place)


async def break_glass_reviews(info: Info) -> list[BreakGlassReview]:
    """Those that nobody has reviewed."""
    asking = info.context
    return [BreakGlassReview.of(one) for one in await oversight.break_glass_reviews(asking.principal, asking.services)]


@strawberry.type
class Query(
    AgreementQuery,
    ConformanceQuery,
    HoldingQuery,
    LooksQuery,
    ProvingQuery,
    ReplayQuery,
    ReviewingQuery,
    SourceQuery,
    SubjectAccessQuery,
):
    """The root of every read."""

    viewer: Principal = strawberry.field(resolver=viewer, description="Who you are, as your token says.")
    purposes: list[PurposeInfo] = strawberry.field(resolver=purposes, description="Purposes that you may use.")
    enquiry: Enquiry | None = strawberry.field(
        resolver=enquiry, description="Your own enquiry, or another's where your role may read it."
    )
    find_subject: FindResult = strawberry.field(
        resolver=find_subject,
        description="A live find of the enquiry's child in every source, or in those named. T0 only. "
        "With widen, sources are searched on where a step found too many, or only somebody probable.",
    )
    combined_child_view: CombinedChildView = strawberry.field(
        resolver=combined_child_view,
        description="Everything the purpose allows about the enquiry's child, asked live of every source or of those "
        "named, and of each for no more than is selected here.",
    )
    sources: list[Source] = strawberry.field(resolver=sources, description="Every registered source.")
    audit_entries: AuditEntryConnection = strawberry.field(
        resolver=audit_entries,
        description="Evidence, newest first. By agency or role a page may be short, or empty, and yet another "
        "follows: while hasNextPage is true, go on after endCursor.",
    )
    break_glass_reviews: list[BreakGlassReview] = strawberry.field(
        resolver=break_glass_reviews,
        description="Broken glasses that wait for review, oldest first, at most 100 at once.",
    )
    clients: list[PartnerClient] = strawberry.field(
        resolver=partner_clients, description="Partners' own systems that sign in by a key, revoked ones as well."
    )
