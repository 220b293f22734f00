"""Recognising the person asked about: confirmed links first, otherwise a live find in every source."""

import asyncio
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple, Protocol

import msgspec

from hub.domain.answers import DOUBTFUL, Answer
from hub.domain.categories import Category
from hub.domain.codes import PERSON_WIDE, AnswerState, Label, MatchState, SubjectKind
from hub.domain.deadline import Deadline
from hub.domain.identifiers import SourceId
from hub.domain.matches import Decision, MatchDecision
from hub.domain.people import Candidate, LinkedPerson, Person, PersonReference, SourceFind
from hub.domain.permits import Permit
from hub.domain.questions import Question, QuestionKind
from hub.domain.sources import Source
from hub.domain.subjects import Mac, claim, fingerprint
from hub.identity.finding.outcomes import amounting_to
from hub.identity.finding.reading import Reader
from hub.identity.finding.rounds import Recognised, recognised
from hub.identity.finding.searching import Finding, Searches
from hub.identity.matching.matcher import Matcher

# Answers that nobody is known are given at multiples of this, counted from the question: what it takes to keep
# somebody under witness protection from sight must not be told from there being nothing to keep.
NOBODY_SECONDS = 0.1


class Links(Protocol):
    """Where confirmed links are kept."""

    async def for_subject(self, subject: str) -> tuple[LinkedPerson, ...]:
        """Links of one subject."""
        ...

    async def put(self, subject: str, link: LinkedPerson, how: str, by: str, at: datetime) -> None:
        """Keep a link, replacing the source's earlier one."""
        ...

    async def remove(self, subject: str, source: SourceId) -> None:
        """Forget one link; nothing happens where there is none."""
        ...


class Decisions(Protocol):
    """Where it is kept what people decided about matches."""

    async def for_subject(self, subject: str) -> tuple[MatchDecision, ...]:
        """The latest decision about each pair of one subject."""
        ...


class Remembered(NamedTuple):
    """What is kept about one subject."""

    subject: str
    links: Mapping[SourceId, LinkedPerson]
    decisions: tuple[MatchDecision, ...]


class People:
    """Turns a claimed reference into a recognised person, source by source."""

    def __init__(
        self,
        searching: Searches,
        links: Links,
        mac: Mac,
        now: Callable[[], datetime],
        decisions: Decisions,
        matcher: Matcher,
    ) -> None:
        self._searching, self._links, self._mac, self._now = searching, links, mac, now
        self._decisions, self._matcher = decisions, matcher

    def subject(self, about: PersonReference) -> str:
        """The keyed hash under which links and decisions about this very claim are kept."""
        return self._mac("link", claim(about)).hex()

    async def resolve(self, question: Question, permit: Permit, deadline: Deadline) -> Person:
        """Find the person where the permit lets us look. Never raises for a source's failure; it is in ``finds``."""
        began = time.monotonic()
        reachable = [one.id for one in self._searching.all if _may_look(question, permit, one)]
        kept = await self._remembered(question, reachable)
        if kept.links.keys() == set(reachable) and not _must_be_live(question):
            if not reachable:
                return Person(reference=question.about, links={}, finds={})
            protecting = await self._find(question, permit, (), kept, deadline)  # for labels alone
            if not protecting.nobody:
                return Person(reference=question.about, links=kept.links, finds={}, labels=protecting.labels)
        found = await self._find(question, permit, reachable, kept, deadline)
        finds = found.finds if found.nobody else self._weighed(found.finds, kept)
        labels = found.labels | self._told(finds)
        finds = {source: msgspec.structs.replace(find, labels=labels) for source, find in finds.items()}
        fresh = {find.source: self._link(find) for find in finds.values() if find.match is MatchState.MATCH}
        await self._remember(question, kept, fresh, finds)
        if all(find.match is MatchState.NONE for find in finds.values()):
            await _until_a_common_moment(began, deadline)
        return Person(
            reference=question.about,
            links=fresh if found.nobody else _still_confirmed(finds, kept) | fresh,
            finds=finds,
            labels=labels,
            former_nhs_numbers=found.claim.former,
        )

    async def doubt(self, question: Question, person: Person, answers: Iterable[Answer]) -> None:
        """Forget the links behind answers that were not about this person, so that the next question finds anew.

        So are those behind an answer that knows nobody although it is linked: somebody protected since.
        """
        for answer in answers:
            unknown = answer.state is AnswerState.NOT_KNOWN
            if answer.source in person.links and (unknown or DOUBTFUL.intersection(answer.reasons)):
                await self._links.remove(self.subject(question.about), answer.source)

    async def _remembered(self, question: Question, reachable: Collection[SourceId]) -> Remembered:
        subject = self.subject(question.about)
        decisions = tuple(one for one in await self._decisions.for_subject(subject) if one.source in reachable)
        rejected = {(one.source, one.local_id) for one in decisions if one.decision is Decision.REJECTED}
        links = {
            link.source: link
            for link in await self._links.for_subject(subject)
            if link.source in reachable and (link.source, link.local_id) not in rejected
        }
        return Remembered(subject, links, decisions)

    async def _remember(
        self,
        question: Question,
        kept: Remembered,
        fresh: Mapping[SourceId, LinkedPerson],
        finds: Mapping[SourceId, SourceFind],
    ) -> None:
        for source, link in fresh.items():
            before, best = kept.links.get(source), finds[source].candidates[0]
            if before == link or not (link.confirmed or _numbered_as_asked(question, best)):
                continue
            if before is not None and before.confirmed:
                if before.local_id != link.local_id:
                    continue
                await self._links.remove(kept.subject, source)  # whom a person confirmed is described otherwise now
            how, by, at = "exact-match", question.principal.id, self._now()
            if link.confirmed and best.decision is not None:
                how, by, at = "confirmed", best.decision.by, best.decision.at
            await self._links.put(kept.subject, link, how, by, at)
        for source, link in kept.links.items():
            answered = finds[source].state in {AnswerState.KNOWN, AnswerState.NOT_KNOWN}
            if source not in fresh and answered and not link.confirmed:  # a complete find that contradicts
                await self._links.remove(kept.subject, source)

    async def _find(
        self, question: Question, permit: Permit, reachable: Collection[SourceId], kept: Remembered, deadline: Deadline
    ) -> Recognised:
        decided = {(one.source, one.local_id): one for one in kept.decisions}
        reader = Reader(self._matcher, self._mac, question.enquiry.id, kept.links, decided)
        unshown = self._protecting(question, permit)
        finding = Finding(self._searching, reader, question.about, permit, widen=question.widen, unshown=unshown)
        return await recognised(finding, (*reachable, *unshown), deadline)

    def _protecting(self, question: Question, permit: Permit) -> frozenset[SourceId]:
        """Sources that mark whom labels protect everywhere, and that this question does not reach.

        They are searched all the same, before anything is decided about what they hold: nobody may switch a
        protection off by asking past the source that knows of it. Nothing else comes of such a search.
        """
        marking = (one for one in self._searching.all if one.marks_labels & PERSON_WIDE)
        return frozenset(one.id for one in marking if not _may_look(question, permit, one))

    def _weighed(self, finds: Mapping[SourceId, SourceFind], kept: Remembered) -> dict[SourceId, SourceFind]:
        """The finds, where a match with somebody other than whom a person confirmed waits for a person."""
        named = {source.id: source for source in self._searching.all}
        weighed = dict(finds)
        for source, link in kept.links.items():
            find = finds[source]
            other = find.match is MatchState.MATCH and find.candidates[0].found.local_id != link.local_id
            if link.confirmed and other:
                weighed[source] = amounting_to(named[source], MatchState.POTENTIAL, find.candidates, find.steps)
        return weighed

    def _told(self, finds: Mapping[SourceId, SourceFind]) -> frozenset[Label]:
        borne = (one.found.labels for find in finds.values() for one in self._likely(find))
        return PERSON_WIDE.intersection(label for labels in borne for label in labels)

    def _likely(self, find: SourceFind) -> Iterable[Candidate]:
        """Who may be this person: what marks them protects, and rejecting somebody who fits takes no protection off."""
        fitting = self._matcher.thresholds.potential
        return (*find.candidates, *(one for one in find.rejected if one.probability >= fitting))

    def _link(self, find: SourceFind) -> LinkedPerson:
        found = find.candidates[0].found
        confirmed = find.candidates[0].decided is Decision.CONFIRMED
        return LinkedPerson(find.source, found.local_id, fingerprint(found.attributes, self._mac), confirmed)


async def _until_a_common_moment(began: float, deadline: Deadline) -> None:
    left = NOBODY_SECONDS - (time.monotonic() - began) % NOBODY_SECONDS
    await asyncio.sleep(min(left, deadline.remaining()))


def _still_confirmed(finds: Mapping[SourceId, SourceFind], kept: Remembered) -> dict[SourceId, LinkedPerson]:
    """Links that a person confirmed and that this find does not contradict: it offers nobody better, nor them anew."""
    return {
        source: link
        for source, link in kept.links.items()
        if link.confirmed
        and finds[source].match is not MatchState.POTENTIAL
        and all(one.found.local_id != link.local_id for one in finds[source].candidates)
    }


def _numbered_as_asked(question: Question, best: Candidate) -> bool:
    """Whether a reply from behind this link will show for itself that it is about the number asked with.

    Where only another source says that one number replaced the other, the link is not kept.
    """
    asked, known = question.about.nhs_number, best.found.attributes
    return asked is None or known.nhs_number in {None, asked} or asked in known.former_nhs_numbers


def _may_look(question: Question, permit: Permit, source: Source) -> bool:
    if not permit.selection.reaches(source.id):
        return False
    if not permit.verdicts(source.id, SubjectKind.CHILD)[Category.EXISTENCE].permitted:
        return False
    if source.id in permit.reviews and not permit.holder_agrees(source):
        return False  # its holder decides, or declined: it is not asked again meanwhile, not even who they are
    return _must_be_live(question) or bool(permit.to_ask(source))


def _must_be_live(question: Question) -> bool:
    """A find is live by name; a view that selects no record discloses existence, which is never remembered."""
    return question.kind is QuestionKind.FIND or not question.selection.kinds
