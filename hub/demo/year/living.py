"""Living a plan: the hub's own use cases, one after the other, under a clock of its own."""

import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import msgspec

from hub.demo.year.days import at
from hub.demo.year.deeds import Deed, Do
from hub.demo.year.plan import Plan
from hub.disclosure import find, view
from hub.domain.codes import Agency, Role
from hub.domain.principals import Principal
from hub.domain.questions import EVERYTHING
from hub.domain.review import FlagKind
from hub.enquiries import OpenEnquiry, break_glass, close_enquiry, open_enquiry
from hub.errors import AccessDenied, BadInput
from hub.reviewing.watching import StaffMember, flag_person, note_staff
from hub.services import Services

OFFICER = Principal("y-privacy-officer", "Ignatius Leadbetter", Agency.SOCIAL_CARE, frozenset({Role.IG_LEAD}))
Progress = Callable[[int, int], None]  # deeds that are done, and all of them


class Clock:
    """The time of the year that is lived."""

    def __init__(self, start: datetime) -> None:
        self.at = start.astimezone(UTC)

    def __call__(self) -> datetime:
        """What hubs call ``now``."""
        return self.at


class Lived(msgspec.Struct, frozen=True):
    """Where the log tells of each case of the plan."""

    enquiries: Mapping[str, str]  # the hub's id of each case that was opened
    cases: Mapping[int, str]  # the case of each entry
    entries: int


def clock_of(plan: Plan) -> Clock:
    """A clock that stands at the plan's beginning."""
    return Clock(at(plan.first, 0))


async def live(plan: Plan, services: Services, clock: Clock, progress: Progress = lambda _done, _of: None) -> Lived:
    """Do every deed of a plan, each at its moment. Refusals are part of it; any other error is raised."""
    await _before(plan, services)
    enquiries, cases = dict[str, str](), dict[int, str]()
    for done, deed in enumerate(plan.deeds):
        clock.at = max(clock.at, deed.at)
        size = services.audit.size
        await _tried(deed, enquiries, services)
        cases.update(dict.fromkeys(range(size, services.audit.size), deed.case))
        progress(done + 1, len(plan.deeds))
    clock.at = at(plan.until, 0)
    return Lived(enquiries, cases, services.audit.size)


async def _before(plan: Plan, services: Services) -> None:
    """The privacy officer notes who works there, and who is flagged."""
    noted = [
        StaffMember(
            principal=one.principal.id,
            family_names=(one.family_name, *one.former_names),
            postcodes=(one.postcode, *one.family_postcodes),
            birth_date=one.birth_date,
        )
        for one in plan.team
    ]
    await note_staff(OFFICER, noted, services)
    for flagged in plan.flagged:
        await flag_person(OFFICER, flagged.about, FlagKind(flagged.kind), services)


async def _tried(deed: Deed, enquiries: dict[str, str], services: Services) -> None:
    try:
        if deed.do is Do.OPEN:
            enquiries[deed.case] = await _opened(deed, services)
        elif deed.case in enquiries:
            await _done(deed, enquiries[deed.case], services)
    except (AccessDenied, BadInput):
        pass  # the log tells of it


async def _opened(deed: Deed, services: Services) -> str:
    asking = deed.asking
    if asking is None:
        raise ValueError("an opening says what is asked")
    request = OpenEnquiry(
        purpose=asking.purpose,
        reason=asking.reason,
        urgency=asking.urgency,
        about=asking.about,
        idempotency_key=secrets.token_urlsafe(18),
        referral_id=asking.referral,
        family_agreement=asking.agreement,
    )
    return (await open_enquiry(deed.by, request, services)).id


async def _done(deed: Deed, enquiry: str, services: Services) -> None:
    question = secrets.token_urlsafe(18)
    if deed.do is Do.FIND:
        await find(deed.by, enquiry, EVERYTHING, question, services)
    elif deed.do is Do.VIEW:
        await view(deed.by, enquiry, EVERYTHING, question, services)
    elif deed.do is Do.BREAK_GLASS:
        await break_glass(deed.by, enquiry, deed.words, services)
    else:
        await close_enquiry(deed.by, enquiry, services)
