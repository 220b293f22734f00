"""The archive: documents that never change, each under its digest. What was kept stays, or is put back."""

import re
import zlib
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec
import structlog
from sqlalchemy import Row, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from hub.db.archive_tables import archived_documents
from hub.db.store import Store
from hub.domain.documents import Document, digest
from hub.keys import Keys, SealBroken

_T = archived_documents.c
_BY_DIGEST = select(archived_documents).where(_T.digest.in_(bindparam("digests", expanding=True)))
_BY_VERSION = select(_T.digest).where(_T.version.startswith(bindparam("beginning"))).order_by(_T.kept_at, _T.digest)
_BEGINNING = re.compile(r"[0-9a-f]{12,64}")  # of a version: less names nothing in particular
_PAGE = 200  # documents that are read at once
_AFTER = select(archived_documents).where(_T.digest > bindparam("after")).order_by(_T.digest).limit(_PAGE)
_log = structlog.get_logger("hub.archive")


class ArchiveBroken(Exception):
    """A document of the archive is gone, or is not what its digest says it was."""

    def __init__(self, kind: str, of: str, *, gone: bool) -> None:
        self.kind, self.digest, self.gone = kind, of, gone
        super().__init__(f"the archived {kind} document {of[:12]} is {'gone' if gone else 'altered'}")


class Archived(NamedTuple):
    """A document as it is found in the archive. ``content`` is None where it is not what its digest says."""

    digest: str
    kind: str
    content: bytes | None


class ArchiveStore:
    """What is kept is durable when ``keep`` returns, and sealed; what is read is what the digest names."""

    def __init__(self, store: Store, keys: Keys) -> None:
        self._store, self._keys = store, keys
        self._right: dict[str, bytes] = {}  # by digest, the fingerprint of a row that was opened and is right

    async def keep(self, documents: Iterable[Document]) -> None:
        """Make documents durable, each as its digest names it. Raises Unavailable.

        One that is there already is looked at, every time. Whatever else stands under its digest, or nothing, is
        an alarm, and the document is put back: nothing is decided by what the archive could not show afterwards.
        """
        wanted = {one.digest: one for one in documents}
        rows = {row.digest: row for row in await self._rows(wanted)}
        lacking = [one for one in wanted.values() if not self._holds(one, rows.get(one.digest))]
        if not lacking:
            return
        for one in lacking:
            gone = one.digest not in rows
            if (gone and one.digest in self._right) or (not gone and self._opened(rows[one.digest]) is None):
                _log.error("archived_document_put_back", kind=one.kind, digest=one.digest, gone=gone)
        new, now = [self._row(one) for one in lacking], datetime.now(UTC)
        async with self._store.writing() as connection:
            await connection.execute(_PUT[connection.dialect.name], [{**row, "kept_at": now} for row in new])
        self._right |= {row["digest"]: _fingerprint(**row) for row in new}

    async def get(self, kind: str, of: str) -> bytes:
        """The document of a digest. Raises ArchiveBroken where it is gone, or is another."""
        rows = await self._rows((of,))
        if not rows:
            raise ArchiveBroken(kind, of, gone=True)
        content = self._opened(rows[0])
        if content is None or rows[0].kind != kind:
            raise ArchiveBroken(kind, of, gone=False)
        return content

    async def of_version(self, version: str) -> tuple[str, ...]:
        """The digests of all policies that were ever in force here under a version that begins so, oldest first."""
        if not _BEGINNING.fullmatch(version):
            return ()
        rows = await self._store.select(_BY_VERSION, {"beginning": version})
        return tuple(str(row.digest) for row in rows)

    async def every(self) -> AsyncIterator[Archived]:
        """Every document there is, opened and compared with its digest. Raises Unavailable."""
        after = ""
        while rows := await self._store.select(_AFTER, {"after": after}):
            for row in rows:
                yield Archived(row.digest, row.kind, self._opened(row))
            after = rows[-1].digest

    async def _rows(self, digests: Iterable[str]) -> Sequence[Row[Any]]:
        return await self._store.select(_BY_DIGEST, {"digests": list(digests)})

    def _holds(self, document: Document, row: Row[Any] | None) -> bool:
        """Whether a row is this document: opened once, and again when anything of the row is otherwise."""
        if row is None or (row.kind, row.version) != (document.kind, document.version):
            return False
        fingerprint = _fingerprint(row.digest, row.kind, row.version, row.sealed)
        if self._right.get(document.digest) == fingerprint:
            return True
        if self._opened(row) is None:
            return False
        self._right[document.digest] = fingerprint
        return True

    def _opened(self, row: Row[Any]) -> bytes | None:
        """The content of a row; None where it does not open, or is not what its digest names."""
        try:
            content = zlib.decompress(self._keys.open(row.sealed, archive_context(row)))
        except (SealBroken, zlib.error):
            return None
        return content if digest(content) == row.digest else None

    def _row(self, document: Document) -> dict[str, Any]:
        names = {"digest": document.digest, "kind": document.kind, "version": document.version}
        return {
            **names,
            "sealed": self._keys.seal(zlib.compress(document.content), _bound(*names.values())),
        }


def archive_context(row: Row[Any]) -> bytes:
    """What binds a document's blob to its row."""
    return _bound(row.digest, row.kind, row.version)


def _bound(*plain: str) -> bytes:
    return msgspec.json.encode(["archived-document", *plain])


def _fingerprint(digest: str, kind: str, version: str, sealed: bytes) -> bytes:
    return sha256(_bound(digest, kind, version) + sealed).digest()


def _put(insert: Any) -> Any:
    """What a digest names is one content: whoever writes last writes the same. When it was first kept, stays."""
    new = insert(archived_documents)
    return new.on_conflict_do_update(
        index_elements=(_T.digest,), set_={name: new.excluded[name] for name in ("kind", "version", "sealed")}
    )


_PUT = {"sqlite": _put(sqlite.insert), "postgresql": _put(postgresql.insert)}
