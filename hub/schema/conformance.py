"""What the newest test of a source came to, whole: as JSON that anybody can verify, and as a page to read."""

from datetime import datetime
from typing import Self

import strawberry

from hub.conformance.page import page
from hub.conformance.report import decoded
from hub.domain.conformance import ConformanceResult
from hub.domain.identifiers import SourceId
from hub.domain.registrations import Registration
from hub.onboarding import listing
from hub.schema.asking import Info


def _html(root: strawberry.Parent["ConformanceReport"]) -> str | None:
    try:
        report = decoded(root.result.report)
    except ValueError:
        return None
    return page(report, root.result.signature)


@strawberry.type(description="The newest test of one version: its outcome, its report, and the hub's signature.")
class ConformanceReport:
    """``hub.domain.conformance.ConformanceResult``, whole."""

    source: strawberry.ID
    version: int
    outcome: str = strawberry.field(description="PASSED or FAILED.")
    at: datetime
    by: strawberry.ID
    digest: str = strawberry.field(description="SHA-256 of the manifest that was tested.")
    signature: str = strawberry.field(
        description="A compact JWS by the hub over source, version, digest, outcome, time and the report's digest."
    )
    json: str = strawberry.field(description="The report; its SHA-256 as UTF-8 stands in the signature.")
    result: strawberry.Private[ConformanceResult]

    html: str | None = strawberry.field(
        resolver=_html, description="The report as a page; null for a report of a format that this hub does not know."
    )

    @classmethod
    def of(cls, result: ConformanceResult) -> Self:
        """As the schema shows it."""
        return cls(
            source=strawberry.ID(result.source),
            version=result.version,
            outcome="PASSED" if result.passed else "FAILED",
            at=result.at,
            by=strawberry.ID(result.by),
            digest=result.digest,
            signature=result.signature,
            json=result.report.decode(),
            result=result,
        )


async def conformance_report(info: Info, source: strawberry.ID, version: int | None = None) -> ConformanceReport | None:
    """The newest test of a version that the caller may see."""
    asking = info.context
    known = await listing.list_registrations(asking.principal, SourceId(source), asking.services)
    meant = _meant(known, version)
    result = None if meant is None else await listing.newest_result(meant, asking.services)
    return None if result is None else ConformanceReport.of(result)


def _meant(known: tuple[Registration, ...], version: int | None) -> Registration | None:
    """The version, else the newest."""
    if version is None:
        return known[-1] if known else None
    return next((one for one in known if one.version == version), None)


@strawberry.type
class ConformanceQuery:
    """What tests told; part of the root."""

    conformance_report: ConformanceReport | None = strawberry.field(
        resolver=conformance_report,
        description="What the newest test of a source came to: of this version, else of its newest. Null where there "
        "is none, or none that you may see.",
    )
