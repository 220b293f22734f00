"""Family names as uneven as life is: few common ones, and a long tail of rare ones (``surnames.toml``).

The commonest is borne by 1.2 per cent, and shares fall with the rank to the power of -0.55: close to those of the
electoral register of 1996 (Smith 1.20, Jones 0.90, Williams 0.62, Wilson 0.42, White 0.28 per cent).
The rare ones are put together from syllables, and are nobody's.
"""

import random
from functools import cache
from importlib import resources
from itertools import accumulate

import msgspec

_MOST, _FALL = 0.012, 0.55


class _Parts(msgspec.Struct, frozen=True):
    common: tuple[str, ...]
    beginnings: tuple[str, ...]
    endings: tuple[str, ...]


def surname(rng: random.Random) -> str:
    """A family name, the common ones as often as they are."""
    names, upto = _ranked()
    return rng.choices(names, cum_weights=upto)[0]


def commonest() -> str:
    """The family name that most bear."""
    return _ranked()[0][0]


def rare(place: int) -> str:
    """A family name that at most a family or two bear."""
    return _ranked()[0][-1 - place]


@cache
def _ranked() -> tuple[tuple[str, ...], tuple[float, ...]]:
    text = resources.files(__package__).joinpath("surnames.toml").read_bytes()
    parts = msgspec.toml.decode(text, type=_Parts)
    names = (*parts.common, *(f"{begin}{end}" for end in parts.endings for begin in parts.beginnings))
    return names, tuple(accumulate(_MOST * rank**-_FALL for rank in range(1, len(names) + 1)))
