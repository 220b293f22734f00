"""A scripted FHIR server, and the demo's health system as a process of its own."""

import subprocess
import sys
from collections.abc import AsyncIterator, Iterator

import pytest
from fhir_servers import TOKEN, DemoHealth, ScriptedFhir


@pytest.fixture
async def fhir() -> AsyncIterator[ScriptedFhir]:
    scripted = ScriptedFhir()
    await scripted.server.start_server()
    yield scripted
    await scripted.server.close()


@pytest.fixture(scope="session")
def demo_health(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoHealth]:
    state = tmp_path_factory.mktemp("health")
    (state / "secrets").mkdir()
    (state / "secrets" / "health").write_text(TOKEN)
    command = [sys.executable, "-m", "hub.demo.partners.health", "--port", "0", "--state", str(state), "--page", "3"]
    with (state / "health.log").open("w") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        assert process.stdout is not None
        announced = process.stdout.readline().split()
        assert announced[:2] == ["ready", "health"], (state / "health.log").read_text()
        yield DemoHealth(state, f"http://127.0.0.1:{announced[2]}/fhir")
    finally:
        process.terminate()
        process.wait(10)
        if process.stdout is not None:
            process.stdout.close()
