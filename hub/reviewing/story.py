"""The story of one enquiry, from opening to outcome, as the log tells it; and where the store says otherwise."""

from collections.abc import Sequence
from typing import NamedTuple

from hub.audit.reader import PAGE, AuditEntry, Content, EntryQuery
from hub.domain.acts import Action
from hub.domain.disclosures import shown_reasons
from hub.domain.enquiries import well_formed
from hub.domain.principals import Principal
from hub.errors import NotFound
from hub.policy.built_in import SENTENCES
from hub.review.wording import says_besides, sentence
from hub.reviewing.grounds import reading
from hub.reviewing.kept import Kept, destroyed, differences, kept
from hub.services import Services

MOST_STEPS = 2_000
_OF_REVIEW = frozenset({Action.READ_STORY.value, Action.RECORD_VERDICT.value, Action.REPLAY_DECISION.value})


class Ruling(NamedTuple):
    """A rule that decided something, and what it says."""

    rule: str
    says: str


class KeptBack(NamedTuple):
    """A category that was kept back. ``number`` is None where even a number would tell."""

    category: str
    number: int | None
    rulings: tuple[Ruling, ...]


class SourceStep(NamedTuple):
    """What became of one source in one answer: categories and counts, no content."""

    source: str
    state: str
    categories: tuple[str, ...]
    records: int
    agreement: str | None
    rulings: tuple[Ruling, ...]
    withheld: tuple[KeptBack, ...]


class Step(NamedTuple):
    """One entry of the log."""

    entry: AuditEntry
    says: str
    rulings: tuple[Ruling, ...]
    sources: tuple[SourceStep, ...]
    words: str | None  # what somebody wrote when they broke the glass
    part_of_review: bool


class Story(NamedTuple):
    """All of it. ``differences`` are sentences on where the store says otherwise than the log, which wins."""

    enquiry_id: str
    opening: AuditEntry | None
    steps: tuple[Step, ...]
    differences: tuple[str, ...]
    whole: bool  # False where there are more entries than are told


async def enquiry_story(principal: Principal, enquiry_id: str, services: Services) -> Story:
    """The story of an enquiry. Raises AccessDenied, NotFound, AuditUnavailable, Unavailable."""
    async with reading(principal, Action.READ_STORY, services) as done:
        done.under(enquiry_id)
        done.permitted(services.policies.authorise(principal, Action.READ_STORY))
        entries, whole = await _entries(enquiry_id, services)
        stored = await kept(enquiry_id, services)
        if not any(entry.kind not in _OF_REVIEW for entry in entries) and stored.enquiry is None:
            raise NotFound(reasons=("no-such-enquiry",))
        gone = await destroyed(entries, stored, services)
    opening = next((one for one in entries if one.kind == Action.OPEN_ENQUIRY and one.outcome == "done"), None)
    return Story(
        enquiry_id=enquiry_id,
        opening=opening,
        steps=tuple(_steps(entries, stored, services)),
        differences=(gone,) if gone else tuple(differences(entries, stored, services)),
        whole=whole,
    )


async def _entries(enquiry_id: str, services: Services) -> tuple[list[AuditEntry], bool]:
    if well_formed(enquiry_id) is None:
        return [], True
    found: list[AuditEntry] = []
    while len(found) < MOST_STEPS:
        after = found[-1].index if found else None
        page = await services.audit.entries(EntryQuery(enquiry=enquiry_id), PAGE, after)
        found += page.entries
        if not page.has_next:
            return found, True
    return found, False


def _steps(entries: Sequence[AuditEntry], stored: Kept, services: Services) -> list[Step]:
    return [_step(entry, stored.reason_for(entry, services) if _broke(entry) else None, services) for entry in entries]


def _step(entry: AuditEntry, words: str | None, services: Services) -> Step:
    records = sum(one.record_count for one in entry.sources)
    says = sentence(entry.kind, entry.stage, entry.outcome, records)
    if entry.content is not Content.WHOLE:
        says = f"The content of this entry was {entry.content.value}; its hash stays in the log."
    return Step(
        entry=entry,
        says=says,
        rulings=_rulings(entry.reasons, services),
        sources=tuple(
            SourceStep(
                source=one.source,
                state=one.state,
                categories=one.categories,
                records=one.record_count,
                agreement=one.agreement,
                rulings=_rulings(one.reasons, services),
                withheld=tuple(
                    KeptBack(back.category, back.count, _rulings(back.reasons, services)) for back in one.withheld
                ),
            )
            for one in entry.sources
        ),
        words=words,
        part_of_review=entry.kind in _OF_REVIEW,
    )


def _rulings(reasons: tuple[str, ...], services: Services) -> tuple[Ruling, ...]:
    """Rules with their sentences. Those whose very name would tell what they keep are told as such."""
    return tuple(Ruling(reason, _says(reason, services)) for reason in shown_reasons(reasons))


def _says(reason: str, services: Services) -> str:
    if reason in services.policies.notes or reason in SENTENCES:
        return services.policies.says(reason)
    return says_besides(reason)


def _broke(entry: AuditEntry) -> bool:
    return entry.kind == Action.BREAK_GLASS and entry.outcome == "done"
