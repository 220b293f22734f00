"""What can be done. Each resolver calls one use case, which decides and records."""

import strawberry

from hub import enquiries, matches
from hub.schema.agreements import AgreementMutation
from hub.schema.asking import Info
from hub.schema.clients import PartnerClient, enrol_client, revoke_client
from hub.schema.enquiries import BreakGlassInput, Enquiry, OpenEnquiryInput
from hub.schema.finding_people import FindResult, MatchDecisionInput
from hub.schema.holding import HoldingMutation
from hub.schema.onboarding import SourceMutation
from hub.schema.retention import RetentionMutation
from hub.schema.reviewing import ReviewingMutation
from hub.schema.reviews import BreakGlassReview
from hub.schema.sources import known_sources


async def open_enquiry(info: Info, input: OpenEnquiryInput) -> Enquiry:  # noqa: A002  the contract's name
    """Open, or find again."""
    asking = info.context
    opened = await enquiries.open_enquiry(asking.principal, input.request(), asking.services)
    return Enquiry.of(opened, asking.services.now())


async def close_enquiry(info: Info, id: strawberry.ID) -> Enquiry:  # noqa: A002  the contract's name
    """Close."""
    asking = info.context
    closed = await enquiries.close_enquiry(asking.principal, id, asking.services)
    return Enquiry.of(closed, asking.services.now())


async def break_glass(info: Info, input: BreakGlassInput) -> Enquiry:  # noqa: A002  the contract's name
    """Break the glass."""
    asking = info.context
    broken = await enquiries.break_glass(asking.principal, input.enquiry_id, input.reason, asking.services)
    return Enquiry.of(broken, asking.services.now())


async def review_break_glass(info: Info, id: strawberry.ID) -> BreakGlassReview:  # noqa: A002  as its siblings
    """Review."""
    asking = info.context
    return BreakGlassReview.of(await enquiries.review_break_glass(asking.principal, id, asking.services))


async def confirm_match(info: Info, input: MatchDecisionInput) -> FindResult:  # noqa: A002  the contract's name
    """Confirm."""
    asking = info.context
    asked = asking.id_of(info, disclosures=2)
    answered = await matches.confirm_match(asking.principal, input.request(), asked, asking.services)
    return FindResult.of(answered.disclosure, known_sources(asking.services))


async def reject_match(info: Info, input: MatchDecisionInput) -> FindResult:  # noqa: A002  the contract's name
    """Reject."""
    asking = info.context
    asked = asking.id_of(info, disclosures=2)
    answered = await matches.reject_match(asking.principal, input.request(), asked, asking.services)
    return FindResult.of(answered.disclosure, known_sources(asking.services))


@strawberry.type
class Mutation(AgreementMutation, HoldingMutation, RetentionMutation, ReviewingMutation, SourceMutation):
    """The root of every act."""

    open_enquiry: Enquiry = strawberry.field(
        resolver=open_enquiry, description="Open an enquiry. The same idempotencyKey gives the same enquiry."
    )
    close_enquiry: Enquiry = strawberry.field(
        resolver=close_enquiry, description="Close an enquiry. Closing twice is no fault."
    )
    break_glass: Enquiry = strawberry.field(
        resolver=break_glass,
        description="Widen one's own enquiry for a short time, with a reason. Always reviewed.",
    )
    review_break_glass: BreakGlassReview = strawberry.field(
        resolver=review_break_glass,
        description="Say that you have looked at somebody else's broken glass. The first reviewer stands.",
    )
    confirm_match: FindResult = strawberry.field(
        resolver=confirm_match,
        description="Say that a candidate is the child, with a reason: from then on its records stand in the view. "
        "One at each source. Answers with a find made afterwards.",
    )
    reject_match: FindResult = strawberry.field(
        resolver=reject_match,
        description="Say that a candidate is somebody else, with a reason: not offered again while its source tells "
        "the same of it. Answers with a find made afterwards.",
    )
    enrol_client: PartnerClient = strawberry.field(
        resolver=enrol_client,
        description="Enrol a partner's own system by its public keys, or give one other keys and sources.",
    )
    revoke_client: PartnerClient = strawberry.field(
        resolver=revoke_client,
        description="Shut a partner's system out for good, with a reason. Its tokens stop within a second.",
    )
