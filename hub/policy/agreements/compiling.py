"""An agreement as flat rows that another system can decide by, tied to the document by its digest."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

import msgspec

from hub.domain.categories import Category
from hub.domain.codes import PurposeCode
from hub.domain.documents import digest
from hub.domain.identifiers import SourceId
from hub.policy.agreements.days import end_of, first_instant
from hub.policy.agreements.document import AgreedException, Agreement, Recipients
from hub.policy.agreements.reading import Read

_ANYBODY: tuple[str, ...] = ("*",)


class Row(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """One purpose and one category for some recipients. In force from ``not_before`` until just before ``until``."""

    effect: Literal["ALLOW", "DENY"]
    purpose: PurposeCode
    category: Category
    roles: tuple[str, ...]
    agencies: tuple[str, ...]
    organisations: tuple[str, ...]
    not_before: datetime
    until: datetime
    clause: str
    reason: str = ""


class Compiled(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """The artefact. ``policy_version_id`` is the SHA-256 of the canonical document; denies come first and win."""

    policy_version_id: str
    agreement: str
    source: SourceId
    not_before: datetime
    until: datetime
    conditions: tuple[str, ...]
    rows: tuple[Row, ...]


def compiled(read: Read) -> Compiled:
    """The rows of one document. What no row allows is denied."""
    agreement = read.agreement
    return Compiled(
        policy_version_id=digest(read.document),
        agreement=agreement.reference,
        source=agreement.source,
        not_before=first_instant(agreement.valid_from),
        until=end_of(agreement.valid_until),
        conditions=agreement.conditions,
        rows=tuple(sorted(_rows(agreement), key=lambda row: row.effect == "ALLOW")),
    )


def _rows(agreement: Agreement) -> Iterator[Row]:
    for place, clause in agreement.clauses():
        exception = clause if isinstance(clause, AgreedException) else None
        roles, agencies, organisations = _named(clause.recipients)
        first, last = agreement.days_of(clause)
        for purpose in (code for code in PurposeCode if agreement.about(clause, code)):
            for category in (one for one in Category if one in clause.covers):
                yield Row(
                    effect=exception.effect if exception else "ALLOW",
                    purpose=purpose,
                    category=category,
                    roles=roles,
                    agencies=agencies,
                    organisations=organisations,
                    not_before=first_instant(first),
                    until=end_of(last),
                    clause=place,
                    reason=exception.reason if exception else "",
                )


def _named(recipients: Recipients | None) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    if recipients is None:
        return _ANYBODY, _ANYBODY, _ANYBODY
    told = recipients.roles, recipients.agencies, recipients.organisations
    roles, agencies, organisations = (tuple(sorted(map(str, some))) or _ANYBODY for some in told)
    return roles, agencies, organisations
