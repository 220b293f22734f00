"""A secret opens for the source that it was set for; the operator's folder for the operator's own files alone."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.connectors.credentials import Credentials
from hub.db.secrets import SecretStore
from hub.db.store import open_store
from hub.db.upgrade import upgrade
from hub.domain.identifiers import SourceId
from hub.errors import ConfigurationError
from hub.keys import FileKeyProvider, FileKeys

SCHOOLS, PROBATION = SourceId("schools"), SourceId("probation")


async def test_what_a_partner_registers_names_no_file_of_the_operators(tmp_path: Path) -> None:
    await asyncio.to_thread(upgrade, f"sqlite:///{tmp_path}/hub.db")
    store = open_store(f"sqlite:///{tmp_path}/hub.db")
    secrets = SecretStore(store, FileKeyProvider(FileKeys.create(tmp_path / "keys.json")))
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "probation").write_text("the probation service's own")
    await secrets.put(PROBATION, "token", "set by probation", "somebody", datetime.now(UTC))
    registered, declared = Credentials(secrets, None), Credentials(secrets, tmp_path / "secrets")
    for name in ("probation", "token"):
        with pytest.raises(ConfigurationError, match="Set it"):
            await registered.secret(SCHOOLS, name)
    assert await registered.secret(PROBATION, "token") == "set by probation"
    assert await declared.secret(PROBATION, "probation") == "the probation service's own"
    await store.close()
