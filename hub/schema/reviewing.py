"""What those who review access ask and do; part of the roots."""

import strawberry

from hub.schema.figures import AuditStatistics, audit_statistics
from hub.schema.stories import EnquiryStory, enquiry_story
from hub.schema.watching import PersonFlag, flag_person, forget_staff, lift_flag, note_staff, person_flags
from hub.schema.work_list import AuditWorkItem, AuditWorkItemConnection, audit_work_list, record_verdict


@strawberry.type
class ReviewingQuery:
    """Reading for review; part of the root."""

    enquiry_story: EnquiryStory = strawberry.field(
        resolver=enquiry_story,
        description="One enquiry from opening to outcome, as the log tells it: every question, disclosure, refusal and "
        "withholding with its rules. At most 2,000 entries.",
    )
    audit_work_list: AuditWorkItemConnection = strawberry.field(
        resolver=audit_work_list, description="What deserves a look, the most pressing first."
    )
    audit_statistics: AuditStatistics = strawberry.field(
        resolver=audit_statistics,
        description="Questions, disclosures, refusals and withholdings of a period, a year back unless said otherwise.",
    )
    person_flags: list[PersonFlag] = strawberry.field(
        resolver=person_flags, description="Flags that stand, the newest first. Of whom, they do not say."
    )


@strawberry.type
class ReviewingMutation:
    """Acts of review; part of the root."""

    record_verdict: AuditWorkItem = strawberry.field(
        resolver=record_verdict,
        description="Say what you came to about somebody else's access. Every verdict stays; the latest stands.",
    )
    flag_person: PersonFlag = strawberry.field(
        resolver=flag_person, description="Let whoever looks at somebody be looked at."
    )
    lift_flag: strawberry.ID = strawberry.field(resolver=lift_flag, description="Take a flag away; its id.")
    note_staff: int = strawberry.field(
        resolver=note_staff,
        description="Note who works here, at most 100 at once, so that a look at one's own family is seen; how many.",
    )
    forget_staff: bool = strawberry.field(
        resolver=forget_staff, description="Forget the marks of somebody who left; false where there were none."
    )
