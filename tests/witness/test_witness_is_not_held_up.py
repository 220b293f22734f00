"""Whoever says nothing to a witness, or says it slowly, keeps nobody else out of it."""

import hashlib
import select
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from pathlib import Path

import pytest
from growing_log import GrowingLog
from running_witness import RunningWitness
from test_witness_remembers import self_signed

from hub.witness.callers import PLACES

SAID = (  # and whether more comes, byte by byte
    (b"", False),
    (b"POST /add-checkpoint HTT", False),
    (b"POST /add-checkpoint HTTP/1.1\r\nHost: witness\r\nContent-Length: 60000\r\n\r\nold", True),
    (b"GET /nothing HTTP/1.1\r\nHost: witness\r\nContent-Length: 60000\r\n\r\n", True),  # answered before it is whole
)


@pytest.fixture
def speaking_tls(tmp_path: Path) -> Iterator[RunningWitness]:
    certificate, private_key = self_signed(tmp_path)
    words = ("--certificate", str(certificate), "--private-key", str(private_key))
    with RunningWitness(tmp_path / "tls", words=words) as running:
        running.trusting(certificate)
        yield running


def connected(witness: RunningWitness, address: str = "127.0.0.2") -> socket.socket:
    """A connection from this address."""
    return socket.create_connection(("127.0.0.1", int(witness.url.rpartition(":")[2])), source_address=(address, 0))


def answered(connection: HTTPConnection, method: str, path: str, body: str | None = None) -> int:
    """The status of the answer over a connection that stays."""
    connection.request(method, path, body and body.encode())
    with connection.getresponse() as answer:
        answer.read()
        return answer.status


def closed(one: socket.socket, *, drip: bool) -> bool:
    """Read what there is; whether the other side has closed. Else say one byte more."""
    try:
        while select.select([one], [], [], 0)[0]:
            if not one.recv(65536):
                return True
        if drip:
            one.send(b"x")
    except OSError:
        return True
    return False


def test_callers_who_say_nothing_whole_keep_nobody_out_and_are_closed(
    witness: RunningWitness, speaking_tls: RunningWitness
):
    log = GrowingLog().grow("1")
    witness.trust(log.origin, log.key.render())
    with ExitStack() as opened:
        slow, body = opened.enter_context(connected(witness, "127.0.0.1")), log.request(0).encode()
        slow.sendall(b"POST /add-checkpoint HTTP/1.1\r\nHost: witness\r\n")
        there = {opened.enter_context(connected(speaking_tls)): False}  # its handshake never begins
        for number in range(PLACES):
            one, (said, more) = opened.enter_context(connected(witness)), SAID[number % len(SAID)]
            one.sendall(said)
            there[one] = more
        assert one.recv(100).startswith(b"HTTP/1.1 404 ")  # so they are all there
        slow.sendall(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        assert slow.recv(100).startswith(b"HTTP/1.1 200 ")  # it was there first, and is alone from its address
        assert witness.ask(log.grow("2").request(1)).status == 200
        while there:
            select.select(there, [], [], 0.1)
            there = {one: more for one, more in there.items() if not closed(one, drip=more)}
        assert witness.ask(log.grow("3").request(2)).status == 200


def test_callers_who_never_shake_hands_take_no_more_places_than_there_are(speaking_tls: RunningWitness):
    log, extra = GrowingLog().grow("1"), 30
    speaking_tls.trust(log.origin, log.key.render())
    assert speaking_tls.ask(log.request(0)).status == 200
    before = speaking_tls.open_files
    with ExitStack() as opened:
        there = [opened.enter_context(connected(speaking_tls)) for _ in range(PLACES + extra)]
        assert speaking_tls.ask(log.grow("2").request(1)).status == 200  # it came after them all
        assert speaking_tls.open_files <= before + PLACES + 5
        assert all(closed(one, drip=False) for one in there[: extra - 1])  # the oldest; nobody is sent away for it


def test_a_witness_without_descriptors_says_so_and_remembers_when_it_has_some_again(witness: RunningWitness):
    log = GrowingLog().grow("1")
    witness.trust(log.origin, log.key.render())
    assert witness.ask(log.request(0)).status == 200
    body, port = log.grow("2").request(1), int(witness.url.rpartition(":")[2])
    newest = f"/{hashlib.sha256(log.origin.encode()).hexdigest()}/checkpoint"
    with closing(HTTPConnection("127.0.0.1", port)) as one, closing(HTTPConnection("127.0.0.1", port)) as other:
        assert [answered(there, "GET", newest) for there in (one, other)] == [200, 200]  # they are connected
        with witness.out_of_files():
            assert answered(one, "POST", "/add-checkpoint", body) == 503
            assert answered(other, "GET", newest) == 503
    assert witness.size(log.origin) == 1
    assert witness.ask(body).status == 200
