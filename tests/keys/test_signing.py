"""Signatures of the hub, checked by whoever has nothing but its published keys."""

import base64
import json
import warnings
from pathlib import Path

import pytest
from joserfc import jws
from joserfc.errors import BadSignatureError, SecurityWarning
from joserfc.jwk import KeySet

from hub.keys import FileKeys, SignatureBroken, rotate_keys

TYP = "hub-envelope+jws"


def verified_elsewhere(token: str, published: str) -> tuple[dict[str, object], bytes]:
    """As a partner does it: a JOSE library, and the JWKS as text."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SecurityWarning)  # RFC 9864 prefers another name for EdDSA
        found = jws.deserialize_compact(token, KeySet.import_key_set(json.loads(published)), algorithms=["EdDSA"])
    return found.protected, found.payload


def test_a_partner_verifies_with_the_published_keys_alone(keys: FileKeys) -> None:
    published = json.dumps(keys.signing.jwks())
    token = keys.signing.sign(b'{"a":1}', typ=TYP)
    header, payload = verified_elsewhere(token, published)
    assert payload == b'{"a":1}'
    assert header == {"alg": "EdDSA", "kid": json.loads(published)["keys"][0]["kid"], "typ": TYP}
    head, body, proof = token.split(".")
    altered = base64.urlsafe_b64encode(b'{"a":2}').rstrip(b"=").decode()
    with pytest.raises(BadSignatureError):
        verified_elsewhere(f"{head}.{altered}.{proof}", published)
    assert body != altered


def test_only_public_halves_are_published_under_their_thumbprints(keys: FileKeys, tmp_path: Path) -> None:
    rotate_keys(tmp_path / "keys.json", "signing")
    published = keys.signing.jwks()
    assert all(set(key) == {"kty", "crv", "x", "kid", "use", "alg"} for key in published["keys"])
    imported = KeySet.import_key_set(published)
    assert [key.thumbprint() for key in imported] == [key["kid"] for key in published["keys"]]


def test_after_a_rotation_former_signatures_verify_and_new_ones_name_the_new_key(
    keys: FileKeys, tmp_path: Path
) -> None:
    before = keys.signing.sign(b"before", typ=TYP)
    kid = rotate_keys(tmp_path / "keys.json", "signing")
    published = json.dumps(keys.signing.jwks())  # looks at once
    after = keys.signing.sign(b"after", typ=TYP)
    assert json.loads(published)["keys"][0]["kid"] == kid == verified_elsewhere(after, published)[0]["kid"]
    assert verified_elsewhere(before, published)[1] == b"before"
    assert [keys.signing.verify(token, typ=TYP) for token in (before, after)] == [b"before", b"after"]


def test_what_another_worker_signed_with_a_newer_key_verifies_at_once(keys: FileKeys, tmp_path: Path) -> None:
    keys.current()
    rotate_keys(tmp_path / "keys.json", "signing")
    other = FileKeys.read(tmp_path / "keys.json")
    assert keys.signing.verify(other.signing.sign(b"new", typ=TYP), typ=TYP) == b"new"


def test_a_signature_holds_for_its_type_and_its_signer_only(keys: FileKeys, tmp_path: Path) -> None:
    token = keys.signing.sign(b"payload", typ=TYP)
    with pytest.raises(SignatureBroken):
        keys.signing.verify(token, typ="another+jws")
    with pytest.raises(SignatureBroken) as refused:
        FileKeys.create(tmp_path / "other.json").signing.verify(token, typ=TYP)
    assert refused.value.reasons == ("signature-key-unknown",)


def _with_header(token: str, **changes: object) -> str:
    head, rest = token.split(".", 1)
    told = json.loads(base64.urlsafe_b64decode(head + "==")) | changes
    return base64.urlsafe_b64encode(json.dumps(told).encode()).rstrip(b"=").decode() + "." + rest


def test_a_token_that_is_no_token_of_ours_is_refused(keys: FileKeys) -> None:
    token = keys.signing.sign(b"payload", typ=TYP)
    head, body, proof = token.split(".")
    forged = [
        *(token[:length] for length in range(0, len(token), 7)),
        *(
            _with_header(token, **change)
            for change in ({"alg": "none"}, {"alg": "HS256"}, {"kid": "x"}, {"b64": False})
        ),
        *(_with_header(token, **change) for change in ({"kid": None}, {"jwk": {}}, {"crit": ["exp"]})),
        *(
            f"{head}.{body}",
            f"{head}.{body}.",
            f"{head}..{proof}",
            f"{token}.x",
            f"é{token}",
            f"{head}.{body}.{'A' * 86}",
        ),
    ]
    for one in forged:
        with pytest.raises(SignatureBroken):
            keys.signing.verify(one, typ=TYP)
    assert keys.signing.verify(token, typ=TYP) == b"payload"
