"""The ``in_memory`` connector kind: the reference that every other kind is compared with.

What it does with a reference and with categories is what the ``Connector`` protocol means.
"""

from collections.abc import Iterable, Mapping

import msgspec

from hub.connectors.connector import CannotSearch
from hub.domain.answers import Fetched
from hub.domain.categories import Category
from hub.domain.codes import Label
from hub.domain.deadline import Deadline
from hub.domain.identifiers import LocalId
from hub.domain.people import Attributes, Found, LinkedPerson, PersonReference
from hub.domain.records import AnyRecord


class Held(msgspec.Struct, frozen=True):
    """Everything one source holds about one person."""

    attributes: Attributes
    records: tuple[AnyRecord, ...] = ()
    labels: frozenset[Label] = frozenset()
    unmapped: Mapping[str, int] = {}
    withheld: tuple[str, ...] = ()


class InMemory:
    """Holds people by local identifier; ``search`` is its key sets, best first, as in a manifest."""

    def __init__(self, search: Iterable[tuple[str, ...]], people: Mapping[LocalId, Held]) -> None:
        self._search, self._people = tuple(search), people

    async def find(self, reference: PersonReference, deadline: Deadline) -> tuple[Found, ...]:  # noqa: ARG002 - at once
        """People who fit the first key set, best first, that the reference has and that finds anybody."""
        usable = [keys for keys in self._search if all(reference.knows(key) for key in keys)]
        if not usable:
            raise CannotSearch
        for keys in usable:
            found = tuple(
                Found(local_id, held.attributes, held.labels)
                for local_id, held in self._people.items()
                if _fits(reference, held, keys)
            )
            if found:
                return found
        return ()

    async def fetch(
        self,
        person: LinkedPerson,
        categories: frozenset[Category],
        deadline: Deadline,  # noqa: ARG002 - at once
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


def _fits(reference: PersonReference, held: Held, keys: Iterable[str]) -> bool:
    """Whether every key agrees: names without regard to case, a postcode without regard to spaces, the rest exactly."""
    keys = tuple(keys)
    if "postcode" in keys and Label.LOCATION_AT_RISK in held.labels:
        return False  # a search by place must not confirm that somebody whose whereabouts are restricted exists
    return all(_same(key, getattr(reference, key), getattr(held.attributes, key)) for key in keys)


def _same(key: str, ours: object, theirs: object) -> bool:
    if isinstance(ours, str) and isinstance(theirs, str):
        if key == "postcode":
            ours, theirs = ours.replace(" ", ""), theirs.replace(" ", "")
        return ours.casefold() == theirs.casefold()
    return ours == theirs
