"""What a coded concept means to the front door, and how an unknown one is kept and counted."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from hub.connectors.fhir_r4.elements import Coding, codings, said
from hub.connectors.mapping.tally import Tally
from hub.connectors.mapping.text import showable_code
from hub.domain.categories import Category
from hub.domain.codes import Label, Tier

SNOMED, LOINC = "http://snomed.info/sct", "http://loinc.org"
UNMAPPED = "hub:unmapped"

# Systems whose names are safe to show: published code systems, which hold no values.
_PUBLISHED = (
    SNOMED,
    LOINC,
    "https://dmd.nhs.uk",
    "http://hl7.org/fhir/",
    "http://terminology.hl7.org/CodeSystem/",
    "https://fhir.hl7.org.uk/CodeSystem/",
    "https://fhir.nhs.uk/CodeSystem/",
    "https://fhir.nhs.uk/England/CodeSystem/",
    "https://fhir.nhs.uk/R4/CodeSystem/",
)


class Meaning(msgspec.Struct, frozen=True):
    """A code in our words. ``category`` of None is the usual one of the resource it stands in."""

    type: str
    label: str
    category: Category | None = None
    severity: int = 0
    labels: frozenset[Label] = frozenset()

    @property
    def restricted(self) -> bool:
        """Whether the code alone makes a record a restricted one."""
        return self.category is not None and self.category.tier is Tier.T4


Meanings = Mapping[tuple[str, str], Meaning]  # by system and code


def meaning(concept: Any, place: str, known: Meanings, tally: Tally) -> Meaning:
    """What a concept means. The most restricted of its known codings wins; an unknown concept is counted."""
    sent = codings(concept)
    understood = [known[key] for coding in sent if (key := (coding.system, coding.code)) in known]
    if understood:
        return next((one for one in understood if one.restricted), understood[0])
    for coding in sent:
        tally.add(unknown(place, coding))
    if not sent:
        tally.add(f"{place}:{'text-only' if said(concept) else 'missing'}")
    return Meaning(UNMAPPED, _unknown_label(sent))


def understood_in(concepts: Any, known: Meanings) -> Iterable[Meaning]:
    """The known meanings in a list of concepts, once each."""
    found = (known.get((coding.system, coding.code)) for coding in codings(concepts))
    return dict.fromkeys(one for one in found if one is not None)


def unknown(place: str, coding: Coding) -> str:
    """The name under which an unknown code is counted: ``Condition.code:http://snomed.info/sct|1234``."""
    shown = showable_code(coding.code)
    if shown is None or not _is_published(coding.system):
        return f"{place}:(other)"
    return f"{place}:{coding.system}|{shown}"


def _unknown_label(sent: tuple[Coding, ...]) -> str:
    """The code alone: the display of a code that nobody has classified may say anything."""
    for coding in sent:
        if (shown := showable_code(coding.code)) and _is_published(coding.system):
            return f"Recorded under a code that the hub does not know: {shown}"
    return "Recorded without a code that the hub knows"


def _is_published(system: str) -> bool:
    return len(system) <= 120 and system.isascii() and system.isprintable() and system.startswith(_PUBLISHED)
