"""The policies of another day: as the archive keeps them, or as somebody would have them."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable
from typing import TypeVar

import msgspec

from hub.db.archive import ArchiveBroken, ArchiveStore
from hub.domain.documents import Document
from hub.domain.identifiers import SourceId
from hub.policy.agreements import Agreement, Unusable, decode
from hub.policy.agreements.reading import newest_first
from hub.policy.kept import AGREEMENT, POLICIES, REGISTER, VERDICTS, Register, VerdictTable
from hub.policy.policies import Policies
from hub.policy.texts import PolicyTexts

Kept = TypeVar("Kept")
_MOST_SETS = 8  # of policies that stay compiled: some tens of megabytes together


class ArchiveUnreadable(Exception):
    """A document is what its digest names, and this version of the hub cannot read it."""

    def __init__(self, kind: str, of: str) -> None:
        self.kind, self.digest = kind, of
        super().__init__(f"this hub cannot read the archived {kind} document {of[:12]}")


class SeveralVersions(Exception):
    """Different policies were in force here under versions that begin alike."""


class ArchiveChecked(msgspec.Struct, frozen=True):
    """A check of the whole archive: by digest, what is not what it was, and what is named and not there."""

    documents: int
    altered: tuple[str, ...]
    missing: tuple[str, ...]


class PolicyArchive:
    """Reads are checked against their digests, each time. What was compiled of a checked text stays compiled."""

    def __init__(self, store: ArchiveStore) -> None:
        self._store = store
        self._standing: tuple[Document, ...] = ()
        self._compiled: OrderedDict[str, Policies] = OrderedDict()
        self.foreign = asyncio.Lock()  # one request at a time decides by policies that were sent
        self._compiling = asyncio.Lock()

    async def stand(self, documents: Iterable[Document]) -> None:
        """Make what stands from now on durable: the register and all that it names. Raises Unavailable."""
        self._standing = tuple(documents)
        await self._store.keep(self._standing)

    async def keep(self, *documents: Document) -> None:
        """Make documents durable, and what stands again where anything happened to it. Raises Unavailable."""
        await self._store.keep((*self._standing, *documents))

    async def register(self, of: str) -> Register:
        """The policies, sources and agreements of one time. Raises ArchiveBroken, ArchiveUnreadable."""
        return _decoded(await self._store.get(REGISTER, of), REGISTER, of, Register)

    async def verdicts(self, of: str) -> VerdictTable:
        """Every verdict that a question got. Raises ArchiveBroken, ArchiveUnreadable."""
        return _decoded(await self._store.get(VERDICTS, of), VERDICTS, of, VerdictTable)

    async def texts(self, of: str) -> PolicyTexts:
        """The texts of policies, schema and purposes. Raises ArchiveBroken, ArchiveUnreadable."""
        return _decoded(await self._store.get(POLICIES, of), POLICIES, of, PolicyTexts)

    async def texts_of_version(self, version: str) -> PolicyTexts | None:
        """The texts that were in force here under a version, or the one version that begins so.

        Raises ArchiveBroken, ArchiveUnreadable; SeveralVersions where more than one begins so.
        """
        found: list[PolicyTexts] = []
        for of in await self._store.of_version(version):
            texts = await self.texts(of)
            if not texts.version.startswith(version):
                raise ArchiveBroken(POLICIES, of, gone=False)
            found.append(texts)
        if len(found) > 1:
            raise SeveralVersions
        return found[0] if found else None

    async def agreements(self, register: Register) -> dict[SourceId, tuple[Agreement, ...]]:
        """The agreements of one time, by source. Raises ArchiveBroken, ArchiveUnreadable."""
        found: dict[SourceId, list[Agreement]] = {}
        for one in register.agreements:
            try:
                agreement = decode(await self._store.get(AGREEMENT, one.digest)).agreement
            except Unusable as fault:
                raise ArchiveUnreadable(AGREEMENT, one.digest) from fault
            found.setdefault(SourceId(one.source), []).append(agreement)
        return {source: newest_first(some) for source, some in found.items()}

    async def check(self, named: Iterable[str]) -> ArchiveChecked:
        """Look at every document, and for those that are ``named``, or that a register names. Raises Unavailable."""
        there: set[str] = set()
        wanted, altered = set(named), []
        async for one in self._store.every():
            there.add(one.digest)
            if one.content is None:
                altered.append(one.digest)
            elif one.kind == REGISTER:
                wanted |= _named_by(one.content)
        return ArchiveChecked(len(there), tuple(altered), tuple(sorted(wanted - there)))

    async def compiled(self, texts: PolicyTexts) -> Policies:
        """These policies over no source. Raises ConfigurationError for texts that this hub cannot use."""
        of = Document.of(POLICIES, msgspec.json.encode(texts, order="sorted")).digest
        async with self._compiling:
            policies = self._compiled.get(of)
            if policies is None:
                policies = self._compiled[of] = await asyncio.to_thread(Policies.of_texts, texts)
            self._compiled.move_to_end(of)
            while len(self._compiled) > _MOST_SETS:
                self._compiled.popitem(last=False)
        return policies

    async def over(self, register: Register, policies: Policies) -> Policies:
        """Policies over the sources and agreements of one time. Raises ArchiveBroken, ArchiveUnreadable."""
        sources = [one.source() for one in register.sources]
        return policies.standing_with(sources, await self.agreements(register))


def _named_by(register: bytes) -> set[str]:
    """The documents that a register names; none where it is of another version of the hub."""
    try:
        told = msgspec.json.decode(register, type=Register)
    except msgspec.DecodeError:
        return set()
    return {told.policies, *(one.digest for one in told.agreements)}


def _decoded(content: bytes, kind: str, of: str, shape: type[Kept]) -> Kept:
    try:
        return msgspec.json.decode(content, type=shape)
    except (msgspec.DecodeError, RecursionError) as fault:
        raise ArchiveUnreadable(kind, of) from fault
