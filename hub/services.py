"""What the use cases work with. Built once, in ``hub.app``."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.audit.log import AuditLog
from hub.connectors.sources import Sources
from hub.db.decisions import DecisionStore
from hub.db.enquiries import EnquiryStore
from hub.domain.codes import Urgency
from hub.identity.network.around import Network
from hub.identity.people import People
from hub.keys import Keys
from hub.policy.policies import Policies


@dataclass(frozen=True)
class Limits:
    """How long things may take or last. Timescales are local: these are defaults, not law."""

    question_seconds: float = 4.0  # one deadline for a whole question
    find_share: float = 0.5  # of it, at most, for finding the child
    ask_share: float = 0.85  # of it, at most, until every source has answered, where adults are looked for afterwards
    enquiry_hours: tuple[tuple[Urgency, float], ...] = ((Urgency.RED, 4), (Urgency.AMBER, 24), (Urgency.GREEN, 72))
    glass_minutes: float = 60.0  # how long a broken glass stays broken

    def lifetime(self, urgency: Urgency) -> timedelta:
        """How long an enquiry of this urgency lives."""
        return timedelta(hours=dict(self.enquiry_hours)[urgency])


@dataclass(frozen=True)
class Services:
    """Every stage of the hub, ready to use."""

    audit: AuditLog
    policies: Policies
    people: People
    sources: Sources
    network: Network
    enquiries: EnquiryStore
    decisions: DecisionStore
    keys: Keys
    now: Callable[[], datetime]
    limits: Limits = Limits()
