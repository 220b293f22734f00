"""A supplier's engineer and the hub's information-governance lead, each at their own desk."""

import json
import time
from pathlib import Path

from hub.cli.client import Caller, Refused
from tests.fixtures.command_line import Command
from tests.fixtures.partnership import RunningPartnership

VIEWER = "{ viewer { id agency roles } }"


def test_a_system_joins_signs_in_and_is_shut_out(
    partnership: RunningPartnership, command: Command, tmp_path: Path
) -> None:
    state, private, public = str(partnership.state), tmp_path / "system.jwk", tmp_path / "system.jwks"
    as_ig_lead = ("--as", "ig_lead", "--state", state)
    public.write_text(command("client", "key", str(private)).out)
    assert private.stat().st_mode & 0o777 == 0o600
    assert "d" not in json.loads(public.read_text())["keys"][0]
    name = ("--agency", "probation", "--organisation", "Derwent Probation", "--source", "probation")
    enrolled = command("client", "enrol", "probation-cms", *name, "--jwks", str(public), *as_ig_lead, "--json")
    assert (enrolled.code, json.loads(enrolled.out)[0]["state"]) == (0, "ENROLLED"), enrolled.err
    token = command("client", "token", "probation-cms", "--key", str(private), "--url", partnership.url).out.strip()
    system = Caller(partnership.url, token)
    assert system.ask(VIEWER, {})["viewer"] == {
        "id": "client:probation-cms", "agency": "probation", "roles": ["partner_system"],
    }  # fmt: skip
    assert "probation-cms" in command("client", "list", *as_ig_lead, COLUMNS="60").out
    assert command("client", "revoke", "probation-cms", "--reason", "Lost", *as_ig_lead).code == 0
    assert refused_within(1.0, system) == "UNAUTHENTICATED"
    again = command("client", "token", "probation-cms", "--key", str(private), "--url", partnership.url)
    assert (again.code, "does not let this system in" in again.err) == (1, True)


def refused_within(seconds: float, system: Caller) -> str:
    """The code by which somebody is refused who asks again and again."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            system.ask(VIEWER, {})
        except Refused as refusal:
            return refusal.code
    return "nothing refused it"


def test_a_key_is_never_overwritten_and_a_public_one_signs_nobody_in(
    partnership: RunningPartnership, command: Command, tmp_path: Path
) -> None:
    private = tmp_path / "system.jwk"
    public = command("client", "key", str(private)).out
    before = private.read_bytes()
    assert command("client", "key", str(private)).code == 1
    assert private.read_bytes() == before
    other = tmp_path / "public.jwk"
    other.write_text(json.dumps(json.loads(public)["keys"][0]))
    other.chmod(0o600)
    told = command("client", "token", "x-system", "--key", str(other), "--url", partnership.url)
    assert (told.code, "no private JSON Web Key" in told.err) == (1, True)
