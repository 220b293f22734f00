"""Every registered source, asked at once. One slow source never sinks the rest."""

import asyncio
import time
from collections.abc import Callable, Iterable
from datetime import datetime

import msgspec
import structlog

from hub.connectors.envelopes import fetching, finding
from hub.connectors.guarded import GuardedSource
from hub.connectors.manifest import Manifest, Subscription
from hub.connectors.states import as_it_stands, asked_nothing, explained, failed, not_known, not_linked
from hub.domain.answers import LINK_STALE, WRONG_PERSON, Answer, Fetched, SourceFailed
from hub.domain.codes import AnswerState, Label
from hub.domain.deadline import Deadline
from hub.domain.holding import HolderDecides
from hub.domain.identifiers import SourceId
from hub.domain.people import Attributes, Found, LinkedPerson, Person
from hub.domain.permits import Permit
from hub.domain.searching import Probe, SearchKey
from hub.domain.sources import Source
from hub.domain.subjects import Mac, fingerprint

_log = structlog.get_logger("hub.connectors")


class Sources:
    """The partnership's systems. Every answer holds every one of them, in exactly one state."""

    def __init__(self, guarded: Iterable[GuardedSource], mac: Mac, now: Callable[[], datetime]) -> None:
        self._guarded = {one.source.id: one for one in guarded}
        self._mac, self._now = mac, now
        self.all: tuple[Source, ...] = tuple(one.source for one in self._guarded.values())

    def key_sets(self, source: SourceId) -> tuple[frozenset[SearchKey], ...]:
        """What the source can be searched by, as its manifest says."""
        return tuple(frozenset(keys) for keys in self._guarded[source].manifest.search)

    def manifest(self, source: str) -> Manifest | None:
        """What a registered source says of itself; None for one that is not registered."""
        guarded = self._guarded.get(SourceId(source))
        return None if guarded is None else guarded.manifest

    def subscription(self, source: SourceId) -> Subscription | None:
        """Where a source wants its events sent, and which."""
        guarded = self._guarded.get(source)
        return guarded.manifest.events if guarded else None

    def subscribed(self, source: SourceId) -> frozenset[str]:
        """The types of events that a source wants to be told of."""
        wanted = self.subscription(source)
        return wanted.types if wanted else frozenset()

    async def search(self, source: SourceId, probe: Probe, deadline: Deadline, permit: Permit) -> tuple[Found, ...]:
        """One live search of one source, made under this permit. Raises SourceFailed, CannotSearch or TooManyFound."""
        guarded = self._guarded[source]
        asked = finding(guarded.source, permit)
        return await guarded.call(lambda: guarded.connector.find(probe, deadline), deadline, asked)

    async def ask(self, person: Person, permit: Permit, deadline: Deadline) -> tuple[Answer, ...]:
        """Ask every source for what is both permitted and selected, in parallel under one deadline."""
        answers = await asyncio.gather(*(self._answer(one, person, permit, deadline) for one in self._guarded.values()))
        if any(Label.WITNESS_PROTECTION in answer.labels for answer in answers):
            return tuple(self._as_unknown(source, permit) for source in self.all)
        return tuple(answers)

    def still(self, answers: Iterable[Answer], asked: Iterable[Source], permit: Permit) -> tuple[Answer, ...]:
        """The answers as things stand here and now; ``asked`` are the sources as they were asked."""
        then = {source.id: source for source in asked}
        now = {source.id: source for source in self.all}
        return tuple(as_it_stands(answer, then[answer.source], now.get(answer.source), permit) for answer in answers)

    async def close(self) -> None:
        """Give back every connector's connections."""
        await asyncio.gather(*(one.connector.close() for one in self._guarded.values()))

    async def _answer(self, guarded: GuardedSource, person: Person, permit: Permit, deadline: Deadline) -> Answer:
        source, link = guarded.source, person.links.get(guarded.source.id)
        unasked = asked_nothing(source, permit)
        if unasked is not None:
            return unasked
        if link is None:
            return not_linked(source, person, self._now())
        wanted = permit.to_ask(source)
        if not wanted:
            return explained(
                source, AnswerState.KNOWN, "knows this child; nothing more was asked for", as_of=self._now()
            )
        if not permit.holder_agrees(source):
            return failed(source, HolderDecides(source.decider))
        began = time.perf_counter()
        try:
            fetched = await guarded.call(
                lambda: guarded.connector.fetch(link, wanted, deadline, permit.asker),
                deadline,
                fetching(wanted, permit),
            )
            answer = self._checked(source, person, link, fetched)
        except SourceFailed as failure:
            answer = failed(source, failure)
        elapsed = round((time.perf_counter() - began) * 1000)
        return msgspec.structs.replace(answer, elapsed_ms=elapsed, asked=wanted)

    def _as_unknown(self, source: Source, permit: Permit) -> Answer:
        """Somebody under witness protection is known to nobody, whichever source marks it."""
        return asked_nothing(source, permit) or not_known(source, self._now())

    def _checked(self, source: Source, person: Person, link: LinkedPerson, fetched: Fetched | None) -> Answer:
        if fetched is None:
            return explained(
                source,
                AnswerState.BAD_DATA,
                "no longer has the record it was linked to; find the child again",
                reasons=(LINK_STALE,),
            )
        if self._is_someone_else(person, link, fetched):
            _log.critical("wrong_person_quarantined", source=source.id)
            return explained(
                source,
                AnswerState.BAD_DATA,
                "sent a record that is not about this child; it was quarantined",
                reasons=(WRONG_PERSON,),
            )
        return Answer(
            source=source.id,
            state=AnswerState.KNOWN,
            explanation=_known_sentence(source, fetched),
            restrictions=fetched.withheld,
            places=_places(fetched.attributes),
            as_of=fetched.as_of or self._now(),
            records=fetched.records,
            labels=fetched.labels,
            unmapped=fetched.unmapped,
            around=fetched.around,
        )

    def _is_someone_else(self, person: Person, link: LinkedPerson, fetched: Fetched) -> bool:
        theirs, ours = fetched.attributes.nhs_number, person.reference.nhs_number
        followed = ours in fetched.attributes.former_nhs_numbers or ours in person.former_nhs_numbers
        followed = followed or link.confirmed  # a person saw both numbers
        return (
            fetched.local_id != link.local_id
            or (theirs is not None and ours is not None and theirs != ours and not followed)
            or fingerprint(fetched.attributes, self._mac) != link.fingerprint
        )


def _places(told: Attributes) -> tuple[str, ...]:
    """Where the reply says that the person is."""
    return tuple(place for place in (told.postcode, told.address, told.school) if place)


def _known_sentence(source: Source, fetched: Fetched) -> str:
    told = f"{source.name} knows this child."
    unread = f" It uses codes that the hub does not know; phone {source.contact} if something seems missing."
    return told + unread if fetched.unmapped else told
