"""Questions, disclosures and acts full of values that must never reach the log."""

from datetime import UTC, date, datetime, timedelta

from hub.audit.evidence import Act
from hub.audit.leaf import Outcome
from hub.domain.acts import Action
from hub.domain.answers import Answer
from hub.domain.categories import Category
from hub.domain.codes import Agency, AnswerState, MatchState, PurposeCode, Role, Urgency
from hub.domain.disclosures import Disclosure, Released, Withholding
from hub.domain.enquiries import Enquiry, FamilyAgreement
from hub.domain.identifiers import LocalId, SourceId, nhs_number
from hub.domain.people import Attributes, Candidate, Found, MatchReason, PersonReference, SourceFind
from hub.domain.principals import Principal
from hub.domain.questions import Question, QuestionKind

NOW = datetime(2026, 3, 4, 5, 6, 7, 891011, tzinfo=UTC)
CANARIES = (b"9991000003", b"Zebedee", b"Quillfeather", b"2015-06-07", b"CANARY", b"Oriole", b"ZZ99 9ZZ")
WHO = Principal("user-1", "Oriole Worker", Agency.SOCIAL_CARE, frozenset({Role.MASH_SOCIAL_WORKER, Role.DSL}))
ABOUT = PersonReference(
    nhs_number=nhs_number("999 100 0003"),
    given_name="Zebedee",
    family_name="Quillfeather",
    birth_date=date(2015, 6, 7),
    postcode="ZZ99 9ZZ",
)


def question(request_id: str = "request-1", kind: QuestionKind = QuestionKind.VIEW, who: Principal = WHO) -> Question:
    enquiry = Enquiry(
        id="enquiry-1",
        purpose=PurposeCode.S47,
        reason="CANARY in somebody's words",
        urgency=Urgency.RED,
        about=ABOUT,
        opened_by=who,
        opened_at=NOW,
        expires_at=NOW + timedelta(days=1),
        referral_id="CANARY-referral",
        broken_glass_until=NOW + timedelta(hours=1),
        family_agreement=FamilyAgreement("Oriole Quillfeather", date(2026, 3, 1), ("health",)),
    )
    return Question(request_id, kind, NOW, who, enquiry)


def disclosure(of: Question) -> Disclosure:
    """Health found a candidate and kept something back; probation did not answer."""
    seen = Attributes(given_name="Zebedee", family_name="Quillfeather")
    candidate = Candidate(
        "opaque-1",
        Found(LocalId("CANARY-local"), seen),
        12.5,
        0.999,
        (MatchReason("name", "CANARY", 1.0),),
        linked=True,
    )
    health, probation = SourceId("health"), SourceId("probation")
    asked = frozenset({Category.HEALTH_GP, Category.EXISTENCE})
    return Disclosure(
        question=of,
        released=(
            Released(Answer(health, AnswerState.KNOWN, "CANARY said", asked=asked)),
            Released(Answer(probation, AnswerState.TIMED_OUT, "CANARY did not answer")),
        ),
        finds={health: SourceFind(health, AnswerState.KNOWN, MatchState.MATCH, (candidate,), "CANARY")},
        withheld=(Withholding(health, "health.sexual", None, ("tier-not-reached",)),),
        policy_version="policy-2",
        agreements={health: "health-standing@3"},
        generated_at=NOW,
    )


def act(request_id: str = "request-1", **changes: object) -> Act:
    fields: dict[str, object] = {
        "action": Action.OPEN_ENQUIRY,
        "request_id": request_id,
        "outcome": Outcome.DONE,
        "policy_version": "policy-1",
        "principal": WHO,
        "enquiry_id": "enquiry-1",
        "purpose": PurposeCode.S47,
        "reference": ABOUT,
    }
    return Act(**{**fields, **changes})
