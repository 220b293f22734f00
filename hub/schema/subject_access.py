"""The report that a person may have of who looked at information about them, as the schema gives it."""

from datetime import date, datetime
from typing import Annotated

import msgspec
import strawberry

from hub.domain import subject_access as domain
from hub.domain.identifiers import nhs_number, upn
from hub.domain.people import PersonReference
from hub.errors import BadInput
from hub.schema.asking import Info
from hub.schema.evidence import zoned
from hub.subject_access import asking, report, weighing

MOST_DECIDED = 500  # entries that are released or withheld one by one

AskedBy = Annotated[domain.AskedBy, strawberry.enum(name="AskedBy", description="Who asks for a report of accesses.")]
Capacity = Annotated[
    domain.Capacity,
    strawberry.enum(name="Capacity", description="Whether a child is able to ask for themselves. No age settles it."),
]


Because = Annotated[
    domain.Because,
    strawberry.enum(
        name="Because",
        description="Why you decide about one entry otherwise than the rules do. NO_HARM, SAME_PERSON and ORDERED "
        "release, the others withhold.",
    ),
]


@strawberry.input(description="What you decide about one entry, and why. Both stand in evidence.")
class DecidedEntryInput:
    """One entry of ``ReportAsked.release`` or ``withhold``."""

    index: int
    because: Because


@strawberry.input(
    description="A number, or family name and birth date, or both. identityChecked says that you checked who asks, and "
    "by what right. release tells entries that wait, withhold keeps back others, each by your own decision."
)
class SubjectAccessInput:
    """``hub.subject_access.asking.ReportAsked`` as it is sent."""

    asked_by: AskedBy
    capacity: Capacity
    identity_checked: bool
    nhs_number: str | None = None
    upn: str | None = None
    family_name: str | None = None
    birth_date: date | None = None
    child_agrees: bool = False
    from_: datetime | None = strawberry.field(name="from", default=None)
    to: datetime | None = None
    release: list[DecidedEntryInput] = strawberry.field(default_factory=list)
    withhold: list[DecidedEntryInput] = strawberry.field(default_factory=list)
    name_staff: bool = False

    def request(self) -> asking.ReportAsked:
        """As the use case takes it. Raises BadInput."""
        if max(len(self.release), len(self.withhold)) > MOST_DECIDED:
            raise BadInput(f"Decide about at most {MOST_DECIDED} entries in one report.", ("too-many-decided",))
        return asking.ReportAsked(
            about=PersonReference(
                nhs_number=nhs_number(self.nhs_number) if self.nhs_number else None,
                upn=upn(self.upn) if self.upn else None,
                family_name=self.family_name,
                birth_date=self.birth_date,
            ),
            asked_by=self.asked_by,
            capacity=self.capacity,
            identity_checked=self.identity_checked,
            child_agrees=self.child_agrees,
            since=zoned(self.from_),
            until=zoned(self.to),
            release={one.index: one.because for one in self.release},
            withhold={one.index: one.because for one in self.withhold},
            name_staff=self.name_staff,
        )


@strawberry.type(description="For whoever makes the report, and for nobody else: what it does not tell, and why.")
class AccessNotTold:
    """``hub.subject_access.weighing.Weighed``."""

    index: int
    at: datetime
    kind: str
    purpose: str | None
    outcome: str
    fate: str = strawberry.field(description="waits, others, uncertain or not-told. What waits may be released.")
    rules: list[str]
    says: str
    basis: list[str]

    @classmethod
    def of(cls, one: weighing.Weighed) -> "AccessNotTold":
        """As the schema shows it."""
        return cls(
            index=one.entry.index,
            at=one.entry.at,
            kind=one.entry.kind,
            purpose=one.entry.purpose,
            outcome=one.entry.outcome,
            fate=one.fate.value,
            rules=list(one.rules),
            says=one.says,
            basis=list(one.basis),
        )


@strawberry.type(
    description="A report of accesses. page, document, signature and proofs are handed over; notTold is not."
)
class SubjectAccessReport:
    """``hub.subject_access.report.SignedReport``."""

    reference: str
    made_at: datetime
    count: int = strawberry.field(description="How many accesses it tells of.")
    page: str = strawberry.field(description="HTML, to read and to print.")
    document: str = strawberry.field(description="The same as JSON, in the very bytes that are signed.")
    signature: str = strawberry.field(description="A compact JWS over the document, by the hub's published keys.")
    proofs: str = strawberry.field(description="JSON: the log's signed checkpoint, and a path to it for each access.")
    not_told: list[AccessNotTold]

    @classmethod
    def of(cls, made: report.SignedReport) -> "SubjectAccessReport":
        """As the schema shows it."""
        return cls(
            reference=made.report.reference,
            made_at=made.report.made_at,
            count=len(made.report.accesses),
            page=made.page,
            document=made.document.decode(),
            signature=made.signature,
            proofs=msgspec.json.encode(made.proofs).decode(),
            not_told=[AccessNotTold.of(one) for one in made.not_told],
        )


async def subject_access_report(info: Info, input: SubjectAccessInput) -> SubjectAccessReport:  # noqa: A002  as its siblings
    """Make one."""
    made = await report.subject_access_report(info.context.principal, input.request(), info.context.services)
    return SubjectAccessReport.of(made)


@strawberry.type
class SubjectAccessQuery:
    """Answering a person who asks; part of the root."""

    subject_access_report: SubjectAccessReport = strawberry.field(
        resolver=subject_access_report,
        description="Who looked at information about a person, to be handed to them by those who answer for data "
        "protection.",
    )
