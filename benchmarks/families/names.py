"""Names as children have them here: common first, so that a draw by rank is as uneven as life is.

Ranks follow what the Office for National Statistics publishes of babies' names and what is commonly
known of British surnames; the weights are Zipf's, not counts.
"""

import random
from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from pathlib import Path

import msgspec

SIMILAR = (
    ("Jayden", "Hayden"), ("Jayden", "Kayden"), ("Aiden", "Caden"), ("Mia", "Mya"), ("Mia", "Maya"), ("Ella", "Ellie"),
    ("Ella", "Bella"), ("Leah", "Lea"), ("Ava", "Eva"), ("Eva", "Evie"), ("Harry", "Larry"), ("Noah", "Noel"),
    ("Liam", "Lian"), ("Zara", "Sara"), ("Hannah", "Hanna"), ("Isla", "Ayla"), ("Jack", "Jake"), ("Luca", "Lucas"),
    ("Luke", "Luca"), ("Theo", "Leo"), ("Hassan", "Hussan"), ("Hassan", "Hussain"), ("Ahmed", "Ahmad"),
    ("Zayn", "Zayan"), ("Amelia", "Emilia"), ("Lily", "Milly"), ("Aleksandra", "Aleksander"), ("Daniel", "Daniela"),
    ("Oliver", "Olivia"), ("George", "Georgia"), ("Emily", "Emilia"), ("Michael", "Michaela"), ("Joseph", "Josephine"),
)  # fmt: skip
SAME_INITIAL = (
    ("Jack", "James"), ("Mia", "Megan"), ("Ethan", "Elijah"), ("Lucy", "Leah"), ("Noah", "Nathan"), ("Amira", "Aisha"),
    ("Adam", "Ali"), ("Sofia", "Sienna"), ("Riley", "Rory"), ("Kai", "Kian"), ("Tommy", "Toby"), ("Poppy", "Phoebe"),
)  # fmt: skip
NICKNAMES = (
    ("Charlotte", "Lottie"), ("Alexander", "Alex"), ("William", "Billy"), ("Thomas", "Tommy"), ("Joshua", "Josh"),
    ("Samuel", "Sam"), ("Benjamin", "Ben"), ("Eleanor", "Ellie"), ("Isabelle", "Izzy"), ("Matilda", "Tilly"),
    ("Elizabeth", "Beth"), ("Daniel", "Danny"), ("Frederick", "Freddie"), ("Abigail", "Abi"), ("Muhammad", "Mo"),
)  # fmt: skip
COMMON = (
    ("Muhammad", "Khan"), ("Mohammed", "Khan"), ("Oliver", "Smith"), ("Aisha", "Begum"), ("Olivia", "Jones"),
    ("Mohammed", "Ali"), ("Fatima", "Ahmed"), ("Muhammad", "Hussain"), ("Amelia", "Taylor"), ("Jack", "Williams"),
)  # fmt: skip


class Names(msgspec.Struct, frozen=True):
    """Lists to draw from (``names.toml``)."""

    girls: tuple[str, ...]
    boys: tuple[str, ...]
    families: tuple[str, ...]
    streets: tuple[str, ...]


@cache
def names() -> Names:
    """The lists that stand beside this module."""
    return msgspec.toml.decode(Path(__file__).with_name("names.toml").read_bytes(), type=Names)


def family(random_: random.Random) -> str:
    """A family name."""
    return drawn(random_, names().families)


def drawn(random_: random.Random, ranked: Sequence[str]) -> str:
    """A name, the earlier in its list the likelier."""
    weights = tuple(accumulate(1 / (rank + 4) for rank in range(len(ranked))))
    return random_.choices(ranked, cum_weights=weights)[0]


def given(random_: random.Random) -> str:
    """A girl's or a boy's name."""
    return drawn(random_, random_.choice((names().girls, names().boys)))
