"""The check of a whole log, in one pass over a snapshot: memory does not grow with the log."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from hub.audit.checking.checkpoints import CheckpointCheck
from hub.audit.checking.contents import ContentCheck, destroyed_keys
from hub.audit.checking.cosigned import CosignedCheck, Elsewhere
from hub.audit.checking.destroyed import DestroyedCheck
from hub.audit.checking.findings import Checked, Findings
from hub.audit.checking.keys import KeyChain
from hub.audit.checking.names import NameCheck
from hub.audit.checking.origins import Origins, text_of
from hub.audit.checking.schema import foreign_to
from hub.audit.checking.signed import signed_until
from hub.audit.checking.walk import Progress, Walk
from hub.audit.notes import VerifierKey
from hub.audit.snapshot import Damaged, Snapshot, snapshot_of
from hub.keys import LogKeys

_UNFINISHED = """
SELECT asked.idx FROM audit_leaves AS asked WHERE asked.stage = 'intent' AND asked.idx >= 0 AND NOT EXISTS (
    SELECT 1 FROM audit_leaves AS told WHERE told.request_id = asked.request_id AND told.stage = 'outcome'
) ORDER BY asked.idx LIMIT 100
"""
_UNASKED = """
SELECT told.idx FROM audit_leaves AS told WHERE told.stage = 'outcome' AND told.idx >= 0 AND NOT EXISTS (
    SELECT 1 FROM audit_leaves AS asked WHERE asked.request_id = told.request_id AND asked.stage = 'intent'
) ORDER BY told.idx LIMIT 100
"""
_UNUSED_KEYS = "SELECT count(*) FROM audit_keys WHERE id NOT IN (SELECT key FROM audit_leaves)"
_NOT_IN_INDEX = re.compile(r"row (\d+) missing from index audit_leaves")


class Known(NamedTuple):
    """What whoever checks has beforehand."""

    keys: LogKeys | None = None  # the hub's own; None: an outsider, who looks at hashes and signatures alone
    log_keys: tuple[bytes, ...] = ()  # public keys of the log, the oldest first, where there is no key file
    witnesses: tuple[VerifierKey, ...] = ()
    elsewhere: tuple[Elsewhere, ...] = ()  # checkpoints that were kept outside of the hub


def check_log(url: str, known: Known, tell: Progress) -> Checked:
    """Work everything out again. A hub may write meanwhile: what is checked is the moment at which this began.

    Raises ConfigurationError where no log is there, Unavailable where its database does not answer,
    and BadInput for a witnessed checkpoint that is not this log's.
    """
    findings = Findings()
    chain = _chain(known)
    with snapshot_of(url) as snapshot:
        try:
            return _checked(snapshot, known, chain, findings, tell)
        except Damaged as damage:
            return _damaged(damage, findings)


def _checked(snapshot: Snapshot, known: Known, chain: KeyChain | None, findings: Findings, tell: Progress) -> Checked:
    signed = None if chain is None else signed_until(snapshot, chain, known.keys)
    if signed is not None and signed.wrong is not None:
        findings.add(max(0, (signed.size or 0)), signed.wrong, signed.newest - 1)
        if signed.size is None and not signed.opens:  # another log's keys: every single entry would seem to be altered
            known, chain = known._replace(keys=None, log_keys=()), None
    origins = Origins(snapshot, chain, findings)
    destroyed = DestroyedCheck(snapshot, findings, destroyed_keys(snapshot, known.keys))
    contents = ContentCheck(known.keys, findings, destroyed)
    checkpoints = CheckpointCheck(snapshot, findings, origins, chain, signed)
    cosigned = CosignedCheck(snapshot, findings, origins, known.witnesses)
    walk = Walk(snapshot, findings, {*origins.sizes, *(one.checkpoint.size for one in known.elsewhere)})
    with _of_the_kind(walk, findings):
        try:
            walk.go(contents, checkpoints, NameCheck(snapshot, findings) if known.keys else None, tell)
        except Damaged as damage:
            findings.add(walk.size, _unreadable(damage, walk.size))
    with _of_the_kind(walk, findings):
        origins.compare(walk.roots)
        cosigned.stored(walk.size)
        cosigned.elsewhere(known.elsewhere, walk.roots, walk.size, chain)
    if not destroyed.count:  # else the question may be what was destroyed
        _check_outcomes(snapshot, findings)
    _check_tables(snapshot, findings, walk.size)
    for what in foreign_to(snapshot):
        findings.add(walk.size, what)
    contents.ended()
    destroyed.ended()
    return Checked(
        entries=walk.size,
        origin=origins.all[-1].name if origins.all else "",
        root=text_of(walk.tree.root()),
        checkpoints=checkpoints.count,
        cosignatures=cosigned.count,
        found=findings.count,
        findings=findings.lowest,
        destroyed=destroyed.count,
        unfinished=tuple(index for (index,) in snapshot.all(_UNFINISHED)),
        gaps=origins.gaps,
        rests_on=contents.rests_on,
        left=_left(known, chain, cosigned.unknown, destroyed.count, snapshot.engine),
    )


@contextmanager
def _of_the_kind(walk: Walk, findings: Findings) -> Iterator[None]:
    """SQLite keeps whatever is put into a column: what nobody can reckon with is a finding."""
    try:
        yield
    except (TypeError, ValueError):
        findings.add(walk.size, f"What is stored from entry {walk.size} on is not of the kind that a log stores.")


def _check_outcomes(snapshot: Snapshot, findings: Findings) -> None:
    for (index,) in snapshot.all(_UNASKED):
        findings.add(index, f"Entry {index} is the outcome of a question that was never asked.")


def _check_tables(snapshot: Snapshot, findings: Findings, size: int) -> None:
    """What is seen from no single entry."""
    [(unused,)] = snapshot.all(_UNUSED_KEYS)
    if unused:
        findings.add(size, f"{unused} keys are kept that no entry's content is sealed with.")
    if snapshot.engine == "postgresql":
        return
    for (told,) in snapshot.all("PRAGMA integrity_check"):
        if told != "ok":
            row = _NOT_IN_INDEX.search(told)
            findings.add(int(row[1]) if row else size, "The database's own check of its file fails.")


def _chain(known: Known) -> KeyChain | None:
    if known.keys is not None:
        return KeyChain.of(known.keys.log_key())
    return KeyChain(known.log_keys) if known.log_keys else None


def _damaged(damage: Damaged, findings: Findings) -> Checked:
    """Of a database that cannot even be begun with, or not gone on with."""
    findings.add(0, _unreadable(damage, 0))
    return Checked(
        entries=0,
        origin="",
        root="",
        checkpoints=0,
        cosignatures=0,
        found=findings.count,
        findings=findings.lowest,
        destroyed=0,
        unfinished=(),
        gaps=(),
        left=("Everything else: the database cannot be read.",),
    )


def _unreadable(damage: Damaged, index: int) -> str:
    return f"The database cannot read what it stored from entry {index} on ({damage.name})."


def _left(known: Known, chain: KeyChain | None, unknown: set[str], destroyed: int, engine: str) -> tuple[str, ...]:
    """What was not checked, and why."""
    left = []
    if known.keys is None:
        left.append("What the entries say: without the hub's key file their contents cannot be opened.")
        left.append(
            "The columns and names that entries are found by, such as who asked, about whom and why: whether they say "
            "what the contents say."
        )
    if chain is None:
        left.append("Who signed the checkpoints: name the log's verifier key with --key.")
    if destroyed:
        left.append(f"What {destroyed} entries say: their contents were destroyed on purpose. Their hashes hold.")
    left += [f"The cosignatures of {name}: name its verifier key with --witness." for name in sorted(unknown)]
    if not known.elsewhere:
        left.append("Whether the end of the log was written anew: name a checkpoint kept elsewhere with --witnessed.")
    if engine == "postgresql":
        left.append("The database's own indexes: pg_amcheck looks at those.")
    return tuple(left)
