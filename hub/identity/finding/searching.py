"""One find: every source searched in steps, stopping at the first that answers well.

Somebody under witness protection is taken out of a reply before anything else sees it. When it is
them who are asked about, every source is searched on to the end, as for a person nobody knows.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Protocol

import msgspec

from hub.domain.answers import SourceFailed
from hub.domain.categories import Category
from hub.domain.codes import AnswerState, Label, MatchState, SubjectKind
from hub.domain.deadline import Deadline
from hub.domain.identifiers import SourceId
from hub.domain.people import Found, PersonReference, SourceFind
from hub.domain.permits import Permit
from hub.domain.searching import CannotSearch, Probe, SearchKey, Step, TooManyFound
from hub.domain.sources import Source
from hub.identity.finding.adoptions import joins_an_adoption
from hub.identity.finding.learning import learned
from hub.identity.finding.outcomes import amounting_to, unsearchable
from hub.identity.finding.reading import Claim, Reader
from hub.identity.finding.trails import Made, Trail
from hub.identity.finding.widening import probes

SHORTEST_STEP = 0.05  # seconds; a step begun with less would only look like the source's failure
_ANSWERED = frozenset({AnswerState.KNOWN, AnswerState.NOT_KNOWN})
_WELL = frozenset({MatchState.MATCH, MatchState.POTENTIAL, MatchState.MANY})
_Offer = tuple[Found, ...] | TooManyFound | CannotSearch | SourceFailed


class Searches(Protocol):
    """Where searches are made."""

    all: tuple[Source, ...]

    def key_sets(self, source: SourceId) -> tuple[frozenset[SearchKey], ...]:
        """What the source can be searched by."""
        ...

    async def search(self, source: SourceId, probe: Probe, deadline: Deadline, permit: Permit) -> tuple[Found, ...]:
        """One search of one source, under the question's permit. Raises SourceFailed, CannotSearch, TooManyFound."""
        ...


class Finding:
    """The searches of one question about one person."""

    def __init__(
        self,
        searches: Searches,
        reader: Reader,
        about: PersonReference,
        permit: Permit,
        *,
        widen: bool,
        unshown: frozenset[SourceId] = frozenset(),
    ) -> None:
        """``permit`` is what the question may have: whereabouts count at sources that may show them.

        ``unshown`` are searched only for labels: what they offer protects, and is used for nothing else.
        """
        self._searches, self._reader, self._about, self._widen = searches, reader, about, widen
        self._permit, self._unshown = permit, unshown
        self._seeing_place = frozenset(
            one.id for one in searches.all if one.id not in unshown and _may_see_place(permit, one.id)
        )
        self._named = {source.id: source for source in searches.all}
        self.alone = Claim(about, about)
        self.protecting = frozenset(
            one.id for one in searches.all if one.marks_labels & {Label.WITNESS_PROTECTION, Label.ADOPTION}
        )
        self._protection = reader.protection(about)
        self.nobody = asyncio.Event()  # set when it is somebody under witness protection who is asked about

    def _searches_of(self, source: SourceId, reference: PersonReference) -> tuple[Probe, ...]:
        """Every search of a source that a reference allows, in order.

        By a place only where whoever asks may see it, and of a source that knows who is at risk of being found.
        """
        knows = Label.LOCATION_AT_RISK in self._named[source].marks_labels
        if source not in self._seeing_place or not knows:
            reference = msgspec.structs.replace(reference, postcode=None)
        return probes(reference, self._searches.key_sets(source))

    async def along(self, trail: Trail, claim: Claim, deadline: Deadline) -> Trail:
        """Search one source on, step by step, until one answers well. A failure is where a trail ends too."""
        claim = self._unlearned(claim)
        left = [one for one in self._searches_of(trail.source, claim.told) if trail.without(one)]
        for step, searches in groupby(left, key=lambda probe: probe.step):
            if trail.failure is not None or self._ends(trail, claim, step):
                break
            if deadline.remaining() < SHORTEST_STEP:
                return msgspec.structs.replace(trail, hurried=True)
            trail = await self._stepped(trail, list(searches), claim, deadline)
            if self.nobody.is_set() and claim.told is not self._about:
                break  # what was learned is no longer used
        return trail

    def claim_after(self, trails: Iterable[Trail], claim: Claim) -> Claim:
        """What the certain matches among these trails add to what was known."""
        if self.nobody.is_set():
            return self.alone
        shown = [trail for trail in trails if trail.source not in self._unshown]
        matched = [trail for trail in shown if self._amounts_to(trail, claim) is MatchState.MATCH]
        more = learned(claim, [self._find(trail, claim, place=False) for trail in matched], self._reader)
        if self._protection.hides_whatever_comes(more.told, more.former):  # what was learned tells of them
            self.nobody.set()
            return self.alone
        return more

    def concluded(self, claim: Claim) -> bool:
        """Say whether nobody is found, now that every source was heard; whether it protects anybody at all.

        If so, searches go on that ended with whom it turned out to protect, as they do where nobody holds them.
        """
        if self._protection.hides(claim.told, claim.former):
            self.nobody.set()
        return self._protection.of_anybody

    def matched(self, trail: Trail) -> bool:
        """Whether this source is certain of whom is asked about."""
        return trail.source not in self._unshown and self._amounts_to(trail, self.alone) is MatchState.MATCH

    def labels(self, claim: Claim) -> frozenset[Label]:
        """What any source, shown or not, marks of whom is asked about. Of nobody, nothing is marked."""
        return frozenset() if self.nobody.is_set() else self._protection.labels(claim.told, claim.former)

    def settled(self, trails: Mapping[SourceId, Trail], claim: Claim) -> dict[SourceId, SourceFind]:
        """Every source's find, judged together.

        Whereabouts count only where they may be shown and nothing says, or may yet say, that somebody is
        at risk of being found. Matches that do not hang together wait for a person.
        """
        if self.nobody.is_set():
            return {source: self._as_for_nobody(trail) for source, trail in trails.items() if self._shows(source)}
        plain = {source: self._best(trail, claim, place=False) for source, trail in trails.items()}
        placed = self._seeing_place if self._nobody_at_risk(trails, plain) else frozenset()
        finds = {
            source: self._best(trails[source], claim, place=True) if source in placed else find
            for source, find in plain.items()
            if self._shows(source)
        }
        finds = {source: self._parted(find, plain) for source, find in finds.items()}
        matches = {source: find for source, find in finds.items() if find.match is MatchState.MATCH}
        automatic = {source: find for source, find in matches.items() if not self._reader.confirmed(find)}
        if self._reader.one_person([find.candidates[0].found for find in automatic.values()]):
            return finds
        return {source: self._doubted(find) if source in automatic else find for source, find in finds.items()}

    def _best(self, trail: Trail, claim: Claim, *, place: bool) -> SourceFind:
        """A match with what the enquirer said stands on that; nobody is scored by what they themselves taught."""
        find = self._find(trail, self.alone, place=place)
        return find if find.match is MatchState.MATCH else self._find(trail, claim, place=place)

    def _shows(self, source: SourceId) -> bool:
        return source not in self._unshown

    def _parted(self, find: SourceFind, finds: Mapping[SourceId, SourceFind]) -> SourceFind:
        """The find without names, where it and another source's would join who somebody was before an adoption."""
        others = [other for source, other in finds.items() if source != find.source]
        if not any(joins_an_adoption(find, other, self.alone, self._reader) for other in others):
            return find
        return amounting_to(self._named[find.source], MatchState.POTENTIAL, (), find.steps)

    def _doubted(self, find: SourceFind) -> SourceFind:
        """A match that another source's match contradicts: only probable, for a person to decide."""
        return amounting_to(self._named[find.source], MatchState.POTENTIAL, find.candidates, find.steps)

    def _unlearned(self, claim: Claim) -> Claim:
        return self.alone if self.nobody.is_set() else claim

    def _amounts_to(self, trail: Trail, claim: Claim) -> MatchState:
        return self._reader.amounts_to(self._named[trail.source], self._without_protected(trail), claim)

    def _find(self, trail: Trail, claim: Claim, *, place: bool) -> SourceFind:
        source = self._named[trail.source]
        if not trail.made and trail.failure is None and not trail.hurried:
            return unsearchable(source)
        return self._reader.read(source, self._without_protected(trail), claim, place=place)

    def _without_protected(self, trail: Trail) -> Trail:
        found = {one: found for one, found in trail.people.items() if not self._protection.covers(found)}
        return msgspec.structs.replace(trail, people=found)

    def _as_for_nobody(self, trail: Trail) -> SourceFind:
        """The find that this source gives for a person whom nobody knows; its failures stay what they are."""
        asked = self._searches_of(trail.source, self._about)
        made = tuple(Made(one.probe, frozenset()) for one in trail.made if one.probe in asked)
        unfinished = any(trail.without(one) for one in asked)
        failure = trail.failure if unfinished else None
        empty = Trail(trail.source, made, failure=failure, hurried=trail.hurried and unfinished)
        return self._find(empty, self.alone, place=False)

    def _nobody_at_risk(self, trails: Mapping[SourceId, Trail], finds: Mapping[SourceId, SourceFind]) -> bool:
        """Whether sources that mark locations at risk, all of them, have answered in full, and none marks anybody."""
        if any(Label.LOCATION_AT_RISK in one.labels for trail in trails.values() for one in trail.people.values()):
            return False
        marking = [one.id for one in self._searches.all if Label.LOCATION_AT_RISK in one.marks_labels]
        answered = [one in finds and finds[one].state in _ANSWERED and not trails[one].too_many for one in marking]
        return bool(marking) and all(answered)  # where none marks, nobody can say that somebody is not at risk

    def _ends(self, trail: Trail, claim: Claim, following: Step) -> bool:
        """Whether a source is searched no further: it answered well, or with too many, unless told to go on.

        A number that was learned since is always worth a search: it may tell who of those probable it is.
        """
        if not trail.made or self.nobody.is_set():
            return False
        if self._reader.awaits(trail.source, trail.people) and not trail.too_many:
            return False
        if following is Step.EXACT and self._reader.numbered_otherwise(self._without_protected(trail), claim):
            return False  # a twin's number: the child of that name may be held as well
        match = self._amounts_to(_openly(trail), claim)
        return match is MatchState.MATCH or (match in _WELL and not self._widen and following is not Step.NUMBER)

    async def _stepped(self, trail: Trail, step: Sequence[Probe], claim: Claim, deadline: Deadline) -> Trail:
        offers = await asyncio.gather(*(self._offer(trail.source, probe, deadline) for probe in step))
        for offer in offers:
            if isinstance(offer, tuple):
                self._protection.hear(trail.source, offer)
        if not self.nobody.is_set() and self._protection.hides_whatever_comes(claim.told, claim.former):
            self.nobody.set()
        for probe, offer in zip(step, offers, strict=True):
            trail = _with(trail, probe, offer)
        return trail

    async def _offer(self, source: SourceId, probe: Probe, deadline: Deadline) -> _Offer:
        try:
            return await self._searches.search(source, probe, deadline, self._permit)
        except (TooManyFound, CannotSearch, SourceFailed) as told:
            return told


def _may_see_place(permit: Permit, source: SourceId) -> bool:
    return permit.verdicts(source, SubjectKind.CHILD)[Category.IDENTITY_WHEREABOUTS].permitted


def _with(trail: Trail, probe: Probe, offer: _Offer) -> Trail:
    """The trail after this search, without whoever is under witness protection."""
    replace = msgspec.structs.replace
    if isinstance(offer, SourceFailed):
        return replace(trail, failure=trail.failure or offer)
    if isinstance(offer, CannotSearch):
        return replace(trail, refused=(*trail.refused, probe))
    if isinstance(offer, TooManyFound):
        return replace(trail, made=(*trail.made, Made(probe, None)))
    admitted = {one.local_id: one for one in offer if Label.WITNESS_PROTECTION not in one.labels}
    made = Made(probe, frozenset(admitted))
    return replace(trail, made=(*trail.made, made), people={**admitted, **trail.people})


def _openly(trail: Trail) -> Trail:
    """A trail without whom only a search by place found: they must not change how a source is searched."""
    openly = trail.found_openly()
    return msgspec.structs.replace(trail, people={one: found for one, found in trail.people.items() if one in openly})
