"""Who reads the log about whom: those who review are looked at by the same rules as everybody."""

from collections.abc import Iterator, Sequence

from hub.review.bursts import Burst, bursts_of
from hub.review.cases import Case, spells
from hub.review.facts import Fact
from hub.review.finding import Ground
from hub.review.signs import flagged_person, own_record

_A_DAY = 24 * 60 * 60.0


def doings_of(principal: str, facts: Sequence[Fact], ground: Ground) -> Iterator[Burst]:
    """Spells of one person's facts, in the order of time, that deserve a look."""
    yield from bursts_of(principal, facts, ground)
    for spell in spells([one for one in facts if one.reads_log], _A_DAY):
        read = Case("", spell)
        if findings := (*own_record(read, ground), *flagged_person(read, ground)):
            yield Burst(principal, spell[0].index, spell, findings)
