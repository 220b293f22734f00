"""What is wrong with an agreement whose every part is well formed: parts that do not fit each other."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from hub.policy.agreements.days import LAST_YEAR

_NAME = re.compile(r"(?=.{1,80}$)[a-z0-9]+(-[a-z0-9]+)*")  # it stands in evidence and in logs


class Fault(msgspec.Struct, frozen=True):
    """One mistake: where in the document, what is wrong, and how to mend it."""

    path: str
    says: str
    fix: str


def faults(agreement: Any) -> Iterator[Fault]:
    """Every mistake between the parts. A part that is None, because it is not well formed itself, is passed over."""
    yield from _head(agreement)
    yield from _shape(agreement)
    for place, rule in _each(agreement.rules):
        yield from _content(rule, f"rules[{place}].")
        yield from _clause(agreement, rule, f"rules[{place}].")
    for place, exception in _each(agreement.exceptions):
        yield from _exception(exception, f"exceptions[{place}].")
        yield from _clause(agreement, exception, f"exceptions[{place}].")
    yield from _parties(agreement)


def _head(of: Any) -> Iterator[Fault]:
    if of.id is not None and not _NAME.fullmatch(of.id):
        yield Fault("id", "is no name in-kebab-case", "Small letters, digits and hyphens: derbyshire-mash-health.")
    if of.version is not None and of.version < 1:
        yield Fault("version", "versions count from 1", "Write 1, and one more for each new version.")
    if of.purposes is not None and not of.purposes:
        yield Fault("purposes", "an agreement names its purposes and who signed it", "List at least one purpose.")
    if of.signatories is not None and not of.signatories:
        yield Fault("signatories", "an agreement names its purposes and who signed it", "List who signs for whom.")
    if _after(of.valid_from, of.valid_until):
        yield Fault("valid_until", "is before valid_from", "Both days are included; put the later one here.")
    for name in ("valid_until", "review_date"):
        day = getattr(of, name)
        if day is not None and day.year > LAST_YEAR:
            yield Fault(name, "is too far away", f"Name a day before the year {LAST_YEAR + 1}.")


def _shape(of: Any) -> Iterator[Fault]:
    flat = of.mode is not None or of.recipients is not None
    if of.rules and flat:
        yield Fault("rules", "stand beside mode and recipients", "Move the one rule into rules, or leave rules out.")
    elif of.rules is not None and not of.rules and not (of.mode and of.recipients):
        yield Fault(
            "rules", "the agreement gives nothing to anybody", "Write rules; or, for one rule, mode and recipients."
        )
    if flat:
        yield from _content(of, "")
    elif of.tiers or of.categories or of.excluding:
        yield Fault("tiers", "what is given stands inside the rules", "Move tiers and categories into a rule.")


def _content(of: Any, at: str) -> Iterator[Fault]:
    listed = of.tiers or of.categories or of.excluding
    if of.mode == "existence" and listed:
        yield Fault(
            f"{at}mode",
            "an agreement to existence lists no tiers and no categories",
            "Take them away, or write content.",
        )
    if of.mode == "content" and of.tiers is not None and of.categories is not None and not (of.tiers or of.categories):
        yield Fault(f"{at}tiers", "an agreement to content lists tiers, categories, or both", "List what is given.")


def _exception(of: Any, at: str) -> Iterator[Fault]:
    if of.reason is not None and not of.reason.strip():
        yield Fault(f"{at}reason", "an exception says why it is made", "Write one sentence.")
    if of.effect == "ALLOW":
        if of.purposes is not None and not of.purposes:
            yield Fault(f"{at}purposes", "an exception that allows names its purposes", "List them.")
        if of.recipients is None:
            yield Fault(f"{at}recipients", "an exception that allows names its recipients", "List roles or agencies.")
        if of.tiers is not None and of.categories is not None and not (of.tiers or of.categories):
            yield Fault(f"{at}categories", "an exception that allows names its categories", "List them, or tiers.")


def _clause(of: Any, clause: Any, at: str) -> Iterator[Fault]:
    beyond = sorted((clause.purposes or frozenset()) - (of.purposes or frozenset()))
    if beyond and of.purposes:
        yield Fault(
            f"{at}purposes", f"{', '.join(beyond)} is no purpose of the agreement", "List it at the top, or not here."
        )
    if _after(clause.valid_from, clause.valid_until):
        yield Fault(f"{at}valid_until", "is before valid_from", "Both days are included; put the later one here.")
    if _after(of.valid_from, clause.valid_from) or _after(clause.valid_until, of.valid_until):
        yield Fault(
            f"{at}valid_from", "reaches beyond the agreement's own days", "Keep within valid_from, valid_until."
        )
    named = clause.recipients.organisations if clause.recipients else frozenset()
    unknown = sorted(named - {name for _, one in _each(of.parties) for name in (one.organisation, one.code) if name})
    if unknown and of.parties is not None:
        yield Fault(
            f"{at}recipients.organisations",
            f"{', '.join(unknown)} is no party to the agreement",
            "Add it to parties, by the same words.",
        )


def _parties(of: Any) -> Iterator[Fault]:
    if not of.parties:
        if of.parties is not None and of.recipients and of.recipients.organisations:
            yield Fault("recipients.organisations", "are parties of the document", "Add them to parties.")
        return
    parties = [one for _, one in _each(of.parties)]
    for role in ("discloser", "recipient"):
        if not any(one.role in {role, None} for one in parties):
            yield Fault("parties", f"none is the {role}", f'Give at least one party the role "{role}".')
    owners = {one.agency for one in parties if one.role in {"discloser", None}}
    if of.source_agency is not None and owners and not owners & {of.source_agency, None}:
        yield Fault("parties", "no discloser is of the source's agency", "The discloser owns the source: same agency.")
    names = [name for one in parties for name in {one.organisation, one.code} - {None}]
    if len(names) != len(set(names)):
        yield Fault("parties", "two go by the same name or code", "List each organisation once, by names of its own.")
    keys = [(key.crv, key.x) for one in parties for key in {(key.crv, key.x): key for key in one.keys or ()}.values()]
    if len(keys) != len(set(keys)):
        yield Fault("parties", "two hold the same key", "Give each party keys of its own: one cannot sign for another.")
    known = {name for one in parties for name in (one.organisation, one.code) if name}
    for place, signatory in _each(of.signatories):
        if signatory.organisation is not None and signatory.organisation not in known:
            yield Fault(
                f"signatories[{place}].organisation", "is no party to the agreement", "Name a party, by the same words."
            )


def _each(parts: Any) -> Iterator[tuple[int, Any]]:
    """Every part that is one, with its place."""
    return ((place, part) for place, part in enumerate(parts or ()) if part is not None)


def _after(one: Any, other: Any) -> bool:
    return one is not None and other is not None and one > other
