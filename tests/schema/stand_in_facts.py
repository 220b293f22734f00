"""What the stand-in partners hold about one child, and who asks."""

from datetime import UTC, date, datetime, timedelta

from hub.domain import records as r
from hub.domain.categories import Category
from hub.domain.codes import Agency, PurposeCode, Role, SubjectKind, Urgency
from hub.domain.enquiries import Enquiry
from hub.domain.identifiers import SourceId, nhs_number
from hub.domain.people import PersonReference
from hub.domain.principals import Principal
from hub.domain.sources import Source

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
CARE, CLINIC, JAIL = SourceId("care"), SourceId("clinic"), SourceId("jail")
SOURCES = (
    Source(CARE, "Care", Agency.SOCIAL_CARE, "sql", "LIVE", "01632 960001", "All children."),
    Source(CLINIC, "Clinic", Agency.HEALTH, "fhir_r4", "LIVE", "01632 960002", "All patients."),
    Source(JAIL, "Jail", Agency.PROBATION, "rest_json", "LIVE", "01632 960003", "All adults."),
)
WORKER = Principal("worker-7", "Sam Worker", Agency.SOCIAL_CARE, frozenset({Role.MASH_SOCIAL_WORKER}))
ABOUT = PersonReference(nhs_number=nhs_number("999 100 0003"))
ENQUIRY = Enquiry(
    id="enquiry-1",
    purpose=PurposeCode.S47,
    reason="A strategy discussion",
    urgency=Urgency.RED,
    about=ABOUT,
    opened_by=WORKER,
    opened_at=NOW,
    expires_at=NOW + timedelta(hours=4),
)
STEPFATHER = r.About(SubjectKind.NETWORK_ADULT, "9")


def told(attribute: str, value: str, category: Category = Category.IDENTITY_NAME) -> r.IdentityAttribute:
    return r.IdentityAttribute(category=category, attribute=attribute, value=value, as_of=NOW)


RECORDS: dict[SourceId, tuple[r.AnyRecord, ...]] = {
    CARE: (
        told("given_name", "Ada"),
        told("family_name", "Marlow"),
        told("birth_date", "2015-03-04", Category.IDENTITY_BIRTH_DATE),
        told("nhs_number", "9991000003", Category.IDENTITY_NUMBER),
        told("address", "1 Low Road", Category.IDENTITY_WHEREABOUTS),
        r.ServiceEpisode(
            category=Category.SOCIAL_CARE_INVOLVEMENT,
            type="hub:involvement",
            label="Closed long ago",
            service="Duty",
            organisation="Council",
            start=date(2019, 1, 1),
            end=date(2019, 9, 1),
        ),
        r.ServiceEpisode(
            category=Category.SOCIAL_CARE_CP_PLAN,
            type="cp-plan",
            label="Child protection plan",
            service="Safeguarding",
            organisation="Council",
            professionals=(r.RelatedProfessional(name="Jo Lead", role="Social worker", contact="01632 960009"),),
            start=date(2026, 2, 1),
        ),
        r.Finding(
            category=Category.SOCIAL_CARE_CP_PLAN, type="cp", label="On a plan", start=date(2026, 2, 1), severity=7
        ),
        r.Finding(
            category=Category.SOCIAL_CARE_CIN,
            type="cin",
            label="Was in need",
            start=date(2020, 2, 1),
            end=date(2021, 2, 1),
            severity=3,
        ),
        r.LifeEvent(
            category=Category.SOCIAL_CARE_MISSING,
            type="missing-person",
            label="Missing",
            at=datetime(2026, 5, 1, 8),  # noqa: DTZ001  a source that tells no zone
        ),
    ),
    CLINIC: (
        told("given_name", "ADA"),
        told("family_name", "Marlowe"),
        told("birth_date", "2015-03-05", Category.IDENTITY_BIRTH_DATE),
        told("postcode", "ZZ9 9ZZ", Category.IDENTITY_WHEREABOUTS),
        *(
            r.LifeEvent(
                category=Category.HEALTH_AE_ATTENDANCES,
                type="ae-attendance",
                label=f"Attendance {n}",
                at=datetime(2026, 1, 1 + n, 8, tzinfo=UTC),
                detail="Seen and sent home",
            )
            for n in range(5)
        ),
    ),
    JAIL: (
        r.RelatedPerson(
            category=Category.PROBATION_FAMILY, about=STEPFATHER, relationship="step-father", name="Max Ill"
        ),
        r.Finding(
            category=Category.PROBATION_MAPPA,
            about=STEPFATHER,
            type="mappa",
            label="MAPPA level 2",
            start=date(2025, 1, 1),
            severity=9,
        ),
        r.ServiceEpisode(
            category=Category.PROBATION_SUPERVISION,
            about=STEPFATHER,
            type="probation",
            label="Supervised",
            service="Probation",
            organisation="HMPPS",
            start=date(2025, 1, 1),
        ),
    ),
}
