"""What the store keeps of an enquiry, and where it differs from the log, which wins."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

from hub.audit.leaf import timestamp
from hub.audit.reader import PAGE, AuditEntry, Content, EntryQuery
from hub.audit.subjects import subject_of, words_of
from hub.db.enquiries import BreakGlassReview
from hub.domain.acts import Action
from hub.domain.enquiries import Enquiry
from hub.keys import SealBroken
from hub.services import Services

_AROUND = timedelta(minutes=1)  # between the row's moment and the entry's


class Kept(NamedTuple):
    """An enquiry's row and the rows of its broken glasses; None where a row is gone or was altered."""

    enquiry: Enquiry | None
    altered: bool
    glasses: tuple[BreakGlassReview | None, ...]

    def reason_for(self, entry: AuditEntry, services: Services) -> str | None:
        """What was written when the glass was broken, where the log's keyed hash says that it was this."""
        found = (one.reason for one in self.glasses if one is not None)
        wrote = (reason for reason in found if words_of(reason, entry.enquiry_id or "", services.keys) == entry.words)
        return next(wrote, None)


async def kept(enquiry_id: str, services: Services) -> Kept:
    """What the store keeps. Raises Unavailable."""
    glasses = await services.enquiries.broken_glasses(enquiry_id)
    try:
        return Kept(await services.enquiries.get(enquiry_id), altered=False, glasses=glasses)
    except SealBroken:
        return Kept(None, altered=True, glasses=glasses)


async def destroyed(entries: Sequence[AuditEntry], stored: Kept, services: Services) -> str | None:
    """That the log's entries on an enquiry were destroyed, in a sentence; None where they were not. Raises Unavailable.

    What is left of them tells when and what kind they were: an opening of that moment whose content is gone, and a
    later act of destroying.
    """
    if stored.enquiry is None or any(_is(one, Action.OPEN_ENQUIRY) for one in entries):
        return None
    opened = stored.enquiry.opened_at
    of_then = EntryQuery(kind=Action.OPEN_ENQUIRY, since=opened - _AROUND, until=opened + _AROUND)
    openings = (await services.audit.entries(of_then, PAGE)).entries
    acts = await services.audit.entries(EntryQuery(kind=Action.SHRED_AUDIT, outcome="done", since=opened), 1)
    if acts.entries and any(one.content is Content.DESTROYED for one in openings):
        return "The log's entries on this enquiry were destroyed on purpose: an act of destroying covers that time."
    return None


def differences(entries: Sequence[AuditEntry], stored: Kept, services: Services) -> Iterator[str]:
    """Where the store says otherwise, each in a sentence."""
    opening = next((one for one in entries if _is(one, Action.OPEN_ENQUIRY)), None)
    if stored.altered:
        yield "The enquiry's row in the store was altered: it no longer opens."
    elif stored.enquiry is None:
        yield "The enquiry's row is missing from the store."
    elif opening is None:
        yield "The store has this enquiry, and the log does not say that it was opened."
    else:
        yield from _of_the_opening(opening, stored.enquiry, services)
        yield from _of_the_closing(entries, stored.enquiry)
    yield from _of_the_glass(entries, stored, services)


def _of_the_opening(opening: AuditEntry, enquiry: Enquiry, services: Services) -> Iterator[str]:
    told = opening.opening
    compared = {
        "who opened it": (opening.principal, enquiry.opened_by.id),
        "its purpose": (opening.purpose, enquiry.purpose.value),
        "whom it is about": (opening.subject, subject_of(enquiry.about, services.keys)),
    }
    if told is not None:
        compared |= {
            "its urgency": (told.urgency, enquiry.urgency.value),
            "whether a referral is linked": (str(told.referred), str(enquiry.referral_id is not None)),
            "when it ends": (told.until, timestamp(enquiry.expires_at)),
        }
    if opening.words is not None:
        compared["its reason"] = opening.words, words_of(enquiry.reason, enquiry.id, services.keys)
    for what, (logged, found) in compared.items():
        if logged != found:
            yield f"The store differs from the log in {what}."


def _of_the_closing(entries: Sequence[AuditEntry], enquiry: Enquiry) -> Iterator[str]:
    closed = any(_is(one, Action.CLOSE_ENQUIRY) for one in entries)
    if closed and enquiry.closed_at is None:
        yield "The log says that it was closed, and the store that it was not."
    if enquiry.closed_at is not None and not closed:
        yield "The store says that it was closed, and the log does not."


def _of_the_glass(entries: Sequence[AuditEntry], stored: Kept, services: Services) -> Iterator[str]:
    broken = [one for one in entries if _is(one, Action.BREAK_GLASS)]
    if len(broken) != len(stored.glasses):
        yield (
            f"The log says that the glass was broken {len(broken)} times, "
            f"and the store has {len(stored.glasses)} reasons."
        )
        return
    for entry, glass in zip(broken, stored.glasses, strict=True):
        if glass is None:
            yield f"The reason for breaking the glass at entry {entry.index} was altered: it no longer opens."
        elif entry.words and entry.words != words_of(glass.reason, glass.enquiry_id, services.keys):
            yield f"The reason for breaking the glass at entry {entry.index} is not the one that was given then."


def _is(entry: AuditEntry, action: Action) -> bool:
    return entry.kind == action and entry.outcome == "done"
