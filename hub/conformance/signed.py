"""A signed report as a file: the report, and the hub's testimony about it. Anybody can check it by published keys."""

from collections.abc import Mapping
from typing import Any

import msgspec

from hub.authentication.claims import check_header, take_apart
from hub.authentication.keys import read_keys
from hub.authentication.tokens import signed_by
from hub.conformance.report import Report, decoded
from hub.domain.conformance import Testimony
from hub.domain.documents import digest
from hub.errors import BadInput, ConfigurationError, Unauthenticated

_ALGORITHMS = ("EdDSA",)


class SignedReport(msgspec.Struct, frozen=True, kw_only=True):
    """What ``hub connector report`` writes. ``report`` is the text whose digest the signature names."""

    report: str
    signature: str  # compact JWS over a Testimony


def verified(signed: SignedReport, key_set: Mapping[str, Any], typ: str) -> tuple[Report, Testimony]:
    """The report, and what the hub testifies of it.

    ``typ`` is what signatures of reports bear. Raises BadInput where it was not signed so by one of these keys, or
    the signature is about another report or another manifest.
    """
    testimony = _testimony(signed.signature, key_set, typ)
    if testimony.report_digest != digest(signed.report.encode()):
        raise BadInput("This is not the report that was signed: it was altered, or is another.", ("report-altered",))
    try:
        report = decoded(signed.report.encode())
    except ValueError as fault:
        raise BadInput("The report is of a format that this hub does not know.", ("report-format",)) from fault
    told = (testimony.source, testimony.version, testimony.digest, testimony.passed)
    about = report.manifest
    if told != (about.id, about.version, about.digest, report.passed):
        raise BadInput("The signature is about another manifest or outcome than the report.", ("report-mismatch",))
    return report, testimony


def _testimony(signature: str, key_set: Mapping[str, Any], typ: str) -> Testimony:
    try:
        parts = take_apart(signature)
        kid, algorithm = check_header(parts.header, _ALGORITHMS, frozenset({typ}))
        key = read_keys(key_set, _ALGORITHMS).get((kid, algorithm))
    except Unauthenticated as refusal:
        raise BadInput("The signature is no signature of a conformance report.", refusal.reasons) from None
    except ConfigurationError as fault:
        raise BadInput(fault.message, ("key-set",)) from None
    if key is None:
        raise BadInput("None of these keys signed it. Is it another hub's report?", ("signature-key-unknown",))
    if not signed_by(key, algorithm, parts):
        raise BadInput("The signature does not fit: something of it was altered.", ("signature-broken",))
    try:
        return msgspec.convert(parts.claims, Testimony)
    except msgspec.ValidationError:
        raise BadInput("The signature says nothing about a conformance report.", ("signature-claims",)) from None
