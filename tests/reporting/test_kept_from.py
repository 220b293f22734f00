"""Who may not be told of a disclosure, by every label, as evidence keeps it when the disclosure is made."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from hub.audit.reader import AuditEntry, EntryQuery
from hub.domain.answers import Answer
from hub.domain.codes import AnswerState, Label, PurposeCode
from hub.domain.disclosures import Released
from hub.domain.events import Event, EventType
from hub.domain.identifiers import SourceId
from hub.domain.questions import QuestionKind
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


def marked(hub: Hub, state: AnswerState, *labels: Label) -> set[str]:
    """Who is kept from a view in which one source came to this, and another does not know the child."""
    answers = [Answer(SourceId("a"), state, "."), Answer(SourceId("b"), AnswerState.NOT_KNOWN, ".")]
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
        assert protected == marked(partners, state) == set(), state


async def test_a_relative_under_witness_protection_leaves_what_an_unlabelled_one_leaves(partners: Hub) -> None:
    await seen(partners, everybody(mother=frozenset({Label.WITNESS_PROTECTION})), MANAGER, PurposeCode.S47)
    assert (await last_view(partners)).kept_from == ()
