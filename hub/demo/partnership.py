"""The simulated partnership as running processes: an issuer, partner systems, a hub, and a witness of its log.

Everything lives in one state folder and listens on loopback. Nothing survives its owner: each
process is stopped by the process id that was started here.
"""

import fcntl
import json
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from hub.audit.notes import Kind, VerifierKey
from hub.demo.issuer import issuer_url
from hub.errors import ConfigurationError, Conflict, Unavailable
from hub.keys import FileKeys
from hub.witness.folder import make_witness, status_of, trust

PARTNERS = ("social-care", "health", "youth-justice", "probation")
JOINING = "education"  # runs, but has not joined: docs/joining.md takes it from nothing to live
AUDIENCE = "partnership-hub"
WITNESS = "internal-audit"  # the folder and the process of the log's witness
WITNESS_NAME = "internal-audit.derwent.example/witness"
AUDIT_ORIGIN = "hub.derwent.example/audit"
EMAIL_DOMAINS = ["derwent.example", "probation.example"]  # that the demo's issuer may vouch for
_ENDPOINTS = {
    "social-care": "postgresql+psycopg://hub_reader@127.0.0.1:{port}/ssd",
    "health": "http://127.0.0.1:{port}/fhir",
    "youth-justice": "http://127.0.0.1:{port}",
    "probation": "http://127.0.0.1:{port}",
}
_HERE = Path(__file__).parent
START_SECONDS = 60.0
OWN_HUB = "hub"


def demo_file(state: Path) -> Path:
    """Where a running demo says how to reach it."""
    return state / "demo.json"


class Partnership:
    """Processes of one demo. Use as a context: leaving it stops them all."""

    def __init__(self, state: Path, seed: int) -> None:
        self._state, self._seed = state.resolve(), seed
        self._running: dict[str, subprocess.Popen[str]] = {}
        self._lock: TextIO

    def __enter__(self) -> Self:
        """Take the state folder. Raises Conflict while another demo has it, ConfigurationError if it cannot be made."""
        try:
            self._state.mkdir(parents=True, exist_ok=True)
            self._lock = (self._state / "demo.lock").open("a")
        except OSError as fault:
            raise ConfigurationError("The demo's state folder cannot be made; name another with --state.") from fault
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            self._lock.close()
            raise Conflict(
                "A demo already runs in this state folder. Stop it, or name another with --state."
            ) from fault
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._lock.close()

    def start(self, port: int, say: Callable[[str], None], *, settings: str = "") -> str:
        """Start everything; return the hub's address when it is ready to answer. Raises Conflict for a taken port."""
        _free_port(port)
        self._launch_witness()
        self.start_partners(say)
        url = self.start_hub(port, settings=settings + self._witnessing())
        say(f"hub ready at {url}")
        return url

    def start_partners(self, say: Callable[[str], None]) -> None:
        """Start the issuer and the partner systems, and write what the hub needs to reach them."""
        self._prepare()
        self._launch("issuer", "hub.demo.issuer")
        for partner in PARTNERS:
            self._launch(partner, f"hub.demo.partners.{partner.replace('-', '_')}", "--seed", str(self._seed))
        self._launch(JOINING, f"hub.demo.partners.{JOINING}", "--seed", str(self._seed))
        ports = {name: self._ready(name) for name in tuple(self._running) if name != WITNESS}
        (self._state / JOINING / "endpoint").write_text(f"http://127.0.0.1:{ports[JOINING]}\n")
        for partner in PARTNERS:
            self._write_manifest(partner, ports[partner])
            say(f"{partner} ready")

    def start_hub(self, port: int, *, name: str = OWN_HUB, store: str = "", audit: str = "", settings: str = "") -> str:
        """Start one hub process on these partners; return its address when it is ready to answer.

        ``store`` and ``audit`` are database URLs, SQLite in the state folder unless given;
        ``settings`` is more TOML for its settings file.
        """
        port = _free_port(port)
        config = self._state / f"{name}.toml"
        store = store or f"sqlite+aiosqlite:///{self._state / f'{name}.db'}"
        audit = audit or f"sqlite:///{self._state / f'{name}-audit.db'}"
        config.write_text(f'store = "{store}"\naudit = "{audit}"\n' + self._settings(port) + settings)
        subprocess.run(
            [sys.executable, "-m", "hub.cli", "db", "upgrade", "--config", str(config)],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        self._start(name, "hub.cli", "serve", "--config", str(config))
        url = f"http://127.0.0.1:{port}"
        self._await_ready(url, name)
        if name == OWN_HUB:  # commands find the demo's own hub, whichever others stand beside it
            demo_file(self._state).write_text(json.dumps({"url": url, "hub_pid": str(self._running[name].pid)}))
        return url

    def kill(self, name: str) -> None:
        """Kill one process without warning, as a power cut would."""
        process = self._running.pop(name, None)
        if process is not None:
            process.kill()
            _ended(process)

    def wait(self) -> None:
        """Wait for the hub to end."""
        self._running["hub"].wait()

    def stop(self) -> None:
        """Stop every process started here, the hub first; by force after five seconds."""
        demo_file(self._state).unlink(missing_ok=True)
        processes = [*reversed(self._running.values())]
        for process in processes:
            process.terminate()
        for process in processes:
            _ended(process)
        self._running.clear()

    def _prepare(self) -> None:
        for folder in ("secrets", "manifests", "agreements"):
            (self._state / folder).mkdir(parents=True, exist_ok=True)
        for partner in PARTNERS:
            secret = self._state / "secrets" / partner
            if not secret.exists():
                secret.touch(0o600)
                secret.write_text(secrets.token_urlsafe(32))
        for agreement in (_HERE / "agreements").glob("*.json"):
            shutil.copy(agreement, self._state / "agreements")
        if not (self._state / "keys.json").exists():
            FileKeys.create(self._state / "keys.json")
        shutil.rmtree(self._state / "behaviour", ignore_errors=True)

    def _launch_witness(self) -> None:
        """The council's internal audit runs it, apart from the hub: in a folder and a process of its own."""
        folder = self._state / WITNESS
        if not folder.exists():
            make_witness(folder, WITNESS_NAME)
        self._start(WITNESS, "hub.cli", "witness", "run", str(folder), "--port", "0")

    def _witnessing(self) -> str:
        """What the hub's settings say of its witness, which is told what to follow by its own administrator."""
        key = FileKeys.read(self._state / "keys.json").log_key().public
        trust(self._state / WITNESS, AUDIT_ORIGIN, [VerifierKey(AUDIT_ORIGIN, Kind.LOG, key).render()])
        address, vkey = f"http://127.0.0.1:{self._ready(WITNESS)}", status_of(self._state / WITNESS).key
        witness = f'{{ name = "internal audit", url = "{address}", vkey = "{vkey}" }}'
        return f'audit_origin = "{AUDIT_ORIGIN}"\nwitnessing = {{ witnesses = [{witness}] }}\n'

    def _launch(self, name: str, module: str, *arguments: str) -> None:
        self._start(name, module, "--port", "0", "--state", str(self._state), *arguments)

    def _start(self, name: str, module: str, *arguments: str) -> None:
        with (self._state / f"{name}.log").open("a") as log:
            self._running[name] = subprocess.Popen(
                [sys.executable, "-m", module, *arguments], stdout=subprocess.PIPE, stderr=log, text=True
            )

    def _ready(self, name: str) -> int:
        out = self._running[name].stdout
        for line in out or ():
            words = line.split()
            if len(words) == 3 and words[0] == "ready":
                return int(words[2].rpartition(":")[2])
        raise Unavailable(f"The demo's {name} did not start; {name}.log in its state folder says why.")

    def _write_manifest(self, partner: str, port: int) -> None:
        text = (_HERE / "manifests" / f"{partner}.toml").read_text()
        endpoint = _ENDPOINTS[partner].format(port=port)
        (self._state / "manifests" / f"{partner}.toml").write_text(text.replace("{endpoint}", endpoint))

    def _settings(self, port: int) -> str:
        issuer = issuer_url(self._state)
        trusted = (
            f'issuer = "{issuer}"',
            f'audience = "{AUDIENCE}"',
            f'jwks_url = "{issuer}/jwks.json"',
            f"email_domains = {EMAIL_DOMAINS}",
        )
        return "\n".join(
            (
                'keys = "keys.json"',
                'manifests = "manifests"',
                'agreements = "agreements"',
                'secrets = "secrets"',
                f"port = {port}",
                "introspection = true",
                f"issuers = [{{ {', '.join(trusted)} }}]",
                "",
            )
        )

    def _await_ready(self, url: str, name: str) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and self._running[name].poll() is None:
            try:
                with urllib.request.urlopen(f"{url}/readyz", timeout=2) as reply:  # noqa: S310  our own loopback address
                    if reply.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise Unavailable(f"The hub did not become ready; {name}.log in the demo's state folder says why.")


def _ended(process: "subprocess.Popen[str]") -> None:
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _free_port(wanted: int = 0) -> int:
    """This port, or any where it is 0. Raises Conflict when something listens there already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError as fault:
            raise Conflict(f"Something listens on port {wanted} already; choose another with --port.") from fault
        port: int = probe.getsockname()[1]
        return port
