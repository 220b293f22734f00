"""Our proofs before somebody else's code: sigstore's verifier, where a Python that has it is at hand.

It weighs 60 MB with all that it needs, so it is no dependency: HUB_SECOND_OPINION names a Python that has it.
"""

import asyncio
import base64
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from proving_hub import ProvingHub

_VERIFY = """
import base64, json, sys, types
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sigstore._internal.merkle import verify_merkle_inclusion
from sigstore._internal.rekor.checkpoint import SignedCheckpoint, verify_checkpoint
from sigstore.errors import VerificationError

class Ring:
    def __init__(self, raw): self.key = Ed25519PublicKey.from_public_bytes(raw)
    def verify(self, *, key_id, signature, data):
        try: self.key.verify(signature, data)
        except Exception as fault: raise VerificationError("signature") from fault

told = json.load(sys.stdin)
for bundle in told["bundles"]:
    one, note = bundle["entries"][0], bundle["checkpoint"]
    root = bytes.fromhex(SignedCheckpoint.from_text(note).checkpoint.log_hash)
    proof = types.SimpleNamespace(
        log_index=one["index"], tree_size=int(note.split("\\n")[1]), root_hash=root,
        hashes=[base64.b64decode(step) for step in one["path"]], checkpoint=types.SimpleNamespace(envelope=note))
    inner = types.SimpleNamespace(
        inclusion_proof=proof, canonicalized_body=base64.b64decode(one["leaf"]),
        log_id=types.SimpleNamespace(key_id=bytes.fromhex(told["key_id"])))
    entry = types.SimpleNamespace(_inner=inner)
    try:
        verify_merkle_inclusion(entry)
        verify_checkpoint(Ring(base64.b64decode(told["key"])), entry)
        print("shown")
    except VerificationError:
        print("refused")
"""


def python_with_sigstore() -> str:
    named = os.environ.get("HUB_SECOND_OPINION")
    if named is None and importlib.util.find_spec("sigstore") is None:
        pytest.skip("no second opinion: name a Python that has sigstore in HUB_SECOND_OPINION")
    return named or sys.executable


async def test_sigstore_believes_our_proofs_and_none_that_was_changed(one_hub: ProvingHub, tmp_path: Path) -> None:
    python = python_with_sigstore()
    await one_hub.write(1, 250, 60, 7)
    bundles = [await one_hub.bundle(index) for index in (0, 1, 77, 255, 256, 300, 317)]
    changed = json.loads(json.dumps(bundles))
    for place, bundle in enumerate(changed):
        entry = bundle["entries"][0]
        if place % 2:
            entry["index"] ^= 1
        else:
            entry["path"][0] = entry["hash"]
    published = json.loads((await one_hub.get("/log/keys")).body)["vkey"]
    _, key_id, key = published.split("+", 2)
    sent = {"bundles": [*bundles, *changed], "key_id": key_id, "key": _public(key)}
    command, options = [python, "-c", _VERIFY], {"input": json.dumps(sent), "capture_output": True, "text": True}
    done = await asyncio.to_thread(subprocess.run, command, timeout=100, check=False, **options)
    assert done.stdout.split() == ["shown"] * 7 + ["refused"] * 7, done.stderr


def _public(key: str) -> str:
    return base64.b64encode(base64.b64decode(key)[1:]).decode()
