"""One find: search each source, score what comes back, say what it amounts to."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from hub.domain.answers import SourceFailed
from hub.domain.codes import AnswerState, Label, MatchState
from hub.domain.deadline import Deadline
from hub.domain.identifiers import NhsNumber, SourceId, Upn, nhs_number, upn
from hub.domain.people import Attributes, Candidate, Found, LinkedPerson, PersonReference, SourceFind
from hub.domain.sources import Source
from hub.domain.subjects import Mac
from hub.errors import BadInput
from hub.identity.matching import Thresholds, compare, judge, probability


class Searches(Protocol):
    """Where finds are made."""

    all: tuple[Source, ...]

    def can_search(self, source: SourceId, reference: PersonReference) -> bool:
        """Whether the reference has one of the source's search keys."""
        ...

    async def search(self, source: SourceId, reference: PersonReference, deadline: Deadline) -> tuple[Found, ...]:
        """One live find at one source. Raises SourceFailed."""
        ...


class Finding:
    """The finds of one question."""

    def __init__(
        self,
        searches: Searches,
        enquiry_id: str,
        known: Mapping[SourceId, LinkedPerson],
        thresholds: Thresholds,
        mac: Mac,
    ) -> None:
        self._searches, self._enquiry_id, self._known = searches, enquiry_id, known
        self._thresholds, self._mac = thresholds, mac
        self._named = {source.id: source for source in searches.all}

    async def at(self, source: SourceId, reference: PersonReference, deadline: Deadline) -> SourceFind:
        """Search one source. A failure is a find too, in its own state."""
        named = self._named[source]
        if not self._searches.can_search(source, reference):
            return SourceFind(
                source,
                AnswerState.NOT_ASKED,
                MatchState.NONE,
                explanation=f"{named.name} cannot be searched with what this enquiry holds. "
                f"Open one with family name and birth date, or phone {named.contact}.",
                reasons=("no-search-key",),
            )
        try:
            found = await self._searches.search(source, reference, deadline)
        except SourceFailed as failure:
            sentence = f"{named.name} {failure.happened}. This is not reassurance: ask again, or phone {named.contact}."
            return SourceFind(source, failure.state, MatchState.NONE, explanation=sentence)
        return self._scored(named, reference, found)

    def _scored(self, source: Source, reference: PersonReference, found: Sequence[Found]) -> SourceFind:
        # Somebody under witness protection was never found: not shown, not counted, not judged.
        visible = [one for one in found if Label.WITNESS_PROTECTION not in one.labels]
        candidates = tuple(sorted((self._candidate(source.id, reference, one) for one in visible), key=_best_first))
        match = judge(reference, candidates, self._thresholds)
        state = AnswerState.NOT_KNOWN if match is MatchState.NONE else AnswerState.KNOWN
        return SourceFind(
            source.id, state, match, candidates, _SENTENCES[match].format(name=source.name, contact=source.contact)
        )

    def _candidate(self, source: SourceId, reference: PersonReference, found: Found) -> Candidate:
        weight, why = compare(reference, found.attributes)
        link = self._known.get(source)
        opaque = self._mac("candidate", f"{self._enquiry_id}\x1f{source}\x1f{found.local_id}".encode()).hex()[:32]
        return Candidate(
            id=opaque,
            found=found,
            score=round(weight, 2),
            probability=round(probability(weight), 6),
            why=why,
            linked=link is not None and link.local_id == found.local_id,
        )


def learned(reference: PersonReference, finds: Sequence[SourceFind]) -> PersonReference:
    """The reference with the numbers, names, birth date and postcode that certain matches taught us.

    What the enquirer said themselves is never replaced.
    """
    for find in finds:
        if find.match is not MatchState.MATCH:
            continue
        known = find.candidates[0].found.attributes
        reference = msgspec.structs.replace(
            reference,
            nhs_number=reference.nhs_number or _nhs_number(known),
            upn=reference.upn or _upn(known),
            given_name=reference.given_name or known.given_name,
            family_name=reference.family_name or known.family_name,
            birth_date=reference.birth_date or known.birth_date,
            postcode=reference.postcode or known.postcode,
        )
    return reference


_SENTENCES = {
    MatchState.MATCH: "{name} knows this child.",
    MatchState.POTENTIAL: "{name} knows somebody who is probably this child. Compare, or phone {contact}.",
    MatchState.MANY: "{name} knows several people who could be this child. Compare, or phone {contact}.",
    MatchState.LOW: "{name} knows somebody who may be this child, but little agrees. Compare, or phone {contact}.",
    MatchState.NONE: "{name} found nobody under what it was searched with.",
}


def _nhs_number(known: Attributes) -> NhsNumber | None:
    try:
        return nhs_number(known.nhs_number or "")
    except BadInput:
        return None


def _upn(known: Attributes) -> Upn | None:
    try:
        return upn(known.upn or "")
    except BadInput:
        return None


def _best_first(candidate: Candidate) -> float:
    return -candidate.score
