"""Whom a command asks about: a number, or names and a birth date known in whole or in part."""

import re
from calendar import monthrange
from datetime import date
from typing import Annotated, Any

import typer

from hub.errors import BadInput

NumberArgument = Annotated[
    str | None, typer.Argument(help="The child's NHS number or UPN; spaces are fine.", show_default=False)
]
FamilyOption = Annotated[str | None, typer.Option("--family", help="The family name.")]
GivenOption = Annotated[str | None, typer.Option("--given", help="The given name.")]
BornOption = Annotated[str | None, typer.Option("--born", help="The birth date, or its year, or year and month.")]
PostcodeOption = Annotated[str | None, typer.Option("--postcode", help="A postcode.")]
AliasOption = Annotated[
    list[str] | None, typer.Option("--alias", help="Another name, given name first; may be repeated.")
]

_DATE = re.compile(r"([12]\d{3})(?:-(\d{2})(?:-(\d{2}))?)?")


def subject_of(
    number: str | None,
    family: str | None = None,
    given: str | None = None,
    born: str | None = None,
    postcode: str | None = None,
    aliases: list[str] | None = None,
) -> dict[str, Any]:
    """What is sent as the subject of an enquiry; empty where nobody is named. Raises BadInput."""
    told = {
        **_numbered(number),
        "familyName": family,
        "givenName": given,
        **(_born(born) if born else {}),
        "postcode": postcode,
        "aliases": [_name(alias) for alias in aliases or ()],
    }
    return {name: value for name, value in told.items() if value}


def _numbered(number: str | None) -> dict[str, str | None]:
    upn = bool(number) and str(number).strip()[:1].isalpha()
    return {"upn" if upn else "nhsNumber": number}


def _born(text: str) -> dict[str, str]:
    told = _DATE.fullmatch(text.strip())
    year, month, day = told.groups() if told else ("", None, None)
    if not year or not 1 <= int(month or 1) <= 12:
        raise BadInput("A birth date is written 2011-05-14; a part of one 2011-05 or 2011.", ("birth-date-format",))
    if day:
        return {"birthDate": whole_birth_date(text)}
    first, last = month or "01", month or "12"
    return {"bornFrom": f"{year}-{first}-01", "bornTo": f"{year}-{last}-{monthrange(int(year), int(last))[1]}"}


def whole_birth_date(text: str) -> str:
    """A birth date that is known whole. Raises BadInput."""
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:  # without its cause, which repeats what was typed
        raise BadInput(
            "A birth date is written 2011-05-14, and is a day that there was.", ("birth-date-format",)
        ) from None


def _name(alias: str) -> dict[str, str]:
    given, _, family = alias.strip().rpartition(" ")
    return {"givenName": given.strip(), "familyName": family} if given else {"familyName": family}
