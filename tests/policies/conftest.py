import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest

from hub.domain.codes import Agency, PurposeCode, Role, Urgency
from hub.domain.enquiries import Enquiry, FamilyAgreement
from hub.domain.identifiers import NhsNumber, SourceId
from hub.domain.people import PersonReference
from hub.domain.principals import Principal
from hub.domain.questions import Question, QuestionKind
from hub.domain.sources import Source
from hub.policy.policies import Policies, shipped_policies
from tests.fixtures.compiled import compiled

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def shipped() -> Policies:
    return compiled()


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the shipped policies, to be spoilt."""
    return shutil.copytree(shipped_policies(), tmp_path / "policies")


@pytest.fixture
def source() -> Callable[..., Source]:
    def make(name: str, agency: Agency) -> Source:
        return Source(SourceId(name), name, agency, "in_memory", "LIVE", "phone", "everybody")

    return make


@pytest.fixture
def agreement(tmp_path: Path) -> Callable[..., Path]:
    """Write an agreement that covers everything but for what is changed; return its folder."""

    def write(name: str, source: str, agency: Agency, **changes: object) -> Path:
        document = {
            "id": name,
            "version": 1,
            "source": source,
            "source_agency": agency,
            "purposes": list(PurposeCode),
            "mode": "content",
            "tiers": ["T0", "T1", "T2", "T3", "T4"],
            "recipients": {"roles": list(Role)},
            "valid_from": "2026-01-01",
            "valid_until": "2026-12-31",
            "review_date": "2026-10-01",
            "signatories": [
                {"name": "A. Example", "role": "director", "organisation": "Example", "signed_on": "2025-12-01"}
            ],
            **changes,
        }
        folder = tmp_path / "agreements"
        folder.mkdir(exist_ok=True)
        (folder / f"{name}-{document['version']}.json").write_bytes(msgspec.json.encode(document))
        return folder

    return write


@pytest.fixture
def question() -> Callable[..., Question]:
    def ask(
        *roles: Role,
        purpose: PurposeCode,
        agency: Agency = Agency.SOCIAL_CARE,
        asked_at: datetime = NOON,
        glass_until: datetime | None = None,
        family: tuple[str, ...] | None = None,
    ) -> Question:
        somebody = Principal("p-1", "Somebody", agency, frozenset(roles))
        enquiry = Enquiry(
            id="e-1",
            purpose=purpose,
            reason="a reason",
            urgency=Urgency.GREEN,
            about=PersonReference(nhs_number=NhsNumber("9991000003")),
            opened_by=somebody,
            opened_at=NOON,
            expires_at=NOON.replace(day=20),
            broken_glass_until=glass_until,
            family_agreement=FamilyAgreement("a parent", date(2026, 6, 1), family) if family is not None else None,
        )
        return Question("q-1", QuestionKind.VIEW, asked_at, somebody, enquiry)

    return ask
