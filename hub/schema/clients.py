"""Partners' own systems that may sign in, as the schema shows them, and what is sent to enrol one."""

from datetime import datetime
from typing import Any, Self

import strawberry

from hub import clients
from hub.domain import clients as domain
from hub.domain.codes import Agency
from hub.domain.identifiers import SourceId
from hub.errors import BadInput
from hub.gate.refusals import RequestRefused
from hub.gate.strict_json import read_object
from hub.schema.asking import Info

_LARGEST_KEY_SET, _DEEPEST_KEY_SET = 16 * 1024, 4


@strawberry.type(description="A partner's own system that signs in by its key, or did.")
class PartnerClient:
    """``hub.domain.clients.PartnerClient``; of its keys, the ids."""

    id: strawberry.ID
    agency: str
    organisation: str
    sources: list[strawberry.ID]
    key_ids: list[str]
    state: str
    enrolled_by: strawberry.ID
    enrolled_at: datetime
    changed_at: datetime
    reason: str = strawberry.field(description="Why it was revoked.")

    @classmethod
    def of(cls, client: domain.PartnerClient) -> Self:
        """As the schema shows it."""
        return cls(
            id=strawberry.ID(client.id),
            agency=client.agency.value,
            organisation=client.organisation,
            sources=[strawberry.ID(one) for one in sorted(client.sources)],
            key_ids=sorted(str(one.get("kid")) for one in client.jwks["keys"]),
            state=client.state.value,
            enrolled_by=strawberry.ID(client.enrolled_by),
            enrolled_at=client.enrolled_at,
            changed_at=client.changed_at,
            reason=client.reason,
        )


@strawberry.input(
    description="A system to enrol, or to give other keys and sources. jwks: its public JSON Web Key Set."
)
class EnrolClientInput:
    """``hub.clients.EnrolClient`` as it is sent."""

    id: strawberry.ID
    agency: str
    organisation: str
    sources: list[strawberry.ID]
    jwks: str

    def request(self) -> clients.EnrolClient:
        """As the use case takes it. Raises BadInput."""
        try:
            agency = Agency(self.agency)
        except ValueError:
            raise BadInput(f"An agency is one of {', '.join(Agency)}.", ("client-agency",)) from None
        sources = frozenset(SourceId(one) for one in self.sources)
        return clients.EnrolClient(self.id, agency, self.organisation, sources, _key_set(self.jwks))


async def enrol_client(info: Info, input: EnrolClientInput) -> PartnerClient:  # noqa: A002  as its siblings
    """Enrol."""
    asking = info.context
    return PartnerClient.of(await clients.enrol_client(asking.principal, input.request(), asking.services))


async def revoke_client(info: Info, id: strawberry.ID, reason: str) -> PartnerClient:  # noqa: A002  as its siblings
    """Revoke."""
    asking = info.context
    return PartnerClient.of(await clients.revoke_client(asking.principal, id, reason, asking.services))


async def partner_clients(info: Info) -> list[PartnerClient]:
    """Every one that the caller may see."""
    asking = info.context
    return [PartnerClient.of(one) for one in await clients.partner_clients(asking.principal, asking.services)]


def _key_set(text: str) -> dict[str, Any]:
    try:
        return read_object(text[: _LARGEST_KEY_SET + 1].encode()[:_LARGEST_KEY_SET], _DEEPEST_KEY_SET)
    except (RequestRefused, UnicodeEncodeError):
        raise BadInput(
            "jwks is a JSON Web Key Set as JSON text of at most 16 kB: the file that hub client key printed.",
            ("client-keys",),
        ) from None
