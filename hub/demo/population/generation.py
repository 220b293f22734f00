"""Making a population: the families with a story first, then ordinary ones until there are enough children."""

from hub.demo.population.cast import Cast
from hub.demo.population.main_family import make_main_family
from hub.demo.population.ordinary import make_ordinary_family
from hub.demo.population.population import Population
from hub.demo.population.stories import HARM_AND_RISK, unlisted
from hub.demo.population.unusual import HARD_TO_TELL_OR_SHOW


def populate(seed: int = 2019, children: int = 240) -> Population:
    """The same people for the same seed; at least this many children, the unborn included."""
    cast = Cast(seed)
    make_main_family(cast)
    for make in (*HARM_AND_RISK, *HARD_TO_TELL_OR_SHOW):
        make(cast)
    while len(cast.children) < children:
        make_ordinary_family(cast)
    unlisted(cast)
    return cast.finished()
