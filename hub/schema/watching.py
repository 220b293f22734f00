"""Flags and marks of staff as they are sent, and as the schema shows them: never of whom."""

from datetime import date, datetime
from typing import Self

import strawberry

from hub.domain import review
from hub.errors import BadInput
from hub.reviewing import watching
from hub.schema.asking import Info
from hub.schema.enquiries import SubjectInput
from hub.schema.work_list import code_of


@strawberry.type(description="A flag that stands. Of whom, it does not say: only keyed hashes are kept.")
class PersonFlag:
    """``hub.domain.review.Flag``."""

    id: strawberry.ID
    kind: str
    flagged_by: strawberry.ID
    flagged_at: datetime

    @classmethod
    def of(cls, flag: review.Flag) -> Self:
        """As the schema shows it."""
        return cls(
            id=strawberry.ID(flag.id),
            kind=flag.kind.value,
            flagged_by=strawberry.ID(flag.flagged_by),
            flagged_at=flag.flagged_at,
        )


@strawberry.input(description="Somebody whose records deserve a closer look at whoever opens them.")
class FlagPersonInput:
    """By NHS number, UPN, or family name and birth date; only keyed hashes of it are kept."""

    kind: str
    person: SubjectInput


@strawberry.input(description="Somebody who works here. Only keyed hashes of names, postcodes and birth date are kept.")
class StaffInput:
    """``hub.reviewing.watching.StaffMember`` as it is sent."""

    principal: str
    family_names: list[str]
    postcodes: list[str] = strawberry.field(default_factory=list)
    birth_date: date | None = strawberry.UNSET

    def member(self) -> watching.StaffMember:
        """As the use case takes it."""
        return watching.StaffMember(
            self.principal.strip(), tuple(self.family_names), tuple(self.postcodes), self.birth_date or None
        )


async def person_flags(info: Info) -> list[PersonFlag]:
    """Those that stand."""
    asking = info.context
    return [PersonFlag.of(one) for one in await watching.flags(asking.principal, asking.services)]


async def flag_person(info: Info, input: FlagPersonInput) -> PersonFlag:  # noqa: A002  as its siblings
    """Flag."""
    asking = info.context
    kind = code_of(input.kind, review.FlagKind)
    if kind is None:
        raise BadInput("Say why: colleague, public-figure, family-of-staff or other.", ("flag-kind",))
    about = input.person.reference()
    return PersonFlag.of(await watching.flag_person(asking.principal, about, kind, asking.services))


async def lift_flag(info: Info, id: strawberry.ID) -> strawberry.ID:  # noqa: A002  as its siblings
    """Lift."""
    asking = info.context
    return strawberry.ID(await watching.lift_flag(asking.principal, id, asking.services))


async def note_staff(info: Info, staff: list[StaffInput]) -> int:
    """Note."""
    asking = info.context
    return await watching.note_staff(asking.principal, [one.member() for one in staff], asking.services)


async def forget_staff(info: Info, principal: str) -> bool:
    """Forget."""
    asking = info.context
    return await watching.forget_staff(asking.principal, principal, asking.services)
