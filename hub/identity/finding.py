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
from hub.identity.matching import Thresholds, compare, judge, one_person, probability


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
            return self.unsearchable(source)
        try:
            found = await self._searches.search(source, reference, deadline)
        except SourceFailed as failure:
            sentence = f"{named.name} {failure.happened}. This is not reassurance: ask again, or phone {named.contact}."
            return SourceFind(source, failure.state, MatchState.NONE, explanation=sentence)
        return self._scored(named, reference, found)

    def unsearchable(self, source: SourceId) -> SourceFind:
        """The find of a source that cannot be searched with what is known."""
        named = self._named[source]
        sentence = (
            f"{named.name} cannot be searched with what this enquiry holds. "
            f"Open one with family name and birth date, or phone {named.contact}."
        )
        return SourceFind(source, AnswerState.NOT_ASKED, MatchState.NONE, (), sentence, ("no-search-key",))

    def as_for_nobody(self, source: SourceId, about: PersonReference) -> SourceFind:
        """The find that this source gives for a person whom nobody knows."""
        if not self._searches.can_search(source, about):
            return self.unsearchable(source)
        return _amounting_to(self._named[source], MatchState.NONE, ())

    def doubted(self, find: SourceFind) -> SourceFind:
        """A match that another source's match contradicts: only probable, for a person to decide."""
        return _amounting_to(self._named[find.source], MatchState.POTENTIAL, find.candidates)

    def _scored(self, source: Source, reference: PersonReference, found: Sequence[Found]) -> SourceFind:
        candidates = tuple(sorted((self._candidate(source.id, reference, one) for one in found), key=_best_first))
        match = judge(reference, candidates, self._thresholds)
        if match is not MatchState.MATCH or not _protected(candidates[0]):
            # Others under witness protection were never found: not shown, not counted, not judged.
            candidates = tuple(one for one in candidates if not _protected(one))
            match = judge(reference, candidates, self._thresholds)
        return _amounting_to(source, match, candidates)

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

    What the enquirer said themselves is never replaced. Nothing is learned where matches do not hang
    together as one person, from a pre- or post-adoption identity, or of a place that is at risk.
    """
    matches = [find.candidates[0].found for find in finds if find.match is MatchState.MATCH]
    if not one_person([found.attributes for found in matches]) or any(
        Label.WITNESS_PROTECTION in found.labels for found in matches
    ):
        return reference
    at_risk = any(Label.LOCATION_AT_RISK in found.labels for found in matches)
    for found in matches:
        if Label.ADOPTION in found.labels:
            continue
        known = found.attributes
        reference = msgspec.structs.replace(
            reference,
            nhs_number=reference.nhs_number or _nhs_number(known),
            upn=reference.upn or _upn(known),
            given_name=reference.given_name or known.given_name,
            family_name=reference.family_name or known.family_name,
            birth_date=reference.birth_date or known.birth_date,
            postcode=reference.postcode or (None if at_risk else known.postcode),
        )
    return reference


def settled(
    finding: Finding, about: PersonReference, finds: Mapping[SourceId, SourceFind]
) -> dict[SourceId, SourceFind]:
    """The finds of one question, judged together.

    Somebody under witness protection, marked by any source, was found by none: every find is what it
    would have been for a person nobody knows. Matches that do not hang together wait for a person.
    """
    if any(_protected(one) for find in finds.values() for one in find.candidates):
        return {source: finding.as_for_nobody(source, about) for source in finds}
    matches = {source: find for source, find in finds.items() if find.match is MatchState.MATCH}
    if one_person([find.candidates[0].found.attributes for find in matches.values()]):
        return dict(finds)
    return {source: finding.doubted(find) if source in matches else find for source, find in finds.items()}


_SENTENCES = {
    MatchState.MATCH: "{name} knows this child.",
    MatchState.POTENTIAL: "{name} knows somebody who is probably this child. Compare, or phone {contact}.",
    MatchState.MANY: "{name} knows several people who could be this child. Compare, or phone {contact}.",
    MatchState.LOW: "{name} knows somebody who may be this child, but little agrees. Compare, or phone {contact}.",
    MatchState.NONE: "{name} found nobody under what it was searched with.",
}


def _amounting_to(source: Source, match: MatchState, candidates: tuple[Candidate, ...]) -> SourceFind:
    state = AnswerState.NOT_KNOWN if match is MatchState.NONE else AnswerState.KNOWN
    sentence = _SENTENCES[match].format(name=source.name, contact=source.contact)
    return SourceFind(source.id, state, match, candidates, sentence)


def _protected(candidate: Candidate) -> bool:
    return Label.WITNESS_PROTECTION in candidate.found.labels


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
