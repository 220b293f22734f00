"""Which records of several sources are about one person around the child.

Only what was released is compared: a join must never tell what its source withheld. Names and birth
date decide; that two sources call somebody of the same full name the child's mother joins them where
one of them tells no birth date. Whatever would make one person of two that differ joins nobody.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations

import msgspec

from hub.domain.codes import MatchState, SubjectKind
from hub.domain.disclosures import Released
from hub.domain.kinship import same_carer
from hub.domain.network import Link, Member, Together
from hub.domain.people import Attributes
from hub.domain.records import RelatedPerson
from hub.identity.matching.description import Description
from hub.identity.matching.matcher import Matcher

BY_NAME = "same name and birth date"
BY_CARE = "same full name, and said to be the same parent or carer"
BY_SEARCH = "searched for by the name and birth date that another source gave"
_LIKELY = frozenset({MatchState.MATCH, MatchState.POTENTIAL})


class Named(msgspec.Struct, frozen=True):
    """Somebody around the child as one source names them."""

    member: Member
    description: Description
    relationship: str = ""

    @property
    def full_name(self) -> tuple[str | None, str | None]:
        """Given and family name, normalised."""
        return self.description.given_name, self.description.family_name


def named(member: Member, person: RelatedPerson) -> Named:
    """How a related person's record names them."""
    told = Description.of_attributes(described(person), place=False, aliases=False)
    return Named(member, told, person.relationship)


def described(person: RelatedPerson) -> Attributes:
    """Names and birth date. A name that its source does not part is parted before its last word."""
    given, family = person.given_name, person.family_name
    if not (given and family) and person.name:
        given, _, family = person.name.rpartition(" ")
    return Attributes(given_name=given or None, family_name=family or None, birth_date=person.birth_date)


def together(released: Iterable[Released], links: Sequence[Link], matcher: Matcher) -> tuple[Together, ...]:
    """Everybody around the child, once each, in the order in which the sources point at them."""
    people: dict[Member, Named] = {}
    for one in released:
        for record in one.records:
            member = (one.source, record.about)
            if record.about.kind is SubjectKind.CHILD:
                continue
            if isinstance(record, RelatedPerson) and not _names_somebody(people.get(member)):
                people[member] = named(member, record)
            people.setdefault(member, Named(member, Description()))
    return _Joining(people.values(), links, matcher).done()


def _names_somebody(known: Named | None) -> bool:
    return known is not None and any(known.full_name)


class _Joining:
    """Groups that grow: first what is certain, then what a relationship supports."""

    def __init__(self, people: Iterable[Named], links: Sequence[Link], matcher: Matcher) -> None:
        self._people, self._matcher = tuple(people), matcher
        self._linked = {frozenset((link.named, link.found)) for link in links}
        self._groups: list[tuple[Named, ...]] = [(one,) for one in self._people]
        self._order = {one.member: number for number, one in enumerate(self._people)}
        self._why: dict[Member, set[str]] = {one.member: set() for one in self._people}

    def done(self) -> tuple[Together, ...]:
        self._grow({BY_SEARCH: self._found_by_search, BY_NAME: self._certain})
        self._grow({BY_CARE: self._supported})
        return tuple(self._as_told(group) for group in self._groups)

    def _grow(self, reasons: dict[str, Callable[[Named, Named], bool]]) -> None:
        """Join groups of which somebody here is somebody there; a chain with a contradiction in it joins nobody."""
        edges = [
            (one, other, why)
            for one, other in combinations(self._people, 2)
            for why, holds in reasons.items()
            if one.member[0] != other.member[0] and holds(one, other)
        ]
        grown: list[tuple[Named, ...]] = []
        for chain in _chains(self._groups, [(one, other) for one, other, _ in edges]):
            people = tuple(sorted((one for group in chain for one in group), key=self._place))
            if any(self._contradict(one, other) for one, other in combinations(people, 2)):
                grown.extend(chain)
                continue
            grown.append(people)
            for one, other, why in edges:
                if one in people:
                    self._why[one.member].add(why)
                    self._why[other.member].add(why)
        self._groups = sorted(grown, key=lambda group: self._place(group[0]))

    def _place(self, one: Named) -> int:
        return self._order[one.member]

    def _found_by_search(self, one: Named, other: Named) -> bool:
        return frozenset((one.member, other.member)) in self._linked

    def _certain(self, one: Named, other: Named) -> bool:
        if not (all(one.full_name) and all(other.full_name)):
            return False
        return _same_adult(one, other) or self._matcher.same_person(one.description, other.description)

    def _supported(self, one: Named, other: Named) -> bool:
        births = (one.description.birth_date, other.description.birth_date)
        return not all(births) and _same_full_name(one, other) and same_carer(one.relationship, other.relationship)

    def _contradict(self, one: Named, other: Named) -> bool:
        """Whether two cannot be one person: one source keeps them apart, or what is told of them differs."""
        if one.member[0] == other.member[0]:
            return True
        if not (any(one.full_name) and any(other.full_name)) or self._found_by_search(one, other):
            return False
        births = {one.description.birth_date, other.description.birth_date} - {None}
        return not (self._certain(one, other) or (_same_full_name(one, other) and len(births) < 2))

    def _as_told(self, group: tuple[Named, ...]) -> Together:
        apart = [one for one in self._people if one not in group]
        possibly = [one.member for one in apart if any(self._perhaps(one, mine) for mine in group)]
        why = sorted({reason for one in group for reason in self._why[one.member]})
        return Together(tuple(one.member for one in group), tuple(why), tuple(possibly))

    def _perhaps(self, one: Named, other: Named) -> bool:
        if one.member[0] == other.member[0] or one.member[1].kind is not other.member[1].kind:
            return False
        if not (all(one.full_name) and all(other.full_name)):
            return self._found_by_search(one, other)
        if not (one.description.birth_date and other.description.birth_date):
            return _same_full_name(one, other)
        ours, theirs = one.description, other.description
        if ours.family_name != theirs.family_name and ours.birth_date != theirs.birth_date:
            return False  # nobody would ask whether these are one
        return self._matcher.judge([self._matcher.compare(ours, theirs)]) in _LIKELY


def _same_adult(one: Named, other: Named) -> bool:
    """Among the people around one child, a common name with the same birth date is nobody else's. Not so of twins."""
    adults = {one.member[1].kind, other.member[1].kind} == {SubjectKind.NETWORK_ADULT}
    births = (one.description.birth_date, other.description.birth_date)
    return adults and _same_full_name(one, other) and births[0] == births[1] is not None


def _same_full_name(one: Named, other: Named) -> bool:
    return bool(all(one.full_name)) and one.full_name == other.full_name


def _chains(groups: Sequence[tuple[Named, ...]], edges: Iterable[tuple[Named, Named]]) -> list[list[tuple[Named, ...]]]:
    """Groups that hang together by edges, directly or through others."""
    place = {one.member: number for number, group in enumerate(groups) for one in group}
    chain = list(range(len(groups)))
    for one, other in edges:
        old, new = chain[place[one.member]], chain[place[other.member]]
        chain = [new if number == old else number for number in chain]
    return [[group for group, found in zip(groups, chain, strict=True) if found == number] for number in set(chain)]
