"""A partner verifies what it kept with a script of thirty lines, a JOSE library and the published keys."""

import base64
import json
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from hub.cli.queries import VIEW
from tests.fixtures.partnership import RunningPartnership

SCRIPT = Path(__file__).parents[2] / "docs" / "examples" / "verify_envelope.py"
ENTRIES = """
query ($id: String!) { auditEntries(filter: {requestId: $id}) { edges { node {
  requestId kind outcome principal purpose sources { source categories }
} } } }
"""
FOR_A_FIND = {"existence", "identity.name", "identity.birth-date", "identity.number"}


def verified(folder: Path, keys: bytes, envelope: str, source: str = "probation") -> subprocess.CompletedProcess[str]:
    (folder / "jwks.json").write_bytes(keys)
    (folder / "envelope").write_text(envelope)
    command = [sys.executable, "-W", "ignore", str(SCRIPT), str(folder / "jwks.json"), str(folder / "envelope"), source]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


def asked(partnership: RunningPartnership) -> tuple[str, dict[str, list[str]]]:
    """One view; its request id, and every envelope that each HTTP partner kept of it."""
    enquiry = partnership.open("mash_social_worker", "S47")
    partnership.caller("mash_social_worker").ask(VIEW, {"id": enquiry})
    kept = {
        partner: (partnership.state / f"{partner}-requests.log").read_text().splitlines()
        for partner in ("probation", "health", "youth-justice")
    }
    request = request_of(kept["probation"][-1])
    return request, {partner: [one for one in told if request_of(one) == request] for partner, told in kept.items()}


def request_of(envelope: str) -> str:
    told: str = claims(envelope)["requestObject"]["requestId"]["value"]
    return told


def claims(envelope: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(unpadded(envelope.split(".")[1]))
    return told


def unpadded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


@pytest.fixture
def published(partnership: RunningPartnership) -> bytes:
    with urllib.request.urlopen(f"{partnership.url}/.well-known/jwks.json", timeout=5) as reply:  # noqa: S310  loopback
        assert reply.headers["Cache-Control"] == "public, max-age=300"
        told: bytes = reply.read()
    return told


def test_the_script_is_of_at_most_thirty_lines_and_uses_a_jose_library_and_nothing_of_the_hub() -> None:
    lines = SCRIPT.read_text().splitlines()
    imported = {line.split()[1].split(".")[0] for line in lines if line.startswith(("import ", "from "))}
    assert len(lines) <= 30
    assert imported == {"json", "sys", "pathlib", "joserfc"}


def test_both_sides_hold_the_same_evidence_of_one_question(
    partnership: RunningPartnership, published: bytes, tmp_path: Path
) -> None:
    request, kept = asked(partnership)
    auditor = partnership.caller("auditor")
    entries = [edge["node"] for edge in auditor.ask(ENTRIES, {"id": request})["auditEntries"]["edges"]]
    assert {one["outcome"] for one in entries} == {"asked", "disclosed"}
    (told,) = [one for one in entries if one["outcome"] == "disclosed"]
    ours = {one["source"]: one["categories"] for one in told["sources"]}
    for partner, envelopes in kept.items():
        categories: set[str] = set()
        for envelope in envelopes:
            answer = verified(tmp_path, published, envelope, partner)
            assert answer.returncode == 0, answer.stderr
            theirs = json.loads(answer.stdout)["requestObject"]
            assert theirs["requester"]["entityId"]["value"] == told["principal"]
            assert theirs["assertedPurpose"] == told["purpose"] == "S47"
            assert theirs["context"]["value"].startswith("derwentbridge-mash-")
            categories.update(theirs["requestedData"]["dataCategories"])
        assert categories - FOR_A_FIND == set(ours[partner]) - FOR_A_FIND


def test_an_envelope_that_was_tampered_with_is_not_the_hubs(
    partnership: RunningPartnership, published: bytes, tmp_path: Path
) -> None:
    _, kept = asked(partnership)
    head, body, signature = kept["probation"][0].split(".")
    altered = unpadded(body).replace(b'"S47"', b'"MAPPA"')
    forged = f"{head}.{base64.urlsafe_b64encode(altered).decode().rstrip('=')}.{signature}"
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=") + f".{body}."
    for envelope in (forged, unsigned, f"{head}.{body}.", "nothing", ""):
        answer = verified(tmp_path, published, envelope)
        assert (answer.returncode, answer.stdout) == (1, "")
        assert "Not signed by this hub" in answer.stderr


def test_an_envelope_for_somebody_else_proves_nothing_here(
    partnership: RunningPartnership, published: bytes, tmp_path: Path
) -> None:
    _, kept = asked(partnership)
    answer = verified(tmp_path, published, kept["health"][0], "probation")
    assert (answer.returncode, "no request to this source" in answer.stderr) == (1, True)


def test_keys_that_have_gone_verify_nothing(partnership: RunningPartnership, tmp_path: Path) -> None:
    _, kept = asked(partnership)
    for keys in (
        b'{"keys": []}',
        b'{"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "old", "x": "' + b"A" * 43 + b'"}]}',
    ):
        answer = verified(tmp_path, keys, kept["probation"][0])
        assert (answer.returncode, "Not signed by this hub" in answer.stderr) == (1, True)
