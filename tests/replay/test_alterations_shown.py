"""Whatever is altered of what a decision rested on, or of what its entry says, is shown as a difference."""

import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from lying import Lying, change, told
from replayed_hub import CARE, CLINIC, POLICE, WORKER, Clock, hub_on, replayed
from sqlalchemy import delete, select, update

from hub.audit.leaf import Stage
from hub.db.archive import archive_context
from hub.db.archive_tables import archived_documents as archived
from hub.db.store import open_store
from hub.disclosure import view
from hub.domain.categories import Category
from hub.domain.disclosures import RESTRICTED, Withholding
from hub.domain.documents import Document
from hub.domain.questions import EVERYTHING
from hub.keys import FileKeys

KINDS = ("policies", "register", "agreement", "verdicts")


async def test_a_document_that_was_altered_or_taken_away_is_named(url: str, tmp_path: Path) -> None:
    async with hub_on(url, tmp_path, Clock()) as hub:
        index, store, keys = await hub.view(), open_store(url), FileKeys.read(tmp_path / "keys.json")
        for kind in KINDS:
            of_kind = archived.c.kind == kind
            (row, *_) = await store.select(select(archived).where(of_kind).order_by(archived.c.digest))
            at = archived.c.digest == row.digest
            other = keys.seal(zlib.compress(b'{"refusal":[],"sources":{}}'), archive_context(row))
            for sealed in (row.sealed[:-1] + bytes([row.sealed[-1] ^ 1]), other):  # a bit; another, by the real key
                await change(store, update(archived).where(at).values(sealed=sealed))
                assert await told(hub, index) == ("DIFFERS", {"ARCHIVE_ALTERED"}), kind
            await change(store, delete(archived).where(at))
            assert await told(hub, index) == ("DIFFERS", {"ARCHIVE_MISSING"}), kind
            await change(store, archived.insert().values(**row._mapping))
        assert await told(hub, index) == ("AGREES", set())
        await store.close()


LIES: dict[str, tuple[str, Callable[[Lying], dict[str, Any]]]] = {
    "another version": ("VERSION", lambda one: {"policy_version": "0123456789ab"}),
    "another agreement": ("AGREEMENT", lambda one: {"agreements": {**one.honest.agreements, CLINIC: "other@7"}}),
    "more was asked": (
        "ASKED",
        lambda one: {"released": one.released(POLICE, asked=frozenset({Category.POLICE_INTELLIGENCE}))},
    ),
    "a source is left out": ("SOURCES", lambda one: {"released": one.honest.released[1:]}),
    "a source too many": (
        "SOURCES",
        lambda one: {"released": (*one.honest.released, *one.released(CARE, source="x")[:1])},
    ),
    "a policy that decided nothing": (
        "STATE",
        lambda one: {"released": one.released(CARE, reasons=("early-help-needs-agreement",))},
    ),
    "kept back by another policy": (
        "WITHHELD",
        lambda one: {
            "withheld": (Withholding(CARE, Category.SOCIAL_CARE_MISSING, 1, ("early-help-needs-agreement",)),)
        },
    ),
}


async def test_an_entry_that_says_otherwise_than_was_decided_differs(local: str, tmp_path: Path) -> None:
    async with hub_on(local, tmp_path, Clock()) as hub:
        services, enquiry = await hub.services(), await hub.open()
        honest = (await view(WORKER, enquiry.id, EVERYTHING, "honest", services)).disclosure
        (entry,) = [one for one in await hub.entries(request_id="honest") if one.stage is Stage.OUTCOME]
        lying = Lying(hub, entry.basis, honest)
        assert await told(hub, await lying.entry()) == ("AGREES", set())
        for name, (kind, lie) in LIES.items():
            assert await told(hub, await lying.entry(**lie(lying))) == ("DIFFERS", {kind}), name


async def test_what_a_label_kept_is_replayed_without_its_name(local: str, tmp_path: Path) -> None:
    """The entry does not name a rule that nobody may be shown, and is said to be kept back by a label all the same."""
    async with hub_on(local, tmp_path, Clock()) as hub:
        services, enquiry = await hub.services(), await hub.open()
        honest = (await view(WORKER, enquiry.id, EVERYTHING, "honest", services)).disclosure
        (entry,) = [one for one in await hub.entries(request_id="honest") if one.stage is Stage.OUTCOME]
        lying = Lying(hub, entry.basis, honest)
        kept = Withholding(CARE, Category.SOCIAL_CARE_MISSING, None, ("label-adoption",))
        released = lying.released(CARE, reasons=("label-gender-history",))
        index = await lying.entry(withheld=(kept, *honest.withheld), released=released)
        (written,) = [one for one in await hub.entries() if one.index == index]
        one = await replayed(hub, index)
    (source,) = [each for each in written.sources if each.source == CARE]
    assert (source.reasons, source.withheld[0].reasons) == ((RESTRICTED,), (RESTRICTED,))
    assert one["state"] == "AGREES", one
    assert [(found["kind"], found["source"]) for found in one["findings"]] == [("BY_LABEL", CARE), ("BY_LABEL", POLICE)]


async def test_verdicts_that_the_policies_do_not_give_differ_policy_by_policy(local: str, tmp_path: Path) -> None:
    """The same where everything fits its digest: what was recorded is compared with what is decided now."""
    async with hub_on(local, tmp_path, Clock()) as hub:
        services, enquiry = await hub.services(), await hub.open()
        honest = (await view(WORKER, enquiry.id, EVERYTHING, "honest", services)).disclosure
        (entry,) = [one for one in await hub.entries(request_id="honest") if one.stage is Stage.OUTCOME]
        table = await services.archive.verdicts(entry.basis.verdicts)
        plain = msgspec.to_builtins(table)
        kept_back = next(one for one in plain["sources"]["police"]["verdicts"]["child"] if not one["permitted"])
        kept_back["permitted"] = True
        planted = Document.of("verdicts", msgspec.json.encode(plain, order="sorted"))
        await services.archive.keep(planted)
        index = await Lying(hub, entry.basis, honest).entry(
            msgspec.structs.replace(entry.basis, verdicts=planted.digest)
        )
        one = await replayed(hub, index)
    assert one["state"] == "DIFFERS"
    (difference,) = one["differences"]
    assert (difference["effect"], difference["source"], difference["about"]) == ("CLOSES", "police", ["child"])
    assert difference["categories"] == list(kept_back["categories"])
    assert [each["policy"] for each in difference["decided"]] == list(kept_back["policies"])


async def test_what_was_never_archived_is_never_said_to_agree(local: str, tmp_path: Path) -> None:
    async with hub_on(local, tmp_path, Clock()) as hub:
        services, enquiry = await hub.services(), await hub.open()
        honest = (await view(WORKER, enquiry.id, EVERYTHING, "honest", services)).disclosure
        (entry,) = [one for one in await hub.entries(request_id="honest") if one.stage is Stage.OUTCOME]
        for what in ("register", "verdicts"):
            lying = Lying(hub, msgspec.structs.replace(entry.basis, **{what: ""}), honest, what)
            assert await told(hub, await lying.entry()) == ("NOT_ENOUGH_RECORDED", {"NOT_RECORDED"})
