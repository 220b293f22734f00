"""One person's row, and the ways in which another system comes to hold it differently."""

import random
from datetime import date, timedelta

import msgspec

from benchmarks.families.names import NICKNAMES, family, given, names
from hub.domain.identifiers import nhs_number
from hub.errors import BadInput

FIRST_BIRTH, LAST_BIRTH = date(2008, 1, 1), date(2026, 6, 30)


class Row(msgspec.Struct, frozen=True):
    """One person as one system holds them: text, as a CSV file has it."""

    given_name: str = ""
    family_name: str = ""
    birth_date: str = ""
    postcode: str = ""
    address_line: str = ""
    nhs_number: str = ""
    other_id: str = ""


class Drawing:
    """Draws of everything that a row has, from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._serial = 0

    def person(self) -> Row:
        """Somebody unrelated to anybody."""
        number, other = self.numbers()
        postcode, address = self.home()
        return Row(given(self.random), family(self.random), self.birth(), postcode, address, number, other)

    def birth(self, first: date = FIRST_BIRTH, last: date = LAST_BIRTH) -> str:
        """A birth date between two days."""
        return (first + timedelta(days=self.random.randrange((last - first).days))).isoformat()

    def home(self) -> tuple[str, str]:
        """A postcode and an address line."""
        one = self.random
        postcode = f"LS{one.randint(1, 29)} {one.randint(1, 9)}{''.join(one.choices('ABDEFGHJLNPQRSTUWXYZ', k=2))}"
        return postcode, f"{one.randint(1, 180)} {one.choice(names().streets)}"

    def numbers(self) -> tuple[str, str]:
        """An NHS number of the range that is never issued, and a council's own number."""
        while True:
            self._serial += 1
            stem = f"999{self._serial:06d}"
            for last in "0123456789":
                try:
                    return nhs_number(stem + last), f"P{self.random.randrange(10**7, 10**8)}"
                except BadInput:
                    continue


def typed(random_: random.Random, text: str) -> str:
    """The text with one slip of the keyboard: a letter dropped, doubled, changed, or two swapped."""
    if len(text) < 3:
        return text + text[-1:]
    at = random_.randrange(1, len(text) - 1)
    kind = random_.randrange(4)
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + text[at] + text[at:]
    if kind == 2:
        return text[:at] + random_.choice("aeioumnrst") + text[at + 1 :]
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def nickname(name: str) -> str:
    """What somebody of this name is called for short."""
    return dict(NICKNAMES).get(name, name[:3])


def slipped_date(random_: random.Random, text: str) -> str:
    """A birth date with day and month swapped where they can be, else with one digit wrong."""
    born = date.fromisoformat(text)
    if born.day <= 12 and born.day != born.month and random_.random() < 0.5:
        return born.replace(month=born.day, day=born.month).isoformat()
    return born.replace(day=born.day % 28 + 1).isoformat()
