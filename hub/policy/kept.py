"""What is kept of every state in which questions are decided, as documents named by their digests.

A document never changes. The log holds the digests, so a document that was altered afterwards is found out.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Self

import msgspec

from hub.domain.agreements import AgreementRecord
from hub.domain.categories import Category
from hub.domain.codes import Agency, PurposeCode, SubjectKind
from hub.domain.documents import Document
from hub.domain.identifiers import SourceId
from hub.domain.permits import Verdict, Verdicts
from hub.domain.sources import Source
from hub.policy.agreements import Agreement
from hub.policy.facts import DECIDABLE
from hub.policy.texts import PolicyTexts

POLICIES, REGISTER, AGREEMENT, VERDICTS = "policies", "register", "agreement", "verdicts"
_canonical = msgspec.json.Encoder(order="sorted").encode


class SourceThen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A registered source, as far as it bears on a decision."""

    id: str
    agency: Agency
    state: str
    serves: tuple[str, ...]
    adults_only: tuple[str, ...] = ()
    decides: tuple[str, ...] = ()
    owner: str | None = None

    @classmethod
    def of(cls, source: Source) -> Self:
        """What is kept of it."""
        return cls(
            id=source.id,
            agency=source.agency,
            state=source.state,
            serves=tuple(sorted(source.serves)),
            adults_only=tuple(sorted(source.adults_only)),
            decides=tuple(sorted(source.decides)),
            owner=source.owner,
        )

    def source(self) -> Source:
        """The source again, as policies see it. A category that the hub no longer knows is left out."""
        return Source(
            id=SourceId(self.id),
            name=self.id,
            agency=self.agency,
            kind="",
            state=self.state,
            contact="",
            coverage="",
            serves=_categories(self.serves),
            adults_only=_categories(self.adults_only),
            decides=frozenset(map(PurposeCode, self.decides)),
            owner=self.owner,
        )


class AgreementThen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An agreement that stood, and the digest of the document as it was signed."""

    source: str
    reference: str  # id@version
    digest: str


class Register(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that decides, at one time: policies (their digest and version), sources, agreements.

    ``decidable`` is every category that the hub knew: what it had to decide at each source.
    """

    policies: str
    version: str
    sources: tuple[SourceThen, ...]
    agreements: tuple[AgreementThen, ...]
    decidable: tuple[str, ...] = ()


class Decided(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Categories that were decided alike, by the same policies."""

    permitted: bool
    policies: tuple[str, ...]
    categories: tuple[str, ...]


class SourceDecided(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """Every verdict at one source, by kind of subject and before any label; and the agreement behind them."""

    agreement: str | None
    verdicts: Mapping[str, tuple[Decided, ...]]

    @cached_property
    def cells(self) -> Mapping[tuple[str, str], Verdict]:
        """Each verdict by kind of subject and category."""
        return {
            (kind, category): Verdict(permitted=some.permitted, policies=some.policies)
            for kind, decided in self.verdicts.items()
            for some in decided
            for category in some.categories
        }

    @cached_property
    def permitted(self) -> frozenset[tuple[str, str]]:
        """What is permitted, by kind of subject and category."""
        return frozenset(cell for cell, verdict in self.cells.items() if verdict.permitted)


class VerdictTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a question got: a refusal's reasons, or how each source was decided."""

    refusal: tuple[str, ...]
    sources: Mapping[str, SourceDecided]


def policies_document(texts: PolicyTexts) -> Document:
    """The exact texts of policies, schema and purposes."""
    return Document.of(POLICIES, _canonical(texts), texts.version)


def register_documents(
    texts: PolicyTexts,
    sources: Sequence[Source],
    records: Iterable[AgreementRecord],
    standing: Mapping[SourceId, Sequence[Agreement]],
) -> tuple[Document, tuple[Document, ...]]:
    """The register as it stands; and every document that it names: the policies, and each agreement that decides."""
    deciding = {(source, one.reference) for source, some in standing.items() for one in some}
    used = [one for one in records if (one.source, one.reference) in deciding]
    policies = policies_document(texts)
    register = Register(
        policies=policies.digest,
        version=texts.version,
        sources=tuple(map(SourceThen.of, sorted(sources, key=lambda one: one.id))),
        agreements=tuple(AgreementThen(one.source, one.reference, one.digest) for one in used),
        decidable=tuple(sorted(category.value for category in DECIDABLE)),
    )
    signed = (Document.of(AGREEMENT, one.document) for one in used)
    return Document.of(REGISTER, _canonical(register)), (policies, *signed)


def source_decided(agreement: str | None, verdicts: Mapping[SubjectKind, Verdicts]) -> SourceDecided:
    """Verdicts in the form in which they are kept: equal verdicts, equal bytes."""
    return SourceDecided(agreement, {kind.value: _grouped(some) for kind, some in verdicts.items()})


def verdicts_document(table: VerdictTable) -> Document:
    """A table of verdicts as it is kept."""
    return Document.of(VERDICTS, _canonical(table))


def _grouped(verdicts: Verdicts) -> tuple[Decided, ...]:
    alike: dict[Verdict, list[str]] = {}
    for category in sorted(DECIDABLE):
        alike.setdefault(verdicts[category], []).append(category.value)
    return tuple(Decided(one.permitted, one.policies, tuple(some)) for one, some in alike.items())


def _categories(names: Iterable[str]) -> frozenset[Category]:
    known = {category.value: category for category in Category}
    return frozenset(known[name] for name in names if name in known)
