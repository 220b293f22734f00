"""What a decision rests on, reduced to values that can be compared and hashed."""

import msgspec

from hub.domain.categories import Category
from hub.domain.codes import Agency, Label, PurposeCode, Role, SubjectKind

NO_LABELS: frozenset[Label] = frozenset()
DECIDABLE: tuple[Category, ...] = tuple(category for category in Category if category.decidable)


class Terms(msgspec.Struct, frozen=True, cache_hash=True):
    """One agreement, as it bears on one purpose, one recipient and one day. ``reference`` is ``id@version``.

    ``denies`` is what an exception of any agreement with the source keeps back, whatever ``covers`` says.
    """

    reference: str | None = None
    in_force: bool = False
    covers_purpose: bool = False
    covers_recipient: bool = False
    covers: frozenset[Category] = frozenset()
    denies: frozenset[Category] = frozenset()
    conditions: tuple[str, ...] = ()  # words of the agreement that travel with whatever it gives

    @property
    def bearing(self) -> int:
        """How much of what it takes this agreement gives; the greatest stands behind a question."""
        return self.in_force + self.covers_purpose + self.covers_recipient


NO_AGREEMENT = Terms()


class Facts(msgspec.Struct, frozen=True, cache_hash=True, kw_only=True):
    """Everything about a question, at one source, that is the same for every subject and category."""

    roles: frozenset[Role]
    agency: Agency
    purpose: PurposeCode
    source_agency: Agency
    terms: Terms
    family_agreed: bool = False
    family_agreed_to_source: bool = False
    glass_broken: bool = False
    owner_release: bool = False


class Subject(msgspec.Struct, frozen=True):
    """Whom records are about, as policy sees them."""

    kind: SubjectKind = SubjectKind.CHILD
    labels: frozenset[Label] = NO_LABELS


class Partnering(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an act about one organisation's part of the partnership is decided on, besides who acts."""

    own_agency: bool = False  # it is the part of the agency that whoever acts works for
    submitter: bool = False  # whoever acts put in what this is about
    conforms: bool = False  # a passing conformance result stands for exactly this version
    agreed: bool = False  # an agreement with this organisation is in force
    liftable: bool = False  # no suspension stands that another side made

    @property
    def held(self) -> tuple[str, ...]:
        """What is so, by name, for evidence."""
        return tuple(name for name, so in msgspec.structs.asdict(self).items() if so)
