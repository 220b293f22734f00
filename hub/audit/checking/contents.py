"""Checks each leaf: that its content opens at its place and fits its hash, and that its columns say what it says."""

from typing import NamedTuple

import msgspec

from hub.audit.checking.destroyed import DestroyedCheck
from hub.audit.checking.findings import LISTED, Findings
from hub.audit.checking.stored import COLUMNS, PLAIN, Stored
from hub.audit.contents import NOBODY, ContentKey, cipher_of, opened, period_of
from hub.audit.leaf import Leaf, Outcome, read_leaf
from hub.audit.leaves import sources_of
from hub.audit.merkle import HASH_BYTES
from hub.audit.named_keys import NamedKey, keys_named
from hub.audit.snapshot import Snapshot
from hub.domain.acts import Action
from hub.keys import ContentCipher, Keys, SealBroken

_CIPHERS = 4096  # held at once


class Told(NamedTuple):
    """What a leaf says that other rows have to fit. None where it cannot be known."""

    at: str | None = None
    names: frozenset[str] | None = None  # further keyed hashes that it is found by


def destroyed_keys(snapshot: Snapshot, keys: Keys | None) -> dict[str, NamedKey]:
    """The keys that acts of destroying name, by their ids: of those the content is gone on purpose."""
    named: dict[str, NamedKey] = {}
    if keys is None:
        return named
    check = ContentCheck(keys, Findings(), DestroyedCheck(snapshot, Findings(), {}))
    for row in snapshot.each(
        f"{PLAIN}WHERE leaves.kind = ? AND leaves.outcome = ?", (Action.SHRED_AUDIT, Outcome.DONE)
    ):
        leaf = check.content(Stored.of(row))
        if isinstance(leaf, Leaf) and (leaf.kind, leaf.outcome) == (Action.SHRED_AUDIT, Outcome.DONE):
            named = {one.id: one for one in keys_named(leaf.reasons)} | named
    return named


class ContentCheck:
    """One leaf after the other. Without keys it looks at hashes alone."""

    def __init__(self, keys: Keys | None, findings: Findings, destroyed: DestroyedCheck) -> None:
        self._keys, self._findings, self._destroyed = keys, findings, destroyed
        self._ciphers: dict[str, ContentCipher] = {}
        self._unexplained: list[int] = []  # the first entries whose key is gone without an act that names it
        self._without_act = 0
        self.rests_on: dict[str, int] = {}  # documents of the archive that entries name, and the first that does
        self._run = 0  # since which place all before this one is of destroyed contents

    def ended(self) -> None:
        """All else was checked. The act that names a key may be among what is altered or missing itself."""
        if not self._unexplained:
            return
        first = self._unexplained[0]
        if self._findings.highest > first:
            what = (
                f"Keys of {self._without_act} entries are gone, of entry {first} first; the act that names them may be"
            )
            self._findings.add(self._findings.highest, f"{what} among what is altered or missing.")
            return
        for index in self._unexplained:
            what = f"Entry {index}: the key of its content is gone, and no act of destroying names it."
            self._findings.add(index, what, torn=True)

    def check(self, one: Stored) -> Told:
        """What the leaf says, when all of it fits; what does not is among the findings."""
        if type(one.hash) is not bytes or len(one.hash) != HASH_BYTES:
            self._findings.add(one.place, f"The hash of entry {one.place} is none.", torn=True)
            return Told()
        if self._keys is None:
            return Told(at=one.columns[0])
        if self._destroyed.is_of(one):
            self._destroyed.check(one)
            return Told(one.columns[0], frozenset())
        if one.key_id is None and not one.leaf:
            self._unexplained = [*self._unexplained, one.place][:LISTED]
            self._without_act += 1
            return Told()
        leaf = self.content(one)
        if isinstance(leaf, str):
            self._findings.add(self._intruder(one), f"Entry {one.place}: {leaf}.", one.place, torn=True)
            return Told()
        self._run = one.place + 1
        self._note(leaf, one.place)
        if wrong := [name for name, told, kept in zip(COLUMNS, _said(leaf), one.columns, strict=True) if told != kept]:
            columns = f"columns {', '.join(wrong)} do" if len(wrong) > 1 else f"column {wrong[0]} does"
            self._findings.add(one.place, f"Entry {one.place}: its {columns} not say what its content says.")
        return Told(leaf.at, frozenset((*leaf.also, *leaf.others)))

    def _note(self, leaf: Leaf, place: int) -> None:
        if (basis := leaf.basis) is not None:
            for document in filter(None, (basis.register, basis.verdicts, basis.began, basis.began_register)):
                self.rests_on.setdefault(document, place)

    def content(self, one: Stored) -> Leaf | str:
        """The leaf, or what is wrong with it."""
        if one.key_id is None:
            return "the key of its content is gone, and no act of destroying names it"
        cipher = self._cipher(one)
        if cipher is None:
            return "the key of its content was altered"
        try:
            leaf = read_leaf(opened(one.place, one.leaf, one.hash, cipher))
        except (SealBroken, TypeError):
            return "its content, its hash or its place was altered"
        except msgspec.DecodeError:
            return "its content is not one of ours"
        if (one.key_subject, one.key_period) != (leaf.subject or NOBODY, period_of(leaf.at)):
            return "its content is sealed with the key of another person or month"
        return leaf

    def _intruder(self, one: Stored) -> int:
        """The first entry that is wrong where a content does not open: one that was put in before it, if that is why.

        Only among destroyed contents can nobody tell by looking at it.
        """
        moved = self._run < one.place and not isinstance(self.content(one._replace(place=one.place - 1)), str)
        return self._run if moved else one.place

    def _cipher(self, one: Stored) -> ContentCipher | None:
        if (held := self._ciphers.get(one.key)) is not None:
            return held
        if self._keys is None or len(self._ciphers) >= _CIPHERS:
            self._ciphers.clear()
        try:
            key = ContentKey(one.key, one.key_subject or "", one.key_period or "", one.key_sealed or b"")
            cipher = self._ciphers[one.key] = cipher_of(key, self._keys)  # type: ignore[arg-type]
        except (SealBroken, TypeError):
            return None
        return cipher


def _said(leaf: Leaf) -> tuple[str | None, ...]:
    return (
        leaf.at,
        leaf.request_id,
        leaf.stage,
        leaf.kind,
        leaf.principal,
        leaf.subject,
        leaf.purpose,
        leaf.outcome,
        leaf.enquiry_id,
        sources_of(leaf),
    )
