"""Who signed an agreement: anybody with a JOSE library can sign, and nobody can change what was signed."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from agreement_samples import document, encoded
from joserfc.jwk import ECKey
from joserfc.jws import JWSRegistry

from hub.errors import BadInput
from hub.keys.detached import PartyKey, make_party_key
from hub.policy.agreements import Unusable, decode, unsigned_parties
from hub.policy.agreements.signatures import canonical, to_sign
from hub.policy.agreements.signing import keyed_document, signed_document


def signed(tmp_path: Path, *names: str, **changes: Any) -> dict[str, Any]:
    """The document with a key for each party, signed by these."""
    told, keys = document(**changes), {}
    for place, name in enumerate(("A", "B")):
        keys[name] = make_party_key(tmp_path / f"{name}.key")
        told["parties"][place]["keys"] = [keys[name].public]
    content = encoded(told)
    for name in names:
        content = signed_document(content, name, PartyKey.read(tmp_path / f"{name}.key"))
    return json.loads(content)


def test_every_party_signs_and_it_can_be_told_who_did(tmp_path):
    read = decode(encoded(signed(tmp_path, "A")))
    assert [one.state for one in read.signed] == ["signed", "not signed"]
    assert unsigned_parties(read.agreement, read.signed) == ("Example Council",)
    (tmp_path / "again").mkdir()
    read = decode(encoded(signed(tmp_path / "again", "A", "B")))
    assert [one.state for one in read.signed] == ["signed", "signed"]
    assert unsigned_parties(read.agreement, read.signed) == ()


def test_order_and_white_space_are_not_signed_and_everything_else_is(tmp_path):
    told = signed(tmp_path, "A", "B")
    turned = json.dumps(dict(reversed(list(told.items()))), indent=7).encode()
    assert [one.state for one in decode(turned).signed] == ["signed", "signed"]
    assert decode(turned).document == decode(encoded(told)).document
    for change in (
        {"version": 2},
        {"purposes": ["SCREEN"], "rules": told["rules"][:1]},
        {"conditions": ["more"]},
        {"valid_until": "2027-12-31"},
    ):
        with pytest.raises(Unusable, match="is broken"):
            decode(encoded({**told, **change}))


def test_a_signature_by_another_partys_key_is_broken(tmp_path):
    told = signed(tmp_path, "A", "B")
    one, other = told["signatories"]
    one["signature"], other["signature"] = other["signature"], one["signature"]
    with pytest.raises(Unusable) as refused:
        decode(encoded(told))
    assert [fault.path for fault in refused.value.faults] == ["signatories[0].signature", "signatories[1].signature"]


def test_nobody_signs_with_a_key_that_the_document_does_not_hold(tmp_path):
    told = encoded(signed(tmp_path))
    with pytest.raises(BadInput, match="holds no such public key"):
        signed_document(told, "A", PartyKey.read(tmp_path / "B.key"))
    with pytest.raises(BadInput, match="exactly one signatory"):
        signed_document(told, "C", PartyKey.read(tmp_path / "A.key"))


def test_a_partys_key_is_put_into_a_document_before_anybody_signs(tmp_path):
    key = make_party_key(tmp_path / "A.key")
    once = keyed_document(encoded(document()), "Example Trust", key)
    assert json.loads(once)["parties"][0]["keys"] == [key.public]
    assert keyed_document(once, "Example Trust", key) == once
    assert decode(signed_document(once, "A", key)).signed[0].state == "signed"
    with pytest.raises(BadInput, match="Example Trust, Example Council"):
        keyed_document(once, "Nobody", key)
    late = make_party_key(tmp_path / "B.key")
    with pytest.raises(BadInput, match="signatures cover the keys"):
        keyed_document(signed_document(once, "A", key), "Example Council", late)


def test_another_jose_library_and_algorithm_may_sign(tmp_path):
    """ES256 by hand, over bytes made by json alone: what RFC 8785 and RFC 7515 say, and nothing of ours."""
    key = ECKey.generate_key("P-256")
    told = document()
    told["parties"][0]["keys"] = [key.as_dict(private=False)]
    payload = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert payload == to_sign(told)
    head = base64.urlsafe_b64encode(b'{"alg":"ES256"}').rstrip(b"=")
    signing = head + b"." + base64.urlsafe_b64encode(payload).rstrip(b"=")
    proof = base64.urlsafe_b64encode(JWSRegistry.algorithms["ES256"].sign(signing, key)).rstrip(b"=")
    told["signatories"][0]["signature"] = f"{head.decode()}..{proof.decode()}"
    assert decode(encoded(told)).signed[0].state == "signed"


@pytest.mark.parametrize(
    "header",
    [b'{"alg":"none"}', b'{"alg":"HS256"}', b'{"alg":"EdDSA","jwk":{}}', b'{"alg":"EdDSA","b64":false}', b"{}"],
)
def test_a_signature_with_another_header_is_broken(tmp_path, header):
    told = signed(tmp_path, "A")
    _, nothing, proof = told["signatories"][0]["signature"].split(".")
    told["signatories"][0]["signature"] = f"{base64.urlsafe_b64encode(header).rstrip(b'=').decode()}.{nothing}.{proof}"
    with pytest.raises(Unusable, match="is broken"):
        decode(encoded(told))


def test_canonical_bytes_are_those_of_rfc_8785():
    told = {"b": 1, "a": ['\u20ac$\u000f\nA\'B"\\\\"/', True, None], "": {"d": "é", "c": ""}}
    assert canonical(told) == json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def test_a_private_key_in_a_document_is_refused(tmp_path):
    make_party_key(tmp_path / "key")
    told = document()
    told["parties"][0]["keys"] = [json.loads((tmp_path / "key").read_text())]
    with pytest.raises(Unusable, match="is a private key"):
        decode(encoded(told))
