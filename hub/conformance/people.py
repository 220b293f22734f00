"""The manifest's invented people: by what they are searched, and whether somebody found is one of them."""

from collections.abc import Iterable, Iterator
from datetime import date

import msgspec

from hub.connectors.manifest import KeySets, Manifest, TestPerson
from hub.connectors.manifests.invented import values_for
from hub.domain.codes import Label
from hub.domain.identifiers import nhs_number, upn
from hub.domain.people import Attributes, Found, Name
from hub.domain.searching import PLACE_KEYS, Probe, SearchKey, Step
from hub.domain.subjects import normal

NUMBERS = frozenset({SearchKey.NHS_NUMBER, SearchKey.UPN})
_DATES = frozenset({SearchKey.BIRTH_DATE, SearchKey.BORN_FROM, SearchKey.BORN_TO})
NOT_BY_PLACE = frozenset({Label.LOCATION_AT_RISK, Label.WITNESS_PROTECTION})  # nobody is told where these are


class Tester(msgspec.Struct, frozen=True):
    """One test person and its place in the manifest, from 1: all that a report tells of them."""

    number: int
    person: TestPerson

    @property
    def called(self) -> str:
        """How a report calls them."""
        return f"test person {self.number} ({self.person.expect})"

    @property
    def hides(self) -> bool:
        """Whether a search by a place must not find them."""
        return bool(self.person.labels & NOT_BY_PLACE)


def testers(manifest: Manifest) -> tuple[Tester, ...]:
    """Everybody, in the manifest's order."""
    return tuple(Tester(number, person) for number, person in enumerate(manifest.test_people, 1))


def probe_for(keys: Iterable[SearchKey], tester: Tester) -> Probe | None:
    """A search for this person by this set of keys; None where a value is missing."""
    told = values_for(keys, tester.person)
    if told is None:
        return None
    step = Step.NUMBER if NUMBERS & told.keys() else Step.EXACT
    return Probe(step, {key: _value(key, text) for key, text in told.items()})


def by_narrowness(sets: KeySets) -> list[tuple[SearchKey, ...]]:
    """Sets of keys, those first that tell one person from another best."""
    return sorted(sets, key=lambda keys: (not NUMBERS & {*keys}, bool(PLACE_KEYS & {*keys}), -len(keys)))


def searches(tester: Tester, sets: KeySets) -> Iterator[Probe]:
    """Every search that this person has values for, narrowest first; by a place only where that may find them."""
    for keys in by_narrowness(sets):
        probe = None if tester.hides and PLACE_KEYS & {*keys} else probe_for(keys, tester)
        if probe is not None:
            yield probe


def who_fit(tester: Tester, found: Iterable[Found]) -> tuple[Found, ...]:
    """Those of the people found whose description agrees with the test person's values and contradicts none."""
    return tuple(one for one in found if _agrees(one.attributes, tester.person))


def contradicting(probe: Probe, found: Iterable[Found]) -> int:
    """How many people were found whose birth date or number is another than was asked for."""
    return sum(_contradicts(probe, one.attributes) for one in found)


def ids(found: Iterable[Found] | None) -> frozenset[str]:
    """Who was found, by the system's own identifiers."""
    return frozenset(one.local_id for one in found or ())


def _value(key: SearchKey, text: str) -> str | date:
    if key in _DATES:
        return date.fromisoformat(text)
    if key is SearchKey.NHS_NUMBER:
        return nhs_number(text)
    return upn(text) if key is SearchKey.UPN else text


def _agrees(described: Attributes, person: TestPerson) -> bool:
    told = (_number(described, person), _birth(described, person), _name(described, person))
    return True in told and False not in told


def _number(described: Attributes, person: TestPerson) -> bool | None:
    """Whether a number is the same; None where nothing can be compared. A superseded one is theirs too."""
    pairs = [
        ({described.nhs_number, *described.former_nhs_numbers}, person.search.get(SearchKey.NHS_NUMBER)),
        ({described.upn}, person.search.get(SearchKey.UPN)),
    ]
    told = [("".join(asked.split()).upper() in held) for held, asked in pairs if asked and held != {None}]
    return all(told) if told else None


def _birth(described: Attributes, person: TestPerson) -> bool | None:
    asked = person.search.get(SearchKey.BIRTH_DATE)
    return None if asked is None or described.birth_date is None else str(described.birth_date) == asked


def _name(described: Attributes, person: TestPerson) -> bool | None:
    """Whether one of their names is the person's, as far as both say it."""
    given, family = (person.search.get(key) for key in (SearchKey.GIVEN_NAME, SearchKey.FAMILY_NAME))
    names = [Name(described.given_name, described.family_name), *described.aliases]
    told = [_same(one, given, family) for one in names]
    return None if all(one is None for one in told) else True in told


def _same(name: Name, given: str | None, family: str | None) -> bool | None:
    pairs = [(held, asked) for held, asked in ((name.given_name, given), (name.family_name, family)) if held and asked]
    return all(normal(held) == normal(asked) for held, asked in pairs) if pairs else None


def _contradicts(probe: Probe, described: Attributes) -> bool:
    born, asked = described.birth_date, probe.values
    first = asked.get(SearchKey.BIRTH_DATE) or asked.get(SearchKey.BORN_FROM)
    last = asked.get(SearchKey.BIRTH_DATE) or asked.get(SearchKey.BORN_TO)
    if born is not None and first is not None and last is not None and not str(first) <= str(born) <= str(last):
        return True
    numbers = {described.nhs_number, *described.former_nhs_numbers}
    other = {SearchKey.NHS_NUMBER: numbers, SearchKey.UPN: {described.upn}}
    return any(key in asked and held != {None} and asked[key] not in held for key, held in other.items())
