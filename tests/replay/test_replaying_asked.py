"""How replays are asked for: by whom, of what, under what; and whom they tell nothing about."""

import base64
import json
import re
import zlib
from pathlib import Path
from typing import Any

import pytest
from replayed_hub import AUDITOR, PROTECTED, WORKER, Clock, Hub, hub_on, replayed
from test_many_replayed import changed_policies

from hub.cli.queries import REPLAY, REPLAYS
from hub.domain.identifiers import nhs_number
from hub.domain.people import PersonReference
from hub.policy.policies import shipped_policies
from hub.replaying import pack
from tests.fixtures.command_line import Command
from tests.fixtures.partnership import RunningPartnership


async def refused(hub: Hub, query: str, **variables: Any) -> tuple[str, list[str]]:
    told = await hub.ask(query, variables)
    (error,) = told["errors"]
    return error["extensions"]["code"], error["extensions"]["reasons"]


async def test_replaying_is_for_reviewers_and_names_what_was_replayed(local: str, tmp_path: Path) -> None:
    async with hub_on(local, tmp_path, Clock()) as hub:
        index = await hub.view()
        denied = await hub.ask(REPLAY, {"index": index}, WORKER)
        await replayed(hub, index)
        size = (await hub.entries())[-1].index
        assert "errors" not in await hub.ask(REPLAYS, {})
        await replayed(hub, index, under="current")
        sent = await replayed(hub, index, policies=pack(changed_policies(tmp_path)))
        assert await refused(hub, "{ replayDecisions(first: 500) { agrees } }") == ("BAD_USER_INPUT", ["page-size"])
        assert await refused(hub, REPLAY, index=index, under="made up") == ("BAD_USER_INPUT", ["replay-under"])
        current = (await hub.services()).policies.version
        recorded = await hub.entries(kind="replayDecision")
    assert denied["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert [(one.principal, one.outcome, one.reasons) for one in recorded] == [
        (WORKER.id, "refused", (f"entry:{index}", "replaying-is-for-reviewers")),
        (AUDITOR.id, "done", (f"entry:{index}", "reviewers-replay-decisions")),
        (AUDITOR.id, "done", (f"entries:0-{size}", "reviewers-replay-decisions")),
        (AUDITOR.id, "done", (f"entry:{index}", f"under:{current}", "reviewers-replay-decisions")),
        (AUDITOR.id, "done", (f"entry:{index}", f"under-sent:{sent['under']}", "reviewers-replay-decisions")),
        (AUDITOR.id, "refused", ("page-size",)),
        (AUDITOR.id, "refused", (f"entry:{index}", "replay-under")),
    ]
    assert (len(current), len(sent["under"]), sent["under"] != current) == (64, 64, True)


async def test_what_cannot_be_replayed_is_refused_in_words(local: str, tmp_path: Path) -> None:
    bomb = base64.b64encode(zlib.compress(b" " * 40_000_000)).decode()
    broken = base64.b64encode(zlib.compress(b'{"cedar":{"a.cedar":"permit ("},"schema":"","purposes":""}')).decode()
    async with hub_on(local, tmp_path, Clock()) as hub:
        index = await hub.view()
        assert await refused(hub, REPLAY, index=10_000) == ("NOT_FOUND", ["no-such-entry"])
        assert await refused(hub, REPLAY, index=-1) == ("NOT_FOUND", ["no-such-entry"])
        assert await refused(hub, REPLAY, index=index, under="0" * 12) == ("BAD_USER_INPUT", ["replay-under"])
        for packed in ("not base64!", "AAAA", bomb):
            assert await refused(hub, REPLAY, index=index, policies=packed) == ("BAD_USER_INPUT", ["policies"])
        unusable = await replayed(hub, index, policies=broken)
    assert (unusable["state"], unusable["findings"][0]["kind"]) == ("NOT_ENOUGH_RECORDED", "UNUSABLE")


async def test_a_protected_child_replays_as_somebody_nobody_knows(local: str, tmp_path: Path) -> None:
    async with hub_on(local, tmp_path, Clock()) as hub:
        told, bases = [], []
        for number in (PROTECTED.nhs_number, nhs_number("999 123 4551")):
            index = await hub.view(about=PersonReference(nhs_number=number))
            (entry,) = [one for one in await hub.entries() if one.index == index]
            bases.append((entry.basis, entry.sources, entry.policy_version))
            told.append({**await replayed(hub, index), "index": 0})
        known = await replayed(hub, await hub.view())
    assert bases[0] == bases[1]
    assert told[0] == told[1]
    assert told[0]["state"] == "AGREES"
    assert known["findings"] != told[0]["findings"], "a known child is told"


def test_the_command_line_replays_one_entry_and_all_of_them(
    partnership: RunningPartnership, command: Command, tmp_path: Path
) -> None:
    index = str(partnership.view()["receipt"]["outcomeIndex"])
    state = ("--state", str(partnership.state))
    one = command("audit", "replay", index, *state)
    assert (one.code, "AGREES" in one.out) == (0, True), one
    asked = json.loads(command("audit", "replay", index, "--json", *state).out)
    assert (asked["state"], asked["outcome"]) == ("AGREES", "disclosed")
    changed = tmp_path / "changed"
    changed.mkdir()
    for file in (*shipped_policies().glob("*.cedar"), *shipped_policies().glob("hub.cedarschema")):
        (changed / file.name).write_text(file.read_text())
    purposes = (shipped_policies() / "purposes.toml").read_text()
    (changed / "purposes.toml").write_text(re.sub(r"(\[S47.reach\]\nmash_social_worker = ).*", r'\1["T0"]', purposes))
    differs = command("audit", "replay", index, "--under", str(changed), *state)
    assert (differs.code, "role-does-not-reach-tier" in differs.out) == (3, True), differs
    every = command("audit", "replay", "--summary", "--from", "2020-01-01", "--json", *state)
    assert json.loads(every.out)["differs"] == []
    assert json.loads(every.out)["agrees"] > 0
    assert command("audit", "replay", *state).code != 0


@pytest.mark.parametrize("word", ["current", "0123456789ab"])
def test_a_version_is_not_looked_for_as_a_folder(partnership: RunningPartnership, command: Command, word: str) -> None:
    index = str(partnership.view()["receipt"]["outcomeIndex"])
    told = command("audit", "replay", index, "--under", word, "--state", str(partnership.state))
    assert (told.code == 0) == (word == "current"), told
