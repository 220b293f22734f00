"""The enquiry that a command asks under: a new one, or one opened before."""

import secrets
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from hub.cli.client import Caller
from hub.cli.queries import OPEN
from hub.domain.codes import PurposeCode
from hub.errors import BadInput

PurposeOption = Annotated[
    str | None, typer.Option("--purpose", help="The purpose code, for example S47.", show_default=False)
]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why you ask.")]
EnquiryOption = Annotated[
    str | None, typer.Option("--enquiry", help="Go on under an enquiry opened before.", show_default=False)
]
AgreedOption = Annotated[
    str | None,
    typer.Option(
        "--agreed",
        help="The family agreed today to early help from these agencies: social-care,health.",
        show_default=False,
    ),
]
DEFAULT_REASON = "Opened from the command line"


def require_purpose(purpose: str) -> None:
    """Raise BadInput, with the codes there are, for a word that is no purpose."""
    if purpose not in set(PurposeCode):
        raise BadInput(f"There is no such purpose. The codes are {', '.join(PurposeCode)}.", ("purpose-unknown",))


def enquiry_for(
    asker: Caller,
    enquiry: str | None,
    subject: dict[str, Any],
    purpose: str | None,
    reason: str = DEFAULT_REASON,
    agreed: str | None = None,
) -> str:
    """The id of the enquiry to ask under, opened now unless one is named. Raises BadInput, Refused."""
    if enquiry is not None:
        if subject or purpose or agreed:
            raise BadInput("An enquiry has its child and its purpose already: give them only to open a new one.")
        return enquiry
    if not subject:
        raise BadInput("Say whom you ask about: an NHS number or UPN, or --family with --born.")
    if purpose is None:
        raise BadInput("Say what for: --purpose, for example S47. Or go on under an enquiry with --enquiry.")
    require_purpose(purpose)
    sent: dict[str, Any] = {
        "purpose": purpose,
        "reason": reason,
        "urgency": "AMBER",
        "subject": subject,
        "idempotencyKey": secrets.token_urlsafe(16),
    }
    if agreed is not None:
        scope = [agency.strip() for agency in agreed.split(",")]
        today = datetime.now(UTC).date().isoformat()
        sent["familyAgreement"] = {"givenBy": "The family", "givenOn": today, "scope": scope}
    opened: str = asker.ask(OPEN, {"input": sent})["openEnquiry"]["id"]
    return opened
