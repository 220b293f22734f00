"""What the use cases work with. Built once, in ``hub.app``."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.audit.log import AuditLog
from hub.audit.shredding import Shredder
from hub.connectors.sources import Sources
from hub.db.agreements import AgreementStore
from hub.db.clients import ClientStore
from hub.db.decisions import DecisionStore
from hub.db.enquiries import EnquiryStore
from hub.db.events import Outbox
from hub.db.exchange import ExchangeStore
from hub.db.health import HealthStore
from hub.db.links import LinkStore
from hub.db.register import RegisterStore
from hub.db.reviews import ReviewStore
from hub.db.secrets import SecretStore
from hub.domain.codes import Urgency
from hub.domain.conformance import Conformance
from hub.domain.decided import Basis
from hub.domain.questions import Question
from hub.domain.retention import RetentionRules
from hub.domain.subject_access import TellingRules
from hub.domain.underway import Underway
from hub.domain.witnesses import NOBODY, Witnesses
from hub.identity.network.around import Network
from hub.identity.people import People
from hub.keys import Keys, Signing
from hub.policy.archive import PolicyArchive
from hub.policy.policies import Policies
from hub.review.desk import ReviewDesk


@dataclass(frozen=True)
class Limits:
    """How long things may take or last. Timescales are local: these are defaults, not law."""

    question_seconds: float = 4.0  # one deadline for a whole question
    find_share: float = 0.5  # of it, at most, for finding the child
    ask_share: float = 0.85  # of it, at most, until every source has answered, where adults are looked for afterwards
    enquiry_hours: tuple[tuple[Urgency, float], ...] = ((Urgency.RED, 4), (Urgency.AMBER, 24), (Urgency.GREEN, 72))
    glass_minutes: float = 60.0  # how long a broken glass stays broken

    conformance_days: float = 30.0  # how old a passing conformance result may be that an approval rests on

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
    links: LinkStore
    register: RegisterStore
    agreements: AgreementStore
    archive: PolicyArchive
    secrets: SecretStore
    clients: ClientStore
    conformance: Conformance
    signing: Signing
    telling_rules: TellingRules
    retention_rules: RetentionRules
    shredder: Shredder
    reviews: ReviewStore
    review: ReviewDesk
    events: Outbox
    exchange: ExchangeStore
    health: HealthStore
    underway: Underway
    keys: Keys
    now: Callable[[], datetime]
    limits: Limits = Limits()
    witnesses: Witnesses = NOBODY
    newest: "Callable[[], Awaitable[Services]] | None" = None

    async def resting(self, question: Question, at: datetime) -> Basis:
        """What a decision about a question rests on; its verdicts are in the archive when this returns.

        Raises Unavailable where they cannot be kept: nothing is decided that could not be decided again.
        """
        basis, verdicts = self.policies.resting(question, at)
        await self.archive.keep(verdicts)
        return basis

    async def as_of_now(self) -> "Services":
        """The same over the register as it stands now; themselves where no register stands behind them.

        Raises Unavailable where the register cannot be read.
        """
        return self if self.newest is None else await self.newest()
