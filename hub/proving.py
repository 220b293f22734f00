"""Proof of what is in the log, for whoever may read it; and the log's hashes, for everybody.

The hashes tell how many entries there are and nothing of any: every leaf has 128 random bits of its own.
"""

from hub.audit.merkle import WIDTH
from hub.audit.proofs import Bundle, LogKeyList
from hub.domain.acts import Action
from hub.domain.principals import Principal
from hub.errors import BadInput
from hub.recorded_acts import Recorded, act_of
from hub.services import Services

TILE_WIDTH = WIDTH  # hashes in a tile
MOST_INDEX = 2**53


async def audit_proof(principal: Principal, index: int, against: int | None, services: Services) -> Bundle:
    """Proof that an entry is in the log, with its content as it was hashed. Decided and recorded as reading it is.

    ``against`` is the size of an older checkpoint, which the log is then shown to continue. Raises AccessDenied,
    NotFound, BadInput, AuditUnavailable, Unavailable.
    """
    async with Recorded(act_of(Action.READ_AUDIT, principal, None, services), services) as done:
        if not 0 <= index < MOST_INDEX or not (against is None or 0 < against < MOST_INDEX):
            raise BadInput("Entries are counted from 0, and checkpoints have 1 entry at least.", ("entry-index",))
        done.naming(f"proof:{index}")
        done.permitted(services.policies.authorise(principal, Action.READ_AUDIT))
        return await services.audit.proofs.bundle((index,), against)


async def followed_checkpoint(services: Services) -> str | None:
    """The checkpoint that everybody may follow the log by. Hashes alone: nothing to decide or to record."""
    return await services.audit.proofs.checkpoint()


async def tile(level: int, number: int, width: int, services: Services) -> bytes | None:
    """Hashes of the tree, for everybody."""
    return await services.audit.proofs.tile(level, number, width)


async def log_keys(services: Services) -> LogKeyList | None:
    """The log's verifier keys, for everybody."""
    return await services.audit.proofs.keys()
