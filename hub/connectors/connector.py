"""What every connector kind promises."""

from typing import Protocol

from hub.domain.answers import Fetched
from hub.domain.categories import Category
from hub.domain.deadline import Deadline
from hub.domain.people import Found, LinkedPerson, PersonReference


class Connector(Protocol):
    """One partner system, spoken to live. Stateless but for pooled connections and access tokens.

    Both reads raise ``SourceFailed`` when the system gives no usable answer, and let cancellation
    through: the caller holds the deadline and the limits. Neither ever raises on a code, field or
    resource it does not know; those are counted in ``Fetched.unmapped``.
    """

    async def find(self, reference: PersonReference, deadline: Deadline) -> tuple[Found, ...]:
        """People the source knows that fit the reference by exact search; empty when it knows none.

        Raises ``CannotSearch`` when the reference has none of the source's search keys.
        """
        ...

    async def fetch(self, person: LinkedPerson, categories: frozenset[Category], deadline: Deadline) -> Fetched | None:
        """Records of these categories for one linked person, asking for no more than they need.

        None when the source no longer knows the local identifier.
        """
        ...

    async def close(self) -> None:
        """Give back connections."""
        ...


class CannotSearch(Exception):
    """The reference has nothing this source can search on. Not a failure of the source."""
