"""A partner that does one thing wrong is told that very thing; one that does nothing wrong is told nothing."""

import pytest
from conforming_school import TOKEN, manifest, told, words_of_records

from hub.conformance.report import Outcome, Report

PASSED, FAILED = Outcome.PASSED, Outcome.FAILED
WRONG = {
    "lets-anybody-in": {"refuses-wrong-credential", "refuses-no-credential"},
    "lets-any-token-in": {"refuses-wrong-credential"},
    "knows-nobody-without-credential": {"refuses-wrong-credential", "refuses-no-credential"},
    "finds-somebody-for-nobody": {"unknown"},
    "ignores-the-birth-date": {"search-by-family_name-birth_date", "unknown"},
    "knows-somebody-twice": {"known", "search-by-upn", "search-by-family_name-birth_date"},
    "another-childs-record": {"identity-echoed", "labels-borne", "no-whereabouts"},
    "everybody-alike": {"identity-echoed", "people-told-apart"},
    "any-identifier-is-somebodys": {"unknown-identifier"},
    "restricted-not-marked": {"labels-borne"},
    "tells-where-the-restricted-are": {"no-whereabouts"},
    "pages-repeat": {"paging"},
    "reply-too-big": {"records-read"},
    "reply-nearly-too-big": {"reply-size"},
    "takes-few-at-once": {"at-once"},
}


def failed(report: Report) -> set[str]:
    return {one.id for one in report.of(FAILED)}


async def test_a_school_that_does_everything_right_passes_and_its_progress_is_told(school):
    begun = []
    report = await school(say=begun.append)
    assert report.passed, report.hindrances
    assert [(one.title, one.of) for one in begun] == [(one.title, len(report.checks)) for one in report.checks]
    assert not [word for word in words_of_records() if word in told(report)]
    assert failed(report) == set()
    assert {one.id for one in report.of(Outcome.NOT_TRIED)} == {"too-many"}
    assert {one.id for one in report.of(Outcome.NOT_APPLICABLE)} == {
        "state-withheld",
        "state-under-review",
        "state-not-asked",
    }


@pytest.mark.parametrize("wrong", WRONG)
async def test_what_a_school_does_wrong_is_the_check_that_fails(school, wrong):
    report = await school(wrong)
    assert not report.passed
    assert failed(report) == WRONG[wrong], report.of(FAILED)
    assert all(one.mend for one in report.of(FAILED))
    assert not [word for word in words_of_records() if word in told(report)]


async def test_a_mapping_that_makes_an_empty_list_of_an_error_is_found(school):
    report = await school("", ('items = "results"\nlocal_id', 'items = "results || `[]`"\nlocal_id'))
    assert failed(report) == {"spoilt-fault-called-ok"}
    (found,) = report.of(FAILED)
    assert found.seen == ("A search was answered as if nobody were known.",)


async def test_a_category_that_nobody_shows_is_named(school):
    changes = (
        ('"education.attendance"]\nmarks', '"education.attendance", "education.exclusions"]\nmarks'),
        ("[mapping.ignored]", EXCLUSIONS + "[mapping.ignored]"),
    )
    report = await school("", *changes)
    assert failed(report) == {"categories-shown"}
    assert "education.exclusions" in report.of(FAILED)[0].seen[0]


async def test_a_set_of_keys_that_nobody_can_try_fails(school):
    keys = ('search = [["upn"], ', 'search = [["upn"], ["given_name", "birth_date", "postcode"], ')
    find = ('[[mapping.requests]]\nname = "pupil"', FIND + '[[mapping.requests]]\nname = "pupil"')
    report = await school("", keys, find)
    assert failed(report) == {"search-by-given_name-birth_date-postcode"}


async def test_a_label_that_no_test_person_bears_stands_in_the_way(school):
    report = await school(
        "", ('marks_labels = ["LOCATION_AT_RISK"]', 'marks_labels = ["LOCATION_AT_RISK", "ADOPTION"]')
    )
    assert not report.passed
    assert [one.id for one in report.hindrances] == ["labels-shown"]
    assert "ADOPTION" in report.hindrances[0].seen[0]


async def test_a_system_that_is_not_there_is_tried_no_further(at_the_desk, tmp_path):
    (tmp_path / "school").write_text(TOKEN)
    report = await at_the_desk(manifest("http://127.0.0.1:9"))
    assert {"connects", "lets-in"} == failed(report)
    assert not report.passed
    assert len(report.of(Outcome.NOT_TRIED)) > 20


async def test_without_its_secret_nothing_can_be_tried(at_the_desk):
    report = await at_the_desk(manifest("http://127.0.0.1:9"))
    assert [one.id for one in report.checks] == ["connector-made"]
    assert not report.passed


async def test_time_that_is_used_up_leaves_checks_untried_and_never_passed(school):
    report = await school(seconds=0.05)
    assert not report.passed
    assert any("time for this run" in " ".join(one.seen) for one in report.of(Outcome.NOT_TRIED))


EXCLUSIONS = """
[[mapping.requests]]
name = "exclusions"
path = "/pupils/{local_id}/exclusions"
optional = true

[[mapping.records]]
from = "exclusions"
kind = "LifeEvent"
category = "education.exclusions"
type = "'hub:exclusion'"
label = "reason"
at = "day"

"""
FIND = """
[[mapping.find]]
keys = ["given_name", "birth_date", "postcode"]
path = "/pupils"
params = { forename = "{given_name}", born = "{birth_date}", postcode = "{postcode}" }
items = "results"
local_id = "id"
identity = { given_name = "forename" }

"""
