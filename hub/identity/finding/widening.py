"""Which searches a reference allows at a source, in order: each widens the one before it. Pure.

The order and the rules are those that the NHS gives for its Personal Demographics Service, with the
additions of the DfE's single unique identifier pilots: swapped names, day and month the other way
round, near the birth date, without the given name. Without the family name is our own: it changes
when families do. A step stands here only where the source has a key set for it, and no
search is made twice.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from hub.domain.people import Name, PersonReference
from hub.domain.searching import PLACE_KEYS, Probe, SearchKey, Step

KeySet = frozenset[SearchKey]
Values = Mapping[SearchKey, str | date]

MOST_PROBES = 20  # of one source for one reference; what is left over is the widest
_LONGEST_BEGINNING, _SHORTEST_BEGINNING = 3, 2  # letters before a wildcard; PDS takes none before the third
_INWARD = 3  # characters of a whole postcode's inward part
_SHORTEST_WHOLE_POSTCODE = 5
_MOST_MONTHS = 12

_NUMBERS = frozenset({SearchKey.NHS_NUMBER, SearchKey.UPN})
_BEGINNINGS = frozenset({SearchKey.GIVEN_NAME_STARTS, SearchKey.FAMILY_NAME_STARTS})
_SOUNDS = frozenset({SearchKey.GIVEN_NAME_SOUNDS, SearchKey.FAMILY_NAME_SOUNDS})
_GIVEN = frozenset({SearchKey.GIVEN_NAME, SearchKey.GIVEN_NAME_STARTS, SearchKey.GIVEN_NAME_SOUNDS})
_FAMILY = frozenset({SearchKey.FAMILY_NAME, SearchKey.FAMILY_NAME_STARTS, SearchKey.FAMILY_NAME_SOUNDS})
_BORN = frozenset({SearchKey.BIRTH_DATE, SearchKey.BORN_FROM, SearchKey.BORN_TO})


def probes(reference: PersonReference, key_sets: Iterable[Sequence[SearchKey] | KeySet]) -> tuple[Probe, ...]:
    """Every search of a source with these key sets, in the order in which they are to be made."""
    sets = tuple(dict.fromkeys(frozenset(keys) for keys in key_sets))
    distinct: dict[tuple[tuple[SearchKey, str], ...], Probe] = {}
    for probe in _in_order(reference, sets):
        distinct.setdefault(_said(probe.values), probe)
    return tuple(distinct.values())[:MOST_PROBES]


def _in_order(reference: PersonReference, sets: Sequence[KeySet]) -> Iterator[Probe]:
    told = _told(reference)
    plain = [keys for keys in sets if _is_by_name(keys) and not keys & (_BEGINNINGS | _SOUNDS | PLACE_KEYS)]
    yield from _each(Step.NUMBER, [keys for keys in sets if keys & _NUMBERS and not keys & PLACE_KEYS], told)
    for name in (Name(reference.given_name, reference.family_name), *reference.aliases):
        yield from _best(Step.EXACT, plain, told | _named(_whole(name, reference)))
    beginnings = [keys for keys in sets if keys & _BEGINNINGS and not keys & (_SOUNDS | PLACE_KEYS)]
    yield from _each(Step.WILDCARD, _with_given_name(beginnings, told), told)
    sounds = [keys for keys in sets if keys & _SOUNDS and not keys & PLACE_KEYS]
    yield from _each(Step.HOMOPHONE, _with_given_name(sounds, told), told)
    if reference.given_name and reference.family_name:
        swapped = _named(Name(reference.family_name, reference.given_name))
        yield from _best(Step.SWAPPED_NAMES, plain, told | swapped)
    if reference.birth_date and (other := _transposed(reference.birth_date)):
        yield from _best(Step.TRANSPOSED_DATE, plain, told | _born(other, other))
    if reference.birth_date:
        named = [keys for keys in plain if keys & _GIVEN and SearchKey.BORN_FROM in keys]
        yield from _best(Step.NEAR_DATE, named, told | _years_around(reference.birth_date))
    if reference.given_name:
        without = [keys for keys in (*plain, *beginnings, *sounds) if not keys & _GIVEN]
        yield from _each(Step.NO_GIVEN_NAME, without, told)
    nameless = [keys for keys in sets if SearchKey.GIVEN_NAME in keys and not keys & (_FAMILY | PLACE_KEYS)]
    yield from _each(Step.NO_FAMILY_NAME, nameless, told)
    yield from _each(Step.PARTIAL_POSTCODE, [keys for keys in sets if keys & PLACE_KEYS and _is_narrow(keys)], told)


def _said(values: Values) -> tuple[tuple[SearchKey, str], ...]:
    """What a search says: a range of one day is that day."""
    first, last = values.get(SearchKey.BORN_FROM), values.get(SearchKey.BORN_TO)
    said = dict(values)
    if first is not None and first == last:
        del said[SearchKey.BORN_FROM], said[SearchKey.BORN_TO]
        said[SearchKey.BIRTH_DATE] = first
    return tuple(sorted((key, str(value).casefold()) for key, value in said.items()))


def _each(step: Step, sets: Iterable[KeySet], told: Values) -> Iterator[Probe]:
    """A probe for each of these sets that the values fill, the fullest first; a birth date before its range."""
    for keys in sorted(
        sets, key=lambda keys: (len(keys & (_GIVEN | _FAMILY)), SearchKey.BIRTH_DATE in keys), reverse=True
    ):
        if keys <= told.keys():
            yield Probe(step, {key: told[key] for key in sorted(keys)})


def _best(step: Step, sets: Iterable[KeySet], told: Values) -> Iterator[Probe]:
    """The one probe that uses most of the values; a birth date itself before its range."""
    usable = [keys for keys in sets if keys <= told.keys()]
    if usable:
        best = max(usable, key=lambda keys: (len(keys & _GIVEN), SearchKey.BIRTH_DATE in keys, len(keys)))
        yield Probe(step, {key: told[key] for key in sorted(best)})


def _with_given_name(sets: Sequence[KeySet], told: Values) -> Sequence[KeySet]:
    """Sets with the given name, where it is known and the source takes it; without it is a later step."""
    having = [keys for keys in sets if keys & _GIVEN and keys <= told.keys()]
    return having or [keys for keys in sets if not keys & _GIVEN]


def _is_by_name(keys: KeySet) -> bool:
    return bool(keys & _FAMILY) and not keys & _NUMBERS


def _is_narrow(keys: KeySet) -> bool:
    """A place alone tells who lives there; with a name and a birth date it tells one child from another."""
    return bool(keys & (_GIVEN | _FAMILY)) and bool(keys & _BORN)


def _told(reference: PersonReference) -> dict[SearchKey, str | date]:
    """A value for every key that the reference fills, as it was given."""
    born = _born(reference.birth_date or reference.born_from, reference.birth_date or reference.born_to)
    if reference.birth_date is None:
        born.pop(SearchKey.BIRTH_DATE, None)
    numbers = {SearchKey.NHS_NUMBER: reference.nhs_number, SearchKey.UPN: reference.upn}
    return {
        **{key: value for key, value in numbers.items() if value},
        **_named(Name(reference.given_name, reference.family_name)),
        **born,
        **_placed(reference.postcode),
    }


def _named(name: Name) -> dict[SearchKey, str | date]:
    values = {
        SearchKey.GIVEN_NAME: name.given_name,
        SearchKey.GIVEN_NAME_STARTS: _beginning(name.given_name),
        SearchKey.GIVEN_NAME_SOUNDS: name.given_name,
        SearchKey.FAMILY_NAME: name.family_name,
        SearchKey.FAMILY_NAME_STARTS: _beginning(name.family_name),
        SearchKey.FAMILY_NAME_SOUNDS: name.family_name,
    }
    return {key: value for key, value in values.items() if value}


def _born(first: date | None, last: date | None) -> dict[SearchKey, str | date]:
    if first is None or last is None:
        return {}
    return {SearchKey.BIRTH_DATE: first, SearchKey.BORN_FROM: first, SearchKey.BORN_TO: last}


def _years_around(born: date) -> dict[SearchKey, str | date]:
    """From the first day of the year before to the last day of the year after."""
    first, last = max(born.year - 1, date.min.year), min(born.year + 1, date.max.year)
    return {SearchKey.BORN_FROM: date(first, 1, 1), SearchKey.BORN_TO: date(last, 12, 31)}


def _placed(postcode: str | None) -> dict[SearchKey, str | date]:
    """The postcode, and its outward part: people move within a town."""
    text = "".join((postcode or "").upper().split())
    if not text:
        return {}
    outward = text[:-_INWARD] if len(text) >= _SHORTEST_WHOLE_POSTCODE else text
    whole = {SearchKey.POSTCODE: text} if len(text) >= _SHORTEST_WHOLE_POSTCODE else {}
    return {**whole, SearchKey.POSTCODE_STARTS: outward}


def _whole(alias: Name, reference: PersonReference) -> Name:
    """An alias with the other half of the name, where only one half of it is given."""
    return Name(alias.given_name or reference.given_name, alias.family_name or reference.family_name)


def _beginning(name: str | None) -> str | None:
    """The first letters, up to three and never the whole of a longer name; None for a name too short for it."""
    letters = (name or "").strip()
    if not letters[:_SHORTEST_BEGINNING].isalpha():
        return None
    end = _LONGEST_BEGINNING if letters[:_LONGEST_BEGINNING].isalpha() else _SHORTEST_BEGINNING
    return letters[:end] if len(letters) >= _SHORTEST_BEGINNING else None


def _transposed(born: date) -> date | None:
    """Day and month the other way round; None where that is the same day, or no day."""
    if born.day > _MOST_MONTHS or born.day == born.month:
        return None
    return born.replace(month=born.day, day=born.month)
