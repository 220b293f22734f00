"""Bundles, and the verifier that stands alone: run as an auditor runs it, on a copy of its one file."""

import ast
import base64
import json
import shutil
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from proving_hub import ProvingHub

from hub import verifier
from hub.audit.notes import Kind, VerifierKey, cosignature, cosignature_message, parse_checkpoint, parse_note
from hub.audit.shredding import Shredder
from hub.audit.witnessed import Cosigned, WitnessedLog
from hub.keys import FileKeys, rotate_keys
from hub.keys.witness_keys import WitnessKey

FILE = Path(str(verifier.__file__))
# RFC 8032, section 7.1: secret key, public key, message, signature.
PUBLISHED = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


class Auditor:
    """Somebody with the verifier's one file in a folder of their own, and a key that they trust."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copy(FILE, folder / "verifier.py")

    def verifies(self, bundle: dict[str, Any], *words: str) -> tuple[int, list[str]]:
        """The exit code and what was said, in a process that has nothing but Python's standard library."""
        (self.folder / "bundle.json").write_text(json.dumps(bundle))
        command = [sys.executable, "-I", "-S", "verifier.py", "bundle.json", "--json", *words]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=60, check=False)
        assert done.stdout, done.stderr
        return done.returncode, json.loads(done.stdout)["said"]


@pytest.fixture
def auditor(tmp_path: Path) -> Auditor:
    folder = tmp_path / "auditor"
    folder.mkdir()
    return Auditor(folder)


def vkey_of(bundle: dict[str, Any], keys: FileKeys) -> str:
    return VerifierKey(bundle["origin"], Kind.LOG, keys.log_key().public).render()


def test_the_verifier_is_one_short_file_that_needs_nothing() -> None:
    source = FILE.read_text()
    assert len(source.splitlines()) < 200
    imports = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {alias.name for node in imports if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in imports if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names


@pytest.mark.parametrize(("public", "message", "signature"), PUBLISHED)
def test_its_signatures_are_those_of_rfc_8032(public: str, message: str, signature: str) -> None:
    key, text, made = (bytes.fromhex(one) for one in (public, message, signature))
    assert verifier.signed_by(key, made, text)
    assert not verifier.signed_by(key, made, text + b"x")


def test_its_signatures_agree_with_another_implementation() -> None:
    random = Random(8032)
    for _ in range(20):
        key, text = Ed25519PrivateKey.from_private_bytes(random.randbytes(32)), random.randbytes(random.randrange(90))
        public, made = key.public_key().public_bytes_raw(), key.sign(text)
        assert verifier.signed_by(public, made, text)
        place = random.randrange(512)
        bent = (int.from_bytes(made, "big") ^ 1 << place).to_bytes(64, "big")
        assert not verifier.signed_by(public, bent, text)
        higher = (int.from_bytes(made[32:], "little") + verifier.ORDER).to_bytes(33, "little")
        assert not verifier.signed_by(public, made[:32] + higher[:32], text), "one signature is written in one way"
        assert not verifier.signed_by(public[:31], made, text)


async def test_an_entry_is_shown_with_its_content_to_whoever_has_a_key(
    hub: ProvingHub, keys: FileKeys, auditor: Auditor
) -> None:
    await hub.write(1, 40, 3, 1)
    bundle = await hub.bundle(17, against=44)
    code, said = auditor.verifies(bundle, "--key", vkey_of(bundle, keys))
    assert code == 0, said
    size = parse_checkpoint(parse_note(bundle["checkpoint"]).text).size
    assert said[0] == f"The log {bundle['origin']} signed a checkpoint of {size} entries."
    assert said[1].startswith("Entry 17 is in it, and says: {")
    assert json.loads(said[1].partition("says: ")[2])["request_id"] == "written-17"
    assert said[2].startswith("It continues its older checkpoint of 44 entries")
    assert said[3].startswith("NOT shown: that others see the same log.")
    other = VerifierKey(bundle["origin"], Kind.LOG, WitnessKey("w", b"1" * 32).public).render()
    assert auditor.verifies(bundle, "--key", other) == (1, ["NOT shown: no trusted key signed it."])


async def test_what_a_witness_saw_is_said(
    one_hub: ProvingHub, keys: FileKeys, auditor: Auditor, tmp_path: Path
) -> None:
    await one_hub.write(3, 5)
    witness = WitnessKey.create(tmp_path / "witness.json", "witness.example")
    key = VerifierKey(witness.name, Kind.WITNESS, witness.public)
    note = parse_note((await one_hub.bundle(0))["checkpoint"])
    told = parse_checkpoint(note.text)
    line = cosignature(key, 1_772_600_000, witness.sign(cosignature_message(note.text, 1_772_600_000)))
    kept = Cosigned(told.size, key.name, line.render(), 1_772_600_000, told.origin)
    await WitnessedLog(f"sqlite:///{tmp_path}/audit.db").keep(kept)
    await one_hub.write(2)
    bundle = await one_hub.bundle(5)
    assert parse_note(bundle["checkpoint"]).text == note.text, "the newest that was cosigned"
    words = ("--key", vkey_of(bundle, keys), "--witness")
    code, said = auditor.verifies(bundle, *words, key.render())
    assert (code, said[-1]) == (0, "The witness witness.example saw it at 2026-03-04T04:53:20+00:00.")
    stranger = VerifierKey(witness.name, Kind.WITNESS, WitnessKey("w", b"2" * 32).public).render()
    assert auditor.verifies(bundle, *words, stranger)[0] == 1
    assert auditor.verifies(bundle, *words, vkey_of(bundle, keys))[0] == 1, "a log does not witness itself"


async def test_bundles_from_before_a_rotation_verify_after_it_with_the_old_key_and_with_the_new_one(
    one_hub: ProvingHub, keys: FileKeys, auditor: Auditor, tmp_path: Path
) -> None:
    await one_hub.write(9)
    before = await one_hub.bundle(4)
    old = vkey_of(before, keys)
    for _ in range(2):
        rotate_keys(tmp_path / "keys.json", "log")
    keys._now(at_once=True)
    await one_hub.write(3)
    after, new = await one_hub.bundle(4), vkey_of(before, keys)
    published = await one_hub.get("/log/keys")
    (auditor.folder / "keys.json").write_bytes(published.body)
    assert auditor.verifies(before, "--key", old)[0] == 0
    assert auditor.verifies(before, "--key", new)[0] == 1, "made before there was a new key, it cannot know it"
    assert auditor.verifies(before, "--key", new, "--keys", "keys.json")[0] == 0
    assert auditor.verifies(after, "--key", new)[0] == 0
    assert auditor.verifies(after, "--key", old)[0] == 0, "the old key named its successor, and that the next"


async def test_a_key_that_claims_a_successor_it_never_had_is_not_trusted_for_that(
    one_hub: ProvingHub, keys: FileKeys, auditor: Auditor
) -> None:
    await one_hub.write(2)
    bundle = await one_hub.bundle(0)
    real = vkey_of(bundle, keys)
    forger = Ed25519PrivateKey.from_private_bytes(b"f" * 32)
    public = forger.public_key().public_bytes_raw()
    forged = VerifierKey(bundle["origin"], Kind.LOG, public)
    words = [base64.b64encode(one).decode() for one in (public, keys.log_key().public)]
    claim = forger.sign(f"partnership-hub log key\n{words[0]}\nis followed by\n{words[1]}\n".encode())
    text = parse_note(bundle["checkpoint"]).text
    made = base64.b64encode(forged.id + forger.sign(text.encode())).decode()
    signature = base64.b64encode(claim).decode()
    bundle["checkpoint"] = f"{text}\n\u2014 {bundle['origin']} {made}\n"
    bundle["keys"] = [{"vkey": real, "former": forged.render(), "signature": signature, "agreed": signature}]
    assert auditor.verifies(bundle, "--key", forged.render())[0] == 0
    assert auditor.verifies(bundle, "--key", real) == (1, ["NOT shown: no trusted key signed it."])


async def test_a_destroyed_content_is_shown_by_its_hash_alone(
    one_hub: ProvingHub, keys: FileKeys, auditor: Auditor, tmp_path: Path
) -> None:
    await one_hub.write(6)
    shredder = Shredder(f"sqlite:///{tmp_path}/audit.db", keys)
    plan = await shredder.of_months("2999-01", {"": "2999-01"})
    await shredder.destroy([one.key for one in plan.keys])
    bundle = await one_hub.bundle(3)
    assert bundle["entries"][0]["leaf"] is None
    code, said = auditor.verifies(bundle, "--key", vkey_of(bundle, keys))
    assert (code, said[1]) == (0, "Entry 3 is in it. What it says is not in the bundle.")


async def test_a_bundle_without_entries_shows_none_and_says_so(
    one_hub: ProvingHub, keys: FileKeys, auditor: Auditor
) -> None:
    await one_hub.write(6, 2)
    bundle = await one_hub.bundle(3, against=6)
    words = ("--key", vkey_of(bundle, keys))
    nothing = "No entry is shown: this checkpoint, and nothing else."
    code, said = auditor.verifies({**bundle, "entries": []}, *words)
    assert (code, said[1]) == (0, nothing)
    code, said = auditor.verifies({**bundle, "entries": [], "consistency": None}, *words)
    assert (code, said[1]) == (0, nothing)
    assert said[0].startswith("The log ")
    forged = {**bundle, "entries": [], "consistency": None, "checkpoint": bundle["consistency"]["checkpoint"]}
    forged["checkpoint"] = forged["checkpoint"].replace("\n6\n", "\n7\n")
    assert auditor.verifies(forged, *words) == (1, ["NOT shown: no trusted key signed it."])


async def test_a_witness_whose_time_is_no_time_saw_nothing(one_hub: ProvingHub, keys: FileKeys, tmp_path: Path) -> None:
    await one_hub.write(3)
    bundle = await one_hub.bundle(0)
    witness = WitnessKey.create(tmp_path / "witness.json", "witness.example")
    key = VerifierKey(witness.name, Kind.WITNESS, witness.public)
    note = parse_note(bundle["checkpoint"])
    line = cosignature(key, 2**64 - 1, witness.sign(cosignature_message(note.text, 2**64 - 1)))
    bundle["checkpoint"] = note.with_signatures([line]).render()
    with pytest.raises(verifier.NotShown, match="saw this checkpoint"):
        verifier.verify(bundle, [vkey_of(bundle, keys)], [key.render()], [])


async def test_an_ascii_terminal_and_a_bundle_in_utf_8_are_no_hindrance(
    one_hub: ProvingHub, keys: FileKeys, auditor: Auditor
) -> None:
    await one_hub.write(3)
    bundle = await one_hub.bundle(1)
    (auditor.folder / "bundle.json").write_text(json.dumps(bundle, ensure_ascii=False), encoding="utf-8")
    command = [
        sys.executable,
        "verifier.py",
        "bundle.json",
        "--key",
        vkey_of(bundle, keys),
        "--witness",
        "caf\u00e9+00000000+BAAA",
    ]
    plain = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
    for words, letters, code in ((command[:-2], "C", 0), (command, "C.UTF-8", 1)):
        done = run_in(auditor.folder, words, {**plain, "LC_ALL": letters})
        assert (done.returncode, done.stderr) == (code, b"")


def run_in(folder: Path, words: list[str], settings: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(words, cwd=folder, capture_output=True, timeout=60, check=False, env=settings)


def test_no_key_of_small_order_signs_anything() -> None:
    neutral = (1).to_bytes(32, "little")
    assert not verifier.signed_by(neutral, neutral + bytes(32), b"whatever it is")


def test_links_between_keys_are_gone_through_until_nothing_is_added(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[bytes] = []

    def refused(public: bytes, *_: bytes) -> bool:
        tried.append(public)
        return False

    monkeypatch.setattr(verifier, "signed_by", refused)
    one, other = (VerifierKey("log", Kind.LOG, bytes([place]) * 32).render() for place in (1, 2))
    link = {"former": one, "vkey": other, "signature": "AA==", "agreed": "AA=="}
    verifier.trusted_keys([verifier.key_of(one)], [link] * 60)
    assert len(tried) == 60


async def test_no_bundle_that_was_changed_is_believed(one_hub: ProvingHub, keys: FileKeys) -> None:
    await one_hub.write(30, 7)
    bundle = await one_hub.bundle(11, against=30)
    trusted, random = [vkey_of(bundle, keys)], Random(11)
    assert verifier.verify(bundle, trusted, [], [])
    text = json.dumps(bundle)
    believed = []
    for _ in range(150):
        place = random.randrange(len(text))
        bent = text[:place] + chr(ord(text[place]) ^ 1 << random.randrange(5)) + text[place + 1 :]
        try:
            changed = json.loads(bent)
            if changed != bundle and verifier.verify(changed, trusted, [], []):
                believed.append((place, text[place - 30 : place + 5], bent[place]))
        except (verifier.NotShown, ValueError, KeyError, TypeError):
            continue
    assert believed == []


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format": 1}', "null", '{"format": "partnership-hub/audit-bundle"}']
)
def test_what_is_no_bundle_is_said_to_be_none(text: str, auditor: Auditor) -> None:
    (auditor.folder / "bundle.json").write_text(text)
    vkey = VerifierKey("log", Kind.LOG, bytes(32)).render()
    command = [sys.executable, "-I", "verifier.py", "bundle.json", "--key", vkey]
    done = subprocess.run(command, cwd=auditor.folder, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) in {(1, ""), (2, "")}
