"""The demo's issuer, as a real process: its tokens verify against the keys it publishes."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.errors import BadSignatureError
from joserfc.jwk import ECKey, KeySet

from hub.demo.issuer import issuer_url, mint
from hub.demo.personas import persona, personas
from hub.domain.codes import Agency, Role
from hub.errors import BadInput, ConfigurationError

AUDIENCE = "partnership-hub"


def run(state: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "hub.demo.issuer", "--port", "0", "--state", str(state)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline().startswith("ready issuer ")
    return process


@pytest.fixture(scope="module")
def state(tmp_path_factory) -> Iterator[Path]:
    state = tmp_path_factory.mktemp("issuer")
    process = run(state)
    yield state
    process.terminate()
    process.communicate(timeout=5)


def published(address: str) -> dict:
    assert address.startswith("http://127.0.0.1:")
    with urllib.request.urlopen(address, timeout=5) as reply:  # noqa: S310  loopback, checked above
        return json.load(reply)


def test_a_minted_token_verifies_against_the_published_keys(state):
    configuration = published(f"{issuer_url(state)}/.well-known/openid-configuration")
    keys = KeySet.import_key_set(published(configuration["jwks_uri"]))
    token = jwt.decode(mint(state, "mash_social_worker", audience=AUDIENCE), keys, algorithms=["ES256"])
    assert token.header["typ"] == "at+jwt"
    assert token.header["kid"] == keys.keys[0].kid
    assert token.claims["iss"] == configuration["issuer"]
    assert token.claims["aud"] == AUDIENCE
    assert token.claims["sub"] == "p-mash-social-worker"
    assert token.claims["roles"] == ["mash_social_worker"]
    assert token.claims["agency"] == "social-care"
    assert token.claims["exp"] - token.claims["iat"] == 3600


def test_two_tokens_are_never_the_same(state):
    assert mint(state, "auditor", audience=AUDIENCE) != mint(state, "auditor", audience=AUDIENCE)


def test_a_token_can_be_made_to_last_as_long_as_wanted(state):
    keys = KeySet.import_key_set(published(f"{issuer_url(state)}/jwks.json"))
    token = mint(state, "auditor", audience=AUDIENCE, lifetime=timedelta(seconds=-5))
    claims = jwt.decode(token, keys, algorithms=["ES256"]).claims
    assert claims["exp"] == claims["iat"] - 5


def test_another_key_does_not_verify_a_token(state):
    with pytest.raises(BadSignatureError):
        jwt.decode(mint(state, "dpo", audience=AUDIENCE), ECKey.generate_key("P-256"), algorithms=["ES256"])


def test_nothing_secret_is_published_and_the_key_is_the_owners_alone(state):
    (key,) = published(f"{issuer_url(state)}/jwks.json")["keys"]
    assert "d" not in key
    assert (state / "issuer-key.json").stat().st_mode & 0o077 == 0


def test_the_key_survives_a_restart(tmp_path):
    seen = []
    for _ in range(2):
        process = run(tmp_path)
        seen.append(published(f"{issuer_url(tmp_path)}/jwks.json"))
        process.terminate()
        process.communicate(timeout=5)
    assert seen[0] == seen[1]


def test_nobody_can_mint_where_no_issuer_ran(tmp_path):
    with pytest.raises(ConfigurationError, match="start the demo"):
        mint(tmp_path, "auditor", audience=AUDIENCE)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PARTNER_SYSTEM])
def test_every_role_has_a_persona(role):
    one = persona(role)
    assert role in one.roles
    assert persona(one.id) is one


def test_a_partner_representative_is_healths_unless_another_is_named():
    assert persona("partner_rep").agency is Agency.HEALTH
    agencies = {one.agency for one in personas() if Role.PARTNER_REP in one.roles}
    assert agencies == {
        Agency.SOCIAL_CARE,
        Agency.HEALTH,
        Agency.YOUTH_JUSTICE,
        Agency.PROBATION,
        Agency.EDUCATION,
    }


def test_no_two_personas_share_an_id_or_a_name():
    assert len({one.id for one in personas()}) == len({one.name for one in personas()}) == len(personas())


def test_an_unknown_persona_is_refused_with_the_roles_there_are():
    with pytest.raises(BadInput, match="mash_manager"):
        persona("king")
