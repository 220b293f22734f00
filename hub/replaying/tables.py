"""Whether the verdicts that an entry names are whole: every registered source, every category that was known."""

from collections.abc import Iterator

from hub.domain.codes import SubjectKind
from hub.policy.kept import Register, VerdictTable
from hub.replaying.told import Finding, FindingKind


def known_then(register: Register) -> frozenset[str]:
    """The categories that the hub decided at the time of a register.

    A register of before that was kept says at least what its sources served.
    """
    return frozenset(register.decidable) or frozenset().union(*(one.serves for one in register.sources))


def holes(register: Register, table: VerdictTable) -> Iterator[Finding]:
    """What a table should have decided and did not, and what it decided about nobody's source."""
    registered, known = {one.id for one in register.sources}, known_then(register)
    if missing := sorted(registered - table.sources.keys()):
        yield Finding(FindingKind.VERDICTS, "Registered sources are missing from the verdicts.", names=tuple(missing))
    if more := sorted(table.sources.keys() - registered):
        says = "The verdicts are about sources that were not registered."
        yield Finding(FindingKind.VERDICTS, says, names=tuple(more))
    kinds = {SubjectKind.CHILD.value}.union(*(decided.verdicts for decided in table.sources.values()))
    for source, decided in table.sources.items():
        lacking = {category for kind in kinds for category in known if (kind, category) not in decided.cells}
        if lacking:
            says = "Verdicts are missing that had to be given."
            yield Finding(FindingKind.VERDICTS, says, source, tuple(sorted(lacking)))
