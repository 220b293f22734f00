"""Every slip of the sweep, in the order of the page. Examples are of people who do not exist."""

import random
from collections.abc import Sequence

from msgspec.structs import replace

from benchmarks.sweep import slips as way
from benchmarks.sweep import spellings
from benchmarks.sweep import typing_errors as key
from benchmarks.sweep.slips import Side, Slip, Write, Written, both, given, mistyped, spelt
from hub.domain.people import Attributes

GIVEN, FAMILY = "given_name", "family_name"
_ASKED = (Side.ENQUIRER,)

NONE = (Slip("Nothing wrong", "nothing", "Everybody writes Orla Birchover, born 12/05/2014.", way.nothing, _ASKED),)

TYPING = (
    Slip(
        "Typing errors", "given name: a letter left out", "Orla is written Ola.", mistyped(GIVEN, key.letter_left_out)
    ),
    Slip("Typing errors", "given name: a letter too many", "Orla is written Orlla.", mistyped(GIVEN, key.letter_added)),
    Slip("Typing errors", "given name: the key beside", "Orla is written Orls.", mistyped(GIVEN, key.neighbouring_key)),
    Slip("Typing errors", "given name: two letters turned", "Orla: Olra.", mistyped(GIVEN, key.letters_transposed)),
    Slip("Typing errors", "given name: badly scanned", "Arno is read Amo.", mistyped(GIVEN, key.looks_alike)),
    Slip("Typing errors", "given name: first letter wrong", "Orla: Irla.", mistyped(GIVEN, key.first_letter_wrong)),
    Slip("Typing errors", "family name: a letter left out", "Lacey: Lacy.", mistyped(FAMILY, key.letter_left_out)),
    Slip("Typing errors", "family name: a letter too many", "Lacey: Laceyy.", mistyped(FAMILY, key.letter_added)),
    Slip("Typing errors", "family name: the key beside", "Lacey: Lavey.", mistyped(FAMILY, key.neighbouring_key)),
    Slip("Typing errors", "family name: two letters turned", "Lacey: Lcaey.", mistyped(FAMILY, key.letters_transposed)),
    Slip("Typing errors", "family name: badly scanned", "Thornapple: Thomapple.", mistyped(FAMILY, key.looks_alike)),
    Slip("Typing errors", "family name: first letter wrong", "Lacey: Kacey.", mistyped(FAMILY, key.first_letter_wrong)),
)

NAMES = (
    Slip("Other names", "short form", "Matilda is called Tilly.", spelt(GIVEN, spellings.SHORT_FORMS)),
    Slip("Other names", "names swapped", "Orla Birchover stands as Birchover Orla.", way.swapped),
    Slip(
        "Other names",
        "middle name for given name",
        "Orla Grace Birchover is called Grace.",
        given(lambda _name, draw: draw.choice(spellings.MIDDLE_NAMES)),
    ),
    Slip(
        "Other names",
        "middle name run on",
        "Orla Grace stands in the field of the given name.",
        given(lambda name, draw: f"{name} {draw.choice(spellings.MIDDLE_NAMES)}"),
    ),
    Slip("Other names", "given name not known", "Somebody Birchover, born 12/05/2014.", given(lambda _n, _d: None)),
    Slip("Other names", "initial only", "O Birchover.", given(lambda name, _draw: name[:1])),
    Slip("Other names", "placeholder", "Baby Birchover, Twin 2 Birchover, Baby of Gemma.", given(way.placeholder)),
    Slip(
        "Other names",
        "given name in two words",
        "Anne-Marie: Annemarie, Anne.",
        spelt(GIVEN, spellings.GIVEN_IN_TWO_WORDS),
    ),
)

FAMILIES = (
    Slip(
        "Family names",
        "hyphen left out",
        "Birchover-Lacey: Birchover Lacey, BirchoverLacey.",
        way.double_barrelled(lambda one, other, draw: one + draw.choice(("", " ")) + other),
    ),
    Slip(
        "Family names",
        "first half only",
        "Birchover-Lacey: Birchover.",
        way.double_barrelled(lambda one, _other, _draw: one),
    ),
    Slip(
        "Family names",
        "second half only",
        "Birchover-Lacey: Lacey.",
        way.double_barrelled(lambda _one, other, _draw: other),
    ),
    Slip(
        "Family names",
        "halves turned",
        "Birchover-Lacey: Lacey-Birchover.",
        way.double_barrelled(lambda one, other, _draw: f"{other}-{one}"),
    ),
    Slip(
        "Family names",
        "apostrophe, space, small word",
        "O'Neil: ONeil; McDonald: Mc Donald.",
        spelt(FAMILY, spellings.FAMILY_WITH_MARKS),
    ),
    Slip(
        "Family names",
        "another family name",
        "Birchover before, Lacey now; nobody says so.",
        way.other_family_name(telling=False),
    ),
    Slip(
        "Family names",
        "another family name, and it is told",
        "Lacey, formerly Birchover.",
        way.other_family_name(telling=True),
        needs=frozenset({"aliases"}),
    ),
)

SPELLINGS = (
    Slip(
        "Other scripts and spellings",
        "given name",
        "Mohammed: Muhammad; Oleksandr: Aleksandr.",
        spelt(GIVEN, spellings.GIVEN_IN_OTHER_SPELLING),
    ),
    Slip(
        "Other scripts and spellings",
        "family name",
        "Chowdhury: Choudhury; Ivanova: Ivanov.",
        spelt(FAMILY, spellings.FAMILY_IN_OTHER_SPELLING),
    ),
    Slip(
        "Other scripts and spellings",
        "given name without accents",
        "Łukasz: Lukasz.",
        spelt(GIVEN, spellings.GIVEN_WITH_ACCENTS),
    ),
    Slip(
        "Other scripts and spellings",
        "family name without accents",
        "Özdemir: Ozdemir.",
        spelt(FAMILY, spellings.FAMILY_WITH_ACCENTS),
    ),
)

DATES = (
    Slip("Birth dates", "day and month turned", "12/05/2014: 05/12/2014.", way.born(way.day_and_month)),
    Slip("Birth dates", "one digit wrong", "12/05/2014: 13/05/2014.", way.born(way.one_digit)),
    Slip("Birth dates", "a year off", "12/05/2014: 12/05/2013.", way.born(way.a_year_off)),
    Slip("Birth dates", "1 January", "Came without papers: 01/01/2014.", way.born(way.new_year)),
    Slip("Birth dates", "only the year known", "Born in 2014.", way.within(way.the_year), _ASKED),
    Slip("Birth dates", "only the month known", "Born in May 2014.", way.within(way.the_month), _ASKED),
    Slip("Birth dates", "not held", "No birth date on the record.", way.within(way.the_year), (Side.PARTNER,)),
)

HOMES = (
    Slip("Homes", "moved in town", "ZX3 2AA before, ZX3 7XY now.", way.moved(away=False)),
    Slip("Homes", "moved to another town", "ZX3 2AA before, YZ11 7QD now.", way.moved(away=True)),
)

TWO = (
    Slip(
        "Two slips at once",
        "given name mistyped, day and month turned",
        "Olra, born 05/12/2014.",
        both(mistyped(GIVEN, key.letters_transposed), way.born(way.day_and_month)),
    ),
    Slip(
        "Two slips at once",
        "short form, family name mistyped",
        "Tilly Lacy for Matilda Lacey.",
        both(spelt(GIVEN, spellings.SHORT_FORMS), mistyped(FAMILY, key.letter_left_out)),
    ),
    Slip(
        "Two slips at once",
        "another spelling, a year off",
        "Muhammad, born 2013, for Mohammed, born 2014.",
        both(spelt(GIVEN, spellings.GIVEN_IN_OTHER_SPELLING), way.born(way.a_year_off)),
    ),
    Slip(
        "Two slips at once",
        "another family name, moved",
        "Lacey in YZ11 7QD, formerly Birchover in ZX3 2AA.",
        both(way.other_family_name(telling=False), way.moved(away=True)),
    ),
    Slip(
        "Two slips at once",
        "placeholder, moved",
        "Baby Birchover, moved.",
        both(given(way.placeholder), way.moved(away=True)),
    ),
)

NUMBERS = (
    Slip("NHS numbers", "superseded", "The number that another replaced.", way.superseded, numbered=True),
    Slip("NHS numbers", "nobody's", "A valid number that nobody has.", way.unused, _ASKED, numbered=True),
)


def slips(others: Sequence[str]) -> tuple[Slip, ...]:
    """All of them; ``others`` are NHS numbers of whom one may be given for the child's."""
    mixed_up = Slip(
        "NHS numbers", "another child's", "The next line's number.", _somebody_elses(others), _ASKED, numbered=True
    )
    return (*NONE, *TYPING, *NAMES, *FAMILIES, *SPELLINGS, *DATES, *HOMES, *TWO, *NUMBERS, mixed_up)


def _somebody_elses(others: Sequence[str]) -> Write:
    def write(child: Attributes, draw: random.Random) -> Written | None:
        number = draw.choice([one for one in others if one != child.nhs_number])
        return Written(child, replace(child, nhs_number=number))

    return write
