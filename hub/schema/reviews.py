"""Broken glasses that wait for review, as the schema shows them."""

from datetime import datetime
from typing import Self

import strawberry

from hub.db import enquiries
from hub.schema.codes import Purpose


@strawberry.type(description="One broken glass: whose, under which enquiry, until when, why, and who reviewed it.")
class BreakGlassReview:
    """``hub.db.enquiries.BreakGlassReview``. People stand by id."""

    id: strawberry.ID
    enquiry_id: strawberry.ID
    purpose: Purpose
    opened_by: strawberry.ID
    at: datetime
    until: datetime
    reason: str
    reviewed_at: datetime | None
    reviewed_by: strawberry.ID | None

    @classmethod
    def of(cls, review: enquiries.BreakGlassReview) -> Self:
        """As the schema shows it."""
        return cls(
            id=strawberry.ID(review.id),
            enquiry_id=strawberry.ID(review.enquiry_id),
            purpose=review.purpose,
            opened_by=strawberry.ID(review.opened_by),
            at=review.at,
            until=review.until,
            reason=review.reason,
            reviewed_at=review.reviewed_at,
            reviewed_by=strawberry.ID(review.reviewed_by) if review.reviewed_by else None,
        )
