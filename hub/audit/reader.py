"""Reading the log, over connections of its own that cannot write. Needs no lock, so any process may."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from functools import lru_cache, partial
from operator import attrgetter
from typing import Any

import msgspec

from hub.audit.contents import ContentKey, cipher_of, opened
from hub.audit.leaf import AuditedSource, Opening, Stage, read_leaf, timestamp
from hub.audit.leaves import KEPT_COLUMNS, KEPT_FROM, Kept, kept_of
from hub.audit.reading import fetch_from
from hub.audit.stretch import LAST, Stretch
from hub.domain.codes import PurposeCode
from hub.domain.decided import Basis
from hub.keys import Keys, SealBroken

PAGE = 500  # entries in one page, at most
MOST_READ = 20 * PAGE  # entries that are read for one page, where only their contents tell whether they fit
_CIPHERS = 128  # held while one page is read


_OPENED = len(Kept._fields) + 3  # columns of a leaf and its key, before those that only find it
_SELECT = f"SELECT {KEPT_COLUMNS}, leaves.at, leaves.stage, leaves.kind, leaves.outcome FROM {KEPT_FROM}"  # noqa: S608 - our own words

_NEWEST = "SELECT max(idx) FROM audit_leaves"
_ORIGIN = "SELECT name FROM audit_origins ORDER BY number DESC LIMIT 1"


class Content(StrEnum):
    """What became of an entry's content."""

    WHOLE = "whole"
    DESTROYED = "destroyed"  # its key was, on purpose: the hash stays, and proofs hold
    ALTERED = "altered"  # it does not fit its hash: look into why


class EntryQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which entries. Everything given has to fit; nothing given is the whole log."""

    principal: str | None = None  # id
    subject: str | None = None  # keyed hash, from ``subject_of``
    purpose: PurposeCode | None = None
    source: str | None = None  # outcomes that say what became of this source
    since: datetime | None = None  # from then on
    until: datetime | None = None  # before then
    outcome: str | None = None
    kind: str | None = None
    kinds: tuple[str, ...] = ()  # acts of any of these kinds
    request_id: str | None = None  # as a partner's envelope names it
    enquiry: str | None = None  # id
    people: tuple[str, ...] = ()  # keyed hashes: every entry of every enquiry that tells of one of them
    agency: str | None = None
    role: str | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether an index leads to the few entries that may fit, whenever they were."""
        return any((self.principal, self.subject, self.request_id, self.enquiry, self.people))

    def holds(self, entry: "AuditEntry") -> bool:
        """Whether what only an entry's content tells fits as well."""
        return (self.agency is None or entry.agency == self.agency) and (self.role is None or self.role in entry.roles)


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A leaf as a reader sees it."""

    index: int
    at: datetime
    stage: Stage
    kind: str
    request_id: str
    principal: str  # id; empty when nobody was signed in
    agency: str
    roles: tuple[str, ...]
    purpose: str | None
    enquiry_id: str | None
    subject: str | None
    broken_glass: bool
    policy_version: str
    outcome: str
    reasons: tuple[str, ...]
    sources: tuple[AuditedSource, ...]
    also: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    organisation: str | None = None
    opening: Opening | None = None
    words: str | None = None
    basis: Basis | None = None
    facts: tuple[str, ...] | None = None
    kept_from: tuple[str, ...] = ()
    hash: bytes = b""  # the leaf's, as it stands in the tree
    content: Content = Content.WHOLE  # where it is not, only index, at, stage, kind, outcome and hash are told


_SHARED = tuple(name for name in AuditEntry.__struct_fields__ if name not in {"index", "at", "hash", "content"})
_shared = attrgetter(*_SHARED)  # of a leaf: what an entry says as it does


class EntryPage(msgspec.Struct, frozen=True):
    """Entries in the order asked for. There may be fewer than were asked for, or none, and yet a next page."""

    entries: tuple[AuditEntry, ...]
    has_next: bool
    through: int | None = None  # the index beyond which the next page begins; None where nothing was read


class AuditReader:
    """Readers see what is durable, and only that."""

    def __init__(self, url: str, keys: Keys, most_read: int = MOST_READ) -> None:
        self._most_read = most_read
        self._keys = keys
        self._fetch, self._mark = fetch_from(url)
        self._contains = "instr(leaves.sources, ?) > 0" if self._mark == "?" else "position(%s in leaves.sources) > 0"

    async def entries(
        self, query: EntryQuery, first: int = 50, after: int | None = None, *, newest_first: bool = False
    ) -> EntryPage:
        """The first entries that fit, by rising or by falling index, beyond an index. Raises Unavailable.

        By agency or role, which no column tells, at most ``most_read`` entries are read: the page may be short then,
        and the next one goes on from there.
        """
        size, stretch = max(1, min(first, PAGE)), Stretch(after, newest_first)
        if query.agency is None and query.role is None:
            page, _ = await self._page(query, size, stretch)
            return page
        fitting: list[AuditEntry] = []
        for read in range(0, self._most_read, PAGE):
            page, stretch = await self._page(query, min(PAGE, self._most_read - read), stretch)
            fitting += filter(query.holds, page.entries)
            if len(fitting) > size or not page.has_next:
                return _paged(fitting, size, stretch.after)
        return EntryPage(tuple(fitting), has_next=True, through=stretch.after)

    async def _page(self, query: EntryQuery, size: int, stretch: Stretch) -> tuple[EntryPage, Stretch]:
        """The next page, and the stretch that is left after it.

        Most pages of a period are full within a few entries. Where one is not it is worked out where the period
        lies, which takes a look at all of it, so that the rest of the log is not walked over.
        """
        since, until = (None, None) if query.is_narrow else stretch.ahead(query.since, query.until)
        if since or until:
            newest = await self._one(_NEWEST) if stretch.newest_first and stretch.after is None else LAST
            page = await self._found(query, size, stretch.near(newest or 0))
            if page.has_next:
                return page, stretch._replace(after=page.through)
            stretch = await self._around(since, until, stretch)
        page = await self._found(query, size, stretch)
        return page, stretch._replace(after=page.through)

    async def _around(self, since: datetime | None, until: datetime | None, stretch: Stretch) -> Stretch:
        """Between which indexes a period lies.

        Clocks differ and step back: so it is asked of every entry's own time, and of no neighbour's.
        """
        if since is not None:
            # the plus has the index on times read, and not the log from its beginning
            found = await self._one(f"SELECT min(+idx) FROM audit_leaves WHERE at >= {self._mark}", since)  # noqa: S608 - our own mark
            stretch = stretch._replace(first=LAST if found is None else found)
        if until is not None:
            found = await self._one(f"SELECT max(+idx) FROM audit_leaves WHERE at < {self._mark}", until)  # noqa: S608 - our own mark
            stretch = stretch._replace(last=-1 if found is None else found)
        return stretch._replace(sought=True)

    async def _one(self, statement: str, *at: datetime) -> int | None:
        [(found,)] = await asyncio.to_thread(self._fetch, statement, list(map(timestamp, at)))
        return None if found is None else int(found)

    async def _found(self, query: EntryQuery, size: int, stretch: Stretch) -> EntryPage:
        conditions, values = self._conditions(query)
        first, last = stretch.ends()
        conditions.append(f"leaves.idx >= {self._mark}")  # the one lower bound: SQLite would walk from another
        values.append(first)
        if last < LAST:
            conditions.append(f"leaves.idx <= {self._mark}")
            values.append(last)
        statement = (
            f"{_SELECT} WHERE {' AND '.join(conditions)} "
            f"ORDER BY leaves.idx {'DESC' if stretch.newest_first else 'ASC'} LIMIT {size + 1}"
        )
        return _paged(await asyncio.to_thread(self._read, statement, values), size, stretch.after)

    def _read(self, statement: str, values: list[object]) -> tuple[AuditEntry, ...]:
        cipher = lru_cache(_CIPHERS)(partial(cipher_of, keys=self._keys))  # leaves about one person share a key
        return tuple(self._entry(row, cipher) for row in self._fetch(statement, values))

    async def origin(self) -> str:
        """The name under which the log stands now. Raises Unavailable."""
        rows = await asyncio.to_thread(self._fetch, _ORIGIN, [])
        return str(rows[0][0]) if rows else ""

    def _entry(self, row: tuple[Any, ...], cipher: Callable[[ContentKey], Any]) -> AuditEntry:
        kept, bare = kept_of(row[:_OPENED]), row[_OPENED:]
        if kept.key is None:
            return _bare(kept, bare, Content.DESTROYED)
        try:
            content = opened(kept.place, kept.leaf, kept.hash, cipher(kept.key))
        except SealBroken:
            return _bare(kept, bare, Content.ALTERED)
        return _whole(kept, content)

    def _conditions(self, query: EntryQuery) -> tuple[list[str], list[object]]:
        given: list[tuple[str, object]] = [
            (f"leaves.principal = {self._mark}", query.principal),
            (f"leaves.purpose = {self._mark}", query.purpose and query.purpose.value),
            (f"leaves.outcome = {self._mark}", query.outcome),
            (f"leaves.kind = {self._mark}", query.kind),
            (f"leaves.request_id = {self._mark}", query.request_id),
            (f"leaves.enquiry = {self._mark}", query.enquiry),
            (f"leaves.at >= {self._mark}", query.since and timestamp(query.since)),
            (f"leaves.at < {self._mark}", query.until and timestamp(query.until)),
            (self._contains, None if query.source is None else f" {query.source} "),
        ]
        asked = [(words, value) for words, value in given if value is not None]
        conditions, values = [words for words, _ in asked], [value for _, value in asked]
        if query.kinds:
            marks = ", ".join(self._mark for _ in query.kinds)
            conditions.append(f"leaves.stage = 'act' AND leaves.kind IN ({marks})")
            values += query.kinds
        if query.subject is not None:
            also = f"SELECT idx FROM audit_also WHERE subject = {self._mark}"  # noqa: S608 - our own mark
            conditions.append(f"(leaves.subject = {self._mark} OR leaves.idx IN ({also}))")
            values += [query.subject, query.subject]
        if query.people:
            marks = ", ".join(self._mark for _ in query.people)
            also = f"SELECT idx FROM audit_also WHERE subject IN ({marks})"  # noqa: S608 - our own marks
            named = f"subject IN ({marks}) OR idx IN ({also})"
            enquiries = f"SELECT enquiry FROM audit_leaves WHERE enquiry IS NOT NULL AND ({named})"  # noqa: S608
            conditions.append(
                f"(leaves.enquiry IN ({enquiries}) OR leaves.subject IN ({marks}) OR leaves.idx IN ({also}))"
            )
            values += query.people * 4
        return conditions, values


def _paged(entries: Sequence[AuditEntry], size: int, after: int | None) -> EntryPage:
    """The first of them, where all that were looked for are read, or one too many."""
    page = tuple(entries[:size])
    return EntryPage(page, len(entries) > size, page[-1].index if page else after)


def _whole(kept: Kept, content: bytes) -> AuditEntry:
    leaf = read_leaf(content)
    fields = dict(zip(_SHARED, _shared(leaf), strict=True))
    return AuditEntry(index=kept.place, at=datetime.fromisoformat(leaf.at), hash=kept.hash, **fields)


def _bare(kept: Kept, found: tuple[str, str, str, str], content: Content) -> AuditEntry:
    at, stage, kind, outcome = found
    return AuditEntry(
        index=kept.place,
        at=datetime.fromisoformat(at),
        stage=Stage(stage),
        kind=kind,
        request_id="",
        principal="",
        agency="",
        roles=(),
        purpose=None,
        enquiry_id=None,
        subject=None,
        broken_glass=False,
        policy_version="",
        outcome=outcome,
        reasons=(),
        sources=(),
        hash=kept.hash,
        content=content,
    )
