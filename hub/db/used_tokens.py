"""Tokens that may be used once: which were, over every worker and every restart, for as long as they could be again."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete
from sqlalchemy.dialects import postgresql, sqlite

from hub.db.partner_tables import used_tokens
from hub.db.store import Store
from hub.keys import Keys

_ENDED = delete(used_tokens).where(used_tokens.c.expires_at < bindparam("now"))


class UsedTokens:
    """Nothing of a token is kept but a keyed hash."""

    def __init__(self, store: Store, keys: Keys) -> None:
        self._store, self._keys = store, keys

    async def use(self, issuer: str, token: str, until: datetime, now: datetime) -> bool:
        """Use a token id of this issuer up: true the first time, false ever after while it could be valid.

        Of many at once, one is told true. What ended before ``now`` is forgotten on the way.
        """
        told = self._keys.mac("used-token", msgspec.json.encode([issuer, token])).hex()
        async with self._store.writing() as connection:
            await connection.execute(_ENDED, {"now": now})
            kept = await connection.execute(_INSERT[connection.dialect.name], {"id": told, "expires_at": until})
            return kept.first() is not None  # psycopg tells no count of rows inserted


def _insert(insert: Any) -> Any:
    return insert(used_tokens).on_conflict_do_nothing(index_elements=(used_tokens.c.id,)).returning(used_tokens.c.id)


_INSERT = {"sqlite": _insert(sqlite.insert), "postgresql": _insert(postgresql.insert)}
