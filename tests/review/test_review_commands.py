"""``hub audit search | story | worklist | verdict | statistics | flag | staff`` against a running hub."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from hub.cli.audit_queries import FLAGS
from tests.fixtures.command_line import Command
from tests.fixtures.partnership import MAIN_CHILD, RunningPartnership

BREAK = "mutation ($input: BreakGlassInput!) { breakGlass(input: $input) { id } }"


@pytest.fixture
def audit(command: Command, partnership: RunningPartnership) -> Any:
    """Run ``hub audit`` against the running hub; what it printed, decoded where that was asked for."""

    def run(*words: str) -> Any:
        ended = command("audit", *words, "--state", str(partnership.state))
        assert ended.code == 0, ended.err
        return msgspec.json.decode(ended.out) if "--json" in words else ended.out

    return run


def test_a_case_is_found_read_and_judged_from_the_command_line(audit: Any, partnership: RunningPartnership) -> None:
    enquiry = partnership.open("mash_manager", "S47")
    partnership.caller("mash_manager").ask(BREAK, {"input": {"enquiryId": enquiry, "reason": "CANARY tonight"}})
    found = audit("search", MAIN_CHILD, "--kind", "breakGlass", "--outcome", "done", "-n", "5", "--json")
    assert enquiry in {one["enquiryId"] for one in found}
    assert "Broke the glass" in audit("story", enquiry)
    listed = audit("worklist", "--rule", "break-glass", "-n", "100", "--json")
    assert enquiry in {edge["node"]["id"] for edge in listed["edges"]}
    assert "break-glass" in audit("worklist", "--rule", "break-glass", "--priority", "HIGH", "-n", "1")
    judged = audit("verdict", enquiry, "justified", "--reason", "CANARY it was so", "--json")
    assert judged["verdicts"][-1]["judgement"] == "justified"
    listed = audit("worklist", "--verdict", "justified", "-n", "100", "--json")
    assert enquiry in {edge["node"]["id"] for edge in listed["edges"]}
    assert "S47" in audit("statistics", "--by", "purpose")


def test_somebody_is_flagged_and_the_flag_lifted(audit: Any, partnership: RunningPartnership) -> None:
    before = {one["id"] for one in partnership.caller("auditor").ask(FLAGS, {})["personFlags"]}
    flags = audit("flag", "--family", "Quillfeather", "--born", "2013-05-20", "--kind", "public-figure", "--json")
    (flag,) = [one for one in flags if one["id"] not in before]
    assert flag["kind"] == "public-figure"
    assert "Quillfeather" not in audit("flag")
    assert flag["id"] not in {one["id"] for one in audit("flag", "--lift", flag["id"], "--json")}


def test_somebody_is_flagged_once_for_each_reason(
    audit: Any, command: Command, partnership: RunningPartnership
) -> None:
    whom = ("flag", "--family", "Twicewell", "--born", "2014-04-04", "--kind")
    before = {one["id"] for one in audit("flag", "--json")}
    (flag,) = [one["id"] for one in audit(*whom, "colleague", "--json") if one["id"] not in before]
    again = command("audit", *whom, "colleague", "--state", str(partnership.state))
    assert (again.code, "flagged so already" in " ".join(again.err.split())) == (1, True)
    (other,) = [one["id"] for one in audit(*whom, "other", "--json") if one["id"] not in {*before, flag}]
    assert {one["id"] for one in audit("flag", "--lift", flag, "--json")} == {*before, other}
    assert other not in {one["id"] for one in audit("flag", "--lift", other, "--json")}
    (anew,) = [one["id"] for one in audit(*whom, "colleague", "--json") if one["id"] not in before]
    audit("flag", "--lift", anew, "--json")


def test_staff_are_loaded_from_a_file_and_forgotten(audit: Any, command: Command, tmp_path: Path) -> None:
    file = tmp_path / "staff.csv"
    file.write_text(
        "principal,family_names,postcode,household_postcodes,birth_date\n"
        "p-one,Oldname; Newname,DE1 1AA,DE2 2BB; DE3 3CC,1985-05-14\n"
        "p-two,Other,,,\n"
    )
    assert "Noted 2 people" in audit("staff", "load", str(file))
    assert "Forgotten" in audit("staff", "forget", "p-two")
    assert "no marks" in audit("staff", "forget", "p-two")
    assert "Forgotten" in audit("staff", "forget", "p-one")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("principal,shoe_size\n", "names its columns"),
        ("principal,family_names,birth_date\np-one,Name,14/05/1985\n", "Line 2"),
        ("principal,family_names\n,Name\n", "principal id"),
    ],
)
def test_a_file_that_cannot_be_used_says_what_to_mend(
    command: Command, partnership: RunningPartnership, tmp_path: Path, content: str, said: str
) -> None:
    file = tmp_path / "staff.csv"
    file.write_text(content)
    ended = command("audit", "staff", "load", str(file), "--state", str(partnership.state))
    assert (ended.code, said in ended.err.replace("\n", " ")) == (1, True)
