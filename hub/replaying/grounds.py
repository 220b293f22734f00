"""Whether what an entry says its decision rested on fits the entry, and how its question began."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import NamedTuple

import msgspec

from hub.audit.reader import AuditEntry
from hub.domain.codes import PurposeCode
from hub.domain.decided import Basis
from hub.domain.sources import Source
from hub.policy.agreements import day_of
from hub.policy.asked import Asker, asked_again
from hub.policy.kept import Register, VerdictTable
from hub.replaying.comparing import Tables, all_count
from hub.replaying.consistency import Stood
from hub.replaying.past import Past
from hub.replaying.tables import holes, known_then
from hub.replaying.told import Finding, FindingKind

_A_DAY = timedelta(days=1)  # midnight may pass between deciding and recording


class Began(NamedTuple):
    """What stood when sources were asked, where that was something else than when they had answered."""

    stood: Stood
    findings: tuple[Finding, ...]


def sources_of(register: Register) -> Mapping[str, Source]:
    """The sources of one time, by id."""
    return {one.id: one.source() for one in register.sources}


async def began_of(entry: AuditEntry, basis: Basis, asker: Asker, past: Past) -> Began:
    """By what sources were asked; and that its verdicts were those that the policies give. Raises Broken."""
    of = basis.began_register or basis.register
    register, table = (await past.then(of)).register, await past.recorded(basis.began or basis.verdicts)
    stood = Stood(sources_of(register), table)
    if not (basis.began or basis.began_register):  # the verdicts it was settled by, which are compared one by one
        return Began(stood, ())
    findings = [*holes(register, table)]
    for day in (basis.day, basis.day - _A_DAY):
        then = msgspec.structs.replace(basis, day=day, glass_broken=entry.broken_glass)
        asking = asked_again(then, asker, PurposeCode(entry.purpose or ""))
        if _same(table, await past.decided_then(of, asking), known_then(register)):
            return Began(stood, tuple(findings))
    says = "The verdicts by which sources were asked are not those that the policies give."
    return Began(stood, (*findings, Finding(FindingKind.VERDICTS, says)))


def grounds(entry: AuditEntry, basis: Basis) -> Iterator[Finding]:
    """What of its basis does not fit the entry."""
    if abs(day_of(entry.at) - basis.day) > _A_DAY:
        says = "It is said to have been decided for another day than its own."
        yield Finding(FindingKind.BASIS, says, names=(basis.day.isoformat(),))
    if basis.glass_broken and not entry.broken_glass:
        yield Finding(FindingKind.BASIS, "It is said to have been decided for a broken glass, and none was broken.")


def _same(recorded: VerdictTable, decided: VerdictTable, known: frozenset[str]) -> bool:
    tables = Tables.of(recorded, decided, known, all_count)
    agreements = ({source: one.agreement for source, one in table.sources.items()} for table in (recorded, decided))
    was, now = agreements
    return recorded.refusal == decided.refusal and tables.recorded == tables.decided and was == now
