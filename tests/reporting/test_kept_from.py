"""Who may not be told of a disclosure, by every label, as evidence keeps it when the disclosure is made."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from hub.audit.leaf import Outcome
from hub.audit.reader import AuditEntry, EntryQuery
from hub.domain.answers import MATCH_WAITS, Answer
from hub.domain.codes import AnswerState, Label, PurposeCode
from hub.domain.disclosures import Released
from hub.domain.events import Event, EventType
from hub.domain.holding import DenialReason
from hub.domain.identifiers import SourceId
from hub.domain.questions import QuestionKind
from hub.errors import Unavailable
from hub.review.wording import sentence
from hub.subject_access.acts import what_was_done
from hub.telling import kept_from
from tests.audit.audit_samples import disclosure, question
from tests.labels.observing import everybody, seen
from tests.properties.labelled_partnership import MANAGER, Hub, standing

HOLDERS, FAMILY = "holders", "family"
# For each label: who is not told where the child bears it, and where the mother does. Not here: everybody is told.
KEPT = {
    Label.LOCATION_AT_RISK: ({HOLDERS, FAMILY}, {HOLDERS, FAMILY}),
    Label.ADOPTION: ({FAMILY}, {FAMILY}),  # a holder had the question: silence would tell it of the adoption
    Label.POLICE_INTEL_C: ({HOLDERS, FAMILY}, {HOLDERS, FAMILY}),
    Label.POLICE_INTEL_P: ({FAMILY}, {FAMILY}),
    Label.SUB_JUDICE: ({FAMILY}, {FAMILY}),
    Label.NOT_FOR_FAMILY: ({FAMILY}, {FAMILY}),
    Label.STAFF_LINKED: ({HOLDERS}, {HOLDERS}),
    Label.WITNESS_PROTECTION: (set(), set()),
}


@pytest.fixture
async def partners(tmp_path: Path) -> AsyncIterator[Hub]:
    async with standing(tmp_path) as opened:
        yield opened


async def last_view(hub: Hub) -> AuditEntry:
    query = EntryQuery(kind="view", outcome="disclosed")
    return (await hub.services.audit.entries(query, 1, newest_first=True)).entries[0]


class Listening:
    """Every source wants to be told of everything; what the log held at that moment is kept beside each event."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self.told: list[tuple[Event, list[AuditEntry]]] = []

    def wanted(self, event: Event) -> bool:
        return event.type is EventType.REQUEST_CREATED

    async def emit(self, event: Event, event_id: str | None = None) -> None:
        page = await self._hub.services.audit.entries(EntryQuery(kind="tellHolder"), 100)
        self.told.append((event, list(page.entries)))


async def test_who_is_not_told_where_somebody_bears_a_label(partners: Hub) -> None:
    found = {}
    for label in Label:
        child, mother = KEPT.get(label, (set(), set()))
        for bearing, kept in (({"child": frozenset({label})}, child), ({"mother": frozenset({label})}, mother)):
            await seen(partners, everybody(**bearing), MANAGER, PurposeCode.S47)
            if (told := set((await last_view(partners)).kept_from)) != kept:
                found[label, *bearing] = told
    assert found == {}


async def test_a_holder_is_told_by_a_pointer_that_is_evidence_first(partners: Hub) -> None:
    listening = Listening(partners)
    object.__setattr__(partners.services, "events", listening)
    await seen(partners, everybody(), MANAGER, PurposeCode.S47)
    view = await last_view(partners)
    known = {one.source for one in view.sources if one.state is AnswerState.KNOWN}
    assert {event.source for event, _ in listening.told} == known
    for event, before in listening.told:
        (line,) = [one for one in before if one.sources[0].source == event.source]
        assert line.reasons == (f"request:{event.subject}",)
        assert (line.principal, line.subject) == (view.principal, view.subject)
        assert set(event.data) == {"purpose", "urgency", "agency"}


class OutOfReach(Listening):
    """Wants to be told, and keeps no event."""

    async def emit(self, event: Event, event_id: str | None = None) -> None:
        raise Unavailable


async def test_what_could_not_be_told_is_not_said_to_have_been_told(partners: Hub) -> None:
    object.__setattr__(partners.services, "events", OutOfReach(partners))
    await seen(partners, everybody(), MANAGER, PurposeCode.S47)
    view = await last_view(partners)
    lines = (await partners.services.audit.entries(EntryQuery(kind="tellHolder"), 100)).entries
    assert {one.outcome for one in lines} == {"done", "failed"}
    for source in (one.source for one in view.sources if one.state is AnswerState.KNOWN):
        announced, lost = [one for one in lines if one.sources[0].source == source]
        assert announced.reasons == lost.reasons == (f"request:{view.request_id}",)
        told = [sentence(one.kind, one.stage, Outcome(one.outcome), 0) for one in (announced, lost)]
        assert ["were to be told" in told[0], "this failed" in told[1]] == [True, True]
        assert {what_was_done(one.kind, one.outcome) for one in (announced, lost)} == {
            "A service that knows you was to be told that an enquiry asked about you."
        }  # and beside the second: this did not work


async def test_nobody_is_told_where_it_would_endanger(partners: Hub) -> None:
    listening = Listening(partners)
    object.__setattr__(partners.services, "events", listening)
    for label in (Label.LOCATION_AT_RISK, Label.POLICE_INTEL_C, Label.STAFF_LINKED):
        await seen(partners, everybody(child=frozenset({label})), MANAGER, PurposeCode.S47)
    assert listening.told == []
    assert (await partners.services.audit.entries(EntryQuery(kind="tellHolder"), 1)).entries == ()


async def test_somebody_under_witness_protection_leaves_what_nobody_leaves(partners: Hub) -> None:
    await seen(partners, everybody(child=frozenset({Label.WITNESS_PROTECTION})), MANAGER, PurposeCode.S47)
    protected = await last_view(partners)
    await seen(partners, {}, MANAGER, PurposeCode.S47)
    unknown = await last_view(partners)
    assert protected.kept_from == unknown.kept_from == ()
    assert [one.state for one in protected.sources] == [one.state for one in unknown.sources]


UNREAD = {AnswerState.TIMED_OUT, AnswerState.UNAVAILABLE, AnswerState.BAD_DATA, AnswerState.UNDER_REVIEW}


def marked(hub: Hub, state: AnswerState, *labels: Label, reasons: tuple[str, ...] = ()) -> set[str]:
    """Who is kept from a view in which one source came to this, and another does not know the child."""
    answers = [Answer(SourceId("a"), state, ".", reasons=reasons), Answer(SourceId("b"), AnswerState.NOT_KNOWN, ".")]
    asked = question("request-1", QuestionKind.VIEW, MANAGER)
    settled = msgspec.structs.replace(disclosure(asked), released=tuple(map(Released, answers)))
    permit = hub.services.policies.permit(asked).narrowed_to(frozenset(labels))
    return set(kept_from(settled, answers, permit, hub.services))


async def test_a_mark_counts_wherever_somebody_may_know_the_child(partners: Hub) -> None:
    """A source that decides still, withholds, or fails does not say that it knows nobody: labels count."""
    for state in AnswerState:
        nobodys = state in {AnswerState.NOT_KNOWN, AnswerState.NOT_ASKED}
        expected = set() if nobodys else {HOLDERS, FAMILY}
        assert marked(partners, state, Label.LOCATION_AT_RISK) == expected, state
        protected = marked(partners, state, Label.LOCATION_AT_RISK, Label.WITNESS_PROTECTION)
        assert protected == marked(partners, state), state


async def test_nobody_is_told_where_a_source_that_should_have_answered_did_not(partners: Hub) -> None:
    """It may be the one that marks the child: who is told later loses little, who is told wrongly a home."""
    for state in AnswerState:
        assert marked(partners, state) == ({HOLDERS, FAMILY} if state in UNREAD else set()), state
    for reason in (MATCH_WAITS, DenialReason.ONGOING_INVESTIGATION.value, DenialReason.MORE_DETRIMENTAL.value):
        assert marked(partners, AnswerState.WITHHELD, reasons=(reason,)) == {HOLDERS, FAMILY}, reason
    assert marked(partners, AnswerState.WITHHELD, reasons=("agency-does-not-share",)) == set()  # never to be asked


async def test_a_relative_under_witness_protection_leaves_what_an_unlabelled_one_leaves(partners: Hub) -> None:
    await seen(partners, everybody(mother=frozenset({Label.WITNESS_PROTECTION})), MANAGER, PurposeCode.S47)
    assert (await last_view(partners)).kept_from == ()
