"""Flags on people whose records deserve a closer look, and marks of who works here: keyed hashes alone are kept."""

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date

import msgspec

from hub.audit.subjects import hashes_of, kin_of
from hub.domain.acts import Action
from hub.domain.people import Attributes, Name, PersonReference
from hub.domain.principals import Principal
from hub.domain.review import Flag, FlagKind, StaffMarks, ids_of
from hub.errors import BadInput, Conflict, NotFound
from hub.recorded_acts import Recorded
from hub.reviewing.grounds import reading
from hub.services import Services

MOST_STAFF = 100  # in one request
_LONGEST_ID = 255
_Staff = Mapping[str, StaffMarks]  # by principal


class StaffMember(msgspec.Struct, frozen=True):
    """Somebody who works here, as a privacy officer sends them. Nothing but keyed hashes of it is kept."""

    principal: str
    family_names: tuple[str, ...]  # the present one and former ones
    postcodes: tuple[str, ...]  # their own, and those of their household or family
    birth_date: date | None = None


async def flag_person(principal: Principal, about: PersonReference, kind: FlagKind, services: Services) -> Flag:
    """Let whoever looks at somebody be looked at. Raises BadInput, AccessDenied, Conflict, AuditUnavailable.

    Two flags of one kind would be one finding twice, and whoever lifts one would leave the other.
    """
    async with reading(principal, Action.FLAG_PERSON, services) as done:
        _require_findable(about)
        flag_id = secrets.token_urlsafe(18)
        done.naming(f"flag:{kind.value}", f"flag-id:{flag_id}")
        done.about(about)
        done.permitted(services.policies.authorise(principal, Action.FLAG_PERSON))
        people = frozenset(hashes_of((_attributes(about),), services.keys))
        for one in await services.review.watched.flags():
            if (one.kind, one.people) == (kind, people):
                raise Conflict(f"They are flagged so already, since {one.flagged_at:%Y-%m-%d}: {one.id}.", ("flagged",))
        await done.about_to_change()
        flag = Flag(flag_id, kind, people, principal.id, services.now())
        await services.review.watched.flag(flag)
    return flag


async def lift_flag(principal: Principal, flag_id: str, services: Services) -> str:
    """Take a flag away; its id. Raises NotFound, AccessDenied, AuditUnavailable."""
    async with reading(principal, Action.FLAG_PERSON, services) as done:
        done.naming("flag-lifted")
        done.permitted(services.policies.authorise(principal, Action.FLAG_PERSON))
        if not any(one.id == flag_id for one in await services.review.watched.flags_ever()):
            raise NotFound(reasons=("no-such-flag",))
        done.naming(f"flag-id:{flag_id}")
        await done.about_to_change()
        await services.review.watched.lift(flag_id, principal.id, services.now())
    return flag_id


async def flags(principal: Principal, services: Services) -> tuple[Flag, ...]:
    """Flags that stand, the newest first. Of whom, they do not say. Raises AccessDenied, AuditUnavailable."""
    async with reading(principal, Action.READ_WORK_LIST, services) as done:
        done.naming("flags")
        done.permitted(services.policies.authorise(principal, Action.READ_WORK_LIST))
        return await services.review.watched.flags()


async def note_staff(principal: Principal, staff: Sequence[StaffMember], services: Services) -> int:
    """Keep marks of people who work here, in place of earlier ones; how many. Nobody keeps their own.

    Nor does anybody make a colleague's id their own by it; and which ids become one person's stands in the log.

    Raises BadInput, AccessDenied.
    """
    async with reading(principal, Action.NOTE_STAFF, services) as done:
        _require_staff(staff)
        done.naming(f"staff:{len(staff)}")
        marks = [_marks(one, services) for one in staff]
        before = await services.review.watched.staff()
        after = {**before, **{one.principal: one for one in marks}}
        _permitted(principal, [one.principal for one in staff], (before, after), done, services)
        done.naming(*_joined(marks, before, after))
        await done.about_to_change()
        await services.review.watched.note_staff(marks, principal.id, services.now())
    return len(staff)


async def forget_staff(principal: Principal, left: str, services: Services) -> bool:
    """Forget the marks of somebody else, who left; False where there were none. Raises AccessDenied."""
    async with reading(principal, Action.NOTE_STAFF, services) as done:
        done.naming("staff-forgotten")
        known = await services.review.watched.staff()
        _permitted(principal, [left] if left in known or left == principal.id else [], (known,), done, services)
        await done.about_to_change()
        return await services.review.watched.forget_staff(left)


def _permitted(
    principal: Principal, of: Collection[str], lists: Iterable[_Staff], done: Recorded, services: Services
) -> None:
    """Whose marks change stands in the log, by the ids that evidence on them has: nobody's own, under any id.

    An id is theirs by the staff list as it is or as it would be: nobody makes a colleague's id their own.
    """
    own = any(not ids_of(principal.id, staff).isdisjoint(of) for staff in lists)
    done.permitted(services.policies.authorise(principal, Action.NOTE_STAFF, own=own))
    done.naming(*(f"principal:{one}" for one in of))


def _joined(marks: Sequence[StaffMarks], before: _Staff, after: _Staff) -> Iterator[str]:
    """Ids that become one person's, who judge each other's access no more: whoever reads the log sees it."""
    for ids in dict.fromkeys(ids_of(one.principal, after) for one in marks):
        if any(not ids <= ids_of(one, before) for one in ids):
            yield f"one-person:{','.join(sorted(ids))}"


def _marks(one: StaffMember, services: Services) -> StaffMarks:
    kin = kin_of(one.family_names, one.postcodes, services.keys)
    named = [Attributes(family_name=name, birth_date=one.birth_date) for name in one.family_names]
    return StaffMarks(
        principal=one.principal,
        surnames=frozenset(kin.surnames),
        parts=frozenset(kin.parts),
        postcodes=frozenset(kin.postcodes),
        people=frozenset(hashes_of(named, services.keys)),
    )


def _attributes(about: PersonReference) -> Attributes:
    return Attributes(
        nhs_number=about.nhs_number,
        upn=about.upn,
        family_name=about.family_name,
        birth_date=about.birth_date,
        aliases=tuple(Name(None, one.family_name) for one in about.aliases if one.family_name),
    )


def _require_findable(about: PersonReference) -> None:
    if not (about.nhs_number or about.upn or (about.family_name and about.birth_date)):
        raise BadInput(
            "Name them by NHS number, by UPN, or by family name and whole birth date.", ("subject-incomplete",)
        )


def _require_staff(staff: Sequence[StaffMember]) -> None:
    if not 1 <= len(staff) <= MOST_STAFF:
        raise BadInput(f"Send 1 to {MOST_STAFF} people at once.", ("staff-count",))
    for place, one in enumerate(staff, 1):
        words = (*one.family_names, *one.postcodes)
        readable = all(word.isprintable() and len(word) <= _LONGEST_ID for word in (one.principal, *words))
        if not one.principal.strip() or not one.family_names or not readable:
            raise BadInput(
                f"Person {place} needs a principal id and a family name, in printable characters.", ("staff-person",)
            )
