"""A partner in the test's own process, and the demo's partners as processes of their own."""

import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from hub.connectors.manifest import Manifest
from hub.connectors.mapping import read_mapping
from hub.connectors.rest_json import RestJson

ROOT = Path(__file__).parents[3]
Connect = Callable[..., RestJson]
StartPartner = Callable[..., str]


@pytest.fixture
async def connect() -> AsyncIterator[Connect]:
    """Make a connector from a manifest's text and a mapping; closed after the test."""
    made: list[RestJson] = []

    def make(manifest: str, endpoint: str, secret: str | None = None, beside: Path | None = None) -> RestJson:
        read = msgspec.toml.decode(manifest.replace("{endpoint}", endpoint), type=Manifest)
        made.append(RestJson(read, read_mapping(read.mapping or "", beside), secret))
        return made[-1]

    yield make
    for connector in made:
        await connector.close()


@pytest.fixture
def start_partner(tmp_path: Path) -> Iterator[StartPartner]:
    """Start one of the demo's partners as a process; gives its address. Its state is in ``tmp_path``."""
    running: list[subprocess.Popen[str]] = []

    def start(partner: str, secret: str, *arguments: str) -> str:
        (tmp_path / "secrets").mkdir(exist_ok=True)
        (tmp_path / "secrets" / partner).write_text(secret + "\n")
        module = f"hub.demo.partners.{partner.replace('-', '_')}"
        command = [sys.executable, "-m", module, "--port", "0", "--state", str(tmp_path), *arguments]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        running.append(process)
        assert process.stdout is not None
        word, name, port = process.stdout.readline().split()
        assert (word, name) == ("ready", partner)
        return f"http://127.0.0.1:{port}"

    yield start
    for process in running:
        process.terminate()
        process.wait(10)
        assert process.stdout is not None
        process.stdout.close()


@pytest.fixture
def demo_manifest() -> Callable[[str], str]:
    """The text of one of the demo's manifests."""
    return lambda name: (ROOT / "hub" / "demo" / "manifests" / f"{name}.toml").read_text()
