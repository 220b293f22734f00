"""The ``in_memory`` connector kind: the reference that every other kind is compared with.

What it does with a probe and with categories is what the ``Connector`` protocol means.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import msgspec

from hub.domain.answers import Fetched
from hub.domain.categories import Category
from hub.domain.codes import Label
from hub.domain.deadline import Deadline
from hub.domain.identifiers import LocalId
from hub.domain.people import Attributes, Found, LinkedPerson, Name
from hub.domain.principals import Principal
from hub.domain.records import AnyRecord
from hub.domain.searching import PLACE_KEYS, CannotSearch, Probe, SearchKey, TooManyFound
from hub.domain.sounds import soundex


class Held(msgspec.Struct, frozen=True):
    """Everything one source holds about one person."""

    attributes: Attributes
    records: tuple[AnyRecord, ...] = ()
    labels: frozenset[Label] = frozenset()
    unmapped: Mapping[str, int] = {}
    withheld: tuple[str, ...] = ()


class InMemory:
    """Holds people by local identifier; ``search`` is its key sets as in a manifest, ``most`` how many it gives."""

    def __init__(
        self, search: Iterable[Sequence[SearchKey]], people: Mapping[LocalId, Held], *, most: int = 50
    ) -> None:
        self._search, self._people, self._most = frozenset(map(frozenset, search)), people, most

    async def find(self, probe: Probe, deadline: Deadline) -> tuple[Found, ...]:  # noqa: ARG002 - at once
        """People who fit every value of the probe."""
        if probe.keys not in self._search:
            raise CannotSearch
        found = tuple(
            Found(local_id, held.attributes, held.labels)
            for local_id, held in self._people.items()
            if _fits(probe.values, held)
        )
        if len(found) > self._most:
            raise TooManyFound
        return found

    async def fetch(
        self,
        person: LinkedPerson,
        categories: frozenset[Category],
        deadline: Deadline,  # noqa: ARG002 - at once
        asker: Principal | None = None,  # noqa: ARG002 - this kind limits nobody by name
    ) -> Fetched | None:
        """Records of these categories and of no other."""
        held = self._people.get(person.local_id)
        if held is None:
            return None
        return Fetched(
            local_id=person.local_id,
            attributes=held.attributes,
            records=tuple(record for record in held.records if record.category in categories),
            labels=held.labels,
            unmapped=held.unmapped,
            withheld=held.withheld,
        )

    async def close(self) -> None:
        """There is nothing to give back."""


Values = Mapping[SearchKey, str | date]


def _fits(values: Values, held: Held) -> bool:
    """Whether every value agrees; those of names all with one and the same name, present or former."""
    known = held.attributes
    if held.labels & {Label.ADOPTION, Label.GENDER_HISTORY}:  # nobody finds them by what they were before
        known = msgspec.structs.replace(known, aliases=(), former_nhs_numbers=())
    if values.keys() & PLACE_KEYS and Label.LOCATION_AT_RISK in held.labels:
        return False  # a search by place must not confirm that somebody whose whereabouts are restricted exists
    names = (Name(known.given_name, known.family_name), *known.aliases)
    return (
        _was_born(values, known.birth_date)
        and _is_numbered(values, known)
        and _lives(values, known.postcode)
        and any(_is_named(values, name) for name in names)
    )


def _is_named(values: Values, name: Name) -> bool:
    """Without regard to case."""
    parts = (
        (name.given_name, SearchKey.GIVEN_NAME, SearchKey.GIVEN_NAME_STARTS, SearchKey.GIVEN_NAME_SOUNDS),
        (name.family_name, SearchKey.FAMILY_NAME, SearchKey.FAMILY_NAME_STARTS, SearchKey.FAMILY_NAME_SOUNDS),
    )
    for theirs, whole, starts, sounds in parts:
        held = (theirs or "").casefold()
        asked = {key: str(values[key]).casefold() for key in (whole, starts, sounds) if key in values}
        if asked and not held:
            return False
        if whole in asked and asked[whole] != held:
            return False
        if starts in asked and not held.startswith(asked[starts]):
            return False
        if sounds in asked and soundex(asked[sounds]) != soundex(held):
            return False
    return True


def _is_numbered(values: Values, known: Attributes) -> bool:
    """A superseded NHS number finds its successor."""
    number, upn = values.get(SearchKey.NHS_NUMBER), values.get(SearchKey.UPN)
    return (number is None or number in {known.nhs_number, *known.former_nhs_numbers}) and upn in {None, known.upn}


def _was_born(values: Values, born: date | None) -> bool:
    asked = {
        key: values[key] for key in (SearchKey.BIRTH_DATE, SearchKey.BORN_FROM, SearchKey.BORN_TO) if key in values
    }
    if not asked:
        return True
    if born is None:
        return False
    told = born.isoformat()
    first, last = asked.get(SearchKey.BORN_FROM, told), asked.get(SearchKey.BORN_TO, told)
    return asked.get(SearchKey.BIRTH_DATE, born) == born and str(first) <= told <= str(last)


def _lives(values: Values, postcode: str | None) -> bool:
    """Without regard to case and spaces."""
    held = _unspaced(postcode or "")
    whole, start = values.get(SearchKey.POSTCODE), values.get(SearchKey.POSTCODE_STARTS)
    return (whole is None or held == _unspaced(str(whole))) and (
        start is None or (bool(held) and held.startswith(_unspaced(str(start))))
    )


def _unspaced(text: str) -> str:
    return "".join(text.split()).casefold()
