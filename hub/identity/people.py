"""Recognising the person asked about: confirmed links first, otherwise a live find in every source."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Protocol

import msgspec

from hub.domain.answers import DOUBTFUL, Answer
from hub.domain.categories import Category
from hub.domain.codes import PERSON_WIDE, AnswerState, MatchState, SubjectKind
from hub.domain.deadline import Deadline
from hub.domain.identifiers import SourceId
from hub.domain.people import LinkedPerson, Person, SourceFind
from hub.domain.permits import Permit
from hub.domain.questions import Question, QuestionKind
from hub.domain.sources import Source
from hub.domain.subjects import Mac, claim, fingerprint
from hub.identity.finding import Finding, Searches, learned, settled
from hub.identity.matching import Thresholds

# How long finds by identifier may still come in after the first match, before sources that can only
# search by name are asked: long enough to see a conflict, short enough not to be felt.
GRACE_SECONDS = 0.3


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


class People:
    """Turns a claimed reference into a recognised person, source by source."""

    def __init__(self, searching: Searches, links: Links, mac: Mac, now: Callable[[], datetime]) -> None:
        self._searching, self._links, self._mac, self._now = searching, links, mac, now
        self._thresholds = Thresholds()

    async def resolve(self, question: Question, permit: Permit, deadline: Deadline) -> Person:
        """Find the person where the permit lets us look. Never raises for a source's failure; it is in ``finds``."""
        reachable = [one.id for one in self._searching.all if _may_look(question, permit, one)]
        links = {link.source: link for link in await self._links.for_subject(self._subject(question))}
        known = {source: link for source, link in links.items() if source in reachable}
        if known.keys() == set(reachable) and not _must_be_live(question):
            return Person(reference=question.about, links=known, finds={})
        finds = await self._find(question, reachable, known, deadline)
        fresh = {find.source: self._link(find) for find in finds.values() if find.match is MatchState.MATCH}
        await self._remember(question, known, fresh, finds)
        return Person(
            reference=question.about,
            links=fresh,
            finds=finds,
            labels=PERSON_WIDE.intersection(
                label for find in finds.values() for one in find.candidates for label in one.found.labels
            ),
        )

    async def doubt(self, question: Question, person: Person, answers: Iterable[Answer]) -> None:
        """Forget the links behind answers that were not about this person, so that the next question finds anew."""
        for answer in answers:
            if answer.source in person.links and DOUBTFUL.intersection(answer.reasons):
                await self._links.remove(self._subject(question), answer.source)

    async def _remember(
        self,
        question: Question,
        known: Mapping[SourceId, LinkedPerson],
        fresh: Mapping[SourceId, LinkedPerson],
        finds: Mapping[SourceId, SourceFind],
    ) -> None:
        subject = self._subject(question)
        for source, link in fresh.items():
            if known.get(source) != link:
                await self._links.put(subject, link, "exact-match", question.principal.id, self._now())
        for source in known.keys() - fresh.keys():
            if finds[source].state in {AnswerState.KNOWN, AnswerState.NOT_KNOWN}:  # a complete find that contradicts
                await self._links.remove(subject, source)

    def _subject(self, question: Question) -> str:
        return self._mac("link", claim(question.about)).hex()

    async def _find(
        self,
        question: Question,
        reachable: Collection[SourceId],
        known: Mapping[SourceId, LinkedPerson],
        deadline: Deadline,
    ) -> dict[SourceId, SourceFind]:
        finding = Finding(self._searching, question.enquiry.id, known, self._thresholds, self._mac)
        # The enquirer's postcode is never compared: a guess must not confirm where somebody is.
        about = msgspec.structs.replace(question.about, postcode=None)
        direct = [one for one in reachable if self._searching.can_search(one, about)]
        tasks = {one: asyncio.create_task(finding.at(one, about, deadline)) for one in direct}
        try:
            await _until_recognised(tasks.values())
            told = learned(about, [task.result() for task in tasks.values() if task.done()])
            for one in reachable:
                if one not in tasks:
                    tasks[one] = asyncio.create_task(finding.at(one, told, deadline))
            found = dict(zip(tasks, await asyncio.gather(*tasks.values()), strict=True))
            return settled(finding, about, found)
        finally:
            for task in tasks.values():
                task.cancel()

    def _link(self, find: SourceFind) -> LinkedPerson:
        found = find.candidates[0].found
        return LinkedPerson(find.source, found.local_id, fingerprint(found.attributes, self._mac))


async def _until_recognised(tasks: Collection["asyncio.Task[SourceFind]"]) -> None:
    """Wait for the first match and a grace after it, or for every find to end."""
    pending = set(tasks)
    while pending:
        done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
        if any(task.result().match is MatchState.MATCH for task in done) and pending:
            await asyncio.wait(pending, timeout=GRACE_SECONDS)
            return


def _may_look(question: Question, permit: Permit, source: Source) -> bool:
    if not permit.selection.reaches(source.id):
        return False
    if not permit.verdicts(source.id, SubjectKind.CHILD)[Category.EXISTENCE].permitted:
        return False
    return _must_be_live(question) or bool(permit.to_ask(source))


def _must_be_live(question: Question) -> bool:
    """A find is live by name; a view that selects no record discloses existence, which is never remembered."""
    return question.kind is QuestionKind.FIND or not question.selection.kinds
