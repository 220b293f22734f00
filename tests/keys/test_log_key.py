"""The key of the log's checkpoints: rotated, followed, and gone afterwards but for its word."""

import base64
import json
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from typer.testing import CliRunner

from hub.cli import command_line
from hub.errors import ConfigurationError
from hub.keys import FileKeys, rotate_keys
from hub.keys.log_keys import succession


@pytest.fixture
def file(tmp_path: Path) -> Path:
    FileKeys.create(tmp_path / "keys.json")
    return tmp_path / "keys.json"


def followed(public: bytes, keys: FileKeys) -> bytes:
    """The newest key that whoever trusts this one comes to, by the words in the file."""
    for one in keys.log_key().endorsements:
        former, successor = base64.b64decode(one.public), base64.b64decode(one.successor)
        if former == public:
            verifying = Ed25519PublicKey.from_public_bytes(former)
            verifying.verify(base64.b64decode(one.signature), succession(former, successor))
            public = successor
    return public


def test_whoever_trusts_the_first_key_comes_to_the_third(file: Path) -> None:
    first = FileKeys.read(file).log_key().public
    rotate_keys(file, "log")
    second = FileKeys.read(file).log_key().public
    rotate_keys(file, "log")
    keys = FileKeys.read(file)
    third = keys.log_key().public
    assert len({first, second, third}) == 3
    assert followed(first, keys) == followed(second, keys) == third


def test_the_former_keys_private_half_is_nowhere_in_the_file(file: Path) -> None:
    seed = json.loads(file.read_text())["log"]["seed"]
    rotate_keys(file, "log")
    assert seed not in file.read_text()
    hidden = Ed25519PrivateKey.from_private_bytes(base64.b64decode(seed)).private_bytes_raw()
    assert hidden.hex() not in file.read_text()


def test_a_running_hub_signs_with_the_new_key_as_soon_as_it_looks(file: Path) -> None:
    keys = FileKeys.read(file)
    former = keys.log_key().public
    rotate_keys(file, "log")
    keys.current()  # looks at once
    made = keys.log_key()
    assert made.public != former
    Ed25519PublicKey.from_public_bytes(made.public).verify(made.sign(b"told"), b"told")
    with pytest.raises(InvalidSignature):
        Ed25519PublicKey.from_public_bytes(former).verify(made.sign(b"told"), b"told")


def test_a_file_whose_log_key_nobody_endorsed_is_not_taken_by_a_running_hub(file: Path, tmp_path: Path) -> None:
    keys = FileKeys.read(file)
    former = keys.log_key().public
    FileKeys.create(tmp_path / "other.json")
    told = json.loads(file.read_text()) | {"log": json.loads((tmp_path / "other.json").read_text())["log"]}
    file.write_text(json.dumps(told))
    keys.current()
    assert keys.log_key().public == former


def test_a_file_without_a_log_key_says_how_to_get_one_and_gets_it(file: Path) -> None:
    told = json.loads(file.read_text())
    del told["log"]
    file.write_text(json.dumps(told))
    with pytest.raises(ConfigurationError, match="hub keys rotate log"):
        FileKeys.read(file).log_key()
    ran = CliRunner().invoke(command_line(), ["keys", "rotate", "log", "--file", str(file)], catch_exceptions=False)
    made = FileKeys.read(file).log_key()
    assert made.public.hex()[:16] in ran.stdout
    assert not made.endorsements


def test_no_key_of_the_log_is_shown(file: Path) -> None:
    held = FileKeys.read(file)
    seed = json.loads(file.read_text())["log"]["seed"]
    assert seed not in repr(held._held.document)
    assert seed not in repr(held._held.document.log)
