"""The sweep: children drawn for every slip, written down wrong, and asked about."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from msgspec.structs import replace

from benchmarks.sweep.asking import Came, Outcome, came_to, find
from benchmarks.sweep.kinds import slips
from benchmarks.sweep.partners import Partner, attributes, partners
from benchmarks.sweep.slips import Side, Slip, Written, changed, mistyped_number
from hub.connectors.in_memory import Held
from hub.demo.population import populate
from hub.domain.codes import Label
from hub.domain.identifiers import LocalId, NhsNumber, SourceId, nhs_number
from hub.domain.people import Attributes, PersonReference
from hub.errors import BadInput
from hub.identity.matching.matcher import Matcher
from hub.identity.matching.model import shipped_model

SEED = 2019
DRAWN = 20  # children for each slip and each side that may make it
_PLACES = frozenset({"postcode", "address"})

Heard = Callable[[int, int], None]  # finds made, of how many


class Asked(NamedTuple):
    """One find to be made. ``partner``: whose slip it is, where it is not the enquirer's."""

    slip: Slip
    child: str
    written: Written
    partner: Partner | None
    placed: bool  # the enquirer gives a postcode

    @property
    def side(self) -> Side:
        """Who writes the child down wrong."""
        return Side.ENQUIRER if self.partner is None else Side.PARTNER


class Case(NamedTuple):
    """What a find came to at one source that knows the child, or that links somebody else."""

    asked: Asked
    source: SourceId
    came: Came


class Sweep:
    """The population, the partners and the matcher of one sweep."""

    def __init__(self, seed: int = SEED) -> None:
        self.population = populate(seed)
        self.partners = partners(self.population)
        self.children = [key for key in self.population.children if self.population.persons[key].birth_date]
        numbers = [self.population.persons[key].nhs_number for key in self.children]
        self.slips = slips([one for one in numbers if one])
        self._matcher, self._seed = Matcher(shipped_model()), seed

    def labels(self, child: str) -> frozenset[Label]:
        """What the population, or any partner, marks about a child."""
        marked = [one.people[one.local_ids[child]].labels for one in self.partners if child in one.local_ids]
        return self.population.persons[child].labels.union(*marked)

    def ordinary(self) -> list[Asked]:
        """Every slip, of some children whom nothing protects."""
        children = [key for key in self.children if not self.labels(key)]
        return [one for slip in self.slips for side in slip.sides for one in self._drawn(slip, side, children)]

    def protected(self, label: Label) -> list[Asked]:
        """Every slip that an enquirer can make, of the children who bear a label.

        Protected witnesses stand under that label alone, whatever else they bear.
        """
        bearing = {key: self.labels(key) for key in self.children}
        witness = Label.WITNESS_PROTECTION
        children = [key for key, own in bearing.items() if label in own and (label is witness or witness not in own)]
        return [one for slip in self.slips for one in self._drawn(slip, Side.ENQUIRER, children)]

    async def cases(self, asked: Sequence[Asked], heard: Heard) -> list[Case]:
        """Make every find."""
        cases: list[Case] = []
        for place, one in enumerate(asked, start=1):
            cases += await self._cases(one)
            heard(place, len(asked))
        return cases

    async def answered_as_for_nobody(self, asked: Asked) -> bool:
        """Whether every word of an answer is the same where no partner holds the child at all."""
        held = [(one, self._held(one, asked)) for one in self.partners]
        absent = [
            (
                one,
                {local_id: person for local_id, person in people.items() if local_id != one.local_ids.get(asked.child)},
            )
            for one, people in held
        ]
        finds, _ = await find(reference(asked), held, self._matcher)
        without, _ = await find(reference(asked), absent, self._matcher)
        return finds == without

    def refused_numbers(self) -> tuple[int, int]:
        """Of numbers with one digit wrong: how many are refused before any search, and how many there were."""
        draw, refused = random.Random(self._seed), 0
        numbered = [key for key in self.children if self.population.persons[key].nhs_number]
        for child in numbered:
            written = mistyped_number(self._truth(child), draw)
            try:
                nhs_number(written.wrong.nhs_number or "")
            except BadInput:
                refused += 1
        return refused, len(numbered)

    def _truth(self, child: str) -> Attributes:
        return attributes(self.population.persons[child])

    def _drawn(self, slip: Slip, side: Side, children: Sequence[str]) -> Iterator[Asked]:
        draw = random.Random(f"{self._seed} {slip.group} {slip.name} {side}")
        order = draw.sample(children, len(children))
        made = (self._asked(slip, side, child, draw) for child in order)
        return islice((one for one in made if one is not None), DRAWN)

    def _asked(self, slip: Slip, side: Side, child: str, draw: random.Random) -> Asked | None:
        written = slip.write(self._truth(child), draw)
        knowing = [one for one in self.partners if child in one.local_ids]
        if written is None or not knowing:
            return None
        slipped = changed(written.right, written.wrong).keys()
        placed = "postcode" in slipped or draw.random() < 0.5
        if side is Side.ENQUIRER:
            return Asked(slip, child, written, None, placed)
        able = [one for one in knowing if slipped & one.holds and slip.needs <= one.holds]
        return Asked(slip, child, written, draw.choice(able), placed) if able else None

    async def _cases(self, asked: Asked) -> list[Case]:
        held = [(one, self._held(one, asked)) for one in self.partners]
        finds, noted = await find(reference(asked), held, self._matcher)
        cases = []
        for one in self.partners:
            came = came_to(finds[one.manifest.id], one.local_ids.get(asked.child), noted)
            meant = asked.partner is None or asked.partner is one
            if came is not None and (meant or came.outcome is Outcome.WRONG):
                cases.append(Case(asked, one.manifest.id, came))
        return cases

    def _held(self, partner: Partner, asked: Asked) -> Mapping[LocalId, Held]:
        """Everybody whom a partner holds, the child as this case wants them."""
        local_id = partner.local_ids.get(asked.child)
        if local_id is None:
            return partner.people
        held, written = partner.people[local_id], asked.written
        known = _overlaid(held.attributes, self._truth(asked.child), written.right, partner)
        if asked.partner is partner:
            known = _overlaid(known, written.right, written.wrong, partner)
        return {**partner.people, local_id: replace(held, attributes=known)}


def reference(asked: Asked) -> PersonReference:
    """What the enquirer says."""
    mine = asked.partner is None
    said = asked.written.wrong if mine else asked.written.right
    first, last = (asked.written.born if mine else None) or (None, None)
    return PersonReference(
        nhs_number=NhsNumber(said.nhs_number) if asked.slip.numbered and said.nhs_number else None,
        given_name=said.given_name,
        family_name=said.family_name,
        birth_date=said.birth_date,
        postcode=said.postcode if asked.placed else None,
        born_from=first,
        born_to=last,
        aliases=said.aliases,
    )


def _overlaid(known: Attributes, before: Attributes, after: Attributes, partner: Partner) -> Attributes:
    """What a partner holds, with what differs between before and after, where its system has a place for it."""
    hidden = _PLACES if known.postcode is None else frozenset[str]()
    return replace(
        known, **{name: value for name, value in changed(before, after).items() if name in partner.holds - hidden}
    )
