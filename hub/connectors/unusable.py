"""What stands in for a connector that could not be made: the source is in every answer, and says so."""

from hub.domain.answers import Fetched, SourceFailed
from hub.domain.categories import Category
from hub.domain.codes import AnswerState
from hub.domain.deadline import Deadline
from hub.domain.identifiers import LocalId
from hub.domain.people import Found, LinkedPerson
from hub.domain.principals import Principal
from hub.domain.searching import Probe


class Unusable:
    """A ``Connector`` of a source whose manifest, mapping or secret this hub cannot use."""

    async def find(self, probe: Probe, deadline: Deadline) -> tuple[Found, ...]:  # noqa: ARG002 - asks nobody
        """Raises SourceFailed."""
        raise _failure()

    async def fetch(
        self,
        person: LinkedPerson,  # noqa: ARG002
        categories: frozenset[Category],  # noqa: ARG002
        deadline: Deadline,  # noqa: ARG002
        asker: Principal | None = None,  # noqa: ARG002
    ) -> Fetched | None:
        """Raises SourceFailed."""
        raise _failure()

    async def find_adults(self, probe: Probe, deadline: Deadline) -> tuple[Found, ...]:  # noqa: ARG002 - asks nobody
        """Raises SourceFailed."""
        raise _failure()

    async def fetch_adult(
        self,
        local_id: LocalId,  # noqa: ARG002
        categories: frozenset[Category],  # noqa: ARG002
        deadline: Deadline,  # noqa: ARG002
        asker: Principal | None = None,  # noqa: ARG002
    ) -> Fetched | None:
        """Raises SourceFailed."""
        raise _failure()

    async def close(self) -> None:
        """There is nothing to give back."""


def _failure() -> SourceFailed:
    return SourceFailed(AnswerState.UNAVAILABLE, "cannot be asked: this hub is not set up to speak to it")
