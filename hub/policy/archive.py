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


class PolicyArchive:
    """Reads are checked against their digests, each time. What was compiled of a checked text stays compiled."""

    def __init__(self, store: ArchiveStore) -> None:
        self._store = store
        self._compiled: OrderedDict[str, Policies] = OrderedDict()
        self.foreign = asyncio.Lock()  # one request at a time decides by policies that were sent
        self._compiling = asyncio.Lock()

    async def keep(self, documents: Iterable[Document]) -> None:
        """Make documents durable. Raises Unavailable."""
        await self._store.keep(documents)

    async def register(self, of: str) -> Register:
        """The policies, sources and agreements of one time. Raises ArchiveBroken."""
        return _decoded(await self._store.get(REGISTER, of), REGISTER, of, Register)

    async def verdicts(self, of: str) -> VerdictTable:
        """Every verdict that a question got. Raises ArchiveBroken."""
        return _decoded(await self._store.get(VERDICTS, of), VERDICTS, of, VerdictTable)

    async def texts(self, of: str) -> PolicyTexts:
        """The texts of policies, schema and purposes. Raises ArchiveBroken."""
        return _decoded(await self._store.get(POLICIES, of), POLICIES, of, PolicyTexts)

    async def texts_of_version(self, version: str) -> PolicyTexts | None:
        """The texts of a version that was in force here. Raises ArchiveBroken."""
        of = await self._store.of_version(version)
        texts = None if of is None else await self.texts(of)
        if of is not None and texts is not None and texts.version != version:
            raise ArchiveBroken(POLICIES, of, gone=False)
        return texts

    async def agreements(self, register: Register) -> dict[SourceId, tuple[Agreement, ...]]:
        """The agreements of one time, by source. Raises ArchiveBroken."""
        found: dict[SourceId, list[Agreement]] = {}
        for one in register.agreements:
            try:
                agreement = decode(await self._store.get(AGREEMENT, one.digest)).agreement
            except Unusable as fault:
                raise ArchiveBroken(AGREEMENT, one.digest, gone=False) from fault
            found.setdefault(SourceId(one.source), []).append(agreement)
        return {source: newest_first(some) for source, some in found.items()}

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
        """Policies over the sources and agreements of one time. Raises ArchiveBroken."""
        sources = [one.source() for one in register.sources]
        return policies.standing_with(sources, await self.agreements(register))


def _decoded(content: bytes, kind: str, of: str, shape: type[Kept]) -> Kept:
    try:
        return msgspec.json.decode(content, type=shape)
    except (msgspec.DecodeError, RecursionError) as fault:
        raise ArchiveBroken(kind, of, gone=False) from fault
