"""``hub policy diff``: a change that widens access lists exactly the cells that open, and stops a gate."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from click.testing import Result
from typer.testing import CliRunner

from hub.cli.policy import app
from hub.domain.categories import Category
from hub.domain.codes import Agency, PurposeCode, Role, SubjectKind, Tier
from hub.policy.comparing import Cell, boxes, compare, held_at
from hub.policy.comparing.supposing import PLAIN
from hub.policy.entities import disclosures, person
from hub.policy.facts import DECIDABLE, Subject
from hub.policy.policies import Policies, shipped_policies

T2_OF_HEALTH = {one for one in DECIDABLE if one.agency is Agency.HEALTH and one.tier is Tier.T2}
SHIPPED = shipped_policies()
NOBODYS = {"health.was-not-brought", "health.ae-attendances"}  # an adult's own: parents-own-health-record


def run(*words: str) -> Result:
    return CliRunner(env={"COLUMNS": "220"}).invoke(app, list(words))


@pytest.fixture
def changed(tmp_path: Path) -> Callable[[str, str, str], str]:
    """A copy of the shipped policies with one piece of text replaced, once."""

    def change(file: str, old: str, new: str) -> str:
        copy = tmp_path / "changed"
        if not copy.exists():
            shutil.copytree(SHIPPED, copy)
        text = (copy / file).read_text()
        assert old in text
        (copy / file).write_text(text.replace(old, new, 1))
        return str(copy)

    return change


def differs(old: str | Path, new: str | Path, *more: str) -> tuple[int, dict]:
    told = run("diff", str(old), str(new), "--json", *more)
    return told.exit_code, json.loads(told.stdout)


@pytest.fixture(scope="module")
def screening_gains_health_flags(tmp_path_factory) -> str:
    """screening_officer gains T2 of health under SCREEN, which reaches T1 for it already."""
    copy = shutil.copytree(SHIPPED, tmp_path_factory.mktemp("policies") / "changed")
    purposes = (copy / "purposes.toml").read_text()
    screen = purposes[purposes.index("[SCREEN]") : purposes.index("[SCREEN.reach]")]
    (copy / "purposes.toml").write_text(purposes.replace(screen, screen + 'flags_of = ["health"]\n'))
    return str(copy)


def test_screening_that_gains_the_flags_of_health_opens_exactly_those_cells(screening_gains_health_flags):
    code, told = differs(SHIPPED, screening_gains_health_flags)
    assert code == 3
    assert told["widens"]
    assert told["policies"] == ["SCREEN"]
    assert told["closed"] == told["acts_opened"] == told["acts_closed"] == []
    officer = [tuple(one.values()) for one in told["opened"] if one["role"] == "screening_officer"]
    assert len(officer) == len(set(officer))
    seen = {
        (one["purpose"], one["agency"], one["source"], one["about"], one["under"], one["category"])
        for one in told["opened"]
        if one["role"] == "screening_officer"
    }
    assert seen == {
        ("SCREEN", agency, "health", about, "", category)
        for agency in Agency
        for about in ("child", "network_child", "network_adult")
        for category in T2_OF_HEALTH
        if not (about == "network_adult" and category in NOBODYS)
    }
    assert {one["role"] for one in told["opened"]} <= {"screening_officer", "partner_system"}


def test_the_same_change_the_other_way_closes_them_and_passes_a_gate(screening_gains_health_flags):
    code, told = differs(screening_gains_health_flags, SHIPPED)
    assert code == 0
    assert told["opened"] == told["acts_opened"] == []
    assert {(one["purpose"], one["category"]) for one in told["closed"]} == {("SCREEN", one) for one in T2_OF_HEALTH}


def test_it_is_readable_and_grouped(screening_gains_health_flags):
    told = run("diff", str(SHIPPED), screening_gains_health_flags)
    assert told.exit_code == 3
    assert "OPENS" in told.output
    assert "any agency" in told.output
    assert "health.cp-is" in told.output
    assert told.output.count("SCREEN") <= 4  # the change, and a row for each kind of subject: not one for each cell


def test_sentences_places_and_comments_change_nothing(changed):
    changed("labels.cedar", "// Restricted labels.", "// Labels.")
    copy = changed("labels.cedar", "The family works for a partner: for managers only.", "For managers only.")
    code, told = differs(SHIPPED, copy)
    assert (code, told["policies"], told["opened"], told["acts_opened"]) == (0, [], [], [])
    assert "Nothing opens" in run("diff", str(SHIPPED), copy).output


def test_what_a_label_no_longer_keeps_is_found_under_that_label(changed):
    emergency = 'unless { context.purpose == Hub::Purpose::"EMERGENCY" }'
    copy = changed("labels.cedar", emergency, emergency.replace(" }", ' || context.purpose == Hub::Purpose::"S47" }'))
    code, told = differs(SHIPPED, copy)
    assert code == 3
    assert {(one["purpose"], one["under"], one["category"]) for one in told["opened"]} == {
        ("S47", "label SUB_JUDICE", "narrative")
    }
    assert {"mash_social_worker", "mash_manager"} <= {one["role"] for one in told["opened"]}


def test_a_lapsed_agreement_that_would_go_on_giving_is_found(changed):
    lapsed = "context.agreement.exists && !context.agreement.inForce"
    copy = changed("agreements.cedar", lapsed, f'{lapsed} && context.purpose != Hub::Purpose::"DA_TRIAGE"')
    code, told = differs(SHIPPED, copy)
    assert code == 3
    assert {(one["purpose"], one["under"]) for one in told["opened"]} == {("DA_TRIAGE", "agreement not in force")}
    assert {one["role"] for one in told["opened"]} == {"da_triage_member"}


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("purposes.toml", 'mash_manager = ["T0", "T1"]', 'mash_manager = ["T0", "T1", "T2"]'),
        ("restricted.cedar", 'Hub::Category::"health.summary"]', 'Hub::Category::"narrative"]'),
        ("purposes.cedar", 'context.purpose == Hub::Purpose::"MAPPA" &&', "false &&"),
    ],
)
def test_what_it_lists_is_what_the_engines_decide_otherwise(changed, file, old, new):
    """It asks about one of everything that is decided alike; here cells drawn at random are asked about themselves."""
    before, after = Policies.load(SHIPPED, None, ()), Policies.load(Path(changed(file, old, new)), None, ())
    told = compare(before, after)
    differing = {*told.opened, *told.closed}
    assert differing
    rng = Random(7)
    drawn = rng.sample(sorted(differing), min(20, len(differing)))
    for _ in range(150):
        source = rng.choice(list(Agency))
        about, category = rng.choice(list(SubjectKind)), rng.choice(held_at(source))
        plain = (rng.choice(list(PurposeCode)), rng.choice(list(Role)), rng.choice(list(Agency)), source, about, "")
        drawn.append(Cell(*plain, category))
    for cell in drawn:
        assert (permitted(before, cell) != permitted(after, cell)) == (cell in differing), cell


def permitted(policies: Policies, cell: Cell) -> bool:
    facts = PLAIN.facts(Role(cell.role), Agency(cell.agency), PurposeCode(cell.purpose), Agency(cell.source))
    requests = disclosures(facts, Subject(SubjectKind(cell.about)), [Category(cell.category)])
    return policies.engine.decide(person(facts.roles, facts.agency), requests)[0].permitted


def test_an_act_that_somebody_may_newly_do_is_found(changed):
    copy = changed("partner-agreements.cedar", "when { context.submitter };", "when { false };")
    code, told = differs(SHIPPED, copy)
    assert (code, told["opened"]) == (3, [])
    acts = {(one["act"], one["role"]) for one in told["acts_opened"]}
    assert acts == {("approveAgreement", role) for role in ("ig_lead", "dpo", "caldicott_guardian")}
    assert all("submitter" in one["when"] for one in told["acts_opened"])


def test_agreements_are_compared_at_their_sources_on_the_day_and_later(agreement, tmp_path):
    before = agreement("health", "example-health", Agency.HEALTH, tiers=["T0", "T1"])
    old = shutil.copytree(before, tmp_path / "old")
    agreement("health", "example-health", Agency.HEALTH, version=2, tiers=["T0", "T1", "T2"], valid_from="2026-09-01")
    sets = ("--agreements-old", str(old), "--agreements-new", str(before))
    code, told = differs(SHIPPED, SHIPPED, *sets, "--on", "2026-06-15")
    assert code == 3
    assert {one["source"] for one in told["opened"]} == {"example-health"}
    assert {one["under"] for one in told["opened"]} == {"from 2026-09-01"}
    opened = {(one["purpose"], one["role"], one["category"]) for one in told["opened"] if one["about"] == "child"}
    assert ("SCREEN", "mash_social_worker", "health.cp-is") in opened
    assert not any(role == "screening_officer" for _, role, _ in opened)  # no policy lets it have T2
    assert {category for _, _, category in opened} == T2_OF_HEALTH
    later, _ = differs(SHIPPED, SHIPPED, *sets, "--on", "2027-06-15")
    assert later == 0


def test_one_folder_of_agreements_alone_is_refused(tmp_path):
    told = run("diff", str(SHIPPED), str(SHIPPED), "--agreements-old", str(tmp_path))
    assert told.exit_code == 1
    assert "--agreements-new" in str(told.exception)


def test_rows_are_exactly_the_cells_they_stand_for():
    cells = {(a, b, c) for a in "12" for b in "xyz" for c in "pq"} - {("1", "x", "p")}
    rows = boxes(cells, (2, 0, 1))
    assert {(a, b, c) for row in rows for a in row[0] for b in row[1] for c in row[2]} == cells
    assert len(rows) < len(cells)


def test_the_dry_run_says_what_an_enquiry_would_get_by_which_rule_and_agreement(agreement):
    folder = agreement("health", "example-health", Agency.HEALTH, tiers=["T0", "T2"])
    asks = ("ask", "--as", "mash_social_worker", "--purpose", "S47", "--urgency", "RED", "--agreements", str(folder))
    answer = json.loads(run(*asks, "--on", "2026-06-15", "--json").stdout)["sources"]
    assert [(one["source"], one["agreement"]) for one in answer] == [("example-health", "health@1")]
    told = {one["category"]: one for one in answer[0]["told"]}
    assert told["health.cp-is"]["permitted"]
    assert told["health.cp-is"]["policies"][0][0] == "reach-headlines"
    assert told["health.summary"]["stopped_by"] == ["agreement"]
    assert told["health.sexual"]["stopped_by"] == ["agreement", "restricted"]
    ended = json.loads(run(*asks, "--on", "2027-06-15", "--json").stdout)["sources"][0]["told"]
    assert not any(one["permitted"] for one in ended)
    readable = run(*asks, "--on", "2026-06-15", "--source", "example-health").output
    assert "health@1" in readable
    assert "A RED S47 enquiry" in readable
    assert run(*asks, "--source", "elsewhere").exit_code == 1
