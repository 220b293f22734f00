"""What a search came to: candidates scored and judged, with a sentence for whoever asked. Pure."""

from collections.abc import Mapping, Sequence

import msgspec

from hub.domain.codes import Label, MatchState
from hub.domain.identifiers import LocalId, SourceId
from hub.domain.matches import Decision, MatchDecision
from hub.domain.people import Candidate, Found, LinkedPerson, PersonReference, SourceFind
from hub.domain.searching import Step
from hub.domain.sources import Source
from hub.domain.subjects import Mac, described, fingerprint
from hub.identity.finding.likeness import Likeness, likeness
from hub.identity.finding.outcomes import amounting_to, stopped, too_many
from hub.identity.finding.protecting import Protection
from hub.identity.finding.trails import Trail
from hub.identity.matching.alikeness import Alike
from hub.identity.matching.description import Description
from hub.identity.matching.matcher import Compared, Matcher

# Whose other names and numbers must neither find them nor explain a match.
_FORMER_SELVES = frozenset({Label.ADOPTION, Label.GENDER_HISTORY})
_LIKELY = frozenset({MatchState.MATCH, MatchState.POTENTIAL})
_OTHERWISE = frozenset({Alike.SIMILAR, Alike.DIFFERENT})

Scored = tuple[Found, Compared]


class Claim(msgspec.Struct, frozen=True):
    """What is known of whom is asked about: what the enquirer said, and with what certain matches added."""

    about: PersonReference
    told: PersonReference
    former: frozenset[str] = frozenset()  # numbers of theirs that a certain match says were superseded


class Reader:
    """Reads the searches of one question. ``decided`` is what people decided about this subject before."""

    def __init__(
        self,
        matcher: Matcher,
        mac: Mac,
        enquiry_id: str,
        known: Mapping[SourceId, LinkedPerson],
        decided: Mapping[tuple[SourceId, LocalId], MatchDecision],
    ) -> None:
        self._matcher, self._mac, self._enquiry_id = matcher, mac, enquiry_id
        self._known, self._decided = known, decided
        self._scores: dict[tuple[Found, Claim, bool], Compared] = {}

    def awaits(self, source: SourceId, people: Mapping[LocalId, Found]) -> bool:
        """Whether whom a person confirmed there has not been found yet: a wider step may."""
        link = self._known.get(source)
        return link is not None and link.confirmed and link.local_id not in people

    def protection(self, asked: PersonReference) -> Protection:
        """Whom labels protect, of nobody heard so far."""
        return Protection(self._matcher, asked)

    def compared(self, one: Found, other: Found) -> Likeness:
        """How two people compare as they are called now."""
        ours, theirs = (_as_now(each, place=False) for each in (one, other))
        return likeness(ours, theirs, self._matcher.model.nicknames)

    def named_as_said(self, found: Found, claim: Claim) -> bool:
        """Whether the enquirer said both names, and neither is another."""
        said = self._said(found, claim)
        return said.swapped or not {said.given, said.family} & {Alike.DIFFERENT, Alike.UNKNOWN}

    def fitting(self, find: SourceFind) -> list[Found]:
        """Those who are at least probably whom is asked about."""
        potential = self._matcher.thresholds.potential
        return [one.found for one in find.candidates if one.probability >= potential]

    def numbered_otherwise(self, trail: Trail, claim: Claim) -> bool:
        """Whether all that was searched by is a number, and it is held under another given name than was said."""
        by_number = all(one.probe.step is Step.NUMBER for one in trail.made)
        return by_number and any(self._named(found, claim) in _OTHERWISE for found in trail.people.values())

    def one_person(self, people: Sequence[Found]) -> bool:
        """Whether people matched at different sources hang together."""
        return self._matcher.one_person([_as_now(found, place=False) for found in people])

    def amounts_to(self, source: Source, trail: Trail, claim: Claim) -> MatchState:
        """What was found amounts to so far, whereabouts left out."""
        scored = self._scored(source, trail, claim, place=False)
        offered = [pair for pair in scored if not self._rejected(source.id, pair)]
        return self._match(source.id, trail, claim, offered)

    def read(self, source: Source, trail: Trail, claim: Claim, *, place: bool) -> SourceFind:
        """The find of one source. With ``place``, whereabouts count, and who was found by them alone is shown."""
        scored = self._scored(source, trail, claim, place=place)
        offered = [pair for pair in scored if not self._rejected(source.id, pair)]
        return msgspec.structs.replace(
            self._judged(source, trail, claim, offered),
            steps=trail.steps(frozenset(found.local_id for found, _ in offered)),
            rejected=tuple(self._candidate(source.id, *pair) for pair in scored if pair not in offered),
        )

    def confirmed(self, find: SourceFind) -> bool:
        """Whether this match is one that a person confirmed."""
        best = find.candidates[0]
        return self._stands(find.source, best.found, Decision.CONFIRMED)

    def _scored(self, source: Source, trail: Trail, claim: Claim, *, place: bool) -> list[Scored]:
        shown = [found for found in trail.people.values() if _open(found, trail, source, place=place)]
        scored = [(found, self._compared(found, claim, place=place)) for found in shown]
        return [pair for pair in scored if not self._former_self(*pair, claim)]

    def _rejected(self, source: SourceId, pair: Scored) -> bool:
        return self._stands(source, pair[0], Decision.REJECTED)

    def _confirmed(self, source: SourceId, offered: list[Scored]) -> list[Scored]:
        return [pair for pair in offered if self._stands(source, pair[0], Decision.CONFIRMED)]

    def _match(self, source: SourceId, trail: Trail, claim: Claim, offered: list[Scored]) -> MatchState:
        if len(self._confirmed(source, offered)) == 1:
            return MatchState.MATCH
        match = self._matcher.judge([compared for _, compared in offered])
        if match is MatchState.MATCH and self._another_of_the_name(offered, claim):
            return MatchState.MANY
        if match is MatchState.MATCH:
            return MatchState.POTENTIAL if self._was_rejected(source, offered) else match
        return MatchState.MANY if trail.too_many else match

    def _judged(self, source: Source, trail: Trail, claim: Claim, offered: list[Scored]) -> SourceFind:
        confirmed, match = self._confirmed(source.id, offered), self._match(source.id, trail, claim, offered)
        if len(confirmed) == 1:
            others = [pair for pair in offered if pair not in confirmed]
            first, rest = (self._amounting_to(source, match, pairs) for pairs in (confirmed, others))
            return msgspec.structs.replace(first, candidates=first.candidates + rest.candidates)
        find = self._amounting_to(source, match, offered)
        if trail.too_many and match is not MatchState.MATCH:
            return too_many(find, source, claim.told)
        return find if match is MatchState.MATCH else stopped(source, trail, find)

    def _was_rejected(self, source: SourceId, offered: list[Scored]) -> bool:
        """Whether a person said of anybody here, when less or other was told of them, that they are somebody else."""
        earlier = (self._decided.get((source, found.local_id)) for found, _ in offered)
        return any(one is not None and one.decision is Decision.REJECTED for one in earlier)

    def _compared(self, found: Found, claim: Claim, *, place: bool) -> Compared:
        """One comparison, made once for as long as the same is known of both."""
        known = self._scores.get((found, claim, place))
        if known is not None:
            return known
        # Before and after an adoption somebody is two people: only what the enquirer said is compared.
        alone = Label.ADOPTION in found.labels
        ours = Description.of_reference(claim.about if alone else claim.told, place=place)
        if claim.former and not _FORMER_SELVES & found.labels:
            ours = msgspec.structs.replace(ours, former_numbers=claim.former)
        compared = self._matcher.compare(ours, _as_now(found, place=place))
        return self._scores.setdefault((found, claim, place), compared)

    def _former_self(self, found: Found, compared: Compared, claim: Claim) -> bool:
        """Somebody adopted whom only an earlier name found, or a number that outlived it: never offered."""
        if Label.ADOPTION not in found.labels:
            return False
        said = self._said(found, claim)
        return self._matcher.judge([compared]) not in _LIKELY or said.named_otherwise

    def _said(self, found: Found, claim: Claim) -> Likeness:
        """How somebody compares with what the enquirer said."""
        said = Description.of_reference(claim.about, place=False)
        return likeness(said, _as_now(found, place=False), self._matcher.model.nicknames)

    def _named(self, found: Found, claim: Claim) -> Alike:
        return self._said(found, claim).given

    def _another_of_the_name(self, offered: list[Scored], claim: Claim) -> bool:
        """Whether somebody else offered bears the very name and birth date that were said, and the best does not."""
        best = max(offered, key=lambda pair: pair[1].weight)
        if self._named(best[0], claim) not in _OTHERWISE:
            return False
        said = (self._said(found, claim) for found, _ in offered)
        return any(one.given is one.family is one.birth is Alike.SAME for one in said)

    def _stands(self, source: SourceId, found: Found, decision: Decision) -> bool:
        """Whether this was decided, and holds: a rejection while the source tells the very same.

        A confirmation outlives a moved house or another school, as its link does: while names and birth date
        are the same. Nobody is confirmed across an adoption.
        """
        made = self._decided.get((source, found.local_id))
        if made is None or made.decision is not decision:
            return False
        same = made.seen == described(found.attributes, self._mac)
        if decision is Decision.REJECTED:
            return same
        return Label.ADOPTION not in found.labels and (same or self._confirmed_as(source, found))

    def _confirmed_as(self, source: SourceId, found: Found) -> bool:
        link = self._known.get(source)
        return (
            link is not None
            and link.confirmed
            and link.local_id == found.local_id
            and link.fingerprint == fingerprint(found.attributes, self._mac)
        )

    def _amounting_to(self, source: Source, match: MatchState, scored: list[Scored]) -> SourceFind:
        candidates = sorted((self._candidate(source.id, *pair) for pair in scored), key=_best_first)
        return amounting_to(source, match, tuple(candidates))

    def _candidate(self, source: SourceId, found: Found, compared: Compared) -> Candidate:
        link = self._known.get(source)
        opaque = self._mac("candidate", f"{self._enquiry_id}\x1f{source}\x1f{found.local_id}".encode()).hex()[:32]
        linked = link is not None and link.local_id == found.local_id
        return Candidate(
            id=opaque,
            found=found,
            score=round(compared.weight, 2),
            probability=round(compared.probability, 6),
            why=tuple(one for one in compared.why if not _tells_former_name(one.attribute, found)),
            linked=linked or self._stands(source, found, Decision.CONFIRMED),
            decision=self._decided.get((source, found.local_id)),
            decided=next((one for one in Decision if self._stands(source, found, one)), None),
            seen=described(found.attributes, self._mac),
            fingerprint=fingerprint(found.attributes, self._mac),
        )


def _as_now(found: Found, *, place: bool) -> Description:
    """How a source describes somebody, without what they were before where that must not be told."""
    attributes = found.attributes
    if _FORMER_SELVES & found.labels:
        attributes = msgspec.structs.replace(attributes, aliases=(), former_nhs_numbers=())
    return Description.of_attributes(attributes, place=place)


def _open(found: Found, trail: Trail, source: Source, *, place: bool) -> bool:
    """Whether somebody may be shown to have been found. A search by place must not confirm that anybody exists."""
    if found.local_id in trail.found_openly():
        return True
    knows = Label.LOCATION_AT_RISK in source.marks_labels and Label.LOCATION_AT_RISK not in found.labels
    return place and knows


def _tells_former_name(attribute: str, found: Found) -> bool:
    return Label.GENDER_HISTORY in found.labels and "name" in attribute


def _best_first(candidate: Candidate) -> float:
    return -candidate.score
