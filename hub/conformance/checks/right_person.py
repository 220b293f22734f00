"""A record is always about whom it was asked about."""

import asyncio
from itertools import combinations

from hub.conformance.check import Check, Judged, counted, failed, judged, untried
from hub.conformance.people import Tester
from hub.conformance.run import Run
from hub.domain.answers import Fetched
from hub.domain.codes import AnswerState
from hub.domain.identifiers import LocalId
from hub.domain.people import Attributes, Found
from hub.domain.subjects import fingerprint, normal

_GROUP = "The right person"
_LONGEST = 90  # characters of an identifier that is made longer
_NEVER_GIVEN = "00000000"


def _plainly(_purpose: str, described: bytes) -> bytes:
    """What a fingerprint is made from, itself: it is compared here and leaves nothing behind."""
    return described


def print_of(described: Attributes) -> bytes:
    """By what the hub tells whether a record is about whom it was linked to."""
    return fingerprint(described, _plainly)


async def _is_echoed(run: Run) -> Judged:
    read = await run.records()
    if not read:
        return untried("Mend what keeps known test people from being read.", "No record could be read.")
    faults: list[str] = []
    for tester, fetched in read:
        found = await run.recognised(tester)
        if found is not None:
            faults += [f"The record of {tester.called} {told}" for told in _differing(found, fetched)]
    mend = (
        "A record says itself whom it is about, with the names and birth date that a search tells: the hub throws away "
        "a record that says anything else. Mend [[identity]] and local_id in the mapping, or the system."
    )
    return judged(
        faults, mend, f"{counted(len(read), 'record says', 'records say')} whom they are about, as searches do."
    )


def _differing(found: Found, fetched: Fetched) -> list[str]:
    told, sought = fetched.attributes, found.attributes
    if fetched.local_id != found.local_id:
        return ["is another person's: it bears another identifier."]
    if print_of(told) == print_of(Attributes()):
        return ["says neither names nor birth date, so that nobody can tell whose it is."]
    names = [
        name for name in ("given_name", "family_name") if normal(getattr(told, name)) != normal(getattr(sought, name))
    ]
    born = ["birth_date"] if told.birth_date != sought.birth_date else []
    return [f"tells another {' and '.join([*names, *born])} than the search."] if names or born else []


async def _tells_apart(run: Run) -> Judged:
    read = await run.records()
    mend = "Make the identity of a record tell people apart: names and birth date, of the person themselves."
    if len(read) < 2:
        return untried("Add a second known test person.", "It takes two records to compare.")
    faults = [
        f"The records of {one.called} and {other.called} say that they are about the same person."
        for (one, first), (other, second) in combinations(read, 2)
        if print_of(first.attributes) == print_of(second.attributes)
    ]
    return judged(faults or await _mixed_up(run, read[0], read[1]), mend, "No record could pass for another person's.")


async def _mixed_up(run: Run, one: tuple[Tester, Fetched], other: tuple[Tester, Fetched]) -> list[str]:
    """Faults of two records asked for at the same moment."""
    asked = (one, other) * 2
    categories = run.manifest.categories
    seconds = run.seconds()
    attempts = await asyncio.gather(*(run.own.fetch(told.local_id, categories, seconds) for _, told in asked))
    return [
        f"Asked for {tester.called} and another at once, it sent the other."
        for (tester, told), attempt in zip(asked, attempts, strict=True)
        if attempt.value and print_of(attempt.value.attributes) != print_of(told.attributes)
    ]


async def _unknown_identifier(run: Run) -> Judged:
    found = await run.anybody()
    if found is None:
        return untried("Mend what keeps known test people from being found.")
    given = str(found.local_id)
    nobodys = LocalId(given[:_LONGEST] + (_NEVER_GIVEN if given[-1:].isdigit() else "-nobody"))
    attempt = await run.own.fetch(nobodys, run.manifest.categories, run.seconds())
    mend = "Answer 404 for an identifier that you never gave, and mark that request optional in the mapping."
    if attempt.answered and attempt.value is not None:
        return failed(mend, "An identifier that was never given was answered with somebody's record.")
    if attempt.state not in {None, AnswerState.BAD_DATA}:
        return failed(mend, f"An identifier that was never given was not recognised as one: it {attempt.said}.")
    run.states.setdefault(AnswerState.BAD_DATA, "an identifier that was never given: it is nobody's any more")
    return judged([], mend, "An identifier that was never given is nobody's.")


RIGHT_PERSON = (
    Check(
        id="identity-echoed",
        group=_GROUP,
        title="A record says whom it is about, as the search did",
        judge=_is_echoed,
        needs=("lets-in", "known"),
    ),
    Check(
        id="people-told-apart",
        group=_GROUP,
        title="Another child's record would be recognised",
        judge=_tells_apart,
        required=False,
        needs=("lets-in", "known"),
    ),
    Check(
        id="unknown-identifier",
        group=_GROUP,
        title="An identifier that was never given is nobody's",
        judge=_unknown_identifier,
        needs=("lets-in", "known"),
    ),
)
