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
