"""The archive: documents that never change, each under its digest. What was kept stays."""

import zlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Row, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from hub.db.archive_tables import archived_documents
from hub.db.store import Store
from hub.domain.documents import Document, digest
from hub.keys import Keys, SealBroken

_T = archived_documents.c
_BY_DIGEST = select(archived_documents).where(_T.digest == bindparam("digest"))
_BY_VERSION = select(_T.digest).where(_T.version == bindparam("version")).order_by(_T.kept_at)


class ArchiveBroken(Exception):
    """A document of the archive is gone, or is not what its digest says it was."""

    def __init__(self, kind: str, of: str, *, gone: bool) -> None:
        self.kind, self.digest, self.gone = kind, of, gone
        super().__init__(f"the archived {kind} document {of[:12]} is {'gone' if gone else 'altered'}")


class ArchiveStore:
    """What is kept is durable when ``keep`` returns, and sealed; what is read is what the digest names."""

    def __init__(self, store: Store, keys: Keys) -> None:
        self._store, self._keys = store, keys
        self._kept: set[str] = set()

    async def keep(self, documents: Iterable[Document]) -> None:
        """Make documents durable. Those that are there already stay as they are. Raises Unavailable."""
        new = {one.digest: one for one in documents if one.digest not in self._kept}
        if not new:
            return
        async with self._store.writing() as connection:
            await connection.execute(_INSERT[connection.dialect.name], list(map(self._row, new.values())))
        self._kept |= new.keys()

    async def get(self, kind: str, of: str) -> bytes:
        """The document of a digest. Raises ArchiveBroken where it is gone, or is another."""
        rows = await self._store.select(_BY_DIGEST, {"digest": of})
        if not rows:
            raise ArchiveBroken(kind, of, gone=True)
        try:
            content = zlib.decompress(self._keys.open(rows[0].sealed, archive_context(rows[0])))
        except (SealBroken, zlib.error) as fault:
            raise ArchiveBroken(kind, of, gone=False) from fault
        if digest(content) != of or rows[0].kind != kind:
            raise ArchiveBroken(kind, of, gone=False)
        return content

    async def of_version(self, version: str) -> str | None:
        """The digest of the policies of this version, where they were ever in force here."""
        rows = await self._store.select(_BY_VERSION, {"version": version})
        return str(rows[0].digest) if rows else None

    def _row(self, document: Document) -> dict[str, Any]:
        names = {"digest": document.digest, "kind": document.kind, "version": document.version}
        return {
            **names,
            "kept_at": datetime.now(UTC),
            "sealed": self._keys.seal(zlib.compress(document.content), _bound(*names.values())),
        }


def archive_context(row: Row[Any]) -> bytes:
    """What binds a document's blob to its row."""
    return _bound(row.digest, row.kind, row.version)


def _bound(*plain: str) -> bytes:
    return msgspec.json.encode(["archived-document", *plain])


def _insert(insert: Any) -> Any:
    return insert(archived_documents).on_conflict_do_nothing(index_elements=(_T.digest,))


_INSERT = {"sqlite": _insert(sqlite.insert), "postgresql": _insert(postgresql.insert)}
