"""Entries and documents that say otherwise than what was decided, by somebody who has the hub's own keys."""

from typing import Any

import msgspec
from replayed_hub import WORKER, Hub, replayed

from hub.audit.leaf import Stage
from hub.db.store import Store
from hub.disclosure import view
from hub.domain.decided import Basis
from hub.domain.disclosures import Disclosure
from hub.domain.questions import EVERYTHING


async def told(hub: Hub, index: int) -> tuple[str, set[str]]:
    """The state of a replay and the kinds of what was noticed, but for what a label kept back."""
    one = await replayed(hub, index)
    return one["state"], {finding["kind"] for finding in one["findings"]} - {"BY_LABEL"}


async def change(store: Store, statement: Any) -> None:
    async with store.writing() as connection:
        assert (await connection.execute(statement)).rowcount in {1, -1}  # a driver need not count what it inserts


class Lying:
    """Writes entries that say otherwise than what was decided, with the hub's own keys."""

    def __init__(self, hub: Hub, basis: Basis, honest: Disclosure, name: str = "lie") -> None:
        self.hub, self.basis, self.honest, self.name, self.written = hub, basis, honest, name, 0

    async def entry(self, basis: Basis | None = None, began: Basis | None = None, **changes: Any) -> int:
        """The index of an entry that rests on something else, or says something else, than the honest one."""
        self.written += 1
        question = msgspec.structs.replace(self.honest.question, id=f"{self.name}-{self.written}")
        disclosure = msgspec.structs.replace(self.honest, question=question, **changes)
        async with (await self.hub.services()).audit.recording(question, self.honest.policy_version) as entry:
            if began is not None:
                entry.rests_on(began)
            entry.rests_on(basis or self.basis)
            entry.settle(disclosure)
        return entry.receipt.outcome_index

    def released(self, of: str, **changes: Any) -> tuple[Any, ...]:
        """The answers, with one of them changed."""
        return tuple(
            msgspec.structs.replace(one, answer=msgspec.structs.replace(one.answer, **changes))
            if one.source == of
            else one
            for one in self.honest.released
        )


async def liar(hub: Hub, request: str = "honest") -> Lying:
    """Whoever has the hub's keys, after one honest view of everything."""
    services, enquiry = await hub.services(), await hub.open()
    honest = (await view(WORKER, enquiry.id, EVERYTHING, request, services)).disclosure
    (entry,) = [one for one in await hub.entries(request_id=request) if one.stage is Stage.OUTCOME]
    assert entry.basis is not None
    return Lying(hub, entry.basis, honest)
