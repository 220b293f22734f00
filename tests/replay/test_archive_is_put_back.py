"""The archive holds what questions rest on, whatever becomes of its rows; a check of it names what is wrong."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
import structlog
from lying import change, liar, told
from replayed_hub import Clock, hub_on
from sqlalchemy import delete, select, update

from hub.db.archive import ArchiveStore
from hub.db.archive_tables import archived_documents as archived
from hub.db.store import open_store
from hub.domain.documents import Document
from hub.keys import FileKeys
from hub.policy.archive import PolicyArchive, SeveralVersions
from hub.policy.kept import policies_document
from hub.policy.texts import PolicyTexts
from tests.fixtures.command_line import Command

# Two texts whose versions begin with the same twelve digits. Finding them took half a minute.
ALIKE = tuple(PolicyTexts({"a.cedar": f"// {one}"}, "", "") for one in ("0013f79e", "00a0bfbf"))


async def test_what_happened_to_a_row_is_mended_before_anything_is_decided_by_it(url: str, tmp_path: Path) -> None:
    store, clock = open_store(url), Clock()
    async with hub_on(url, tmp_path, clock) as hub:
        indexes = [await hub.view()]
        for statement in (
            delete(archived).where(archived.c.kind == "verdicts"),
            delete(archived).where(archived.c.kind == "register"),
            update(archived).where(archived.c.kind == "policies").values(sealed=b"x" * 60),
            update(archived).where(archived.c.kind == "policies").values(version="0" * 64),
        ):
            await _damaged(url, statement)
            with structlog.testing.capture_logs() as logged:
                indexes.append(await hub.view())
            alarms = [one["kind"] for one in logged if one["event"] == "archived_document_put_back"]
            assert len(alarms) == 1, logged
        assert [await told(hub, index) for index in (indexes[0], indexes[-1])] == [("AGREES", set())] * 2
    await _damaged(url, update(archived).where(archived.c.kind == "register").values(sealed=b"x" * 60))
    clock.passes(hours=1)
    async with hub_on(url, tmp_path, clock) as hub:
        assert await told(hub, indexes[0]) == ("AGREES", set()), "put back when the hub starts"
    await store.close()


async def _damaged(url: str, statement: Any) -> None:
    store = open_store(url)
    await change(store, statement)
    await store.close()


def test_fsck_looks_through_the_archive(url: str, tmp_path: Path, command: Command) -> None:
    async def decide() -> str:
        async with hub_on(url, tmp_path, Clock()) as hub:
            return (await liar(hub)).basis.verdicts

    verdicts = asyncio.run(decide())
    audit = url if url.startswith("postgresql") else f"sqlite:///{tmp_path / 'audit.db'}"
    settings = tmp_path / "hub.toml"
    told = {"store": url, "audit": audit, "keys": "keys.json", "secrets": ".", "issuers": []}
    settings.write_text(_toml(told))
    words = ("audit", "fsck", "--settings", str(settings))
    sound = command(*words)
    assert (sound.code, "Archive      6 documents, none altered or missing" in sound.out) == (0, True), sound
    asyncio.run(_damaged(url, delete(archived).where(archived.c.digest == verdicts)))
    asyncio.run(_damaged(url, update(archived).where(archived.c.kind == "policies").values(sealed=b"x" * 60)))
    done, found = command(*words), json.loads(command(*words, "--json").out)
    assert (done.code, "The log holds. The archive of what decided does not." in done.out) == (1, True), done
    first = found["rests_on"][verdicts]
    assert f"Document {verdicts} is missing; entry {first} rests on it" in done.out
    assert (found["found"], found["archive"]["missing"], len(found["archive"]["altered"])) == (0, [verdicts], 1)
    settings.write_text(_toml({**told, "store": f"sqlite:///{tmp_path}/elsewhere.db"}))
    assert "Not checked: the archive" in command(*words).out
    assert not (tmp_path / "elsewhere.db").exists(), "looking makes nothing"


def _toml(told: dict[str, Any]) -> str:
    return "\n".join(f"{name} = {json.dumps(value)}" for name, value in told.items())


async def test_policies_whose_versions_begin_alike_are_two(url: str, tmp_path: Path) -> None:
    """Twelve digits name a version where one alone begins so. The whole of it names one for good."""
    store, keys = open_store(url), FileKeys.create(tmp_path / "keys.json")
    archive, (one, other) = PolicyArchive(ArchiveStore(store, keys)), ALIKE
    assert (one.version[:12], one.version != other.version) == (other.version[:12], True)
    await archive.keep(policies_document(one))
    assert await archive.texts_of_version(one.version[:12]) == one
    await archive.keep(policies_document(other))
    assert [await archive.texts_of_version(each.version) for each in ALIKE] == [one, other]
    with pytest.raises(SeveralVersions):
        await archive.texts_of_version(one.version[:12])
    for nothing in ("", one.version[:11], "%" * 12, "_" * 64, "f" * 64):
        assert await archive.texts_of_version(nothing) is None
    await store.close()


def test_no_text_hides_behind_anothers_name() -> None:
    """A file of policies that bears the name of the purposes counts as well."""
    plain = PolicyTexts({"a.cedar": ""}, "schema", "purposes")
    hidden = PolicyTexts(
        {"a.cedar": "", "purposes.toml": "permit (principal, action, resource);"}, "schema", "purposes"
    )
    assert hidden.version != plain.version
    assert len(plain.version) == 64


async def test_a_document_that_was_never_there_is_kept_without_alarm(local: str, tmp_path: Path) -> None:
    store = open_store(local)
    archive = ArchiveStore(store, FileKeys.create(tmp_path / "keys.json"))
    document = Document.of("verdicts", b"{}")
    with structlog.testing.capture_logs() as logged:
        await archive.keep((document,))
        (kept,) = await store.select(select(archived))
        await archive.keep((document,))
        (again,) = await store.select(select(archived))
    assert (logged, kept) == ([], again), "a document that is right is not written again"
    await store.close()
