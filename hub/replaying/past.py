"""The policies of past days, each read from the archive and checked once for one request."""

import asyncio
from typing import NamedTuple

from hub.db.archive import ArchiveBroken
from hub.errors import ConfigurationError
from hub.policy.archive import ArchiveUnreadable, PolicyArchive, SeveralVersions
from hub.policy.asked import Asking
from hub.policy.kept import Register, VerdictTable
from hub.policy.policies import Policies
from hub.policy.texts import PolicyTexts
from hub.replaying.told import Finding, FindingKind

_UNREAD = (ArchiveBroken, ArchiveUnreadable)


class Broken(Exception):
    """What stands in the way of deciding again."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(finding.kind)


class Then(NamedTuple):
    """The register of one time, and its own policies over its sources and agreements."""

    register: Register
    policies: Policies


class Past:
    """Of one request. ``under`` is the texts to decide by in place of those then in force.

    ``current`` are compiled already: texts that are theirs to the letter are not compiled again.
    """

    def __init__(self, archive: PolicyArchive, current: Policies, under: PolicyTexts | None) -> None:
        self._archive, self._current, self._under = archive, current, under
        self._then: dict[str, Then] = {}
        self._instead: dict[str, Policies] = {}
        self._tables: dict[tuple[str, bool, Asking], VerdictTable] = {}
        self._recorded: dict[str, VerdictTable] = {}

    @property
    def anew(self) -> bool:
        """Whether other policies decide than those then in force."""
        return self._under is not None

    async def then(self, of: str) -> Then:
        """What was in force. Raises Broken."""
        if of not in self._then:
            try:
                register = await self._archive.register(of)
                own = await self._compiled(await self._archive.texts(register.policies))
                self._then[of] = Then(register, await self._archive.over(register, own))
            except _UNREAD as fault:
                raise Broken(_broken(fault)) from fault
        return self._then[of]

    async def deciding(self, of: str) -> Policies:
        """The policies to decide by, over the sources and agreements of that time. Raises Broken."""
        then = await self.then(of)
        if self._under is None:
            return then.policies
        if of not in self._instead:
            try:
                self._instead[of] = await self._archive.over(then.register, await self._compiled(self._under))
            except _UNREAD as fault:
                raise Broken(_broken(fault)) from fault
        return self._instead[of]

    async def decided(self, of: str, asking: Asking) -> VerdictTable:
        """What a question gets by them. Raises Broken."""
        return await self._table(of, asking, await self.deciding(of), own=self._under is None)

    async def decided_then(self, of: str, asking: Asking) -> VerdictTable:
        """What a question got by the policies of that time, as they decide it now. Raises Broken."""
        return await self._table(of, asking, (await self.then(of)).policies, own=True)

    async def _table(self, of: str, asking: Asking, policies: Policies, *, own: bool) -> VerdictTable:
        place = of, own, asking
        if place not in self._tables:
            self._tables[place] = await asyncio.to_thread(policies.table_for, asking)  # milliseconds, and many follow
        return self._tables[place]

    async def recorded(self, of: str) -> VerdictTable:
        """What a question got. Raises Broken."""
        if of not in self._recorded:
            try:
                self._recorded[of] = await self._archive.verdicts(of)
            except _UNREAD as fault:
                raise Broken(_broken(fault)) from fault
        return self._recorded[of]

    async def deciding_acts(self, version: str) -> Policies:
        """The policies to decide by in place of a version's own. Raises Broken."""
        return await self.of_version(version) if self._under is None else await self._compiled(self._under)

    async def of_version(self, version: str) -> Policies:
        """The policies of a version, over no source. Raises Broken."""
        try:
            texts = await self._archive.texts_of_version(version)
        except _UNREAD as fault:
            raise Broken(_broken(fault)) from fault
        except SeveralVersions as fault:
            says = "The entry holds the beginning of a version, and different policies here begin so."
            raise Broken(Finding(FindingKind.UNUSABLE, says, names=(version,))) from fault
        if texts is None:
            says = "The policies of the version that the entry names are not in the archive."
            raise Broken(Finding(FindingKind.ARCHIVE_MISSING, says, names=(version,)))
        return await self._compiled(texts)

    async def _compiled(self, texts: PolicyTexts) -> Policies:
        if texts == self._current.texts:
            return self._current
        try:
            return await self._archive.compiled(texts)
        except ConfigurationError as fault:
            says = "This hub cannot decide by the policies of that time any more."
            raise Broken(Finding(FindingKind.UNUSABLE, says, names=(texts.version,))) from fault


def _broken(fault: ArchiveBroken | ArchiveUnreadable) -> Finding:
    if isinstance(fault, ArchiveUnreadable):
        kind, what = FindingKind.UNUSABLE, "is what the log names, and this version of the hub cannot read it"
    elif fault.gone:
        kind, what = FindingKind.ARCHIVE_MISSING, "that the log names is missing from the archive"
    else:
        kind, what = FindingKind.ARCHIVE_ALTERED, "is not what the log names: it was altered"
    return Finding(kind, f"The {fault.kind} document {what}.", names=(fault.digest,))
