"""What a person who asks is told of accesses to information about them: who asks, and which rules keep something."""

from enum import StrEnum

import msgspec

from hub.domain.codes import Agency, PurposeCode


class AskedBy(StrEnum):
    """Who asks for a report."""

    SELF = "SELF"  # the person themselves, of whatever age
    PARENT = "PARENT"  # somebody with parental responsibility, for the child
    REPRESENTATIVE = "REPRESENTATIVE"  # somebody whom the person, or a court, gave authority


class Capacity(StrEnum):
    """Whether a child is able to ask, and to decide what a parent is told. No age settles it in England."""

    ADULT = "ADULT"
    ABLE = "ABLE"  # understands what is asked for, and what it means
    NOT_ABLE = "NOT_ABLE"


class Waits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One rule by which an access is not told yet; ``policies/subject-access.toml`` says what each line means."""

    id: str
    says: str
    basis: tuple[str, ...]
    purposes: frozenset[PurposeCode] = frozenset()
    asked_by: frozenset[AskedBy] = frozenset(AskedBy)
    days: int | None = None
    around_days: int | None = None
    marked: bool = False

    def __post_init__(self) -> None:
        if not self.basis or not self.says or not self.id:
            raise ValueError("a rule has an id, says why, and names its legal basis")
        if bool(self.purposes) == self.marked:
            raise ValueError(f"{self.id}: a rule is about purposes, or about what was marked")
        if any(days is not None and days < 1 for days in (self.days, self.around_days)):
            raise ValueError(f"{self.id}: days are 1 or more; left out, somebody has to release it")


class OthersRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is somebody else's: whether it may be counted, and what of an answer is about other people."""

    counted: bool
    agencies: frozenset[Agency]
    categories: frozenset[str]
    basis: tuple[str, ...]


class TellingRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of them. ``version`` is of the file they were read from."""

    waits: tuple[Waits, ...]
    others: OthersRule
    version: str = ""
