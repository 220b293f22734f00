"""Somebody whom the staff list knows under two ids judges neither, and changes the marks of neither."""

import pytest

from hub.cli.audit_queries import NOTE_STAFF, VERDICT
from hub.cli.client import Refused
from hub.cli.queries import ENTRIES
from hub.domain.review import StaffMarks, ids_of
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


def test_nobody_makes_a_colleague_themselves_by_loading_them_under_their_own_name(
    partnership: RunningPartnership,
) -> None:
    dpo, lead = partnership.caller("dpo"), partnership.caller("ig_lead")
    person = {"familyNames": ["Silencer"], "postcodes": [], "birthDate": "1980-02-03"}
    dpo.ask(NOTE_STAFF, {"staff": [{"principal": "p-ig-lead", **person}]})
    try:
        colleagues = [{"principal": "p-new", **person, "familyNames": ["New"]}, {"principal": "p-auditor", **person}]
        with pytest.raises(Refused) as refused:
            lead.ask(NOTE_STAFF, {"staff": colleagues})
        assert refused.value.reasons[-1] == "nobody-notes-their-own-marks"
        assert dpo.ask(FORGET, {"p": "p-new"})["forgetStaff"] is False, "nothing of the list was kept"
    finally:
        dpo.ask(FORGET, {"p": "p-ig-lead"})


def test_whoever_reads_the_log_sees_which_ids_a_load_made_one_persons(partnership: RunningPartnership) -> None:
    dpo, auditor = partnership.caller("dpo"), partnership.caller("auditor")
    person = {"familyNames": ["Once"], "postcodes": [], "birthDate": "1980-02-03"}

    def noted(*principals: str) -> list[str]:
        dpo.ask(NOTE_STAFF, {"staff": [{"principal": one, **person} for one in principals]})
        told = auditor.ask(ENTRIES, {"first": 2, "filter": {"kind": "noteStaff"}})["auditEntries"]["edges"]
        of_each = [[why for why in one["node"]["reasons"] if why.startswith("one-person:")] for one in told]
        assert of_each[0] == of_each[1], "it is announced, and done"
        return of_each[0]

    try:
        assert noted("p-once") == []
        assert noted("p-other") == ["one-person:p-once,p-other"]
        assert noted("p-once", "p-other") == [], "they were one person's before"
    finally:
        for one in ("p-once", "p-other"):
            dpo.ask(FORGET, {"p": one})


def test_ids_that_a_third_one_joins_are_one_persons_whoever_asks() -> None:
    def marks(principal: str, *people: str) -> StaffMarks:
        return StaffMarks(principal, frozenset(), frozenset(), frozenset(), frozenset(people))

    known = (marks("old", "X"), marks("both", "X", "Y"), marks("new", "Y"), marks("else", "Z"), marks("undated"))
    staff = {one.principal: one for one in known}
    for one in ("old", "both", "new"):
        assert ids_of(one, staff) == {"old", "both", "new"}
    for one in ("else", "undated", "stranger"):
        assert ids_of(one, staff) == {one}
