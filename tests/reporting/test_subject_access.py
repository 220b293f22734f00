"""The report a person may have: what it tells, what it does not, who may make it, and what is left of its making."""

import base64
import json
from datetime import UTC, date, datetime, timedelta

import pytest
from asking_for_reports import BY_NAME, BY_UPN, CHILD, NUMBER, TWIN, decided, report
from reporting_hub import ReportingHub

from hub.audit.leaf import Opening, timestamp
from hub.audit.merkle import ProofBroken, verify_inclusion
from hub.audit.notes import parse_checkpoint, parse_note
from hub.domain import records as r
from hub.domain.acts import Action
from hub.domain.answers import Answer
from hub.domain.categories import Category
from hub.domain.codes import AnswerState, PurposeCode
from hub.domain.disclosures import Released
from hub.domain.identifiers import SourceId
from hub.domain.people import PersonReference
from hub.subject_access.acts import TOLD_ACTS
from hub.subject_access.report import SIGNED_AS
from tests.audit.audit_samples import CANARIES


async def test_every_access_is_told_in_everyday_words(hub: ReportingHub) -> None:
    index = await hub.looked(CHILD, PurposeCode.SCREEN)
    made = await report(hub)
    (one,) = made.document["accesses"]
    assert made.indexes == [index]
    assert one["who"] == "a social worker"
    assert one["organisation"] == "children's social care"
    assert (
        one["purpose"] == "to decide what should happen when somebody was worried about you, or asked for help for you"
    )
    assert "Children Act 1989 s17 and s47" in one["legal_basis"]
    assert one["outcome"] == "Information was looked at."
    health, probation = one["services"]
    assert health == {
        "service": "Derwent Health",
        "answer": "It shared information.",
        "kinds": [],
        "kept_back": ["It was kept back by a rule of this service."],
    }
    assert probation["answer"] == "It was asked. What it said may be about other people, so it is not told here."
    assert "4 March 2026 at 05:06" in made.told["page"]


async def test_which_kinds_of_information_were_shown_is_told_but_for_what_is_about_others(
    one_hub: ReportingHub,
) -> None:
    records = (
        r.Finding(category=Category.HEALTH_CP_IS, type="alert", label="CANARY"),
        r.Finding(category=Category.HEALTH_SEXUAL, type="x", label="CANARY"),
        r.RelatedPerson(category=Category.HEALTH_FAMILY, relationship="mother", name="CANARY"),
    )
    health = Released(Answer(SourceId("health"), AnswerState.KNOWN, "CANARY", records=records))
    probation = Released(Answer(SourceId("probation"), AnswerState.KNOWN, "CANARY", records=records[:1]))
    await one_hub.looked(CHILD, PurposeCode.SCREEN, settled={"released": (health, probation)})
    made = await report(one_hub)
    told, untold = made.document["accesses"][0]["services"]
    assert told["kinds"] == ["CP-IS alert", "information that its owner keeps especially private"]
    assert untold["kinds"] == []
    assert "CANARY" not in made.handed_over


async def test_nobody_is_named_in_what_is_handed_over(hub: ReportingHub) -> None:
    await hub.looked(CHILD, PurposeCode.SCREEN)
    made = await report(hub)
    assert made.indexes
    assert [one for one in CANARIES if one.decode() in made.handed_over] == []
    subject = (await hub.evidence(kind="view"))[0].subject
    assert str(subject) not in made.handed_over
    assert "worker-1" not in made.handed_over
    assert "worker-1" in (await report(hub, nameStaff=True)).handed_over


async def test_a_report_leaves_evidence_without_naming_anybody(hub: ReportingHub) -> None:
    await hub.looked(CHILD, PurposeCode.SCREEN)
    made = await report(hub)
    (line,) = await hub.evidence(kind="subjectAccessReport")
    assert line.request_id == made.told["reference"]
    assert line.principal == "the-dpo"
    assert line.subject == (await hub.evidence(kind="view"))[0].subject
    assert {"asked-by:SELF", "capacity:ABLE", "told:1", "not-told:0"} <= set(line.reasons)
    assert "protection-officers-report-accesses" in line.reasons


async def test_what_is_signed_is_the_document_and_nothing_else(one_hub: ReportingHub) -> None:
    await one_hub.looked(CHILD, PurposeCode.SCREEN)
    made = await report(one_hub)
    signed = one_hub.services.signing.verify(made.told["signature"], typ=SIGNED_AS)
    assert signed.decode() == made.told["document"]


async def test_every_access_is_proven_and_a_proof_of_another_is_refused(hub: ReportingHub) -> None:
    for _ in range(5):
        await hub.looked(TWIN, PurposeCode.SCREEN)
        await hub.looked(CHILD, PurposeCode.SCREEN)
    made = await report(hub)
    told = parse_checkpoint(parse_note(made.proofs["checkpoint"]).text)
    assert told.origin == made.document["made_by"]
    assert [one["index"] for one in made.proofs["entries"]] == made.indexes
    leaves = {one.index: one.hash for one in await hub.evidence()}
    for one in made.proofs["entries"]:
        leaf, path = base64.b64decode(one["hash"]), [base64.b64decode(step) for step in one["path"]]
        assert (leaf, one["leaf"]) == (leaves[one["index"]], None)
        verify_inclusion(one["index"], told.size, leaf, path, told.root)
        with pytest.raises(ProofBroken):
            verify_inclusion(one["index"], told.size, leaves[0], path, told.root)


async def test_a_twin_is_somebody_else_and_a_namesake_may_be(hub: ReportingHub) -> None:
    twins = await hub.looked(TWIN, PurposeCode.SCREEN)
    own = await hub.looked(CHILD, PurposeCode.SCREEN)
    by_name = await hub.looked(BY_NAME, PurposeCode.SCREEN)
    made = await report(hub)
    assert made.indexes == [own]
    assert {index: fate for index, (fate, _) in made.fates.items()} == {twins: "uncertain", by_name: "uncertain"}
    assert "about_others" not in made.document
    released = await report(hub, release=decided("SAME_PERSON", by_name))
    assert released.indexes == [own, by_name]


async def test_an_enquiry_that_found_the_child_by_number_tells_its_searches_by_name(hub: ReportingHub) -> None:
    await hub.acted(Action.OPEN_ENQUIRY, reference=BY_NAME, enquiry_id="enquiry-x", purpose=PurposeCode.SCREEN)
    found = await hub.looked(CHILD, PurposeCode.SCREEN, enquiry="enquiry-x")
    made = await report(hub)
    assert made.indexes == [found - 2, found]


async def test_a_report_by_pupil_number_finds_what_was_asked_by_it(hub: ReportingHub) -> None:
    index = await hub.looked(BY_UPN, PurposeCode.SCREEN)
    made = await report(hub, nhsNumber=None, familyName=None, birthDate=None, upn="A831999900001")
    assert made.indexes == [index]
    assert made.document["found_by"] == ["the unique pupil number"]


async def test_a_period_bounds_the_report(one_hub: ReportingHub) -> None:
    await one_hub.looked(CHILD, PurposeCode.SCREEN)
    one_hub.clock.move(days=100)
    later = await one_hub.looked(CHILD, PurposeCode.SCREEN)
    made = await report(one_hub, **{"from": "2026-06-01T00:00:00Z"})
    assert made.indexes == [later]


async def test_a_period_that_is_cut_short_tells_no_more_than_the_whole(one_hub: ReportingHub) -> None:
    """What waits just outside it keeps what is near inside, and a mark outside keeps the rest of its enquiry."""
    far = await one_hub.looked(CHILD, PurposeCode.SCREEN)
    one_hub.clock.move(days=100)
    await one_hub.looked(CHILD, PurposeCode.SCREEN)
    one_hub.clock.move(days=2)
    cut = one_hub.clock().isoformat()
    await one_hub.looked(CHILD, PurposeCode.S47)
    one_hub.clock.move(days=50)
    opened = {"purpose": PurposeCode.CIN_ASSESS, "enquiry_id": "enquiry-marked"}
    lives = Opening("GREEN", False, timestamp(one_hub.clock() + timedelta(days=60)))
    await one_hub.acted(Action.OPEN_ENQUIRY, reference=CHILD, opening=lives, **opened)
    one_hub.clock.move(days=40)
    marked = one_hub.clock().isoformat()
    await one_hub.looked(CHILD, PurposeCode.CIN_ASSESS, enquiry="enquiry-marked", kept_from=("family",))
    for period in ({}, {"to": cut}, {"to": marked}, {"from": cut, "to": marked}):
        told = (await report(one_hub, askedBy="PARENT", capacity="NOT_ABLE", **period)).indexes
        assert told == ([] if "from" in period else [far]), period


async def test_an_act_is_told_as_done_only_where_it_was(one_hub: ReportingHub) -> None:
    for outcome in ("refused", "failed", "abandoned", "done"):
        await one_hub.acted(Action.BREAK_GLASS, reference=CHILD, purpose=PurposeCode.SCREEN, outcome=outcome)
    told = [(one["what"], one["outcome"]) for one in (await report(one_hub)).document["accesses"]]
    tried, done = TOLD_ACTS[Action.BREAK_GLASS][::-1]
    assert "tried" in tried
    assert told == [
        (tried, "This was refused."),
        (tried, "This did not work."),
        (tried, "This was broken off."),
        (done, ""),
    ]
    assert all("tried" in tried or "was to be" in tried for _, tried in TOLD_ACTS.values())


async def test_what_could_not_be_shown_is_told_as_that(one_hub: ReportingHub) -> None:
    await one_hub.acted(Action.OPEN_ENQUIRY, reference=CHILD, purpose=PurposeCode.SCREEN, outcome="refused")
    await one_hub.acted(Action.RECORD_VERDICT, reference=CHILD)
    made = await report(one_hub)
    assert [one["what"] for one in made.document["accesses"]] == ["Somebody tried to open an enquiry about you."]
    assert made.fates == {1: ("not-told", ["not-told"])}


async def test_a_person_under_witness_protection_is_told_what_anybody_whom_nobody_knows_is(
    one_hub: ReportingHub,
) -> None:
    """Nothing marks the entry: no service said that it knows them, so nothing was kept from anybody."""
    nobody = {"released": ()}
    await one_hub.looked(CHILD, PurposeCode.SCREEN, settled=nobody)
    await one_hub.looked(BY_UPN, PurposeCode.SCREEN, settled=nobody)
    protected = (await report(one_hub)).document["accesses"]
    unknown = await report(one_hub, nhsNumber=None, familyName=None, birthDate=None, upn="A831999900001")
    ones_own = {"index": 0, "hash": ""}
    assert [one | ones_own for one in protected] == [one | ones_own for one in unknown.document["accesses"]]


async def test_only_those_who_answer_for_data_protection_make_a_report(one_hub: ReportingHub) -> None:
    await one_hub.looked(CHILD, PurposeCode.SCREEN)
    for role in ("auditor", "mash_social_worker", "caldicott_guardian", "connector_admin"):
        made = await report(one_hub, role)
        assert made.reasons == ["access-reports-are-for-protection-officers"]
    assert (await report(one_hub, "ig_lead")).indexes
    lines = await one_hub.evidence(kind="subjectAccessReport")
    assert [one.outcome for one in lines] == ["refused"] * 4 + ["done"]


async def test_a_report_that_should_not_be_made_is_refused_in_words(one_hub: ReportingHub) -> None:
    entry = await one_hub.looked(CHILD, PurposeCode.SCREEN)
    other = await one_hub.looked(PersonReference(family_name="Other", birth_date=date(2001, 1, 1)), PurposeCode.SCREEN)
    for changes, rule in (
        ({"identityChecked": False}, "identity-unchecked"),
        ({"askedBy": "PARENT", "capacity": "ABLE"}, "child-has-not-agreed"),
        ({"askedBy": "PARENT", "capacity": "ADULT"}, "asked-for-an-adult"),
        ({"release": decided("NO_HARM", entry), "withhold": decided("CRIME", entry)}, "entry-both-ways"),
        ({"release": decided("NO_HARM", other)}, "entry-of-another"),
        ({"release": decided("CRIME", entry)}, "entry-reason"),
        ({"withhold": decided("ORDERED", entry)}, "entry-reason"),
        ({"from": "2026-06-01T00:00:00"}, "time-zone"),
        ({"nhsNumber": None, "birthDate": None}, "subject-incomplete"),
    ):
        made = await report(one_hub, **changes)
        assert rule in made.reasons, changes
        assert NUMBER not in json.dumps(made.errors)
    assert (await report(one_hub, askedBy="PARENT", childAgrees=True)).indexes == [entry]


async def test_the_hour_that_comes_twice_in_autumn_is_told_apart(one_hub: ReportingHub) -> None:
    one_hub.clock.at = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    for _ in range(2):
        await one_hub.looked(CHILD, PurposeCode.SCREEN)
        one_hub.clock.move(hours=1)
    shown = (await report(one_hub)).told["page"]
    assert "25 October 2026 at 01:30 BST" in shown
    assert "25 October 2026 at 01:30 GMT" in shown
