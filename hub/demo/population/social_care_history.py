"""How a child's time with social care unfolds, as pieces that fit together. Days count back from the anchor."""

from datetime import timedelta

import msgspec

from hub.demo.population.calendar import ago, moment
from hub.demo.population.cast import Cast
from hub.demo.population.people import Person, Professional
from hub.demo.population.social_care_facts import (
    Assessment,
    CinEpisode,
    CinPlan,
    Conference,
    Contact,
    CpPlan,
    CpReview,
    EarlyHelpEpisode,
    Involvement,
    LegalStatus,
    LookedAfterEpisode,
    MissingEpisode,
    Placement,
    S47Enquiry,
    Visit,
)
from hub.demo.population.workforce import COUNCIL, SOCIAL_CARE_STAFF

SOURCES = {
    "1A": "Individual: family member, relative or carer",
    "1D": "Individual: other",
    "2A": "Schools",
    "3A": "Health services: GP",
    "3B": "Health services: health visitor",
    "3E": "Health services: A&E",
    "3F": "Health services: other",
    "4": "Housing",
    "5D": "LA services: early help",
    "6": "Police",
    "7": "Other legal agency",
    "9": "Anonymous",
}


def worker_of(team: str, which: int = 0) -> Professional:
    """Somebody of a social care team."""
    staff = [one for one in SOCIAL_CARE_STAFF if one.team == team]
    return staff[which % len(staff)]


def family_recorded(cast: Cast, child: Person, *adults: Person) -> None:
    """Adults at home, written into the family's record."""
    cast.learn_social_care(child, adults=tuple(adult.key for adult in adults))


def contacted(cast: Cast, child: Person, days: int, source: str, *outcomes: str) -> None:
    """A contact arrived at the front door; without outcomes it led to a referral."""
    contact = Contact(
        id=cast.id("CON"),
        on=ago(days),
        source_code=source,
        source_desc=SOURCES[source],
        outcomes=outcomes or ("NEW_REFERRAL",),
    )
    cast.learn_social_care(child, contacts=(contact,))


def refused(cast: Cast, child: Person, days: int, source: str, need: str = "N5") -> None:
    """A referral that ended in no further action."""
    contacted(cast, child, days + 1, source)
    mash = worker_of("MASH")
    episode = CinEpisode(
        referral_id=cast.id("REF"),
        on=ago(days),
        primary_need=need,
        source_code=source,
        source_desc=SOURCES[source],
        outcomes=("NFA",),
        nfa=True,
        team_id=mash.team,
        worker_id=mash.id,
        closed_on=ago(days - 1),
        close_reason="RC7",
    )
    cast.learn_social_care(child, episodes=(episode,))


def referred(  # noqa: PLR0913 - a referral has these parts
    cast: Cast,
    child: Person,
    days: int,
    source: str,
    *,
    need: str = "N1",
    closed: int | None = None,
    reason: str = "RC8",
) -> str:
    """A contact accepted as a referral that opened an episode, and its id. Open when ``closed`` is None."""
    contacted(cast, child, days + 1, source)
    team = worker_of("ASSESS", days)
    episode = CinEpisode(
        referral_id=cast.id("REF"),
        on=ago(days),
        primary_need=need,
        source_code=source,
        source_desc=SOURCES[source],
        outcomes=("SINGLE_ASSESSMENT",),
        nfa=False,
        team_id=team.team,
        worker_id=team.id,
        closed_on=None if closed is None else ago(closed),
        close_reason=None if closed is None else reason,
    )
    cast.learn_social_care(child, episodes=(episode,))
    return episode.referral_id


def assessed(cast: Cast, child: Person, referral: str, days: int, *factors: str, outcome: str = "CIN_PLAN") -> None:
    """A single assessment, authorised after some 40 days if they have passed by the anchor."""
    worker = worker_of("ASSESS", days)
    finished = days - 40 if days > 40 else None
    assessment = Assessment(
        id=cast.id("ASM"),
        referral_id=referral,
        started_on=ago(days),
        child_seen=True,
        outcomes=(outcome,) if finished is not None else (),
        nfa=outcome == "NFA",
        factors=factors or ("21",),
        team_id=worker.team,
        worker_id=worker.id,
        authorised_on=None if finished is None else ago(finished),
    )
    cast.learn_social_care(child, assessments=(assessment,))


def enquired(cast: Cast, child: Person, referral: str, days: int, *, outcome: str = "MONITOR") -> str:
    """A section 47 enquiry, and its id."""
    worker = worker_of("PROTECT-N", days)
    enquiry = S47Enquiry(
        id=cast.id("S47"),
        referral_id=referral,
        started_on=ago(days),
        nfa=outcome == "NFA",
        outcomes=(outcome,),
        worker_id=worker.id,
        team_id=worker.team,
        ended_on=ago(days - 10),
    )
    cast.learn_social_care(child, s47_enquiries=(enquiry,))
    return enquiry.id


def protected(cast: Cast, child: Person, referral: str, days: int, category: str, *, ended: int | None = None) -> None:
    """A section 47 enquiry, an initial conference and a child protection plan with its visits and reviews."""
    conference = _conferred(cast, child, referral, days)
    plan = CpPlan(
        id=cast.id("CPP"),
        referral_id=referral,
        conference_id=conference.id,
        started_on=ago(days),
        initial_category=category,
        latest_category=category,
        ended_on=None if ended is None else ago(ended),
    )
    cast.learn_social_care(
        child,
        conferences=(msgspec.structs.replace(conference, plan_id=plan.id),),
        cp_plans=(plan,),
        cp_reviews=_reviews(cast, plan.id, days, ended or 0),
        cp_visits=_visits(cast, days, ended or 0, plan.id),
    )


def _conferred(cast: Cast, child: Person, referral: str, days: int) -> Conference:
    worker = worker_of("PROTECT-N")
    return Conference(
        id=cast.id("ICPC"),
        s47_id=enquired(cast, child, referral, days + 20, outcome="CP_CONFERENCE"),
        referral_id=referral,
        target_on=ago(days - 1),
        held_on=ago(days),
        plan_made=True,
        outcomes=("CP_PLAN",),
        team_id=worker.team,
        worker_id=worker.id,
    )


def supported(cast: Cast, child: Person, referral: str, days: int, *, ended: int | None = None) -> None:
    """A child in need plan with its visits."""
    worker = worker_of("ASSESS", days)
    plan = CinPlan(
        id=cast.id("CIN"),
        referral_id=referral,
        started_on=ago(days),
        team_id=worker.team,
        worker_id=worker.id,
        ended_on=None if ended is None else ago(ended),
    )
    cast.learn_social_care(child, cin_plans=(plan,), cin_visits=_visits(cast, days, ended or 0, None))


def looked_after(cast: Cast, child: Person, referral: str, days: int, *, legal: str = "C2", kind: str = "U4") -> str:
    """In care since then, placed where the child's address is; returns the id of the period."""
    cla, placement = cast.id("CLA"), cast.id("PLC")
    episode = LookedAfterEpisode(
        id=cast.id("CLE"),
        cla_id=cla,
        referral_id=referral,
        placement_id=placement,
        started_on=ago(days),
        start_reason="S",
        primary_need="N1",
        entered_care_on=ago(days),
    )
    home = Placement(
        id=placement,
        cla_id=cla,
        started_on=ago(days),
        type=kind,
        provider="PR1",
        postcode=child.postcode,
        distance=4.2,
        urn=f"SC9{cast.serial('urn'):05d}",
    )
    status = LegalStatus(id=cast.id("LEG"), status=legal, started_on=ago(days))
    visits = _visits(cast, days, 0, cla, every=42)
    cast.learn_social_care(
        child, looked_after=(episode,), placements=(home,), legal_statuses=(status,), cla_visits=visits
    )
    return cla


def went_missing(cast: Cast, child: Person, days: int, hours: int, *, interviewed: bool = True) -> None:
    """Missing from the evening of that day for some hours."""
    start = moment(days, 20, 15)
    episode = MissingEpisode(
        id=cast.id("MIS"),
        started_at=start,
        type="M",
        ended_at=start + timedelta(hours=hours),
        rhi_offered=True,
        rhi_accepted=interviewed,
    )
    cast.learn_social_care(child, missing=(episode,))


def allocated(
    cast: Cast, child: Person, worker: Professional, days: int, referral: str | None = None, *, ended: int | None = None
) -> None:
    """A named professional works with the child."""
    involvement = Involvement(
        id=cast.id("INV"),
        professional_id=worker.id,
        role=worker.role,
        team_id=worker.team,
        started_on=ago(days),
        ended_on=None if ended is None else ago(ended),
        change_reason=None if ended is None else "Case transferred",
        referral_id=referral,
    )
    cast.learn_social_care(child, involvements=(involvement,))


def helped_early(cast: Cast, child: Person, days: int, reason: str, *, ended: int | None = None) -> None:
    """An early help episode."""
    episode = EarlyHelpEpisode(
        id=cast.id("EHE"),
        started_on=ago(days),
        reason=reason,
        organisation=COUNCIL,
        worker_id=worker_of("EARLY").id,
        ended_on=None if ended is None else ago(ended),
        end_reason=None if ended is None else "Outcomes met",
    )
    cast.learn_social_care(child, early_help=(episode,))


def _visits(cast: Cast, start: int, end: int, plan: str | None, every: int = 14) -> tuple[Visit, ...]:
    days = range(start - 7, max(end, 0), -every)
    return tuple(
        Visit(id=cast.id("VIS"), on=ago(day), seen=n % 5 != 4, seen_alone=n % 3 == 1, plan_id=plan)
        for n, day in enumerate(days)
    )


def _reviews(cast: Cast, plan: str, start: int, end: int) -> tuple[CpReview, ...]:
    days = [start - 90, *range(start - 270, -1, -180)]
    return tuple(
        CpReview(id=cast.id("CPR"), plan_id=plan, due_on=ago(day), held_on=ago(day), continues=True)
        for day in days
        if day > end
    )
