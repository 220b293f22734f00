"""What records come of the test people: every category that is declared, no other, and what the mapping left unread."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from hub.conformance.check import Check, Judged, counted, failed, judged, untried
from hub.conformance.report import Coverage, Place
from hub.conformance.run import Run
from hub.connectors.mapping import read_mapping
from hub.domain.answers import Fetched

_GROUP = "Records"
_SAYABLE = re.compile(r"[\w.:()|/-]{1,100}\Z")  # what another side calls its fields may hold anything
_UNREADABLE = ("items undecided", "(not an object)")
_SHOWN = 12  # names in one sentence; the report's coverage has them all


async def _are_read(run: Run) -> Judged:
    faults = []
    for tester in run.held:
        attempt = await run.record(tester)
        if attempt is not None and not attempt.value:
            told = "it is nobody's" if attempt.answered else f"it {attempt.said}"
            faults.append(f"The record of {tester.called} could not be read: {told}.")
    read = await run.records()
    if not read and not faults:
        return untried("Mend what keeps known test people from being found.")
    mend = "Mend what the sentence says: the requests or queries of the mapping, or the system."
    return judged(faults, mend, f"{counted(len(read), 'record was', 'records were')} read.")


async def _show_categories(run: Run) -> Judged:
    read = await run.records()
    if not read:
        return untried("Mend what keeps known test people from being read.")
    shown = {record.category for _, fetched in read for record in fetched.records}
    missing = sorted(run.manifest.categories - shown)
    if missing:
        mend = "Add a test person whose record shows them, mend their [[records]], or take them out of categories."
        return failed(mend, f"No test person's record shows {', '.join(missing)}.")
    return judged([], "", f"Every one of {len(shown)} declared categories is shown by a test person's record.")


async def _show_their_own(run: Run) -> Judged:
    read = await run.records()
    said = [(tester, fetched) for tester, fetched in read if tester.person.categories]
    if not said:
        return untried("Say in test_people which categories a known person's record is to show.")
    faults = [
        f"The record of {tester.called} shows nothing of {', '.join(sorted(missing))}."
        for tester, fetched in said
        if (missing := tester.person.categories - {record.category for record in fetched.records})
    ]
    mend = "Mend the [[records]] of these categories, or what test_people says of the person."
    return judged(faults, mend, f"{counted(len(said), 'record shows', 'records show')} what the manifest says of them.")


async def _no_more_than_asked(run: Run) -> Judged:
    read = await run.records()
    strange = sorted({one.category for _, fetched in read for one in fetched.records} - run.manifest.categories)
    faults = [f"Records of {', '.join(strange)} came, which the manifest does not declare."] if strange else []
    chosen = min((one.category for _, fetched in read for one in fetched.records), default=None)
    if chosen is None:
        return untried("Mend what keeps known test people from being read.")
    holder = next(fetched for _, fetched in read if chosen in {one.category for one in fetched.records})
    attempt = await run.own.fetch(holder.local_id, frozenset({chosen}), run.seconds())
    others = {one.category for one in attempt.value.records} - {chosen} if attempt.value else set()
    if attempt.value is None:
        faults.append(f"Asked for {chosen} alone, it {attempt.said} without a record.")
    if others:
        faults.append(f"Asked for {chosen} alone, it sent records of {', '.join(sorted(others))} as well.")
    mend = "Answer for the categories that are asked for, and for no other."
    return judged(faults, mend, f"Asked for {chosen} alone, it sent nothing else.")


async def _are_understood(run: Run) -> Judged:
    read = await run.records()
    if not read:
        return untried("Mend what keeps known test people from being read.")
    seen = coverage(run, [fetched for _, fetched in read])
    if broken := [name for name in seen.unmapped if name.endswith(_UNREADABLE)]:
        mend = "Mend items or from of these entries: the mapping cannot tell where their records are."
        return failed(mend, f"The mapping could not read {', '.join(sorted(broken)[:_SHOWN])}.")
    told = [_share(place) for place in seen.places if place.unread]
    unknown = _most_frequent(seen.unmapped)
    return judged([], "", *(told or ["Every field that was seen is read, or left out on purpose."]), *unknown)


def _share(place: Place) -> str:
    """How much of a place is read. Fields that a mapping knows and no record showed count as read."""
    of = (place.read or 0) + len(place.unread)
    return f"{place.place}: {of - len(place.unread)} of {of} fields are read ({(of - len(place.unread)) / of:.0%})."


def _most_frequent(unmapped: Mapping[str, int]) -> list[str]:
    if not unmapped:
        return ["No code or field was met that the hub does not know."]
    told = sorted(unmapped.items(), key=lambda one: (-one[1], one[0]))
    more = f", and {len(told) - _SHOWN} more" if len(told) > _SHOWN else ""
    return [f"Not known: {', '.join(f'{name} ({count})' for name, count in told[:_SHOWN])}{more}."]


def coverage(run: Run, read: Iterable[Fetched]) -> Coverage:
    """What was made of these records."""
    records: Counter[str] = Counter()
    unmapped: Counter[str] = Counter()
    for fetched in read:
        records.update(one.category.value for one in fetched.records)
        unmapped.update({_sayable(name, run): count for name, count in fetched.unmapped.items()})
    return Coverage(
        records=dict(sorted(records.items())), places=_places(run, unmapped), unmapped=dict(sorted(unmapped.items()))
    )


def _sayable(name: str, run: Run) -> str:
    """Names of our own mapping are names. What another side counts may be anything, and is told only if it is one."""
    return name if run.called or _SAYABLE.match(name) else "(other)"


def _places(run: Run, unmapped: Mapping[str, int]) -> tuple[Place, ...]:
    """How much of each place the mapping reads; empty for a kind that has no mapping, or is mapped by another side."""
    if run.manifest.mapping is None or not run.called:
        return ()
    rows = [one.rows for one in read_mapping(run.manifest.mapping).readers]
    known = {one.place: None if one.known is None else len(one.known) for one in rows}
    unread: dict[str, dict[str, int]] = {place: {} for place in known}
    for name, count in unmapped.items():
        place = max((place for place in known if name.startswith(f"{place}.")), key=len, default=None)
        if place is not None:
            unread[place][name.removeprefix(f"{place}.")] = count
    return tuple(Place(place=place, read=known[place], unread=unread[place]) for place in sorted(known))


RECORDS = (
    Check(id="records-read", group=_GROUP, title="Records can be read", judge=_are_read, needs=("lets-in", "known")),
    Check(
        id="categories-shown",
        group=_GROUP,
        title="Every declared category is shown by a test person",
        judge=_show_categories,
        needs=("records-read",),
    ),
    Check(
        id="test-people-show",
        group=_GROUP,
        title="Test people's records show what the manifest says of them",
        judge=_show_their_own,
        required=False,
        needs=("records-read",),
    ),
    Check(
        id="no-more-than-asked",
        group=_GROUP,
        title="No record comes that was not asked for",
        judge=_no_more_than_asked,
        needs=("records-read",),
    ),
    Check(
        id="mapping-coverage",
        group=_GROUP,
        title="How much of the records the mapping reads",
        judge=_are_understood,
        needs=("records-read",),
    ),
)
