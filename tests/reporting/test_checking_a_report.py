"""A report is checked without the hub: its proofs by the stand-alone verifier, its signature with published keys."""

import json
import subprocess
import sys
from pathlib import Path

from asking_for_reports import CHILD, Made, report
from reporting_hub import ReportingHub

from hub.audit.notes import Kind, VerifierKey
from hub.domain.codes import PurposeCode
from hub.keys import FileKeys

VERIFIER = Path(__file__).resolve().parents[2] / "hub" / "verifier.py"
EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "examples" / "verify_report.py"


async def made(hub: ReportingHub, folder: Path) -> Made:
    for _ in range(3):
        await hub.looked(CHILD, PurposeCode.SCREEN)
    done = await report(hub)
    for name, field in (("report.json", "document"), ("report.jws", "signature"), ("proofs.json", "proofs")):
        (folder / name).write_text(done.told[field])
    (folder / "jwks.json").write_text(json.dumps(hub.services.signing.jwks()))
    return done


def run(script: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-I", str(script), *words], capture_output=True, text=True, check=False)


async def test_the_stand_alone_verifier_shows_every_access_and_no_content(
    one_hub: ReportingHub, keys: FileKeys, tmp_path: Path
) -> None:
    done = await made(one_hub, tmp_path)
    vkey = VerifierKey(done.document["made_by"], Kind.LOG, keys.log_key().public).render()
    shown = run(VERIFIER, str(tmp_path / "proofs.json"), "--key", vkey)
    assert shown.returncode == 0, shown.stdout
    assert all(f"Entry {index} is in it" in shown.stdout for index in done.indexes)
    assert "worker-1" not in shown.stdout
    altered = json.loads((tmp_path / "proofs.json").read_text())
    altered["entries"][0]["index"] += 1
    (tmp_path / "proofs.json").write_text(json.dumps(altered))
    assert run(VERIFIER, str(tmp_path / "proofs.json"), "--key", vkey).returncode == 1


async def test_the_example_script_tells_whether_the_hub_signed_it(one_hub: ReportingHub, tmp_path: Path) -> None:
    done = await made(one_hub, tmp_path)
    files = [str(tmp_path / name) for name in ("jwks.json", "report.json", "report.jws", "proofs.json")]
    shown = run(EXAMPLE, *files)
    assert shown.returncode == 0, shown.stderr
    assert "3 accesses" in shown.stdout
    (tmp_path / "report.json").write_text(done.told["document"].replace("a social worker", "nobody"))
    assert run(EXAMPLE, *files).returncode == 1


async def test_a_proof_of_other_entries_does_not_pass_for_those_told(one_hub: ReportingHub, tmp_path: Path) -> None:
    await made(one_hub, tmp_path)
    proofs = json.loads((tmp_path / "proofs.json").read_text())
    proofs["entries"] = proofs["entries"][1:]
    (tmp_path / "proofs.json").write_text(json.dumps(proofs))
    files = [str(tmp_path / name) for name in ("jwks.json", "report.json", "report.jws", "proofs.json")]
    shown = run(EXAMPLE, *files)
    assert shown.returncode == 1
    assert "no proof" in shown.stderr
