"""Information sharing agreements: read, verified, decided by, compared, compiled and exported."""

from hub.policy.agreements.checking import mistakes
from hub.policy.agreements.choosing import current, strongest
from hub.policy.agreements.days import day_of, end_of
from hub.policy.agreements.document import AgreedException, Agreement, Party, Recipients, Rule, Signatory
from hub.policy.agreements.faults import Fault
from hub.policy.agreements.reading import (
    Read,
    Unusable,
    decode,
    decoded,
    read_agreement,
    read_agreements,
    read_document,
    read_documents,
)
from hub.policy.agreements.signatures import SignatureCheck, unsigned_parties

__all__ = [
    "AgreedException",
    "Agreement",
    "Fault",
    "Party",
    "Read",
    "Recipients",
    "Rule",
    "Signatory",
    "SignatureCheck",
    "Unusable",
    "current",
    "day_of",
    "decode",
    "decoded",
    "end_of",
    "mistakes",
    "read_agreement",
    "read_agreements",
    "read_document",
    "read_documents",
    "strongest",
    "unsigned_parties",
]
