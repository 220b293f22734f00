"""The hub's own services on the running partners, in this process, with a question to ask of them."""

import contextlib
import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hub.demo.personas import persona
from hub.domain.codes import PurposeCode, Urgency
from hub.domain.enquiries import Enquiry
from hub.domain.identifiers import nhs_number
from hub.domain.people import PersonReference
from hub.domain.principals import Principal
from hub.domain.questions import Question, QuestionKind
from hub.opening import services_of
from hub.services import Services
from hub.settings import read_settings


@contextlib.asynccontextmanager
async def prepared(state: Path) -> AsyncIterator[tuple[Services, Question]]:
    """Services as a hub has them, and the main child's S47 question. The hub on this folder must not run."""
    who, now = persona("mash_social_worker"), datetime.now(UTC)
    principal = Principal(who.id, who.name, who.agency, frozenset(who.roles))
    about = PersonReference(nhs_number=nhs_number("999 100 0003"))
    enquiry = Enquiry(
        secrets.token_hex(8),
        PurposeCode.S47,
        "A benchmark asks",
        Urgency.RED,
        about,
        principal,
        now,
        now + timedelta(hours=4),
    )
    async with services_of(read_settings(state / "hub.toml")) as services:
        await services.enquiries.open(enquiry, enquiry.id)
        yield services, Question("benchmark-0", QuestionKind.VIEW, now, principal, enquiry)
