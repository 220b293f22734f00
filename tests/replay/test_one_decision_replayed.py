"""One past decision, decided again through the door: what agrees, what does not, and what is then said."""

from pathlib import Path

import msgspec
import pytest
from replayed_hub import (
    ADVISER,
    ANALYST,
    CLINIC,
    SCREENER,
    WORKER,
    Clock,
    agree,
    family,
    hub_on,
    replayed,
)

from hub.audit.leaf import Outcome
from hub.domain.acts import Action
from hub.domain.categories import RecordKind
from hub.domain.codes import Agency
from hub.domain.disclosures import RESTRICTED
from hub.domain.questions import Selection
from hub.enquiries import break_glass, close_enquiry, read_enquiry
from hub.errors import AccessDenied
from hub.recorded_acts import act_of


async def test_a_view_agrees_under_the_policies_then_in_force_policy_by_policy(url: str, tmp_path: Path) -> None:
    async with hub_on(url, tmp_path, Clock()) as hub:
        told = await replayed(hub, await hub.view())
        asked = await replayed(hub, (await hub.entries(kind="view"))[0].index)
    assert (told["state"], told["differences"], told["outcome"]) == ("AGREES", [], "disclosed"), told
    assert told["under"] == told["recordedVersion"]
    assert told["policies"]
    assert all(one["agrees"] and one["recorded"] == one["decided"] > 0 for one in told["policies"])
    assert asked == told, "an intent is replayed by its outcome"
    (kept,) = [one for one in told["findings"] if one["kind"] == "BY_LABEL"]
    assert (kept["source"], "label-police-intel-c" in kept["names"]) == ("police", True), "said, and not decided again"


async def test_every_kind_of_question_agrees_on_the_facts_it_was_decided_by(local: str, tmp_path: Path) -> None:
    """Roles, purposes, a family's agreement and its scope, a broken glass, a selection: refused or not."""
    async with hub_on(local, tmp_path, Clock()) as hub:
        everybody, health = tuple(map(str, Agency)), (str(Agency.HEALTH),)
        findings = Selection(frozenset({RecordKind.FINDING}), frozenset({CLINIC}))
        indexes = [
            await hub.view(SCREENER, "SCREEN"),
            await hub.view(WORKER, "CIN_ASSESS"),
            await hub.view(ADVISER, "EARLY_HELP"),
            await hub.view(ADVISER, "EARLY_HELP", family_agreement=family(everybody)),
            await hub.view(ADVISER, "EARLY_HELP", family_agreement=family(health)),
            await hub.view(ADVISER, "EARLY_HELP", family_agreement=family(everybody, days_ago=-3)),
            await hub.view(WORKER, "S47", selection=findings),
        ]
        glass = await hub.open()
        await break_glass(WORKER, glass.id, "a child in danger", await hub.services())
        glass = await (await hub.services()).enquiries.get(glass.id)
        indexes.append(await hub.view_under(glass))
        told = [await replayed(hub, index) for index in indexes]
    assert [one["state"] for one in told] == ["AGREES"] * len(told), told
    assert {one["outcome"] for one in told} == {"disclosed", "refused"}


async def test_a_question_is_decided_by_the_agreements_of_its_own_day(url: str, tmp_path: Path) -> None:
    clock = Clock()
    async with hub_on(url, tmp_path, clock) as hub:
        before = await hub.view()
    clock.passes(days=30)
    agree(tmp_path, CLINIC, 2, tiers=["T0"], valid_from="2026-03-20")
    async with hub_on(url, tmp_path, clock) as hub:
        after = await hub.view()
        (tmp_path / "agreements" / "clinic-1.json").unlink()
        first, second = await replayed(hub, before), await replayed(hub, after)
    clock.passes(days=400)
    async with hub_on(url, tmp_path, clock) as hub:
        assert await replayed(hub, before) == first
        assert await replayed(hub, after) == second
    assert (first["state"], second["state"]) == ("AGREES", "AGREES")
    assert first["policies"] != second["policies"], "the newer agreement gives less"


async def test_acts_agree_on_what_held_when_they_were_decided(local: str, tmp_path: Path) -> None:
    """One's own enquiry and another's, what nobody may do, and what was refused for another reason than policy."""
    async with hub_on(local, tmp_path, Clock()) as hub:
        enquiry, services = await hub.open(), await hub.services()
        await read_enquiry(WORKER, enquiry.id, services)
        for who in (SCREENER, ANALYST):
            with pytest.raises(AccessDenied):
                await close_enquiry(who, enquiry.id, services)
        await close_enquiry(WORKER, enquiry.id, services)
        with pytest.raises(AccessDenied):
            await break_glass(WORKER, enquiry.id, "a child in danger", services)
        acts = [one for one in await hub.entries() if one.stage == "act" and one.outcome in {"done", "refused"}]
        told = [await replayed(hub, one.index) for one in acts if one.kind != "adoptDeclared"]
    states = [(one["kind"], one["outcome"], one["state"]) for one in told]
    assert states == [
        ("openEnquiry", "done", "AGREES"),
        ("readEnquiry", "done", "AGREES"),
        ("closeEnquiry", "refused", "AGREES"),
        ("closeEnquiry", "refused", "AGREES"),
        ("closeEnquiry", "done", "AGREES"),
        ("breakGlass", "refused", "NOT_ENOUGH_RECORDED"),
    ]
    assert all(one["policies"] for one in told[:-1])


async def test_an_act_refused_by_a_rule_that_nobody_is_shown_is_replayed_without_its_name(
    local: str, tmp_path: Path
) -> None:
    async with hub_on(local, tmp_path, Clock()) as hub:
        enquiry, services = await hub.open(), await hub.services()
        act = msgspec.structs.replace(
            act_of(Action.CONFIRM_MATCH, WORKER, enquiry.id, services),
            outcome=Outcome.REFUSED,
            reasons=("match-never-across-adoption",),
            facts=(),
        )
        await services.audit.record(act)
        (written,) = await hub.entries(kind="confirmMatch")
        told = await replayed(hub, written.index)
    assert written.reasons == (RESTRICTED,)
    assert told["state"] == "NOT_ENOUGH_RECORDED"
    assert [one["names"] for one in told["findings"] if one["kind"] == "NOT_RECORDED"] == [[RESTRICTED]]
