"""The connector on a FHIR server that none of us wrote (Medplum's engine), loaded with real artefacts.

Needs node, npm, a network once, and the shared folder's ``tools/fhir-peer``; skips, saying which is missing.
"""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import msgspec
import pytest
from fhir_servers import linked, manifest_for, soon

from hub.connectors.fhir_r4 import FhirR4
from hub.connectors.manifest import Authentication
from hub.domain.answers import Fetched
from hub.domain.categories import Category
from hub.domain.codes import Label
from hub.domain.identifiers import nhs_number
from hub.domain.records import Finding, RelatedPerson
from tests.fixtures.probing import probe

EVERYTHING = frozenset(Category)
CACHE = Path(__file__).resolve().parents[3] / ".cache" / "fhir-peer"
PACKAGES = tuple(f"@medplum/{name}@4.5.2" for name in ("fhir-router", "core", "definitions"))
INSTALL_SECONDS, START_SECONDS = 120, 60

pytestmark = [pytest.mark.shared_data, pytest.mark.slow, pytest.mark.timeout(240)]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def packages() -> Path:
    """The server's node packages, installed once into the project's cache folder."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("the third-party FHIR server needs node and npm, which are not here")
    if not (CACHE / "node_modules" / "@medplum" / "definitions" / "package.json").is_file():
        CACHE.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--no-fund", "--no-audit", "--prefix", str(CACHE), *PACKAGES]
        try:
            done = subprocess.run(command, cwd=CACHE, capture_output=True, timeout=INSTALL_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            pytest.skip("the third-party FHIR server's packages did not install in time")
        if done.returncode:
            pytest.skip("the third-party FHIR server's packages cannot be installed here (no package registry?)")
    return CACHE / "node_modules"


@pytest.fixture(scope="module")
def peer(packages: Path, shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The running server's address. Its script finds its packages beside itself, so it runs as a copy."""
    script = shared_data.parent / "tools" / "fhir-peer" / "server.mjs"
    if not script.is_file():
        pytest.skip("the shared folder has no tools/fhir-peer/server.mjs")
    folder, port = tmp_path_factory.mktemp("fhir-peer"), free_port()
    shutil.copy(script, folder / "server.mjs")
    (folder / "node_modules").symlink_to(packages)
    log = folder / "server.log"
    environment = {"PORT": str(port), "PATH": str(Path(str(shutil.which("node"))).parent)}
    with log.open("w") as out:
        process = subprocess.Popen(
            ["node", "server.mjs", str(shared_data / "health")], cwd=folder, env=environment, stdout=out, stderr=out
        )
    try:
        until = time.monotonic() + START_SECONDS
        while "FHIR on" not in log.read_text():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < until, "the third-party FHIR server did not start in time"
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
async def connector(peer: str) -> AsyncIterator[FhirR4]:
    manifest = msgspec.structs.replace(manifest_for(peer), authentication=Authentication())
    one = FhirR4(manifest, None)
    yield one
    await one.close()


async def fetched(connector: FhirR4, local_id: str, capsys: pytest.CaptureFixture[str]) -> Fetched:
    """Everything about one patient, with its counts printed."""
    answer = await connector.fetch(linked(local_id), EVERYTHING, soon())
    assert answer is not None
    with capsys.disabled():
        sys.stdout.write(f"\nthird party: {len(answer.records)} records, not mapped: {dict(answer.unmapped)} ")
    return answer


async def test_the_pds_child_is_found_by_number_and_by_name_and_fetched(
    connector: FhirR4, capsys: pytest.CaptureFixture[str]
) -> None:
    (one,) = await connector.find(probe(nhs_number=nhs_number("900 000 0009")), soon())
    attributes = one.attributes
    by_name = probe(family_name=attributes.family_name, birth_date=attributes.birth_date)
    assert [each.local_id for each in await connector.find(by_name, soon())] == [one.local_id]
    answer = await fetched(connector, one.local_id, capsys)
    assert answer.attributes == attributes
    assert {Category.HEALTH_GP, Category.IDENTITY_WHEREABOUTS} <= {record.category for record in answer.records}


async def test_the_child_with_a_cp_is_plan_has_the_alert_and_the_plan(
    connector: FhirR4, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = await fetched(connector, "PatientFlag-AlanMann-Example", capsys)
    alerts = {record.type for record in answer.records if isinstance(record, Finding) and record.severity == 9}
    assert alerts == {"hub:cp-is-alert", "cp-plan"}


async def test_the_newborn_has_a_mother(connector: FhirR4, capsys: pytest.CaptureFixture[str]) -> None:
    answer = await fetched(connector, "newborn", capsys)
    assert [record.relationship for record in answer.records if isinstance(record, RelatedPerson)] == ["mother"]


@pytest.mark.parametrize("local_id", ["UKCore-Patient-RichardSmith-Example", "UKCore-Patient-BabyPatient-Example"])
async def test_uk_core_patients_are_fetched_whole(
    connector: FhirR4, local_id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = await fetched(connector, local_id, capsys)
    assert answer.attributes.nhs_number
    assert answer.records


async def test_the_restricted_patient_is_labelled(connector: FhirR4) -> None:
    (one,) = await connector.find(probe(nhs_number=nhs_number("900 000 0025")), soon())
    assert one.labels == {Label.LOCATION_AT_RISK}


async def test_nobody_is_found_under_an_unknown_number_and_none_fetched(connector: FhirR4) -> None:
    assert await connector.find(probe(nhs_number=nhs_number("999 100 0003")), soon()) == ()
    assert await connector.fetch(linked("nobody"), EVERYTHING, soon()) is None
