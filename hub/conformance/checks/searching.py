"""Each declared search finds whom it should, and nobody else."""

from collections.abc import Sequence
from functools import partial

from hub.conformance.check import Check, Judged, counted, failed, judged, passed, untried
from hub.conformance.people import Tester, contradicting, probe_for, searches, who_fit
from hub.conformance.run import Run
from hub.conformance.sides import Attempt
from hub.domain.people import Found
from hub.domain.searching import PLACE_KEYS, CannotSearch, Probe, SearchKey, Step, TooManyFound

MOST_UNKNOWN = 12  # searches for people who are not there
_GROUP = "Searching"
_VALUES = {SearchKey.NHS_NUMBER: "9990000018", SearchKey.UPN: "A000000000001"}


async def _finds_by(keys: Sequence[SearchKey], number: int, run: Run) -> Judged:
    """One set of keys, tried with one person who has values for it: each set with another, in turn."""
    able = [
        one
        for one in run.held
        if probe_for(keys, one) is not None and not (one.hides and PLACE_KEYS & {*keys}) and not one.person.labels
    ]
    if not able:
        mend = f"Give a known person of test_people values for {', '.join(keys)}, or take the set out of search."
        return failed(mend, "No test person has values for these keys, so that nobody tried this search.")
    tester = able[number % len(able)]
    probe = probe_for(keys, tester)
    attempt = await run.find(probe) if probe is not None else None
    if probe is None or attempt is None:
        raise AssertionError
    return await _found(run, tester, probe, attempt)


async def _found(run: Run, tester: Tester, probe: Probe, attempt: Attempt[tuple[Found, ...]]) -> Judged:
    if attempt.refused is TooManyFound:
        mend = "Choose a test person whose values are rarer, or raise limits.max_found."
        return failed(mend, f"Searched for {tester.called}, it {attempt.said}.")
    if not attempt.answered:
        return failed(
            "Mend the search in the mapping, or the system.", f"The search was not answered: it {attempt.said}."
        )
    found, expected = attempt.value or (), await run.recognised(tester)
    fitting = who_fit(tester, found)
    faults = []
    if len(fitting) != 1:
        faults.append(f"It found {counted(len(found), 'person', 'people')}; {_of_them(fitting)} {tester.called}.")
    elif expected is not None and expected.local_id != fitting[0].local_id:
        faults.append(f"It gave {tester.called} another identifier than a narrower search did.")
    if others := contradicting(probe, found):
        faults.append(
            f"{counted(others, 'person has', 'people have')} another birth date or number than was asked for."
        )
    mend = "A search answers with everybody who fits every value, each once and under one identifier, and nobody else."
    return judged(faults, mend, f"Found {tester.called}, once, among {counted(len(found), 'person', 'people')}.")


def _of_them(fitting: tuple[Found, ...]) -> str:
    return "none of them is" if not fitting else f"{len(fitting)} of them could be"


async def _knows(run: Run) -> Judged:
    if not run.held:
        mend = 'Add [[test_people]] with expect = "known".'
        return failed(mend, "No test person is to be known.")
    lost = [one for one in run.held if await run.recognised(one) is None]
    faults = [f"{one.called.capitalize()} is not found, or not told from others." for one in lost]
    mend = (
        "Check their values in test_people, and that the search's identity in the mapping tells names and birth date."
    )
    return judged(faults, mend, f"{counted(len(run.held), 'test person was', 'test people were')} found, each once.")


async def _does_not_know(run: Run) -> Judged:
    asked = [(one, probe) for one in run.expecting("unknown") for probe in searches(one, run.manifest.search)]
    if not asked:
        mend = 'Add [[test_people]] with expect = "unknown" and values for a set of keys.'
        return untried(mend, "Nobody is given whom the system does not know.")
    faults = []
    for tester, probe in asked[:MOST_UNKNOWN]:
        attempt = await run.find(probe)
        if attempt.value or not attempt.answered:
            told = f"found {len(attempt.value)}" if attempt.value else attempt.said
            faults.append(f"A search for {tester.called} by {', '.join(probe.keys)}: it {told}.")
    mend = "Answer a search that nobody fits with an empty list: never with an error, never with somebody else."
    return judged(faults, mend, f"{counted(min(len(asked), MOST_UNKNOWN), 'search', 'searches')} found nobody.")


async def _too_many(run: Run) -> Judged:
    people = run.expecting("too-many")
    if not people:
        return untried('Add [[test_people]] with expect = "too-many", and values that many people share.')
    faults = []
    for tester in people:
        attempts = [await run.find(probe) for probe in searches(tester, run.manifest.search)]
        if not any(one.refused is TooManyFound for one in attempts):
            told = ", ".join(
                sorted({f"found {len(one.value or ())}" if one.answered else one.said for one in attempts})
            )
            faults.append(f"No search for {tester.called} had too many: it {told or 'was not searched'}.")
    mend = "Give values that more people share than limits.max_found, and have the system say how many there are."
    return judged(faults, mend, "More people than can be told apart are told as too many, and none of them is offered.")


async def _only_declared(run: Run) -> Judged:
    declared = {frozenset(keys) for keys in run.manifest.search}
    strange = next((key for key in SearchKey if frozenset({key}) not in declared), SearchKey.POSTCODE)
    probe = Probe(Step.EXACT, {strange: _VALUES.get(strange, "Nobody")})
    attempt = await run.own.find(probe, run.seconds())
    if attempt.refused is CannotSearch:
        return passed("A search by keys that the manifest does not name is not made.")
    return failed("Tell the hub's operator: this is a fault of the hub.", "A search that nobody declared was made.")


async def _adults_by(keys: Sequence[SearchKey], run: Run) -> Judged:
    people = [(one, probe) for one in run.people if (probe := probe_for(keys, one)) is not None]
    if not people:
        return untried(f"Give a test person values for {', '.join(keys)}.")
    attempt = await run.own.find_adults(people[0][1], run.seconds())
    if not attempt.answered and attempt.refused is not TooManyFound:
        return failed("Mend find_adults in the mapping.", f"A search for an adult was not answered: it {attempt.said}.")
    found = counted(len(attempt.value or ()), "adult", "adults")
    return passed(f"A search with the values of {people[0][0].called} was answered: it found {found}.")


def searching(search: Sequence[Sequence[SearchKey]], network: Sequence[Sequence[SearchKey]]) -> tuple[Check, ...]:
    """The checks of a manifest's searches: one for each set of keys, and what holds for all of them."""
    by_keys = (
        Check(
            id=f"search-by-{'-'.join(keys)}",
            group=_GROUP,
            title=f"Search by {', '.join(keys)}",
            judge=partial(_finds_by, keys, number),
            needs=("lets-in",),
        )
        for number, keys in enumerate(search)
    )
    adults = (
        Check(
            id=f"adults-by-{'-'.join(keys)}",
            group=_GROUP,
            title=f"Search for an adult around a child by {', '.join(keys)}",
            judge=partial(_adults_by, keys),
            needs=("lets-in",),
        )
        for keys in network
    )
    return (_KNOWN, *by_keys, _UNKNOWN, _MANY, _DECLARED, *adults)


_KNOWN = Check(
    id="known",
    group=_GROUP,
    title="Each known test person is found, and told from others",
    judge=_knows,
    needs=("lets-in",),
)
_UNKNOWN = Check(
    id="unknown", group=_GROUP, title="Nobody is found who is not there", judge=_does_not_know, needs=("lets-in",)
)
_MANY = Check(
    id="too-many",
    group=_GROUP,
    title="Too many people to tell apart are not offered",
    judge=_too_many,
    required=False,
    needs=("lets-in",),
)
_DECLARED = Check(
    id="only-declared", group=_GROUP, title="Searches that were not declared are not made", judge=_only_declared
)
