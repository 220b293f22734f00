"""A witness as a process: what it has cosigned outlasts its end, however it comes."""

import os
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from growing_log import GrowingLog, asked, root
from running_witness import RunningWitness

from hub.audit.notes import Signature, SignedNote, cosigned_at, parse_note, parse_signature, parse_verifier_key
from hub.witness.memory import MOST_REFUSED
from tests.fixtures.command_line import Command

KILLS = int(os.environ.get("HUB_WITNESS_KILLS", "3"))


def followed(witness: RunningWitness, leaves: int) -> GrowingLog:
    log = GrowingLog().grow(*map(str, range(leaves)))
    witness.trust(log.origin, log.key.render())
    assert witness.ask(log.request(0)).status == 200
    return log


def test_a_witness_asked_to_go_backwards_answers_409_and_remembers_across_restart_and_kill(witness: RunningWitness):
    log = followed(witness, 5)
    backwards = log.request(0, 3)
    for end in ("not at all", "stopped", "killed"):
        if end != "not at all":
            witness.stop(kill=end == "killed")
            witness.start()
        answer = witness.ask(backwards)
        assert (answer.status, answer.text, answer.kind) == (409, "5\n", "text/x.tlog.size"), end
        assert witness.ask(log.request(3, 3)).status == 409
    assert witness.ask(log.grow("further").request(5)).status == 200


def test_what_was_answered_is_remembered_when_the_power_goes_at_once(witness: RunningWitness):
    log = followed(witness, 1)
    for size in range(2, 2 + KILLS):
        assert witness.ask(log.grow(f"leaf {size}").request(size - 1)).status == 200
        witness.stop(kill=True)
        assert witness.size(log.origin) == size
        witness.start()


def test_requests_at_the_same_time_never_take_it_back(beside: RunningWitness):
    log = followed(beside, 1)
    log.grow(*(f"leaf {one}" for one in range(40)))
    highest, lock = [1], threading.Lock()

    def push(size: int) -> None:
        while True:
            with lock:
                known = highest[0]
            if known > size:
                return
            answer = beside.ask(log.request(known, size))
            with lock:
                highest[0] = max(highest[0], size if answer.status == 200 else int(answer.text))
            if answer.status == 200:
                return
            assert answer.status == 409

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(push, range(2, 42)))
    assert beside.size(log.origin) == 41
    assert beside.ask(log.request(41)).status == 200


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_what_is_remembered_is_on_the_disk_before_the_answer_leaves(tmp_path: Path):
    calls = tmp_path / "calls"
    under = ("strace", "-f", "-e", "trace=fsync,rename,write,sendto", "-s", "16", "-o", str(calls))
    log = GrowingLog().grow("1")
    with RunningWitness(tmp_path / "witness", under=under) as running:
        running.trust(log.origin, log.key.render())
        assert running.ask(log.request(0)).status == 200
    seen = [line.split(maxsplit=1)[1] for line in calls.read_text().splitlines()]
    renamed = next(number for number, call in enumerate(seen) if call.startswith("rename("))
    answered = next(number for number, call in enumerate(seen) if "HTTP/1.1 200 OK" in call)
    assert any(call.startswith("fsync(") and call.endswith("= 0") for call in seen[:renamed])  # the file
    assert any(call.startswith("fsync(") and call.endswith("= 0") for call in seen[renamed:answered])  # its folder
    assert renamed < answered


def test_a_log_that_floods_a_witness_with_contradictions_fills_no_disk(beside: RunningWitness):
    log = followed(beside, 7)
    for size in range(8, 8 + MOST_REFUSED + 3):
        log.grow(str(size))
        assert beside.ask(asked(7, [], log.note().render())).status == 422
    assert len(beside.log(log.origin).refused) == MOST_REFUSED


def test_its_cosignature_is_one_of_its_key_with_a_time(beside: RunningWitness):
    log = followed(beside, 3)
    line = beside.ask(log.request(3)).text
    note = SignedNote(log.note().text, (parse_signature(line.removesuffix("\n")),))
    key = parse_verifier_key(beside.vkey)
    assert cosigned_at(note, key)
    altered = Signature(note.signatures[0].name, note.signatures[0].key_id, bytes(72))
    assert cosigned_at(note._replace(signatures=(altered,)), key) is None


def test_a_second_process_on_the_same_memory_is_refused(beside: RunningWitness, command: Command):
    ended = command("witness", "run", str(beside.folder), "--port", "0")
    assert ended.code == 1
    assert "serves this witness already" in ended.err


def test_a_memory_that_somebody_altered_is_not_served_from(beside: RunningWitness, command: Command):
    followed(beside, 3)
    beside.stop()
    (kept,) = (beside.folder / "cosigned").iterdir()
    kept.write_text(kept.read_text().replace("\n3\n", "\n2\n"))
    ended = command("witness", "run", str(beside.folder), "--port", "0")
    assert ended.code == 1
    assert "is not as this witness wrote it" in ended.err


@pytest.mark.parametrize("cosigned", [0, 3])
def test_a_memory_from_which_something_was_deleted_is_not_served_from_or_begun_again(
    beside: RunningWitness, command: Command, cosigned: int
):
    log = GrowingLog().grow(*map(str, range(cosigned)))
    beside.trust(log.origin, log.key.render())
    assert cosigned == 0 or beside.ask(log.request(0)).status == 200
    (kept,) = (beside.folder / "cosigned").iterdir()
    kept.unlink()
    assert beside.ask(log.grow("other").request(0)).status == 500
    beside.stop()
    for words in (
        ("run", str(beside.folder), "--port", "0"),
        ("trust", str(beside.folder), log.origin, log.key.render()),
        ("status", str(beside.folder)),
    ):
        ended = command("witness", *words)
        assert ended.code == 1, words
        assert "was deleted. A witness that forgot is none" in " ".join(ended.err.split())


def test_a_witness_whose_memory_is_deleted_while_it_serves_ends_itself(witness: RunningWitness):
    log = followed(witness, 3)
    (kept,) = (witness.folder / "cosigned").iterdir()
    kept.unlink()
    assert witness.ask(log.request(0)).status == 500
    assert witness.ended() == 74


def test_an_emptied_file_is_not_taken_for_nothing_cosigned_yet(beside: RunningWitness):
    log = followed(beside, 3)
    (kept,) = (beside.folder / "cosigned").iterdir()
    kept.write_bytes(b"")
    assert beside.ask(log.request(0)).status == 500


def test_the_status_shows_the_newest_checkpoint_as_the_witness_would_publish_it(
    beside: RunningWitness, command: Command
):
    log = followed(beside, 4)
    (told,) = beside.status().logs
    assert (told.origin, told.size) == (log.origin, 4)
    assert told.root == root(map(str, range(4))).hex()
    assert parse_note(told.note or "").text == log.note().text
    shown = command("witness", "status", str(beside.folder)).out
    assert log.origin in shown
    assert told.cosigned in shown


def test_a_witness_speaks_tls_with_the_certificate_that_it_is_given(tmp_path: Path):
    certificate, private_key = self_signed(tmp_path)
    words = ("--certificate", str(certificate), "--private-key", str(private_key))
    log = GrowingLog().grow("1")
    with RunningWitness(tmp_path / "witness", words=words) as running:
        assert running.url.startswith("https://")
        running.trust(log.origin, log.key.render())
        running.trusting(certificate)
        assert running.ask(log.request(0)).status == 200


def self_signed(folder: Path) -> tuple[Path, Path]:
    """A certificate for loopback, and its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "witness")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, SHA256())
    )
    certificate, private_key = folder / "cert.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(Encoding.PEM))
    private_key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return certificate, private_key


def test_a_witness_speaks_without_tls_on_its_own_machine_alone(tmp_path: Path, command: Command):
    command("witness", "init", str(tmp_path / "w"), "--name", "audit.example")
    ended = command("witness", "run", str(tmp_path / "w"), "--port", "0", "--host", "0.0.0.0")
    assert ended.code == 1
    assert "TLS" in ended.err
