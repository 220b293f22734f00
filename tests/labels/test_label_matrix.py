"""Every label on every surface, and the docs that tell of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub.domain.codes import FAMILY_WIDE, Label, PurposeCode
from hub.domain.handling import HANDLING
from tests.labels.label_matrix import FIND, MATRIX, NETWORK, TIMELINE, VIEW, Cell, Row
from tests.labels.observing import Seen, everybody, seen, whole
from tests.properties.labelled_partnership import ADVISER, MANAGER, WORKER, Hub, standing

ROOT = Path(__file__).resolve().parents[2]
SURFACES = ("find", "view", "network", "timeline")
every_label = pytest.mark.parametrize("row", MATRIX, ids=lambda row: row.label)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("labels")


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    async with standing(tmp_path) as opened:
        yield opened


async def asked(hub: Hub, row: Row, *, mother: bool = False, manager: bool = False) -> Seen:
    labels = frozenset({row.label})
    held = everybody(mother=labels) if mother else everybody(child=labels)
    return await seen(hub, held, MANAGER if manager else WORKER, PurposeCode.S47)


def test_every_label_has_its_row() -> None:
    assert [row.label for row in MATRIX] == list(Label)
    assert {row.label for row in MATRIX if row.handling} | {Label.POLICE_INTEL_C} == set(HANDLING)
    assert {row.label for row in MATRIX if row.family} == FAMILY_WIDE


async def test_without_a_label_everything_of_the_matrix_is_seen(hub: Hub) -> None:
    told = await seen(hub, everybody(), WORKER, PurposeCode.S47)
    assert (told["find"], told["view"]) == (FIND, VIEW)
    assert (told["network"], told["timeline"]) == (NETWORK, TIMELINE)


@every_label
async def test_what_a_label_takes_from_a_social_worker(hub: Hub, row: Row) -> None:
    plain = await seen(hub, everybody(), WORKER, PurposeCode.S47)
    child, mother = await asked(hub, row), await asked(hub, row, mother=True)
    for surface in SURFACES:
        cell: Cell = getattr(row, surface)
        told = mother if surface == "network" else child
        assert plain[surface] - told[surface] == cell.lost, surface
        assert told[surface] - plain[surface] == cell.gained, surface
    if row.label is Label.WITNESS_PROTECTION:
        assert child["withheld"] == frozenset()
        assert mother["withheld"] == plain["withheld"]  # not counted
    else:
        assert child["withheld"] - plain["withheld"] == row.withheld
    assert (row.label in child["handling"]) is row.handling
    assert child["errors"] == plain["errors"]


@every_label
async def test_what_a_label_leaves_a_manager(hub: Hub, row: Row) -> None:
    plain = await seen(hub, everybody(), MANAGER, PurposeCode.S47)
    worker, manager = await asked(hub, row), await asked(hub, row, manager=True)
    for surface in SURFACES:
        assert manager[surface] == (plain if row.manager_sees_all else worker)[surface], surface


@every_label
async def test_what_a_relative_bears_holds_for_the_child_where_the_home_is_one(hub: Hub, row: Row) -> None:
    plain = await seen(hub, everybody(), WORKER, PurposeCode.S47)
    child, mother = await asked(hub, row), await asked(hub, row, mother=True)
    lost = plain["view"] - mother["view"]
    if row.family:
        assert lost == plain["view"] - child["view"]
    else:
        assert lost <= {"the source's message"}


@pytest.mark.parametrize("label", [Label.NOT_FOR_FAMILY, Label.POLICE_INTEL_P])
async def test_what_rests_on_the_familys_agreement_learns_nothing_of_it(hub: Hub, label: Label) -> None:
    plain = await seen(hub, everybody(), ADVISER, PurposeCode.EARLY_HELP)
    told = await seen(hub, everybody(child=frozenset({label})), ADVISER, PurposeCode.EARLY_HELP)
    for surface in ("find", "view"):
        assert told[surface] - plain[surface] == {"WITHHELD"}
        assert {one for one in told[surface] if not one.startswith("elsewhere: ")} == {"WITHHELD"}
        assert {one for one in plain[surface] if one.startswith("elsewhere: ")} <= told[surface]


async def test_nobody_and_somebody_under_witness_protection_are_told_alike(hub: Hub) -> None:
    protected = everybody(child=frozenset({Label.WITNESS_PROTECTION}))
    assert await whole(hub, protected) == await whole(hub, {})


def page() -> str:
    lines = [
        "# Restricted labels",
        "",
        "What a label does, as a social worker under S47 sees it, beside what would be seen without it. Generated from",
        "`tests/labels/label_matrix.py` by `python -m tests.labels.test_label_matrix`; a test asks a hub for each,",
        "so do not edit the tables. A label only ever narrows, and none gives way to a broken glass.",
        "",
        "| Label | Find | View | Of a relative, in the network | Timeline | Rule shown | Manager |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in MATRIX:
        cells = (row.find.says, row.view.says, row.network.says, row.timeline.says)
        rules = ", ".join(f"`{one}`" for one in sorted(row.withheld)) or "none"
        manager = "sees everything" if row.manager_sees_all else "the same"
        lines.append(f"| `{row.label}` | {' | '.join(cells)} | {rules} | {manager} |")
    lines += [
        "",
        "Errors are the same with and without any label: a refusal is made before anybody's labels are known, and what",
        "a source answers is a state, never an error.",
        "",
        "| Label | How a source tells of it | Guarded by, besides `tests/labels/test_label_matrix.py` |",
        "|---|---|---|",
    ]
    for row in MATRIX:
        guards = ", ".join(f"`{one}`" for one in row.guarded_by) or "`policies/cases/`"
        lines.append(f"| `{row.label}` | {'; '.join(row.told_by)} | {guards} |")
    return "\n".join(lines) + "\n"


def test_the_docs_tell_what_is_tested() -> None:
    told = (ROOT / "docs" / "labels.md").read_text()
    assert told.startswith(page()), "generate the tables again: python -m tests.labels.test_label_matrix"


@pytest.mark.parametrize("guard", sorted({one for row in MATRIX for one in row.guarded_by}))
def test_what_is_said_to_guard_a_label_is_there(guard: str) -> None:
    assert (ROOT / guard).is_file()


if __name__ == "__main__":
    path = ROOT / "docs" / "labels.md"
    rest = path.read_text().partition("\n## ")[2] if path.exists() else ""
    path.write_text(page() + (f"\n## {rest}" if rest else ""))
