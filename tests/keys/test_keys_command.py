"""``hub keys``: what an operator types."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

from running_vault import HUBS, RunningVault
from typer.testing import CliRunner

from hub.cli import command_line
from hub.db.secrets import SecretStore
from hub.db.store import open_store
from hub.errors import HubError
from hub.keys import FileKeyProvider, FileKeys


def hub(*arguments: object) -> str:
    return CliRunner().invoke(command_line(), list(map(str, arguments)), catch_exceptions=False).stdout


def refused(*arguments: object) -> str:
    ran = CliRunner().invoke(command_line(), list(map(str, arguments)))
    assert isinstance(ran.exception, HubError)
    return ran.exception.message


def settings(folder: Path, url: str, more: str = "") -> Path:
    path = folder / "hub.toml"
    names = "".join(f'{name} = "{name}"\n' for name in ("manifests", "agreements", "secrets"))
    path.write_text(f'store = "{url}"\naudit = "sqlite:///a.db"\nkeys = "keys.json"\nissuers = []\n{names}{more}')
    return path


def put_a_secret(url: str, keys: FileKeys) -> None:
    async def put() -> None:
        store = open_store(url)
        secrets = SecretStore(store, FileKeyProvider(keys))
        await secrets.put("school", "token", "CANARY", "user-1", datetime(2026, 3, 4, tzinfo=UTC))
        await store.close()

    asyncio.run(put())


def test_an_operator_rotates_and_sees_what_is_still_old(url: str, keys: FileKeys, tmp_path: Path) -> None:
    config, file = settings(tmp_path, url), tmp_path / "keys.json"
    put_a_secret(url, keys)
    before = json.loads(hub("keys", "status", "--config", config, "--json"))
    assert not any(before["old"].values())
    hub("keys", "rotate", "sealing", "--config", config)
    hub("keys", "rotate", "signing", "--file", file)
    after = json.loads(hub("keys", "status", "--config", config, "--json"))
    assert after["sealing"] != before["sealing"]
    assert after["wrapping"] == "file:" + after["sealing"]
    hub("keys", "rotate", "log", "--file", file)
    later = json.loads(hub("keys", "status", "--config", config, "--json"))
    assert later["former_log"] == [before["log"]]
    assert after["former_signing"] == [before["signing"]]
    assert after["old"] == {**before["old"], "partner_secrets": 1}
    shown = hub("keys", "status", "--config", config)
    assert after["signing"] in shown
    assert "partner_secrets" in shown
    told = json.loads(file.read_text())
    assert not any(key in shown + json.dumps(after) for key in (told["mac"], *told["sealing"].values()))


def test_what_a_transit_engine_is_to_take_over_counts_as_old(
    url: str, keys: FileKeys, tmp_path: Path, vault: RunningVault
) -> None:
    put_a_secret(url, keys)
    table = f'[key_provider]\nkind = "vault"\nurl = "{vault.url}"\ntoken_file = "{vault.token_file.name}"\n'
    told = json.loads(hub("keys", "status", "--config", settings(tmp_path, url, table), "--json"))
    assert told["wrapping"] == "vault:transit/partnership-hub:v1"
    assert told["old"]["partner_secrets"] == 1
    vault.act("auth/token/revoke", token=HUBS)
    told = refused("keys", "status", "--config", tmp_path / "hub.toml")
    assert "refused the hub's token" in told
    assert "CANARY" not in told


def test_a_command_that_names_no_file_and_settings_that_miss_something_say_what_to_do(tmp_path: Path) -> None:
    assert "--file" in refused("keys", "rotate", "sealing")
    assert "is not there" in refused("keys", "rotate", "sealing", "--file", tmp_path / "keys.json")
    config = settings(tmp_path, "sqlite:///hub.db", '[key_provider]\nkind = "vault"\n')
    assert "needs url and token_file" in refused("keys", "status", "--config", config)
