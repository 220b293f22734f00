"""An entry agrees when what it says was done is what the verdicts gave; whatever else it says is shown."""

import ast
import inspect
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
from lying import Lying, liar, told
from replayed_hub import CARE, CLINIC, POLICE, WORKER, Clock, agree, hub_on, replayed

from hub import oversight, reviewing, subject_access
from hub.audit.evidence import Act
from hub.audit.leaf import Outcome
from hub.connectors import states as answered
from hub.domain.acts import Action
from hub.domain.categories import Category
from hub.domain.codes import AnswerState, PurposeCode
from hub.domain.documents import Document
from hub.domain.records import Finding
from hub.identity.finding import outcomes
from hub.replaying.acts import BESIDES_POLICIES
from hub.replaying.states import BESIDES_POLICIES as BESIDES_STATES

SEALED = Finding(category=Category.SOCIAL_CARE_SEALED, type="x", label="x")


def of(source: str, **changes: Any) -> Callable[[Lying], dict[str, Any]]:
    return lambda lying: {"released": lying.released(source, **changes)}


LIES: dict[str, tuple[set[str], Callable[[Lying], dict[str, Any]]]] = {
    "what is forbidden was shown": ({"SHOWN"}, of(CARE, records=(SEALED,), asked=frozenset({Category.EXISTENCE}))),
    "what was not asked for was shown": ({"SHOWN"}, of(CARE, asked=frozenset({Category.SOCIAL_CARE_FAMILY}))),
    "nothing was kept back": ({"WITHHELD"}, lambda _: {"withheld": ()}),
    "asked, and nobody known": ({"STATE"}, of(POLICE, state=AnswerState.NOT_KNOWN)),
    "kept back for no reason": ({"STATE"}, of(CARE, state=AnswerState.WITHHELD, records=())),
    "not asked for no reason": ({"STATE"}, of(CARE, state=AnswerState.NOT_ASKED, records=())),
    "kept back by nobody's rule": (
        {"STATE"},
        of(CARE, state=AnswerState.WITHHELD, records=(), reasons=("a-policy-nobody-knows",)),
    ),
    "kept back by a policy that permits": (
        {"STATE"},
        of(CARE, state=AnswerState.WITHHELD, records=(), reasons=("reach-detail",)),
    ),
    "kept back in part for no reason": (
        {"WITHHELD"},
        lambda lying: {"withheld": tuple(msgspec.structs.replace(one, reasons=()) for one in lying.honest.withheld)},
    ),
    "a source twice": (
        {"SOURCES"},
        lambda lying: {"released": (*lying.honest.released, *lying.honest.released[:1])},
    ),
}


async def test_an_entry_that_says_otherwise_than_was_done_differs(local: str, tmp_path: Path) -> None:
    async with hub_on(local, tmp_path, Clock()) as hub:
        lying = await liar(hub)
        assert await told(hub, await lying.entry()) == ("AGREES", set())
        for name, (kinds, lie) in LIES.items():
            assert await told(hub, await lying.entry(**lie(lying))) == ("DIFFERS", kinds), name
        besides = of(CARE, state=AnswerState.WITHHELD, records=(), reasons=("holder-declined",))
        assert await told(hub, await lying.entry(**besides(lying))) == ("AGREES", {"BESIDES_POLICY"})


async def test_a_basis_is_of_the_entrys_own_day_and_glass(local: str, tmp_path: Path) -> None:
    async with hub_on(local, tmp_path, Clock()) as hub:
        lying = await liar(hub)
        days = {days: await _of_day(lying, days) for days in (-2, -1, 1, 2, 90)}
        kinds = {days: (await told(hub, index))[1] for days, index in days.items()}
        glass = await told(hub, await lying.entry(msgspec.structs.replace(lying.basis, glass_broken=True)))
    assert kinds == {-2: {"BASIS"}, -1: set(), 1: set(), 2: {"BASIS"}, 90: {"BASIS"}}, "midnight may pass meanwhile"
    assert "BASIS" in glass[1]


async def _of_day(lying: Lying, days: int) -> int:
    day = lying.basis.day + timedelta(days=days)
    return await lying.entry(msgspec.structs.replace(lying.basis, day=day))


async def test_verdicts_that_leave_something_out_differ(local: str, tmp_path: Path) -> None:
    """Nothing at all, one source, one category everywhere, and a source that nobody registered."""
    async with hub_on(local, tmp_path, Clock()) as hub:
        lying = await liar(hub)
        services = await hub.services()
        whole = msgspec.to_builtins(await services.archive.verdicts(lying.basis.verdicts))
        tables = {
            "nothing": {"refusal": [], "sources": {}},
            "a source less": {**whole, "sources": {CARE: whole["sources"][CARE]}},
            "a source more": {**whole, "sources": {**whole["sources"], "x": whole["sources"][CARE]}},
            "a category less": _without(whole, Category.SOCIAL_CARE_SEALED),
            "a part of records less": _without(whole, Category.NARRATIVE),
        }
        kinds = {}
        for name, table in tables.items():
            document = Document.of("verdicts", msgspec.json.encode(table, order="sorted"))
            await services.archive.keep(document)
            basis = msgspec.structs.replace(lying.basis, verdicts=document.digest)
            nothing = {"released": (), "withheld": (), "agreements": {}} if name == "nothing" else {}
            kinds[name] = await told(hub, await lying.entry(basis, **nothing))
        # What it was asked by is decided again as well: here, by verdicts that permit everything.
        open_to_all = _permitting(whole)
        document = Document.of("verdicts", msgspec.json.encode(open_to_all, order="sorted"))
        await services.archive.keep(document)
        began = msgspec.structs.replace(lying.basis, verdicts=document.digest)
        kinds["asked by others"] = await told(hub, await lying.entry(began=began))
    assert {name: state for name, (state, _) in kinds.items()} == dict.fromkeys(kinds, "DIFFERS")
    assert all("VERDICTS" in found for _, found in kinds.values()), kinds


async def test_a_register_that_changed_while_sources_were_asked_is_replayed_on_both_sides(
    local: str, tmp_path: Path
) -> None:
    clock = Clock()
    async with hub_on(local, tmp_path, clock) as hub:
        before = (await liar(hub)).basis
    clock.passes(hours=1)
    agree(tmp_path, CLINIC, 2, tiers=["T0"], valid_from="2026-03-01")
    async with hub_on(local, tmp_path, clock) as hub:
        honest = await liar(hub, "after")
        index = await honest.entry(began=before)
        (written,) = [one for one in await hub.entries() if one.index == index]
        agrees = await told(hub, index)
        by_neither = await told(
            hub, await honest.entry(began=msgspec.structs.replace(before, register=honest.basis.register))
        )
    assert written.basis is not None
    assert (written.basis.began, written.basis.began_register) == (before.verdicts, before.register)
    assert before.verdicts != honest.basis.verdicts
    assert (agrees, by_neither) == (("AGREES", set()), ("DIFFERS", {"VERDICTS"}))


def _without(table: dict[str, Any], category: str) -> dict[str, Any]:
    cut = msgspec.json.decode(msgspec.json.encode(table))
    for source in cut["sources"].values():
        for group in (one for some in source["verdicts"].values() for one in some):
            group["categories"] = [one for one in group["categories"] if one != category]
    return cut


def _permitting(table: dict[str, Any]) -> dict[str, Any]:
    everything = msgspec.json.decode(msgspec.json.encode(table))
    for source in everything["sources"].values():
        for group in (one for some in source["verdicts"].values() for one in some):
            group["permitted"] = True
    return everything


async def test_a_register_of_another_release_is_unreadable_and_nobody_is_accused(local: str, tmp_path: Path) -> None:
    async with hub_on(local, tmp_path, Clock()) as hub:
        lying, services = await liar(hub), await hub.services()
        register = msgspec.to_builtins(await services.archive.register(lying.basis.register))
        document = Document.of("register", msgspec.json.encode({**register, "of_later": 1}, order="sorted"))
        await services.archive.keep(document)
        index = await lying.entry(msgspec.structs.replace(lying.basis, register=document.digest))
        one = await replayed(hub, index)
    assert one["state"] == "NOT_ENOUGH_RECORDED"
    assert [(found["kind"], "altered" in found["says"]) for found in one["findings"]] == [("UNUSABLE", False)]


async def test_an_act_allowed_by_a_policy_that_nobody_knows_differs(local: str, tmp_path: Path) -> None:
    async with hub_on(local, tmp_path, Clock()) as hub:
        await hub.open()
        (good,) = [one for one in await hub.entries(kind="openEnquiry") if one.outcome == Outcome.DONE]
        services, found = await hub.services(), {}
        for strange in ("a-policy-nobody-knows", "entry:7"):
            act = Act(
                action=Action.OPEN_ENQUIRY,
                request_id=f"forged {strange}",
                outcome=Outcome.DONE,
                policy_version=services.policies.version,
                principal=WORKER,
                purpose=PurposeCode.S47,
                reasons=(*good.reasons, strange),
                facts=good.facts,
            )
            await services.audit.record(act)
            (written,) = await hub.entries(request_id=act.request_id)
            found[strange] = await told(hub, written.index)
        act = msgspec.structs.replace(act, request_id="old", policy_version=act.policy_version[:12])
        await services.audit.record(act)
        (written,) = await hub.entries(request_id="old")
        found["the beginning of a version"] = await told(hub, written.index)
    assert found.pop("a-policy-nobody-knows") == ("DIFFERS", {"OUTCOME"})
    assert set(map(str, found.values())) == {str(("AGREES", set()))}, found


def test_every_word_that_stands_beside_policies_is_known_to_the_replay() -> None:
    """Else an honest entry would be said to differ as soon as somebody gives another reason."""
    named = set()
    for folder in (Path(inspect.getfile(one)).parent for one in (reviewing, subject_access)):
        for file in (*folder.glob("*.py"), Path(inspect.getfile(oversight))):
            calls = (one for one in ast.walk(ast.parse(file.read_text())) if isinstance(one, ast.Call))
            named |= {
                word.value
                for call in calls
                if isinstance(call.func, ast.Attribute) and call.func.attr == "naming"
                for word in call.args
                if isinstance(word, ast.Constant)
            }
    assert named, "acts name something"
    assert named <= BESIDES_POLICIES
    given = set()
    for module in (answered, outcomes):
        tuples = (one for one in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(one, ast.Tuple))
        words = (word.value for one in tuples for word in one.elts if isinstance(word, ast.Constant))
        given |= {word for word in words if isinstance(word, str) and word.islower() and " " not in word}
    assert {"no-search-key", "match-rejected"} <= given <= BESIDES_STATES
