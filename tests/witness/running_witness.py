"""A witness as its administrator runs it: a process of its own, on a port that it keeps."""

import socket
import ssl
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, Self

import psutil

from hub.witness.folder import FollowedLog, WitnessStatus, make_witness, open_witness, status_of, trust
from hub.witness.memory import Memory
from hub.witness.server import WitnessServer
from hub.witness.serving import Door, create_witness_app

NAME = "audit.derwent.example/witness"


class Told(NamedTuple):
    """An answer over HTTP."""

    status: int
    text: str
    kind: str


class RunningWitness:
    """Use as a context: leaving it stops the process."""

    def __init__(
        self, folder: Path, name: str = NAME, words: tuple[str, ...] = (), under: tuple[str, ...] = ()
    ) -> None:
        """``under`` is a command that runs it, as strace does."""
        self.folder, self._words, self._under = folder, words, under
        self._tls: ssl.SSLContext | None = None
        self.vkey = make_witness(folder, name)
        self.url = ""
        self._port = 0
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        words = [
            *self._under,
            sys.executable,
            "-m",
            "hub.cli",
            "witness",
            "run",
            str(self.folder),
            "--port",
            str(self._port),
            *self._words,
        ]
        self._process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self._process.stdout is not None
        ready = self._process.stdout.readline().split()
        assert ready[:2] == ["ready", "at"]
        self.url = ready[2]
        self._port = int(self.url.rpartition(":")[2])

    def stop(self, *, kill: bool = False) -> None:
        if self._process is None:
            return
        if self._process.poll() is None:
            process = psutil.Process(self._process.pid)
            for one in process.children() if self._under else [process]:
                (one.kill if kill else one.terminate)()
        self._process.wait(10)
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process = None

    def fill_disk(self) -> None:
        """Let it write nothing into any file from now on."""
        assert self._process is not None
        psutil.Process(self._process.pid).rlimit(psutil.RLIMIT_FSIZE, (0, 0))

    @property
    def open_files(self) -> int:
        """How many descriptors it has."""
        assert self._process is not None
        return psutil.Process(self._process.pid).num_fds()

    @contextmanager
    def out_of_files(self) -> Iterator[None]:
        """It can open nothing, and goes on with what it has open."""
        assert self._process is not None
        process = psutil.Process(self._process.pid)
        _, most = before = process.rlimit(psutil.RLIMIT_NOFILE)
        process.rlimit(psutil.RLIMIT_NOFILE, (3, most))
        yield
        process.rlimit(psutil.RLIMIT_NOFILE, before)

    def trusting(self, certificate: Path) -> None:
        """Ask it over TLS, as somebody who trusts this certificate."""
        self._tls = ssl.create_default_context(cafile=certificate)

    def ended(self) -> int:
        """The exit code, once the process has ended by itself."""
        assert self._process is not None
        return self._process.wait(10)

    def trust(self, origin: str, *keys: str) -> None:
        trust(self.folder, origin, keys)

    def status(self) -> WitnessStatus:
        return status_of(self.folder)

    def log(self, origin: str) -> FollowedLog:
        return next(log for log in self.status().logs if log.origin == origin)

    def size(self, origin: str) -> int | None:
        return self.log(origin).size

    def settings(self) -> str:
        """As a hub's settings name it."""
        return f'{{ name = "internal audit", url = "{self.url}", vkey = "{self.vkey}" }}'

    def ask(self, body: str) -> Told:
        return self.tell("POST", "/add-checkpoint", body.encode())

    def tell(self, method: str, path: str, body: bytes | None = None) -> Told:
        request = urllib.request.Request(self.url + path, body, method=method)  # noqa: S310 - loopback
        return _told(request, self._tls)


class ServedWitness(RunningWitness):
    """The same in a thread of this process: for tests of the hub's side, which begin and end many."""

    def start(self) -> None:
        witness, memory = open_witness(self.folder)
        self._listening = socket.create_server(("127.0.0.1", self._port))
        self._port = self._listening.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"
        self._server = WitnessServer(create_witness_app(Door(witness, lambda: None)), lambda: False)
        self._thread = threading.Thread(target=self._serve, args=(memory,))
        self._thread.start()

    def stop(self, *, kill: bool = False) -> None:
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(30)
        assert not self._thread.is_alive(), "the witness does not end"
        self._listening.close()

    def _serve(self, memory: Memory) -> None:
        with memory.alone():
            self._server.run([self._listening])


def _told(request: urllib.request.Request, tls: ssl.SSLContext | None) -> Told:
    try:
        with urllib.request.urlopen(request, timeout=10, context=tls) as reply:  # noqa: S310 - loopback
            return Told(reply.status, reply.read().decode(), reply.headers["Content-Type"])
    except urllib.error.HTTPError as refusal:
        with refusal:
            return Told(refusal.code, refusal.read().decode(), refusal.headers.get("Content-Type", ""))
