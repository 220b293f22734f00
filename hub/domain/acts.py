"""What people do with the hub, as policy decides on it and evidence records it."""

from enum import StrEnum


class Action(StrEnum):
    """Every act that policy decides. FIND and VIEW are decided category by category as well."""

    OPEN_ENQUIRY = "openEnquiry"
    READ_ENQUIRY = "readEnquiry"
    CLOSE_ENQUIRY = "closeEnquiry"
    BREAK_GLASS = "breakGlass"
    REVIEW_GLASS = "reviewBreakGlass"
    FIND = "findSubject"
    VIEW = "combinedChildView"
    CONFIRM_MATCH = "confirmMatch"
    REJECT_MATCH = "rejectMatch"
    LIST_SOURCES = "sources"
    READ_AUDIT = "auditEntries"
    SIGN_IN = "signIn"  # recorded when refused; never decided by policy
    # The partnership: sources, agreements, secrets, clients. Decided about one organisation's part of it.
    ADOPT = "adoptDeclared"  # what the operator's files declare; recorded, never decided by policy
    READ_REGISTER = "registrations"
    REGISTER_SOURCE = "registerSource"
    SUBMIT_SOURCE = "submitSource"
    TEST_SOURCE = "testSource"
    APPROVE_SOURCE = "approveSource"
    ACTIVATE_SOURCE = "activateSource"
    SUSPEND_SOURCE = "suspendSource"
    RESUME_SOURCE = "resumeSource"
    RETIRE_SOURCE = "retireSource"
    SET_SECRET = "setSourceSecret"  # noqa: S105 - the name of an act
    ENROL_CLIENT = "enrolClient"
    REVOKE_CLIENT = "revokeClient"
    ISSUE_TOKEN = "issueToken"  # noqa: S105 - recorded; decided by the client's own proof
    READ_AGREEMENTS = "agreements"
    SUBMIT_AGREEMENT = "submitAgreement"
    APPROVE_AGREEMENT = "approveAgreement"
    REVOKE_AGREEMENT = "revokeAgreement"
    CLAIM_REQUESTS = "claimRequests"
    ANSWER_REQUEST = "answerRequest"
    TELL_HOLDER = "tellHolder"  # decided; what is told is a pointer to a question that is evidence already
    TELL_SUBJECT = "tellSubject"  # decided when something is disclosed; evidence keeps what came of it
    READ_LOOKS = "looksAtOurRecords"
    READ_REVIEWS = "holderReviews"
    DECIDE_REVIEW = "decideHolderReview"
    READ_EVENTS = "eventsOut"
    REPLAY_EVENT = "replayEvent"
    # Looking after the evidence itself.
    READ_STORY = "enquiryStory"
    READ_WORK_LIST = "auditWorkList"
    RECORD_VERDICT = "recordVerdict"
    READ_STATISTICS = "auditStatistics"
    FLAG_PERSON = "flagPerson"  # somebody whose records deserve a closer look at whoever opens them
    NOTE_STAFF = "noteStaff"  # keyed hashes of who works here, so that looking at one's own family is seen
    REPLAY_DECISION = "replayDecision"
    REPORT_ACCESS = "subjectAccessReport"
    EXPORT_AUDIT = "auditExport"
    SHRED_AUDIT = "shredAudit"
    CONFIRM_SHREDDING = "confirmShredding"  # by somebody else than whoever proposed it
    START_UNWITNESSED = "startUnwitnessed"  # recorded; the settings decide it
    NOT_DELIVERED = "notDelivered"  # recorded; of a disclosure that is in the log, and that nobody is known to have had
    RESUME_AFTER_GAP = "resumeAfterGap"  # recorded; decided by whoever signs the gap record
