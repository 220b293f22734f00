"""Events, and what becomes of those without a time."""

from hub.connectors.fhir_r4.dates import When
from hub.domain.categories import Category
from hub.domain.records import AnyRecord, Finding, LifeEvent


def event_or_finding(
    when: When | None,
    kind: str,
    label: str,
    category: Category,
    detail: str | None = None,
    place: str | None = None,
) -> AnyRecord:
    """An event; as a finding where the source does not say when. A partial date is named as one."""
    if when is None:
        return Finding(category=category, type=kind, label=f"{label}, date not given", detail=detail)
    shown = f"{label} ({when.only}, day not given)" if when.only else label
    return LifeEvent(category=category, type=kind, label=shown, at=when.at, detail=detail, location=place)
