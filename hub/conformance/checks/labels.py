"""Restricted people are marked, in a search as in a record, and nothing tells where they are."""

from hub.conformance.check import Check, Judged, judged, untried
from hub.conformance.people import NOT_BY_PLACE, Tester, probe_for, who_fit
from hub.conformance.run import Run
from hub.domain.answers import Fetched
from hub.domain.codes import PERSON_WIDE, Label
from hub.domain.people import Found
from hub.domain.records import THE_CHILD
from hub.domain.searching import PLACE_KEYS

_GROUP = "Restricted people"


async def _bear_labels(run: Run) -> Judged:
    people = _marked(run)
    if not people:
        return untried(
            'Add [[test_people]] with expect = "restricted" and its labels, where your system restricts any.'
        )
    records = {one.number: fetched for one, fetched in await run.records()}
    faults: list[str] = []
    for tester in people:
        found, fetched = await run.recognised(tester), records.get(tester.number)
        if found is None or fetched is None:
            faults.append(f"{tester.called.capitalize()} is not found, or has no record.")
            continue
        faults += [
            f"{tester.called.capitalize()} lacks {label} {where}."
            for label, where in _lacking(run, tester, found, fetched)
        ]
    mend = "Mark them in the mapping: labels of a search, and [[labels]] or the labels of records (docs/labels.md)."
    return judged(faults, mend, f"Every label of {len(people)} restricted is borne, in a search and in the record.")


def _lacking(run: Run, tester: Tester, found: Found, fetched: Fetched) -> list[tuple[Label, str]]:
    """Labels that are missing, and where. By some of them the hub decides what of a search it shows to anybody."""
    of_records = {label for one in fetched.records for label in one.labels}
    at_once = NOT_BY_PLACE | PERSON_WIDE & run.manifest.marks_labels
    expected = sorted(tester.person.labels)
    in_search = [(label, "in a search") for label in expected if label in at_once and label not in found.labels]
    in_record = [
        (label, "in the record")
        for label in expected
        if label not in fetched.labels and (label in PERSON_WIDE or label not in of_records)
    ]
    return [*in_search, *in_record]


async def _every_label(run: Run) -> Judged:
    shown = {label for one in _marked(run) for label in one.person.labels}
    missing = sorted(run.manifest.marks_labels - shown)
    mend = 'Add [[test_people]] with expect = "restricted" and these labels, or take them out of marks_labels.'
    if missing:
        return untried(mend, f"No test person bears {', '.join(missing)}.")
    return judged([], mend, "Every label of marks_labels is borne by a test person.")


async def _no_whereabouts(run: Run) -> Judged:
    people = [one for one in _marked(run) if one.hides]
    if not people:
        return untried("Add a restricted test person who is not to be found: LOCATION_AT_RISK or WITNESS_PROTECTION.")
    faults: list[str] = []
    for tester in people:
        faults += [f"{tester.called.capitalize()}: {told}" for told in await _whereabouts(run, tester)]
    mend = "Give no place of them in a search, find nobody of them by one, and mark their address in the record."
    return judged(
        faults, mend, f"Nothing tells where {len(people)} restricted are: not a search, and not a search by place."
    )


async def _whereabouts(run: Run, tester: Tester) -> list[str]:
    found, attempt = await run.recognised(tester), await run.record(tester)
    told = []
    if found and (found.attributes.postcode or found.attributes.address or found.attributes.school):
        told.append("a search tells a place.")
    if attempt is not None and attempt.value and _told_unmarked(attempt.value):
        told.append("the record tells a place that bears no label.")
    for keys in run.manifest.search:
        probe = probe_for(keys, tester) if PLACE_KEYS & {*keys} else None
        if probe is not None and who_fit(tester, (await run.find(probe)).value or ()):
            told.append(f"a search by {', '.join(keys)} finds them.")
    return told


def _told_unmarked(fetched: Fetched) -> bool:
    return not NOT_BY_PLACE & fetched.labels and any(
        one.category.reveals_location and one.about == THE_CHILD and not NOT_BY_PLACE & one.labels
        for one in fetched.records
    )


def _marked(run: Run) -> tuple[Tester, ...]:
    return tuple(one for one in run.held if one.person.labels)


def _marks_nothing(run: Run) -> str | None:
    if run.manifest.marks_labels or run.expecting("restricted"):
        return None
    return "The manifest names no labels that this system marks, and no restricted test person."


LABELS = (
    Check(
        id="labels-borne",
        group=_GROUP,
        title="Restricted people bear their labels",
        judge=_bear_labels,
        needs=("lets-in", "records-read"),
        applies=_marks_nothing,
    ),
    Check(
        id="labels-shown",
        group=_GROUP,
        title="Every label that the system marks is shown by a test person",
        judge=_every_label,
        applies=_marks_nothing,
    ),
    Check(
        id="no-whereabouts",
        group=_GROUP,
        title="Nothing tells where restricted people are",
        judge=_no_whereabouts,
        required=False,
        needs=("lets-in",),
        applies=_marks_nothing,
    ),
)
