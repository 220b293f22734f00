"""Many past decisions after a policy change: all agree under the old version, and the new one explains the rest.

HUB_REPLAYS says how many reads are decided and then decided again; a thousand and more when it matters.
"""

import os
import random
import shutil
from pathlib import Path
from typing import Any

import pytest
from replayed_hub import ADVISER, CLINIC, MANAGER, SCREENER, WORKER, Clock, Hub, agree, family, hub_on, replayed

from hub.cli.audit_replays import gathered
from hub.cli.queries import REPLAYS
from hub.domain.codes import Agency
from hub.domain.principals import Principal
from hub.policy.policies import shipped_policies
from hub.replaying import pack

READS = int(os.environ.get("HUB_REPLAYS", "12"))
ASKED: tuple[tuple[Principal, str, dict[str, Any]], ...] = (
    (WORKER, "S47", {}),
    (WORKER, "CIN_ASSESS", {}),
    (MANAGER, "S47", {}),
    (SCREENER, "SCREEN", {}),
    (ADVISER, "EARLY_HELP", {}),
    (ADVISER, "EARLY_HELP", {"family_agreement": family(tuple(map(str, Agency)))}),
)
PILOT = """
@id("pilot-screening-sees-no-names")
@says("In the pilot, screening sees no names of professionals.")
@basis("A test")
@ground("role")
forbid (principal in Hub::Role::"screening_officer", action == Hub::Action::"disclose", resource)
when { resource == Hub::Category::"professional.name" };
"""


def changed_policies(folder: Path) -> Path:
    """The shipped policies but for two changes: a pilot for screening, and managers reach no detail for S47."""
    changed = folder / "changed"
    shutil.copytree(shipped_policies(), changed, ignore=shutil.ignore_patterns("cases", "agreements", "identity"))
    (changed / "pilot.cedar").write_text(PILOT)
    purposes = (changed / "purposes.toml").read_text()
    head, s47, rest = purposes.partition("[S47.reach]\n")
    now = rest.replace('mash_manager = ["T0", "T1", "T2", "T3"]', 'mash_manager = ["T0", "T1", "T2"]', 1)
    assert now != rest
    (changed / "purposes.toml").write_text(head + s47 + now)
    return changed


async def every(hub: Hub, **by: Any) -> dict[str, Any]:
    """Every decision that the log holds now, page by page through the door."""

    async def page(after: str | None) -> dict[str, Any]:
        told = await hub.ask(REPLAYS, {"after": after, **by})
        assert "errors" not in told, told
        return told["data"]["replayDecisions"]

    pages = [await page(None)]
    while pages[-1]["hasNextPage"]:
        pages.append(await page(pages[-1]["endCursor"]))
    return gathered(pages)


async def traffic(hub: Hub, chance: random.Random, reads: int) -> dict[int, tuple[Principal, str]]:
    """As many reads of each kind, in an order that chance decides; who asked for what, by the index of the outcome."""
    asked = {}
    for who, purpose, more in chance.sample(dealt := (ASKED * reads)[:reads], len(dealt)):
        asked[await hub.view(who, purpose, **more)] = who, purpose
        hub.clock.passes(hours=chance.randint(1, 9))
    return asked


@pytest.mark.timeout(120 + READS)
async def test_all_agree_under_the_old_version_and_the_new_one_explains_itself(url: str, tmp_path: Path) -> None:
    clock, chance = Clock(), random.Random(8)
    async with hub_on(url, tmp_path, clock) as hub:
        asked = await traffic(hub, chance, READS // 2)
    agree(tmp_path, CLINIC, 2, tiers=["T0", "T1"], valid_from=clock().date().isoformat())
    changed = changed_policies(tmp_path)
    async with hub_on(url, tmp_path, clock) as hub:
        asked |= await traffic(hub, chance, READS - READS // 2)
        old = (await hub.services()).policies.version
    async with hub_on(url, tmp_path, clock, changed) as hub:
        then = await every(hub)
        assert (then["differs"], then["notEnough"], then["groups"]) == ([], [], [])
        assert then["agrees"] >= 2 * READS  # each read, and each opening of an enquiry
        now = await every(hub, under="current")
        packed = await every(hub, policies=pack(changed))
        back = await every(hub, under=old)
        example = now["groups"][0]["example"] if now["groups"] else -1
        explained = await replayed(hub, example, under="current")
    assert back["differs"] == [], "the old version gives what was recorded under it"
    assert packed["groups"] == now["groups"]
    touched = {
        index for index, (who, purpose) in asked.items() if who is SCREENER or (who, purpose) == (MANAGER, "S47")
    }
    assert set(now["differs"]) == touched
    assert touched
    assert {(*one["roles"], one["purpose"]) for one in now["groups"]} == {
        ("screening_officer", "SCREEN"),
        ("mash_manager", "S47"),
    }
    closes = [one for one in now["groups"] if one["what"] == "CLOSES"]
    assert {(*one["roles"], each["policy"], each["says"]) for one in closes for each in one["decided"]} == {
        (
            "screening_officer",
            "pilot-screening-sees-no-names",
            "In the pilot, screening sees no names of professionals.",
        ),
        ("mash_manager", "role-does-not-reach-tier", said("role-does-not-reach-tier")),
    }
    assert explained["state"] == "DIFFERS"
    assert explained["differences"]


def said(policy: str) -> str:
    """The sentence of a policy, as its file has it."""
    text = (shipped_policies() / "disclosure-tiers.cedar").read_text()
    return text.partition(f'@id("{policy}")\n@says("')[2].partition('")')[0]
