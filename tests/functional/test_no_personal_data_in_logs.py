"""No personal value in a log line, an error or a trace (docs/promises.md).

The whole suite is watched (``tests/conftest.py``); here the watch itself is proved to see, and the
doors where values come nearest to a log are pushed.
"""

import json
import logging
import secrets
from collections.abc import Iterator

import pytest
import structlog

from hub.cli.client import Refused
from hub.cli.queries import OPEN
from hub.logs import configure_logs
from tests.fixtures.leaks import Leaks, personal_values
from tests.fixtures.partnership import MAIN_CHILD, RunningPartnership, enquiry_input, states


@pytest.fixture
def as_a_hub_logs() -> Iterator[None]:
    """This process logs as a hub's does, until the test ends."""
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    configure_logs()
    yield
    structlog.configure(**before)
    root.handlers[:], root.level = handlers, level


def test_the_watch_finds_a_value_in_a_line_and_in_a_file(tmp_path):
    watch, value = Leaks(), min(personal_values())
    watch.hear(f"asked about {value}")
    assert len(watch.found()) == 1
    other = Leaks()
    other.watch_folder(tmp_path)
    (tmp_path / "deep").mkdir()
    log = tmp_path / "deep" / "any.log"
    log.write_text(f"Traceback: KeyError: '{value}'")
    assert len(other.found()) == 1
    log.unlink()  # the suite's own watch reads this folder too


def test_the_watch_hears_libraries_and_events_also_after_a_hub_has_set_up_its_logs(leaks: Leaks, as_a_hub_logs):
    record, event, fault = (f"canary-{secrets.token_hex(8)}" for _ in range(3))
    logging.getLogger("some.library").warning("asked about %s", record)
    structlog.get_logger("hub.some").warning("something", value=event)
    logging.getLogger("some.library").error("failed", exc_info=KeyError(fault))
    for canary in (record, event, fault):
        assert any(canary in line for line in leaks.lines)


def test_the_watch_reads_the_logs_of_every_process_that_a_test_starts(leaks: Leaks, tmp_path, partnership):
    assert any(partnership.state.is_relative_to(folder) and tmp_path.is_relative_to(folder) for folder in leaks.folders)


def test_the_watch_hears_the_words_of_a_refusal(leaks: Leaks, partnership: RunningPartnership):
    refusal = partnership.refusal("performance_analyst", "S47")
    assert any(refusal.message in line for line in leaks.lines)


def test_the_values_watched_for_are_those_of_everybody():
    assert len(personal_values()) > 1000
    assert {MAIN_CHILD, MAIN_CHILD.replace(" ", "")} <= personal_values()


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


@pytest.mark.parametrize(("word", "event"), [("wrong-child", "wrong_person_quarantined"), ("garbage", "refused")])
def test_what_the_hub_logs_of_a_bad_record_and_of_a_refusal_names_nobody(
    partnership: RunningPartnership, word: str, event: str
):
    log = partnership.state / "hub.log"
    partnership.view()
    before = len(log.read_text().splitlines())
    partnership.behave("health", word)
    try:
        assert states(partnership.view())["health"] == "BAD_DATA"
        partnership.refusal("performance_analyst", "S47")
    finally:
        partnership.behave("health", "ok")
    written = log.read_text().splitlines()[before:]
    assert event in {json.loads(line)["event"] for line in written}
    assert not any(value in line for line in written for value in personal_values())
