"""C2SP tlog-witness, sentence by sentence, through the witness's door."""

import base64
import hashlib
import socket
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from growing_log import GrowingLog, asked
from running_witness import RunningWitness, ServedWitness

from hub.audit.merkle import consistency_path
from hub.audit.notes import parse_note, parse_verifier_key, signed, verify
from hub.keys.log_keys import LogKey, LogPart
from tests.fixtures.command_line import Command

SIZE = "text/x.tlog.size"


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningWitness]:
    """One for all: every test has a log of its own."""
    with ServedWitness(tmp_path_factory.mktemp("witness") / "folder") as served:
        yield served


@pytest.fixture
def log(beside: RunningWitness) -> GrowingLog:
    """A log that the witness follows and has cosigned with seven leaves."""
    log = GrowingLog(f"hub.example/{uuid4()}").grow(*map(str, range(7)))
    beside.trust(log.origin, log.key.render())
    assert beside.ask(log.request(0)).status == 200
    return log.grow(*map(str, range(7, 20)))


def test_every_growth_with_its_proof_is_cosigned(beside: RunningWitness, log: GrowingLog):
    for size in (7, 8, 11, 16, 20):
        answer = beside.ask(log.request(beside.size(log.origin) or 0, size))
        assert (answer.status, answer.text.startswith("— audit.derwent.example/witness ")) == (200, True)
        assert beside.size(log.origin) == size


@pytest.mark.parametrize(
    "body",
    [
        "",
        "old 7\n",
        "old 7\n\n",
        "old 07\n\n{note}",
        "old -1\n\n{note}",
        "old +7\n\n{note}",
        "old  7\n\n{note}",
        "old 7 \n\n{note}",
        "old 99999999999999999999\n\n{note}",
        "new 7\n\n{note}",
        "old 7\n{note}",
        "old 7\nnot base64\n\n{note}",
        "old 7\nAAAA\n\n{note}",
        "old 7\r\n\r\n{note}",
        "old 7\n" + 64 * (base64.b64encode(bytes(32)).decode() + "\n") + "\n{note}",
        "old 7\n\nhub.example/audit\nmany\nAAAA\n\n— hub.example/audit AAAAAAAA\n",
        "old 7\n\nhub.example/audit\n8\n\n— hub.example/audit AAAAAAAA\n",
        "old 8\n\n{note}",  # greater than the checkpoint
        "old 7\n\n{text}",
        "\udcff".encode("utf-8", "surrogateescape").decode("latin-1") + "{note}",
    ],
)
def test_what_is_no_request_is_refused_with_400(beside: RunningWitness, log: GrowingLog, body: str):
    note = log.note(7)
    answer = beside.ask(body.replace("{note}", note.render()).replace("{text}", note.text))
    assert answer.status == 400
    assert beside.size(log.origin) == 7


def test_bytes_that_are_no_text_are_refused_with_400(beside: RunningWitness):
    assert beside.tell("POST", "/add-checkpoint", b"old 7\n\n\xff\xfe\n\n\xe2").status == 400


def test_an_unknown_origin_is_404(beside: RunningWitness, log: GrowingLog):
    assert beside.ask(GrowingLog("hub.example/other", part=log.part).grow("1").request(0)).status == 404


def test_a_checkpoint_that_no_trusted_key_signed_is_403(beside: RunningWitness, log: GrowingLog):
    stranger = GrowingLog(log.origin).grow(*map(str, range(20)))
    assert beside.ask(stranger.request(7)).status == 403
    unsigned = log.note(20)._replace(signatures=stranger.note(20).signatures)
    assert beside.ask(asked(7, consistency_path(7, 20, log), unsigned.render())).status == 403
    altered = log.request(7, 20).replace("\n20\n", "\n19\n")
    assert beside.ask(altered).status == 403
    assert beside.size(log.origin) == 7


def test_signatures_of_unknown_keys_beside_the_logs_own_are_let_be(beside: RunningWitness, log: GrowingLog):
    note = log.note(8).with_signatures(GrowingLog("somebody.example/else").note(0).signatures)
    assert beside.ask(asked(7, consistency_path(7, 8, log), note.render())).status == 200


@pytest.mark.parametrize("old", [0, 3, 6, 8, 19])
def test_another_old_size_is_409_with_the_size_that_was_cosigned(beside: RunningWitness, log: GrowingLog, old: int):
    answer = beside.ask(log.request(old, 20))
    assert (answer.status, answer.text, answer.kind) == (409, "7\n", SIZE)


def test_a_proof_that_does_not_hold_is_422_and_is_kept(beside: RunningWitness, log: GrowingLog):
    proof = list(consistency_path(7, 20, log))
    spoilt = [
        proof[:-1],
        [*proof, bytes(32)],
        [],
        [bytes([proof[0][0] ^ 1]) + proof[0][1:], *proof[1:]],
    ]
    for one in spoilt:
        assert beside.ask(asked(7, one, log.note(20).render())).status == 422
    assert beside.size(log.origin) == 7
    (told_of,) = beside.log(log.origin).refused  # one checkpoint, however often it is shown
    assert "was not shown to continue" in told_of.why
    assert parse_note(told_of.checkpoint) == log.note(20)


def test_a_fork_is_422_whatever_its_proof(beside: RunningWitness, log: GrowingLog):
    fork = GrowingLog(log.origin, part=log.part).grow(*map(str, range(6)), "another", *map(str, range(7, 20)))
    for size in (8, 15, 20):
        assert beside.ask(fork.request(7, size)).status == 422
    assert beside.size(log.origin) == 7


def test_the_same_size_with_another_root_is_409_and_kept_as_proof(beside: RunningWitness, log: GrowingLog):
    fork = GrowingLog(log.origin, part=log.part).grow(*map(str, range(6)), "another")
    answer = beside.ask(fork.request(7, 7))
    assert (answer.status, answer.kind.partition(";")[0]) == (409, "text/plain")
    assert beside.ask(fork.request(3, 7)).text == "7\n"
    (kept,) = beside.log(log.origin).refused
    both = parse_note(kept.checkpoint), parse_note(kept.newest)
    assert all(verify(note, log.key) for note in both)  # the log's own key twice: nothing else is needed as proof
    assert len({note.text for note in both}) == 2


def test_the_same_checkpoint_again_is_cosigned_again(beside: RunningWitness, log: GrowingLog):
    assert beside.ask(log.request(7, 7)).status == 200
    surplus = asked(7, [bytes(32)], log.note(7).render())
    assert beside.ask(surplus).status == 422


def test_a_first_checkpoint_takes_no_proof_and_an_empty_one_the_root_of_nothing(beside: RunningWitness):
    log = GrowingLog(f"hub.example/{uuid4()}").grow("1", "2")
    beside.trust(log.origin, log.key.render())
    assert beside.ask(asked(0, [bytes(32)], log.note(2).render())).status == 422
    assert beside.ask(log.request(0, 0)).status == 200
    assert beside.ask(log.request(0, 2)).status == 200


def test_a_size_of_nothing_with_a_root_of_something_is_refused(beside: RunningWitness):
    log = GrowingLog(f"hub.example/{uuid4()}").grow("1")
    beside.trust(log.origin, log.key.render())
    body = log.note(1).text.replace("\n1\n", "\n0\n")
    note = signed(body, log.key, LogKey.of(log.part).sign(body.encode()))
    assert beside.ask(asked(0, [], note.render())).status == 422


def test_monitors_see_the_newest_checkpoint_with_both_signatures(beside: RunningWitness, log: GrowingLog):
    place = f"/{hashlib.sha256(log.origin.encode()).hexdigest()}/checkpoint"
    answer = beside.tell("GET", place)
    note = parse_note(answer.text)
    assert answer.status == 200
    assert note.text == log.note(7).text
    assert verify(note, log.key)
    assert verify(note, parse_verifier_key(beside.vkey))
    nothing = beside.tell("GET", f"/{'0' * 64}/checkpoint")
    outside = beside.tell("GET", "/..%2Fkey.json/checkpoint")
    assert (nothing.status, outside.status) == (404, 404)


def test_a_body_that_is_too_long_is_refused_unread(beside: RunningWitness):
    assert beside.ask("old 7\n" + 70_000 * "A").status == 413


def test_other_methods_and_places_are_refused(beside: RunningWitness):
    for method, path, status in (
        ("GET", "/add-checkpoint", 405),
        ("POST", "/", 404),
        ("DELETE", "/add-checkpoint", 405),
    ):
        assert beside.tell(method, path).status == status


def test_somebody_who_says_nothing_keeps_nobody_waiting(beside: RunningWitness, log: GrowingLog):
    port = int(beside.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as silent:
        silent.sendall(b"POST /add-checkpoint HTTP/1.1\r\nHost: witness\r\nContent-Length: 100\r\n\r\nold")
        assert beside.ask(log.request(7, 8)).status == 200


class TestRotation:
    def test_a_key_that_a_trusted_one_endorsed_is_followed_and_the_former_no_more(
        self, beside: RunningWitness, log: GrowingLog
    ):
        former = log.copy()
        log.rotate()
        assert beside.ask(log.request(7, 8)).status == 403
        assert beside.ask(log.request(7, 8, endorsed=True)).status == 200
        assert beside.ask(log.request(8, 9)).status == 200  # without further words
        assert beside.ask(former.request(9, 10)).status == 403
        assert beside.log(log.origin).keys == (log.key.render(),)

    def test_several_rotations_at_once_are_followed_in_order(self, beside: RunningWitness, log: GrowingLog):
        for _ in range(3):
            log.rotate()
        assert beside.ask(log.request(7, 8, endorsed=True)).status == 200

    def test_a_forged_endorsement_is_none(self, beside: RunningWitness, log: GrowingLog):
        stranger = GrowingLog(log.origin, part=LogPart.fresh()).grow(*map(str, range(20)))
        stranger.rotate()
        assert beside.ask(stranger.request(7, 8, endorsed=True)).status == 403
        (word,) = stranger.words()
        forged = word._replace(content=parse_verifier_key(log.key.render()).public + word.content[32:])
        note = stranger.note(8).with_signatures((forged,))
        assert beside.ask(asked(7, consistency_path(7, 8, log), note.render())).status == 403

    def test_a_former_key_that_was_stolen_endorses_nobody_any_more(self, beside: RunningWitness, log: GrowingLog):
        thief = log.copy()
        log.rotate()
        thief.rotate()
        assert beside.ask(log.request(7, 8, endorsed=True)).status == 200
        assert beside.ask(thief.request(8, 9, endorsed=True)).status == 403

    def test_a_successor_is_not_believed_for_a_checkpoint_that_is_refused(
        self, beside: RunningWitness, log: GrowingLog
    ):
        fork = GrowingLog(log.origin, part=log.part).grow("another", *map(str, range(19)))
        fork.rotate()
        assert beside.ask(fork.request(7, 20, endorsed=True)).status == 422
        assert beside.log(log.origin).keys == (log.key.render(),)

    def test_the_witnesss_own_administrator_may_trust_a_key_that_nobody_endorsed(
        self, beside: RunningWitness, log: GrowingLog
    ):
        other = GrowingLog(log.origin, part=LogPart.fresh()).grow(*map(str, range(20)))
        beside.trust(log.origin, other.key.render())
        assert beside.ask(other.request(7, 8)).status == 200
        assert beside.ask(log.request(8, 9)).status == 403


def test_keys_that_are_none_are_refused_by_trust(tmp_path: Path, command: Command):
    folder = str(tmp_path / "w")
    vkey = command("witness", "init", folder, "--name", "audit.example").out.strip()
    for wrong in ("nonsense", GrowingLog().key.render()[:-4], vkey):
        assert command("witness", "trust", folder, "hub.example/audit", wrong).code == 1
    assert command("witness", "init", folder, "--name", "audit.example").code == 1  # a key is never overwritten
    assert command("witness", "init", str(tmp_path / "v"), "--name", "two words").code == 1
