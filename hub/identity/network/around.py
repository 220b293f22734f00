"""A second round of asking: adults whom one source names around the child, known to another that does not say so.

A link that nobody wrote down hides a danger. Adults are searched for by name and birth date where policy
permits something about an adult around the child, and only a certain match is read. One hop: what
such a record tells of anybody else is dropped.
"""

import asyncio
import time
from collections.abc import Iterable, Sequence
from typing import Protocol

import msgspec

from hub.domain.answers import Answer, Fetched, SourceFailed
from hub.domain.categories import Category
from hub.domain.codes import AnswerState, Label, MatchState, SubjectKind
from hub.domain.deadline import Deadline
from hub.domain.disclosures import Released
from hub.domain.handed import Handed
from hub.domain.holding import deciding
from hub.domain.identifiers import SourceId
from hub.domain.network import UNTOLD, Link, Member, Together
from hub.domain.people import Attributes, Found
from hub.domain.permits import Permit
from hub.domain.records import About, AnyRecord, RelatedPerson
from hub.domain.sources import Source
from hub.identity.matching.description import Description
from hub.identity.matching.matcher import Compared, Matcher
from hub.identity.network.joining import together
from hub.identity.network.sought import Sought, about_adults, may_be_named, narrowed, sought
from hub.identity.network.telling import Looked, told

MOST_ADULTS = 8  # searched for at one source, for one question
_NOT_ASKED_AGAIN = frozenset(
    {AnswerState.TIMED_OUT, AnswerState.UNAVAILABLE, AnswerState.BAD_DATA, AnswerState.UNDER_REVIEW}
)
_NEVER_FOUND = frozenset({Label.WITNESS_PROTECTION, Label.ADOPTION})
_WAITS = frozenset({MatchState.POTENTIAL, MatchState.MANY})
_MAY_BE = _WAITS | {MatchState.MATCH}


class Asks(Protocol):
    """Where adults are searched for."""

    all: tuple[Source, ...]

    async def search(
        self, source: SourceId, named: Attributes, deadline: Deadline, permit: Permit
    ) -> tuple[Found, ...] | None:
        """Adults who fit names and birth date; None where the source cannot tell. Raises SourceFailed."""
        ...

    async def fetch(
        self,
        source: SourceId,
        found: Found,
        categories: frozenset[Category],
        deadline: Deadline,
        permit: Permit,
    ) -> Fetched:
        """What the source holds about one of them. Raises SourceFailed."""
        ...


class Gathered(msgspec.Struct, frozen=True):
    """All answers, with what the second round brought, and whom it showed to be one person."""

    answers: tuple[Answer, ...]
    links: tuple[Link, ...] = ()


class Network:
    """The people around the child, across sources."""

    def __init__(self, asks: Asks, matcher: Matcher) -> None:
        self._asks, self._matcher = asks, matcher

    def may_look(self, permit: Permit) -> bool:
        """Whether this permit lets anybody be looked for anywhere."""
        return any(about_adults(permit, source) for source in self._asks.all)

    async def around(self, answers: Sequence[Answer], permit: Permit, deadline: Deadline) -> Gathered:
        """Look for the adults whom these answers name, in every source at once. Never raises for a source's failure.

        Where a source knows one of them to be under witness protection, whatever names them is marked, and all
        is looked for again without them: not even how many were searched for tells of them.
        """
        narrow = narrowed(permit, answers)
        adults = sought(answers, narrow, self._matcher)
        searched = {source.id: source for source in self._asks.all}
        rounds = await asyncio.gather(
            *(self._round(searched.get(one.source), one, adults, narrow, deadline) for one in answers)
        )
        if protected := frozenset[Member]().union(*(looked.protected for _, looked in rounds)):
            return await self.around([_protecting(one, protected) for one in answers], permit, deadline)
        links = tuple(link for _, looked in rounds for link in looked.links)
        return Gathered(tuple(msgspec.structs.replace(answer, around={}) for answer, _ in rounds), links)

    def together(self, released: Iterable[Released], links: Sequence[Link]) -> tuple[Together, ...]:
        """Released records sorted into people. Nothing that was withheld is compared."""
        return together(released, links, self._matcher)

    async def _round(
        self, source: Source | None, answer: Answer, adults: Sequence[Sought], permit: Permit, deadline: Deadline
    ) -> tuple[Answer, Looked]:
        wanted = about_adults(permit, source) if source else frozenset[Category]()
        missing = [one for one in adults if not one.named_by(answer.source)]
        if source is None or not wanted or not missing:
            return answer, Looked()
        if not permit.holder_agrees(source):
            looked = Looked(unchecked=len(missing))
            return _held(source, told(source, answer, looked, wanted), permit), looked
        if answer.state in _NOT_ASKED_AGAIN:
            looked = Looked(unchecked=len(missing))
            return told(source, answer, looked, wanted), looked
        began = time.perf_counter()
        asking = _Asking(self._asks, self._matcher, source, wanted, permit, deadline)
        looked = await asking.looked(missing[:MOST_ADULTS], answer)
        elapsed = round((time.perf_counter() - began) * 1000)
        unchecked = looked.unchecked + len(missing[MOST_ADULTS:])
        looked = msgspec.structs.replace(looked, unchecked=unchecked, elapsed_ms=elapsed)
        return told(source, answer, looked, wanted), looked


def _held(source: Source, answer: Answer, permit: Permit) -> Answer:
    """The answer of a source where a person decides first whether anybody around the child is told of."""
    if source.id in permit.reviews:  # pending or declined: what the answer says already
        return answer
    handed = Handed(source.decider)
    happened = f"{source.name} {deciding(handed.who, None)}. This is not reassurance: phone {source.contact}."
    return msgspec.structs.replace(answer, state=AnswerState.UNDER_REVIEW, explanation=happened, handed=handed)


class _Asking:
    """The second round at one source."""

    def __init__(
        self,
        asks: Asks,
        matcher: Matcher,
        source: Source,
        wanted: frozenset[Category],
        permit: Permit,
        deadline: Deadline,
    ) -> None:
        self._asks, self._matcher, self._source = asks, matcher, source
        self._wanted, self._permit, self._deadline = wanted, permit, deadline

    async def looked(self, adults: Sequence[Sought], answer: Answer) -> Looked:
        """Search for each, then read each record that was certainly found, once."""
        searched = await asyncio.gather(*(self._search(one) for one in adults))
        matched: dict[Found, list[Sought]] = {}
        for one, (found, _) in zip(adults, searched, strict=True):
            if found is not None:
                matched.setdefault(found, []).append(one)
        brought = await asyncio.gather(
            *(
                self._told_or_read(f"around-{place}", found, frozenset(m for one in named for m in one.members), answer)
                for place, (found, named) in enumerate(matched.items(), 1)
            )
        )
        links = tuple(
            Link(member, (self._source.id, about))
            for adults_found, one in zip(matched.values(), brought, strict=True)
            for about in one.abouts
            for adult in adults_found
            for member in adult.members
        )
        looked = sum((*(missed for _, missed in searched), *brought), Looked(searched=len(adults)))
        return msgspec.structs.replace(looked, links=links)

    async def _told_or_read(self, key: str, found: Found, members: frozenset[Member], answer: Answer) -> Looked:
        """A record that the first round brought is not asked for again."""
        if found.local_id not in answer.around:
            return await self._read(key, found, members)
        about = About(SubjectKind.NETWORK_ADULT, answer.around[found.local_id])
        labels = found.labels.union(*(record.labels for record in answer.records if record.about == about))
        if Label.WITNESS_PROTECTION in labels:
            return Looked(protected=members)
        return Looked(found=1, abouts=self._named(about, labels))

    def _named(self, about: About, labels: frozenset[Label]) -> tuple[About, ...]:
        """Somebody who may be known for the one whom another source named; nobody where the name is kept back."""
        verdicts = self._permit.verdicts(self._source.id, SubjectKind.NETWORK_ADULT, labels)
        return (about,) if may_be_named(verdicts) else ()

    async def _search(self, adult: Sought) -> tuple[Found | None, Looked]:
        """The one whom the source certainly knows under this description, or why there is none."""
        try:
            found = await self._asks.search(self._source.id, adult.attributes, self._deadline, self._permit)
        except SourceFailed as failure:
            return None, Looked(unchecked=1, failure=failure.state)
        if found is None:
            return None, Looked(unchecked=1)
        hidden = [one for one in found if Label.WITNESS_PROTECTION in one.labels]
        if self._matcher.judge(self._compared(adult, hidden)) in _MAY_BE:
            return None, Looked(protected=frozenset(adult.members))
        offered = [one for one in found if not one.labels & _NEVER_FOUND]
        compared = self._compared(adult, offered)
        match = self._matcher.judge(compared)
        if match is not MatchState.MATCH:
            return None, Looked(waiting=1 if match in _WAITS else 0)
        best, _ = max(zip(offered, compared, strict=True), key=lambda pair: (pair[1].certain, pair[1].weight))
        return best, Looked()

    def _compared(self, adult: Sought, found: Iterable[Found]) -> list[Compared]:
        descriptions = (Description.of_attributes(one.attributes, place=False, aliases=False) for one in found)
        return [self._matcher.compare(adult.description, one) for one in descriptions]

    async def _read(self, key: str, found: Found, members: frozenset[Member]) -> Looked:
        """What the source holds about an adult whom it certainly knows, and about nobody else."""
        try:
            fetched = await self._asks.fetch(self._source.id, found, self._wanted, self._deadline, self._permit)
        except SourceFailed as failure:
            return Looked(unchecked=1, failure=failure.state)
        labels = found.labels | fetched.labels
        if Label.WITNESS_PROTECTION in labels:
            return Looked(protected=members)
        if labels & _NEVER_FOUND:
            return Looked()
        about, own = About(SubjectKind.NETWORK_ADULT, key), fetched.around.get(found.local_id)
        records = tuple(_about(record, about, labels) for record in fetched.records if own and record.about.key == own)
        return Looked(
            found=1,
            records=records,
            withheld=fetched.withheld,
            unmapped=fetched.unmapped,
            abouts=self._named(about, labels),
        )


def _protecting(answer: Answer, protected: frozenset[Member]) -> Answer:
    """The answer with everything about these people marked, so that it leaves no trace of them."""
    records = tuple(
        msgspec.structs.replace(one, labels=one.labels | {Label.WITNESS_PROTECTION})
        if (answer.source, one.about) in protected
        else one
        for one in answer.records
    )
    return msgspec.structs.replace(answer, records=records)


def _about(record: AnyRecord, about: About, labels: frozenset[Label]) -> AnyRecord:
    """A record under the adult's own key and labels. What the adult is to the child, its source does not say."""
    moved = msgspec.structs.replace(record, about=about, labels=record.labels | labels)
    if isinstance(moved, RelatedPerson):
        return msgspec.structs.replace(moved, relationship=UNTOLD)
    return moved
