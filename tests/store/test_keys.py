import json
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import ConfigurationError
from hub.keys import FileKeys, Keys, SealBroken


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return FileKeys.create(tmp_path_factory.mktemp("keys") / "keys.json")


@given(plain=st.binary(max_size=300), context=st.binary(max_size=40))
def test_what_was_sealed_opens_with_its_context_and_is_never_sealed_alike(
    lasting: Keys, plain: bytes, context: bytes
) -> None:
    sealed = lasting.seal(plain, context)
    assert lasting.open(sealed, context) == plain
    assert lasting.seal(plain, context) != sealed
    assert len(plain) < 8 or plain not in sealed


@given(plain=st.binary(max_size=60), at=st.integers(min_value=0), flip=st.integers(1, 255))
def test_any_changed_byte_is_found(lasting: Keys, plain: bytes, at: int, flip: int) -> None:
    sealed = bytearray(lasting.seal(plain, b"here"))
    sealed[at % len(sealed)] ^= flip
    with pytest.raises(SealBroken):
        lasting.open(bytes(sealed), b"here")


@given(cut=st.integers(0, 44))
def test_a_truncated_value_does_not_open(lasting: Keys, cut: int) -> None:
    with pytest.raises(SealBroken):
        lasting.open(lasting.seal(b"twelve bytes", b"")[:cut], b"")


def test_another_context_does_not_open_and_the_refusal_says_what_to_do(keys: FileKeys) -> None:
    with pytest.raises(SealBroken, match="restore the row") as refused:
        keys.open(keys.seal(b"canary", b"one row"), b"another row")
    assert refused.value.reasons == ("seal-broken",)
    assert "canary" not in str(refused.value)


def test_a_value_sealed_by_a_key_we_do_not_hold_is_told_apart(keys: FileKeys, tmp_path: Path) -> None:
    other = FileKeys.create(tmp_path / "other.json")
    with pytest.raises(SealBroken) as refused:
        keys.open(other.seal(b"x", b""), b"")
    assert refused.value.reasons == ("seal-key-unknown",)


def test_keyed_hashes_hold_over_a_restart_and_differ_by_purpose_and_by_key(keys: FileKeys, tmp_path: Path) -> None:
    again = FileKeys.read(tmp_path / "keys.json")
    other = FileKeys.create(tmp_path / "other.json")
    assert keys.mac("subject", b"x") == again.mac("subject", b"x")
    assert len(keys.mac("subject", b"x")) == 32
    assert len({keys.mac("subject", b"x"), keys.mac("link", b"x"), other.mac("subject", b"x")}) == 3
    assert again.open(keys.seal(b"x", b"c"), b"c") == b"x"


def test_a_rotated_file_seals_with_its_current_key_and_opens_with_every_key(keys: FileKeys, tmp_path: Path) -> None:
    FileKeys.create(tmp_path / "next.json")
    old, new = (json.loads((tmp_path / name).read_text()) for name in ("keys.json", "next.json"))
    both = {**old, "current": new["current"], "sealing": {**old["sealing"], **new["sealing"]}}
    rotated = FileKeys.read(_file(tmp_path / "both.json", json.dumps(both)))
    assert rotated.open(keys.seal(b"before", b""), b"") == b"before"
    with pytest.raises(SealBroken):
        keys.open(rotated.seal(b"after", b""), b"")


def test_a_new_key_file_is_its_owners_alone_and_never_overwrites(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    FileKeys.create(path)
    before = path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(ConfigurationError, match="never overwritten"):
        FileKeys.create(path)
    assert path.read_bytes() == before
    assert [found.name for found in tmp_path.iterdir()] == ["keys.json"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601])
def test_a_key_file_that_others_reach_is_refused_with_its_mend(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "keys.json"
    FileKeys.create(path)
    path.chmod(mode)
    with pytest.raises(ConfigurationError, match=r"chmod 600 keys\.json"):
        FileKeys.read(path)


def test_a_missing_file_and_a_missing_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="is not there"):
        FileKeys.read(tmp_path / "keys.json")
    with pytest.raises(ConfigurationError, match="cannot be written"):
        FileKeys.create(tmp_path / "no" / "keys.json")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        FileKeys.read(tmp_path)


def test_a_key_file_truncated_anywhere_is_refused(tmp_path: Path) -> None:
    FileKeys.create(tmp_path / "keys.json")
    whole = (tmp_path / "keys.json").read_text().rstrip()
    for length in range(len(whole)):
        with pytest.raises(ConfigurationError, match="Put back the copy"):
            FileKeys.read(_file(tmp_path / "cut.json", whole[:length]))


@pytest.mark.parametrize(
    "change",
    [
        {"mac": "c2hvcnQ="},
        {"mac": "not base64"},
        {"v": 2},
        {"current": "0011223344556677"},
        {"current": "zz"},
        {"sealing": {}},
        {"surprise": 1},
    ],
)
def test_a_key_file_that_does_not_hold_its_keys_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    FileKeys.create(tmp_path / "keys.json")
    altered = json.loads((tmp_path / "keys.json").read_text()) | change
    with pytest.raises(ConfigurationError, match="Put back the copy") as refused:
        FileKeys.read(_file(tmp_path / "altered.json", json.dumps(altered)))
    assert "c2hvcnQ" not in str(refused.value)
    assert refused.value.__cause__ is None


def _file(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o600)
    return path
