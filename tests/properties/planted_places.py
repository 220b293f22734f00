"""Families that must not be found, with their places planted in every field that can hold words."""

import random
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from hub.connectors.in_memory import Held
from hub.domain import records as r
from hub.domain.categories import Category, RecordKind
from hub.domain.codes import Label, SubjectKind
from hub.domain.identifiers import LocalId, NhsNumber, SourceId
from hub.domain.people import Attributes, Name
from tests.properties.labelled_partnership import AGENCIES, CARE, CLINIC

_STREETS = ("Quarry", "Acacia", "Old Mill", "St Cuthbert's", "Paddock", "Well Head", "Larkspur", "Kiln")
_ROADS = ("Lane", "Road", "Street", "Avenue", "Close", "Crescent", "Grove", "Terrace", "Way", "Drive", "Court")
_TOWNS = ("Derwentmouth", "Upper Slaithby", "Brackenrigg", "Port Ansel", "Thornsett")
_SCHOOLS = ("Kingfisher", "St Oswin's C of E", "Holly Bank", "Ravensworth", "The Meadows")
_STAGES = ("Junior School", "Primary School", "Academy", "High School", "Nursery", "College")
_SURGERIES = ("Whitebeam Surgery", "Harbour View Medical Practice", "Elmfield Health Centre", "Dale End Clinic")
_SENTENCES = (
    "Moved to {} last week.",
    "{}",
    "Father was seen outside {} twice",
    "mother says they are at {}; please do not tell",
    "Letter returned from {}.",
    "(see {})",
    "Told: {}, {}",
)
MARKING = frozenset({CARE, CLINIC})  # what they call the child is always certain


class Home(msgspec.Struct, frozen=True):
    """Where one family can be found. ``told`` are values that some source gives as such; ``untold`` none does."""

    street: str
    town: str
    address: str
    postcode: str
    school: str
    surgery: str
    phone: str
    office: str  # of a worker, with its telephone

    @property
    def told(self) -> tuple[str, ...]:
        return self.address, self.street, self.town, self.postcode, self.school, self.office

    @property
    def untold(self) -> tuple[str, ...]:
        return self.surgery, self.phone

    @property
    def secrets(self) -> tuple[str, ...]:
        return *self.told, *self.untold


def home(dice: random.Random) -> Home:
    street = f"{dice.choice(_STREETS)} {dice.choice(_ROADS)}"
    town, letters = dice.choice(_TOWNS), "ABDEFGHJLNPQRSTUWXYZ"
    postcode = (
        f"{dice.choice(letters)}{dice.choice(letters)}{dice.randint(1, 29)} "
        f"{dice.randint(1, 9)}{dice.choice(letters)}{dice.choice(letters)}"
    )
    return Home(
        street=street,
        town=town,
        address=f"{dice.randint(1, 240)} {street}, {town}, {postcode}",
        postcode=postcode,
        school=f"{dice.choice(_SCHOOLS)} {dice.choice(_STAGES)}",
        surgery=dice.choice(_SURGERIES),
        phone=dice.choice((f"07700 900{dice.randint(100, 999)}", f"01632 96{dice.randint(1000, 9999)}")),
        office=dice.choice((f"01632 97{dice.randint(1000, 9999)}", f"team{dice.randint(10, 99)}@derwentmouth.example")),
    )


def as_written(value: str, dice: random.Random, *, known: bool) -> str:
    """A place as somebody may type it. What the hub has no value of keeps the shape that it is known by."""
    spaced: tuple[Callable[[str], str], ...] = (str, lambda text: text.replace(" ", "  "))
    if known:
        spaced = (
            *spaced,
            str.upper,
            str.lower,
            lambda text: text.replace(" ", ""),
            lambda text: text.replace(" ", "-"),
        )
    elif value[0] == "0":
        spaced = (*spaced, lambda text: text.replace(" ", ""), lambda text: "+44 (0)" + text[1:])
    return dice.choice(spaced)(value)


def sentence(where: Home, dice: random.Random, *, is_name: bool = False) -> str:
    """Words with at least one place in them."""
    known = is_name or dice.random() < 0.7
    values = where.told if known else where.untold
    if is_name:  # one word alone is taken for a name
        values = tuple(value for value in values if value not in {where.office, where.town})
    template = "{}" if is_name else dice.choice(_SENTENCES)
    plants = [as_written(dice.choice(values), dice, known=known) for _ in range(template.count("{}"))]
    return template.format(*plants)


def held_by(source: SourceId, where: Home, number: str, dice: random.Random, labels: frozenset[Label]) -> Held:
    """Everything that one source holds about the child, places in every field of it."""
    attributes = Attributes(
        nhs_number=number,
        given_name=sentence(where, dice, is_name=True) if source not in MARKING and dice.random() < 0.2 else "Ada",
        family_name="Marlow",
        birth_date=date(2015, 3, 4),
        postcode=where.postcode,
        address=where.address,
        school=where.school,
        aliases=(Name(sentence(where, dice, is_name=True), "Marlow"),),
    )
    categories = [one for one in Category if one.kinds and one.agency in {None, AGENCIES[source]}]
    chosen = dice.sample(categories, min(len(categories), 8))
    found = tuple(record(one, where, dice) for one in chosen)
    mother = r.RelatedPerson(
        **_shared(_FAMILY[source], where, dice, r.About(SubjectKind.NETWORK_ADULT, "m")),
        relationship=f"mother, {sentence(where, dice)}",
        name=sentence(where, dice, is_name=True),
        given_name=sentence(where, dice, is_name=True),
        family_name="Marlow",
    )
    return Held(attributes, (*found, mother), labels, withheld=(sentence(where, dice),))


_FAMILY = {
    source: next(one for one in Category if one.agency is agency and one.kinds == {RecordKind.RELATED_PERSON})
    if any(one.agency is agency and one.kinds == {RecordKind.RELATED_PERSON} for one in Category)
    else Category.SOCIAL_CARE_FAMILY
    for source, agency in AGENCIES.items()
}


def record(category: Category, where: Home, dice: random.Random) -> r.AnyRecord:
    """A record of this category with a place in every field that holds words."""
    kind = dice.choice(sorted(category.kinds))
    about = dice.choice((r.THE_CHILD, r.About(SubjectKind.NETWORK_ADULT, "m"), r.About(SubjectKind.NETWORK_CHILD, "s")))
    if kind is RecordKind.IDENTITY:
        return _identity(category, where, dice)
    shape = next(shape for shape, told in r.KINDS.items() if told is kind)
    values = _shared(
        category,
        where,
        dice,
        about if kind is not RecordKind.RELATED_PERSON else r.About(SubjectKind.NETWORK_ADULT, "m"),
    )
    for name in r.worded_fields(shape):
        values.setdefault(name, sentence(where, dice, is_name="name" in name))
    if shape is r.ServiceEpisode:
        values["professionals"] = (
            r.RelatedProfessional(
                name=sentence(where, dice, is_name=True),
                role=sentence(where, dice),
                contact=where.office,
            ),
        )
    if shape is r.LifeEvent:
        values["at"] = datetime(2026, 5, 1, 8, tzinfo=UTC)
    if shape is r.Finding:
        values["severity"] = dice.randint(0, 9)
    return shape(**values)


def _shared(category: Category, where: Home, dice: random.Random, about: r.About) -> dict[str, Any]:
    return {"category": category, "about": about, "conditions": sentence(where, dice)}


def _identity(category: Category, where: Home, dice: random.Random) -> r.IdentityAttribute:
    attribute = {
        Category.IDENTITY_NAME: dice.choice(("given_name", "family_name", "alias")),
        Category.IDENTITY_BIRTH_DATE: "birth_date",
        Category.IDENTITY_NUMBER: dice.choice(("nhs_number", "upn")),
    }.get(category, dice.choice(("address", "postcode", "phone", "school")))
    values = {"address": where.address, "postcode": where.postcode, "phone": where.phone, "school": where.school}
    value = values.get(attribute) or sentence(where, dice, is_name=category is Category.IDENTITY_NAME)
    return r.IdentityAttribute(category=category, attribute=attribute, value=value)


def found_in(text: str, where: Home) -> Iterator[str]:
    """Places of this home that stand in a text, whatever its spaces, capitals and punctuation."""
    plain = _plain(text)
    yield from (secret for secret in where.secrets if _plain(secret) in plain)


def shapes_in(text: str) -> list[str]:
    """Anything that looks like a postcode or a telephone number, whosever it is."""
    return re.findall(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b|\b0\d{4} ?\d{6}\b|\+44[\d ()]{9,}", text)


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def number_of(case: int) -> NhsNumber:
    """A synthetic NHS number of its own for each case."""
    serial = 999_000_000 + case * 7
    while True:
        digits = str(serial)
        check = 11 - sum(int(d) * w for d, w in zip(digits, range(10, 1, -1), strict=True)) % 11
        if check != 10:
            return NhsNumber(digits + str(check % 11))
        serial += 1


IDS = {source: LocalId(f"{source}-1") for source in AGENCIES}
