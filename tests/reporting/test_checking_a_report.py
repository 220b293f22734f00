"""A report is checked without the hub: its proofs by the stand-alone verifier, the rest with published keys."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from asking_for_reports import CHILD, NUMBER, TWIN, TWINS_NUMBER, Made, report
from reporting_hub import ReportingHub

from hub.audit.notes import Kind, VerifierKey
from hub.cli.audit_report import FILES
from hub.domain.codes import PurposeCode
from hub.keys import FileKeys

VERIFIER = Path(__file__).resolve().parents[2] / "hub" / "verifier.py"
EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "examples" / "verify_report.py"
NAMED = ("--family-name", "QUILL-feather", "--birth-date", "2015-06-07")


async def made(hub: ReportingHub, folder: Path, looks: int = 3) -> Made:
    for _ in range(looks):
        await hub.looked(CHILD, PurposeCode.SCREEN)
    done = await report(hub)
    for name, field in FILES.items():
        (folder / name).write_bytes(done.told[field].encode())
    (folder / "jwks.json").write_text(json.dumps(hub.services.signing.jwks()))
    return done


def run(script: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-I", str(script), *words], capture_output=True, text=True, check=False)


def checked(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return run(EXAMPLE, str(folder / "jwks.json"), str(folder), *words)


def vkey(done: Made, keys: FileKeys) -> str:
    return VerifierKey(done.document["made_by"], Kind.LOG, keys.log_key().public).render()


async def test_the_stand_alone_verifier_shows_every_access_and_no_content(
    one_hub: ReportingHub, keys: FileKeys, tmp_path: Path
) -> None:
    done = await made(one_hub, tmp_path)
    shown = run(VERIFIER, str(tmp_path / "proofs.json"), "--key", vkey(done, keys))
    assert shown.returncode == 0, shown.stdout
    assert all(f"Entry {index} is in it" in shown.stdout for index in done.indexes)
    assert "worker-1" not in shown.stdout
    altered = json.loads((tmp_path / "proofs.json").read_text())
    altered["entries"][0]["index"] += 1
    (tmp_path / "proofs.json").write_text(json.dumps(altered))
    assert run(VERIFIER, str(tmp_path / "proofs.json"), "--key", vkey(done, keys)).returncode == 1


async def test_what_the_example_script_cannot_read_is_named_in_a_line(one_hub: ReportingHub, tmp_path: Path) -> None:
    await made(one_hub, tmp_path, looks=1)
    assert checked(tmp_path).stderr == "", "and no warning either"
    wrong, missing = tmp_path / "report.html", tmp_path / "missing"
    assert "is no key set" in run(EXAMPLE, str(wrong), str(tmp_path)).stderr
    for words in ((str(missing), str(tmp_path)), (str(tmp_path / "jwks.json"), str(missing)), ()):
        done = run(EXAMPLE, *words)
        assert (done.returncode != 0, "Traceback" in done.stderr, "missing" in done.stderr) == (
            True,
            False,
            bool(words),
        )
    (tmp_path / "proofs.json").write_text('{"entries": [')
    assert "Traceback" not in checked(tmp_path).stderr


async def test_the_example_script_tells_what_was_checked_and_what_was_not(
    one_hub: ReportingHub, tmp_path: Path
) -> None:
    await made(one_hub, tmp_path)
    shown = checked(tmp_path, "--nhs-number", NUMBER, *NAMED)
    assert shown.returncode == 0, shown.stderr
    assert "3 accesses" in shown.stdout
    assert "It is about the person you named." in shown.stdout
    assert "That the proofs hold was not checked here" in shown.stdout
    nobody = checked(tmp_path)
    assert nobody.returncode == 0
    assert "Whom it is about was not checked" in nobody.stdout


async def test_a_report_about_one_twin_does_not_pass_for_one_about_the_other(
    one_hub: ReportingHub, tmp_path: Path
) -> None:
    await made(one_hub, tmp_path)
    for named in (("--nhs-number", TWINS_NUMBER, *NAMED), NAMED, ("--nhs-number", NUMBER)):
        shown = checked(tmp_path, *named)
        assert shown.returncode == 1, named
        assert "somebody else" in shown.stderr


async def test_a_report_tells_nobody_whom_it_is_about_who_does_not_know(one_hub: ReportingHub) -> None:
    await one_hub.looked(CHILD, PurposeCode.SCREEN)
    await one_hub.looked(TWIN, PurposeCode.SCREEN)
    first, again = await report(one_hub), await report(one_hub)
    assert first.document["about"]["hash"] != again.document["about"]["hash"]  # another salt: no two can be joined
    assert NUMBER.replace(" ", "") not in first.handed_over


def bare(proofs: dict[str, Any]) -> None:
    """As the report alone tells it: places, and nothing that proves anything."""
    proofs.pop("checkpoint")
    proofs["entries"] = [{"index": one["index"], "hash": one["hash"]} for one in proofs["entries"]]


ALTERED = {
    "an entry less": ("no proof", lambda proofs: proofs["entries"].pop(0)),
    "another hash": ("no proof", lambda proofs: proofs["entries"][0].update(hash="A" * 43 + "=")),
    "another log": ("no proof", lambda proofs: proofs.update(origin="another.example/log")),
    "no paths and no checkpoint": ("no hashes", bare),
}


async def test_what_was_altered_is_told(one_hub: ReportingHub, tmp_path: Path) -> None:
    done = await made(one_hub, tmp_path)
    for what, (says, alter) in ALTERED.items():
        proofs = done.proofs
        alter(proofs)
        (tmp_path / "proofs.json").write_text(json.dumps(proofs))
        shown = checked(tmp_path)
        assert (shown.returncode, says in shown.stderr) == (1, True), (what, shown.stderr)
    (tmp_path / "proofs.json").write_text(done.told["proofs"])
    (tmp_path / "report.html").write_text(done.told["page"].replace("a social worker", "the police"))
    assert "not the page of this report" in checked(tmp_path).stderr
    (tmp_path / "report.json").write_text(done.told["document"].replace("a social worker", "nobody"))
    assert "signed something else" in checked(tmp_path).stderr


@pytest.mark.parametrize("looks", [0, 1])
async def test_a_report_of_no_access_is_right_in_words(
    one_hub: ReportingHub, keys: FileKeys, tmp_path: Path, looks: int
) -> None:
    """On a log that was empty, and on one in which everything is too new."""
    for _ in range(looks):
        await one_hub.looked(TWIN, PurposeCode.S47)
    done = await made(one_hub, tmp_path, looks=0)
    assert done.indexes == []
    assert "It tells of no access, so there is nothing to prove" in checked(tmp_path).stdout
    shown = run(VERIFIER, str(tmp_path / "proofs.json"), "--key", vkey(done, keys))
    assert (shown.returncode, "No entry is shown" in shown.stdout) == (0, True), shown.stdout
