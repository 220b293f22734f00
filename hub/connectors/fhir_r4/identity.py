"""How a Patient resource describes a person."""

from collections.abc import Iterator, Mapping
from typing import Any

from hub.connectors.fhir_r4.chart import NHS_NUMBER
from hub.connectors.fhir_r4.dates import day, span
from hub.connectors.fhir_r4.elements import Json, line, lines, parts
from hub.connectors.fhir_r4.sensitivity import restriction
from hub.connectors.mapping.tally import Tally
from hub.domain.codes import Label
from hub.domain.people import Attributes, Name

_BEST_NAMES = ("official", "usual", "temp", "")
FORMER_SELVES = frozenset({Label.ADOPTION, Label.GENDER_HISTORY})  # what such a person was before is told to nobody
_PAST = frozenset({"old", "maiden", "nickname", "anonymous"})


def attributes(patient: Json) -> Attributes:
    """What tells this person from others. The official name comes before the usual one.

    What somebody was called or numbered before, and must not be known by, is left out.
    """
    name, bare = best_name(patient), bool(FORMER_SELVES & restriction(patient, Tally()).labels)
    return Attributes(
        nhs_number=nhs_number(patient),
        given_name=next(lines(name.get("given")), None),
        family_name=line(name.get("family")),
        birth_date=day(patient.get("birthDate")) if _is_whole_date(patient.get("birthDate")) else None,
        postcode=postcode(home(patient)),
        address=address_line(home(patient)),
        aliases=() if bare else tuple(_other_names(patient, name)),
        former_nhs_numbers=() if bare else former_nhs_numbers(patient),
    )


def former_nhs_numbers(patient: Json) -> tuple[str, ...]:
    """NHS numbers that were superseded, without spaces."""
    held = (one for one in parts(patient.get("identifier")) if one.get("system") == NHS_NUMBER)
    old = (line(one.get("value")) for one in held if one.get("use") == "old")
    return tuple(dict.fromkeys("".join(value.split()) for value in old if value))


def nhs_number(patient: Json) -> str | None:
    """The current NHS number, without spaces."""
    for identifier in parts(patient.get("identifier")):
        value = line(identifier.get("value"))
        if identifier.get("system") == NHS_NUMBER and identifier.get("use") != "old" and value:
            return "".join(value.split())
    return None


def best_name(person: Json) -> Json:
    """The name a person goes by in official dealings; an empty one where there is none."""
    names = [name for name in parts(person.get("name")) if not _is_past(name)]
    return min(names, key=_preference, default={})


def names(patient: Json) -> tuple[Name, ...]:
    """Every name the person has or had; of several given names the first."""
    return tuple(dict.fromkeys(_name(one) for one in parts(patient.get("name"))))


def full_name(person: Json) -> str | None:
    """Prefix, given and family names in one line."""
    name = best_name(person)
    told = [*lines(name.get("prefix")), *lines(name.get("given")), line(name.get("family"))]
    return line(" ".join(one for one in told if one)) or line(name.get("text"))


def home(patient: Json) -> Json:
    """The present home address; an empty one where there is none."""
    current = [one for one in parts(patient.get("address")) if one.get("use") != "old"]
    return min(current, key=lambda one: one.get("use") != "home", default={})


def postcode(address: Json) -> str | None:
    """The postcode in its usual spelling."""
    text = "".join((line(address.get("postalCode")) or "").upper().split())
    return f"{text[:-3]} {text[-3:]}" if 5 <= len(text) <= 7 and text.isalnum() else text or None


def address_line(address: Json) -> str | None:
    """An address without its postcode, in one line."""
    told = [*lines(address.get("line")), line(address.get("city"))]
    return line(address.get("text")) or line(", ".join(dict.fromkeys(one for one in told if one)))


def phones(person: Mapping[str, Any]) -> Iterator[str]:
    """Present telephone numbers."""
    for contact in parts(person.get("telecom")):
        number = line(contact.get("value"))
        if contact.get("system") == "phone" and contact.get("use") != "old" and number:
            yield number


def _other_names(patient: Json, best: Json) -> Iterator[Name]:
    """Names other than the best one, and not empty."""
    yield from (one for one in names(patient) if one not in {_name(best), Name()})


def _name(name: Json) -> Name:
    return Name(next(lines(name.get("given")), None), line(name.get("family")))


def _is_past(name: Json) -> bool:
    return name.get("use") in _PAST


def _preference(name: Json) -> tuple[int, bool]:
    use = name.get("use")
    rank = _BEST_NAMES.index(use) if use in _BEST_NAMES else len(_BEST_NAMES)
    return rank, span(name.get("period")).end is not None


def _is_whole_date(value: Any) -> bool:
    return isinstance(value, str) and len(value.strip()) >= len("2020-01-01")
