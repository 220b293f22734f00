"""Two versions of an agreement compared: what opens and what closes, and what else changed in the document."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import product
from typing import Any, NamedTuple

import msgspec

from hub.domain.codes import PurposeCode
from hub.policy.agreements import Agreement
from hub.policy.comparing.given import Given, days_of

_CELLS = frozenset({"rules", "purposes", "mode", "recipients", "tiers", "categories", "excluding", "exceptions"})


class SignedCell(NamedTuple):
    """One category that somebody is given, from one day to another."""

    purpose: str
    role: str
    agency: str
    days: str
    category: str


class DocumentChange(msgspec.Struct, frozen=True):
    """A part of the document that is no cell: its days, parties, keys, conditions, signatories."""

    field: str
    old: Any
    new: Any


class SignedDifference(msgspec.Struct, frozen=True):
    """What a new version changes, by the agreement alone: policies may give less."""

    old: str
    new: str
    opened: tuple[SignedCell, ...]
    closed: tuple[SignedCell, ...]
    document: tuple[DocumentChange, ...]


def compare_agreements(old: Agreement, new: Agreement) -> SignedDifference:
    """Every cell that differs on some day."""
    days = days_of(((old,), (new,)), min(old.valid_from, new.valid_from))
    opened: dict[tuple[str, ...], list[int]] = {}
    closed: dict[tuple[str, ...], list[int]] = {}
    was, now = Given((old,)), Given((new,))
    for purpose, who in product(PurposeCode, dict.fromkeys((*was.askers(), *now.askers()))):
        for place, day in enumerate(days):
            before, after = was.categories(purpose, who, day), now.categories(purpose, who, day)
            for category in before ^ after:
                cells = opened if category in after else closed
                cells.setdefault((purpose, who.role, who.said, category), []).append(place)
    return SignedDifference(
        old=old.reference,
        new=new.reference,
        opened=tuple(sorted(_cells(opened, days))),
        closed=tuple(sorted(_cells(closed, days))),
        document=tuple(_changes(old, new)),
    )


def _cells(found: Mapping[tuple[str, ...], list[int]], days: tuple[date, ...]) -> Iterator[SignedCell]:
    for (purpose, role, agency, category), places in found.items():
        begun = places[0]
        for place, following in zip(places, [*places[1:], None], strict=True):
            if following != place + 1:
                last = days[place + 1] - timedelta(days=1)  # nothing is given after the last of the days
                yield SignedCell(purpose, role, agency, f"{days[begun]} to {last}", category)
                begun = following if following is not None else begun


def _changes(old: Agreement, new: Agreement) -> Iterator[DocumentChange]:
    was, now = _unsigned(old), _unsigned(new)
    for field in was:
        if field not in _CELLS and was[field] != now[field]:
            yield DocumentChange(field, was[field], now[field])


def _unsigned(agreement: Agreement) -> dict[str, Any]:
    """The document without signatures: those of another version are others anyway."""
    told: dict[str, Any] = msgspec.to_builtins(agreement)
    signatories = [{**one, "signature": None} for one in told["signatories"]]
    return {**told, "signatories": signatories}
