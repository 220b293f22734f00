"""What every connector kind promises."""

from typing import Protocol, runtime_checkable

from hub.domain.answers import Fetched
from hub.domain.categories import Category
from hub.domain.deadline import Deadline
from hub.domain.identifiers import LocalId
from hub.domain.people import Found, LinkedPerson
from hub.domain.principals import Principal
from hub.domain.searching import Probe


class Connector(Protocol):
    """One partner system, spoken to live. Stateless but for pooled connections and access tokens.

    Both reads raise ``SourceFailed`` when the system gives no usable answer, and let cancellation
    through: the caller holds the deadline and the limits. Neither ever raises on a code, field or
    resource it does not know; those are counted in ``Fetched.unmapped``.
    """

    async def find(self, probe: Probe, deadline: Deadline) -> tuple[Found, ...]:
        """People the source knows who fit every value of the probe; empty when it knows none.

        The caller sends only key sets that the manifest names. Raises ``TooManyFound`` when more fit
        than the source gives, ``CannotSearch`` for a value that its system could not take.
        """
        ...

    async def fetch(
        self,
        person: LinkedPerson,
        categories: frozenset[Category],
        deadline: Deadline,
        asker: Principal | None = None,
    ) -> Fetched | None:
        """Records of these categories for one linked person, asking for no more than they need.

        ``asker`` is on whose behalf: a source may keep a record closed to some, or open to some alone. Where
        it cannot tell who that is, such a record stays closed.

        None when the source no longer knows the local identifier.
        """
        ...

    async def close(self) -> None:
        """Give back connections."""
        ...


@runtime_checkable
class AdultsConnector(Protocol):
    """What a connector promises as well where its manifest names key sets for ``network_search``.

    Adults around a child may be known to a partner whose record of them does not name the child.
    """

    async def find_adults(self, probe: Probe, deadline: Deadline) -> tuple[Found, ...]:
        """Adults the source knows who fit every value of the probe. Raises as ``Connector.find``."""
        ...

    async def fetch_adult(
        self,
        local_id: LocalId,
        categories: frozenset[Category],
        deadline: Deadline,
        asker: Principal | None = None,
    ) -> Fetched | None:
        """Records of these categories about one adult, by the source's own identifier. ``asker`` as in ``fetch``.

        ``attributes`` is who the reply says they are: empty only where the source keeps the record
        closed and says so in ``withheld``. None when the source does not know the identifier.
        """
        ...
