"""Somebody whom the staff list knows under two ids judges neither, and changes the marks of neither."""

import pytest

from hub.cli.audit_queries import NOTE_STAFF, VERDICT
from hub.cli.client import Refused
from tests.fixtures.partnership import RunningPartnership

BREAK = "mutation ($input: BreakGlassInput!) { breakGlass(input: $input) { id } }"
FORGET = "mutation ($p: String!) { forgetStaff(principal: $p) }"
BOTH = ("p-mash-manager", "p-ig-lead")


def test_nobody_judges_what_they_did_under_another_id(partnership: RunningPartnership) -> None:
    dpo, lead = partnership.caller("dpo"), partnership.caller("ig_lead")
    person = {"familyNames": ["Twice"], "postcodes": [], "birthDate": "1980-02-03"}
    dpo.ask(NOTE_STAFF, {"staff": [{"principal": one, **person} for one in BOTH]})
    try:
        enquiry = partnership.open("mash_manager", "S47")
        partnership.caller("mash_manager").ask(BREAK, {"input": {"enquiryId": enquiry, "reason": "CANARY danger"}})
        given = {"item": enquiry, "judgement": "justified", "reason": "CANARY it was right"}
        with pytest.raises(Refused) as refused:
            lead.ask(VERDICT, {"input": given})
        assert refused.value.reasons[-1] == "nobody-judges-their-own-access"
        with pytest.raises(Refused) as refused:
            lead.ask(FORGET, {"p": "p-mash-manager"})
        assert "nobody-notes-their-own-marks" in refused.value.reasons
        assert dpo.ask(VERDICT, {"input": given})["recordVerdict"]["verdicts"][0]["by"] == "p-dpo"
    finally:
        for one in BOTH:
            dpo.ask(FORGET, {"p": one})
