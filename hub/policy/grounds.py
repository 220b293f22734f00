"""What a refusal rests on, in one word: whose rule it was that stopped something."""

from enum import StrEnum


class Ground(StrEnum):
    """A closed list. Every policy that forbids names one of these as its ``@ground``."""

    ROLE = "role"  # what somebody's role may do, or how deep it reaches
    PURPOSE = "purpose"  # what the stated purpose is for
    AGENCY = "agency"  # whose records a purpose reaches, or whom somebody works for
    AGREEMENT = "agreement"  # what the source's owner agreed to
    FAMILY = "family"  # what the family agreed to
    LABEL = "label"  # a restricted label on a person or a record
    RESTRICTED = "restricted"  # kept by its owner, case by case
    ENQUIRY = "enquiry"  # whose enquiry it is, and whether it is still open
    DUTIES = "duties"  # the same person may not do both halves
    CONFORMANCE = "conformance"  # the source is not shown to work as it should
    HOLDER = "holder"  # the holder's own judgement of this one request
    SOURCE = "source"  # there is no such source, or nothing of it can be had
    HUB = "hub"  # a fault of the policies themselves
