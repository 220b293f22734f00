"""Promise 15: no personal value in a log line, an error or a trace.

The whole suite is watched (``tests/conftest.py``); here the watch itself is proved to see, and the
doors where values come nearest to a log are pushed.
"""

import logging

import pytest

from hub.cli.client import Refused
from hub.cli.queries import OPEN
from tests.fixtures.leaks import Leaks, personal_values
from tests.fixtures.partnership import MAIN_CHILD, RunningPartnership, enquiry_input


def test_the_watch_sees_a_value_that_is_logged(tmp_path):
    watch, value = Leaks(), min(personal_values())
    watch.handle(logging.makeLogRecord({"msg": "asked about %s", "args": (value,)}))
    assert len(watch.found()) == 1
    other = Leaks()
    other.watch_folder(tmp_path)
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "any.log").write_text(f"Traceback: KeyError: '{value}'")
    assert len(other.found()) == 1


def test_the_values_watched_for_are_those_of_everybody():
    assert len(personal_values()) > 1000
    assert MAIN_CHILD.replace(" ", "") in personal_values()


@pytest.mark.parametrize(
    "subject",
    [
        {"nhsNumber": "999 100 0004"},
        {"familyName": "Fictworth"},
        {"familyName": "Fictworth", "birthDate": "2011-13-45"},
        {"upn": "B831999900001"},
        {"familyName": {"nested": "Fictworth"}},
    ],
)
def test_an_error_repeats_nothing_of_what_was_sent(partnership: RunningPartnership, subject):
    with pytest.raises(Refused) as refusal:
        partnership.caller("mash_social_worker").ask(OPEN, {"input": enquiry_input("S47") | {"subject": subject}})
    for value in ("999 100 0004", "Fictworth", "2011-13-45", "B831999900001"):
        assert value not in refusal.value.message


def test_what_the_hub_wrote_to_its_log_names_nobody(partnership: RunningPartnership):
    partnership.view()
    log = (partnership.state / "hub.log").read_text()
    assert not any(value in log for value in personal_values())
