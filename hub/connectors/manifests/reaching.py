"""Rules about who answers for a source, whom it holds, and its version."""

import re
from collections.abc import Iterator
from datetime import date

from hub.connectors.manifests.draft import Draft, advice, mistake
from hub.connectors.manifests.mistakes import Mistake, Path

_PHONE = re.compile(r"\+?[0-9][0-9 ().-]*(?:(?:ext\.?|x|extension) ?[0-9]+)?", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@.]+")
_SHORT_NUMBERS = frozenset({3, 6})  # of digits: 101, 116 123
_LONG_NUMBERS = range(9, 16)
_EARLIEST = date(1900, 1, 1)
_OLDEST = 120
_SENTENCES = {"name": 200, "contact": 300, "coverage": 1000, "owner": 200}  # characters, at most


def sentences(draft: Draft) -> Iterator[Mistake]:
    """What people read is there, and short enough to read."""
    for field, most in _SENTENCES.items():
        words = draft.text(field)
        if draft.blank(field):
            yield mistake("empty", (field,), f"{field} is empty", "Write it in words that a practitioner understands.")
        elif words is not None and len(words) > most:
            yield mistake("too-long", (field,), f"{field} has more than {most} characters", "Say it more shortly.")


def owner(draft: Draft) -> Iterator[Mistake]:
    """A registration says whose the records are and which version it is."""
    if not draft.has("owner"):
        says = "nobody is named whose records these are"
        yield draft.wanted("missing-field", ("owner",), says, 'Add owner = "the organisation\'s full name".')
    if not draft.has("version"):
        says = "the version is not said, and counts as 1"
        yield draft.wanted("missing-field", ("version",), says, "Add version = 1, and one more with each change.")


def contacts(draft: Draft) -> Iterator[Mistake]:
    """Somebody can be phoned, by day and by night."""
    if not draft.has("contacts"):
        says = "nobody is named who can be reached out of hours"
        yield draft.wanted(
            "missing-field", ("contacts",), says, "Add [contacts.office_hours] and [contacts.out_of_hours]."
        )
    for hours in ("office_hours", "out_of_hours"):
        path = ("contacts", hours)
        if draft.blank(*path, "name"):
            yield mistake("empty", (*path, "name"), "nobody is named", "Write the desk or the role that answers.")
        phone, email = draft.text(*path, "phone"), draft.text(*path, "email")
        if phone is not None and not _is_phone(phone):
            yield mistake("phone", (*path, "phone"), "this is no phone number", 'Write its digits: "01632 960001".')
        if email is not None and not _EMAIL.fullmatch(email):
            yield mistake("email", (*path, "email"), "this is no e-mail address", "Write it whole, or take it out.")
        if draft.has(*path) and not (draft.text(*path, "hours") or "").strip():
            yield advice("hours", (*path, "hours"), "it is not said when somebody answers", 'Add hours = "24 hours".')


def covers(draft: Draft) -> Iterator[Mistake]:
    """Whom a source holds, in parts that agree with each other and with the calendar."""
    if not draft.has("covers"):
        says = "whom the source holds is said in a sentence alone"
        yield draft.wanted("missing-field", ("covers",), says, "Add [covers] with areas, ages, since and freshness.")
        return
    if draft.value("covers", "areas") == [] or any(not word.strip() for _, word in draft.words("covers", "areas")):
        yield mistake("empty", ("covers", "areas"), "an area has no name", "Name at least one area, each in words.")
    if draft.blank("covers", "freshness"):
        says = "freshness is empty"
        yield mistake("empty", ("covers", "freshness"), says, 'Write "live", or how old a record may be: "nightly".')
    yield from _ages(draft)
    since = _day(draft.value("covers", "since"))
    if since is not None and not _EARLIEST <= since <= draft.today:
        says = "records cannot be complete since a day to come" if since > draft.today else "no record is so old"
        yield mistake("bad-date", ("covers", "since"), says, "Write the day from which records are complete.")


def _ages(draft: Draft) -> Iterator[Mistake]:
    path: Path = ("covers", "ages")
    ages = draft.value(*path)
    if not isinstance(ages, list) or [type(age) for age in ages] != [int, int]:
        return
    youngest, oldest = ages
    if youngest > oldest:
        yield mistake("ages", path, "the youngest age is above the oldest", f"Write [{oldest}, {youngest}].")
    elif youngest < 0 or oldest > _OLDEST:
        yield mistake("ages", path, "nobody has such an age", f"Write years from 0 to {_OLDEST}.")


def _is_phone(text: str) -> bool:
    main = re.split(r"(?i)\s*(?:ext|x)", text)[0]
    digits = sum(letter.isdigit() for letter in main)
    return bool(_PHONE.fullmatch(text)) and (digits in _LONG_NUMBERS or digits in _SHORT_NUMBERS)


def _day(value: object) -> date | None:
    if isinstance(value, date):
        return value
    return date.fromisoformat(value) if isinstance(value, str) else None
