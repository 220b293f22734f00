"""What was withheld says what stopped it; a rule that may not be spoken of is not told by its ground either."""

import pytest

from hub.domain import sources
from hub.domain.codes import Agency
from hub.domain.disclosures import RESTRICTED, Withholding
from hub.domain.identifiers import SourceId
from hub.policy.policies import Policies, shipped_policies
from hub.schema.sources import Source
from hub.schema.view import Withholding as Shown

HEALTH = SourceId("health")


@pytest.fixture(scope="module")
def policies() -> Policies:
    return Policies.load(shipped_policies(), None, ())


def shown(policies: Policies, *reasons: str) -> Shown:
    kept = Withholding(HEALTH, "health.summary", 2, reasons)
    known = {HEALTH: Source.of(sources.Source(HEALTH, "Health", Agency.HEALTH, "sql", "LIVE", "phone", "everybody"))}
    return Shown.of(kept, known, policies.grounds)


@pytest.mark.parametrize(
    ("reasons", "stopped_by"),
    [
        (("role-does-not-reach-tier",), ["role"]),
        (("purpose-does-not-reach-tier", "agreement-does-not-cover-category"), ["purpose", "agreement"]),
        (("agreement-denies", "agreement-not-in-force"), ["agreement"]),
        (("label-location-at-risk",), ["label"]),
        (("location-protection-unknown",), ["label"]),
        (("restricted-needs-owner-release",), ["restricted"]),
        (("holder-more-detrimental",), ["holder"]),
        (("match-not-confirmed",), []),  # no rule: nobody has said who it is
    ],
)
def test_it_is_told_whether_role_purpose_agreement_or_label_stopped_it(policies, reasons, stopped_by):
    assert shown(policies, *reasons).stopped_by == stopped_by


@pytest.mark.parametrize("secret", ["label-adoption", "label-gender-history", "label-staff-linked"])
def test_a_secret_label_is_told_neither_by_name_nor_by_ground(policies, secret):
    told = shown(policies, secret)
    assert (told.reasons, told.stopped_by) == ([RESTRICTED], ["restricted"])
