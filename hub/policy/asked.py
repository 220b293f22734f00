"""What questions that are decided alike have in common, what they get, and what evidence keeps of it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

import msgspec

from hub.domain.categories import RecordKind
from hub.domain.codes import Agency, PurposeCode, Role
from hub.domain.decided import Basis, FamilySaid
from hub.domain.identifiers import SourceId
from hub.domain.permits import Decide
from hub.domain.questions import Question
from hub.policy.agreements import day_of


class Asking(msgspec.Struct, frozen=True):
    """What all questions have in common that are decided alike."""

    roles: frozenset[Role]
    agency: Agency
    purpose: PurposeCode
    day: date  # agreements hold by the day
    glass_broken: bool = False
    family_scope: frozenset[str] | None = None  # None: no agreement of the family
    organisation: str | None = None


class Asker(NamedTuple):
    """Somebody who asked, as far as decisions know them."""

    roles: frozenset[Role]
    agency: Agency
    organisation: str | None


class Standing(msgspec.Struct, frozen=True):
    """What such questions get: a refusal's reasons, or how to decide at each source."""

    refusal: tuple[str, ...]
    agreements: Mapping[SourceId, str]
    conditions: Mapping[SourceId, tuple[str, ...]]
    decide: Decide


def asking_of(question: Question, at: datetime) -> Asking:
    """How a question is decided at a moment."""
    enquiry, day = question.enquiry, day_of(at)
    family = enquiry.family_agreement
    return Asking(
        roles=question.principal.roles,
        agency=question.principal.agency,
        purpose=enquiry.purpose,
        day=day,
        glass_broken=enquiry.glass_broken(question.principal, at),
        family_scope=frozenset(family.scope) if family is not None and family.given_on <= day else None,
        organisation=question.principal.organisation,
    )


def basis_of(question: Question, asking: Asking, register: str, verdicts: str) -> Basis:
    """What evidence says of it. Of a family's agreement: the day and the agencies, and no word of anybody's."""
    family, selection = question.enquiry.family_agreement, question.selection
    said = None
    if family is not None:
        said = FamilySaid(family.given_on, tuple(one.value for one in Agency if one in family.scope))
    every = selection.kinds == frozenset(RecordKind)
    return Basis(
        day=asking.day,
        glass_broken=asking.glass_broken,
        family=said,
        kinds=None if every else tuple(sorted(selection.kinds)),
        only=None if selection.sources is None else tuple(sorted(selection.sources)),
        register=register,
        verdicts=verdicts,
    )


def asked_again(basis: Basis, who: Asker, purpose: PurposeCode) -> Asking:
    """How the question of a basis was decided."""
    family = basis.family
    return Asking(
        roles=who.roles,
        agency=who.agency,
        purpose=purpose,
        day=basis.day,
        glass_broken=basis.glass_broken,
        family_scope=frozenset(family.agencies) if family is not None and family.given_on <= basis.day else None,
        organisation=who.organisation,
    )
