"""One combined view of one child, from a Disclosure and from nothing else."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Self

import strawberry

from hub.disclosure import Answered
from hub.domain import disclosures, records
from hub.domain.codes import Tier
from hub.domain.disclosures import Grounds, shown_reasons
from hub.domain.identifiers import SourceId
from hub.schema.enquiries import Enquiry
from hub.schema.identity import Identity
from hub.schema.network import NetworkPerson, episodes_of, findings_of, network_of
from hub.schema.records import Finding, LifeEvent, Relationships, ServiceEpisode, about_whom
from hub.schema.rows import SortedOut
from hub.schema.sources import Known, SourceAnswer
from hub.schema.timeline import EVENTS_SHOWN, LifeEventConnection, newest_first


@strawberry.type(description="Something was kept back: how much, by which rules, and whom to ask.")
class Withholding:
    """``hub.domain.disclosures.Withholding``, with whom to ask."""

    source: str
    category: str
    count: int | None
    reasons: list[str]
    stopped_by: list[str] = strawberry.field(
        description="Whether role, purpose, agreement, label or what else stopped it, by the reasons shown."
    )
    contact: str | None

    @classmethod
    def of(cls, kept: disclosures.Withholding, known: Known, grounds: Grounds) -> Self:
        """As the schema shows it. A rule that may not be spoken of is told by its ground no more than by its name."""
        reasons = shown_reasons(kept.reasons)
        return cls(
            source=kept.source,
            category=kept.category,
            count=kept.count,
            reasons=list(reasons),
            stopped_by=list(grounds(reasons)),
            contact=known[kept.source].contact,
        )


@strawberry.type(description="Where the evidence for this answer stands in the log.")
class AuditReceipt:
    """``hub.domain.disclosures.Receipt``."""

    intent_index: int
    outcome_index: int


@strawberry.type(description="What every partner knows about one child, cut down to what the purpose allows.")
class CombinedChildView:
    """A ``Disclosure`` as the schema shows it."""

    enquiry: Enquiry
    child: Identity
    sources: list[SourceAnswer] = strawberry.field(description="Every registered source, always.")
    alerts: list[Finding] = strawberry.field(
        description="Headline flags (T2) in force, about the child or people around the child; most serious first. "
        "Select network, or about, to have adults looked for whom a source does not link to the child."
    )
    service_episodes: list[ServiceEpisode] = strawberry.field(
        description="Who is involved with the child: open ones first, newest first."
    )
    findings: list[Finding] = strawberry.field(description="About the child, newest first.")
    network: list[NetworkPerson]
    withheld: list[Withholding]
    policy_version: str
    receipt: AuditReceipt
    generated_at: datetime
    timeline: strawberry.Private[list[LifeEvent]]

    @strawberry.field
    def life_events(
        self, first: int | None = EVENTS_SHOWN, after: str | None = strawberry.UNSET
    ) -> LifeEventConnection:
        """One page of the merged timeline, newest first. Raises BadInput."""
        return LifeEventConnection.of(self.timeline, first, after or None)

    @classmethod
    def of(cls, answered: Answered, known: Known, grounds: Grounds) -> Self:
        """Everything that was released, sorted for reading."""
        disclosure, receipt, together = answered
        told, today = SortedOut.of(disclosure, together), disclosure.generated_at.date()
        relationships = told.relationships()
        answers = {
            one.source: SourceAnswer.of(one, known, disclosure.conditions.get(one.source, ()))
            for one in disclosure.released
        }
        return cls(
            enquiry=Enquiry.of(disclosure.question.enquiry, disclosure.generated_at),
            child=Identity.of(told.child.identity, answers, known),
            sources=list(answers.values()),
            alerts=_alerts(told.everything.findings, relationships, today),
            service_episodes=episodes_of(told.child.episodes, relationships, today),
            findings=findings_of(told.child.findings, relationships),
            network=network_of(told, answers, relationships, known, today),
            withheld=[Withholding.of(one, known, grounds) for one in disclosure.withheld],
            policy_version=disclosure.policy_version,
            receipt=AuditReceipt(intent_index=receipt.intent_index, outcome_index=receipt.outcome_index),
            generated_at=disclosure.generated_at,
            timeline=newest_first(
                LifeEvent.of(r, s, about_whom(s, r.about, relationships)) for s, r in told.everything.events
            ),
        )


def _alerts(
    rows: Iterable[tuple[SourceId, records.Finding]], relationships: Relationships, today: date
) -> list[Finding]:
    serious = [
        (s, r) for s, r in rows if r.severity > 0 and r.category.tier is Tier.T2 and (r.end is None or r.end >= today)
    ]
    serious.sort(key=lambda row: (-row[1].severity, row[1].label, row[0]))
    return [Finding.of(r, s, about_whom(s, r.about, relationships)) for s, r in serious]
