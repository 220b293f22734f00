"""A permit to ask partners with, and what is in an envelope."""

import base64
import json
from typing import Any

import msgspec

from hub.domain.categories import Category
from hub.domain.codes import Agency, PurposeCode, Role
from hub.domain.identifiers import SourceId
from hub.domain.permits import Permit, Verdict
from hub.domain.principals import Principal
from hub.domain.questions import EVERYTHING
from hub.domain.sources import Source

HUB = "https://hub.derwent.example"
PROBATION = SourceId("probation")
WORKER = Principal(
    "p-mash-social-worker",
    "Harriet Maplethorn",
    Agency.SOCIAL_CARE,
    frozenset({Role.MASH_SOCIAL_WORKER, Role.SCREENING_OFFICER}),
    organisation="Derwent City Council",
)
S47 = "https://www.legislation.gov.uk/ukpga/1989/41/section/47"
SOURCE = Source(PROBATION, "Probation", Agency.PROBATION, "rest_json", "LIVE", "01632 960035", "Adults.")
_ALL = {one: Verdict(permitted=True, policies=("test",)) for one in Category}
_NOTHING = {one: Verdict(permitted=False, policies=("test",)) for one in Category}


def permit(*, permitted: bool = True, **changes: Any) -> Permit:
    verdicts = _ALL if permitted else _NOTHING
    told = Permit(
        purpose=PurposeCode.S47,
        policy_version="v",
        agreements={PROBATION: "derwent-mash-probation@3"},
        selection=EVERYTHING,
        decide=lambda *_: verdicts,
        asker=WORKER,
        request_id="abc123:combinedChildView",
        enquiry_id="e-1",
        legislation=(S47,),
    )
    return msgspec.structs.replace(told, **changes)


def claims_of(envelope: str) -> dict[str, Any]:
    """What an envelope says, believed without a look at its signature."""
    part = envelope.split(".")[1]
    told: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return told
