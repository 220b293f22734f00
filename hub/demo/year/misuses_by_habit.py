"""Misuses that show, where they show, in how somebody works: curiosity, odd hours, glass, refusals, and hiding it."""

from datetime import timedelta

from hub.demo.year.cases import Course, deeds_of
from hub.demo.year.days import at, is_working
from hub.demo.year.deeds import Flagged, Seen
from hub.demo.year.planting import Planting
from hub.demo.year.staff import on_duty
from hub.demo.year.town import reference
from hub.domain.codes import PurposeCode, Role

_DONE = Course(close=20)
_PUBLIC, _CURIOUS, _HOURS = "public figure's child", "browsing out of curiosity", "at odd hours"
_NO_REFERRAL, _GLASS, _REFUSED = "no referral, vague reason", "glass broken without need", "fishing past refusals"
_ASIDE, _SHIFT, _AGAIN = "opened and left", "under a colleague's shift", "again, long after it was closed"
_WIDER, _SPLIT = "a wider purpose than the referral", "split over many enquiries"
_VAGUE = "checking something"


def plant_habits(to: Planting) -> None:
    """Nineteen more."""
    for planted in (_public, _in_the_news, _curious, _curious_slowly, _odd_hours, _no_referral, _glass, _refusals):
        planted(to)
    for hidden in (_left, _another_shift, _long_after, _wider, _split):
        hidden(to)


def _public(to: Planting) -> None:
    who, child = to.somebody(Role.MASH_SOCIAL_WORKER), to.town.take().children[0]
    to.flagged.append(Flagged(reference(child), "public-figure"))
    says = "Looks up the child of somebody who is often on television, and flagged."
    to.plant(_PUBLIC, says, Seen.SIGN, (to.look(who, to.when(who, 0.17), child), _DONE))

    who, family = to.somebody(Role.MASH_MANAGER), to.town.take()
    to.flagged.append(Flagged(reference(family.adults[0]), "public-figure"))
    says = "Reads about the child of a councillor; the councillor is flagged, the child is not."
    case = to.look(who, to.when(who, 0.52), family.children[0], purpose=PurposeCode.S47)
    to.plant(_PUBLIC, says, Seen.SIGN, (case, _DONE))


def _in_the_news(to: Planting) -> None:
    who, child = to.somebody(Role.SCREENING_OFFICER), to.town.take().children[0]
    says = "Looks up the child of a case in the newspaper that is with another team, and that nobody flagged."
    to.plant(_PUBLIC, says, Seen.NOTHING, (to.look(who, to.when(who, 0.6), child), _DONE))


def _curious(to: Planting) -> None:
    who = to.somebody(Role.SCREENING_OFFICER)
    begin = to.when(who, 0.38)
    looks = [to.look(who, begin + timedelta(minutes=1.7 * n), to.town.take().children[0]) for n in range(26)]
    says = "Browses through 26 children in three quarters of an hour."
    to.plant(_CURIOUS, says, Seen.SIGN, *((one, Course(find=0.3, views=(1,))) for one in looks))


def _curious_slowly(to: Planting) -> None:
    who = to.somebody(Role.MASH_SOCIAL_WORKER)
    day = to.working_day(who, 0.75)
    begins, _ = who.hours(day) or (540, 1020)
    looks = [to.look(who, at(day, begins + 10 + 15 * n), to.town.take().children[0]) for n in range(24)]
    says = "Browses through 24 children in a day, four an hour."
    to.plant(_CURIOUS, says, Seen.DEGREE, *((one, _DONE) for one in looks))


def _odd_hours(to: Planting) -> None:
    who, child = to.somebody(Role.MASH_SOCIAL_WORKER), to.town.take().children[0]
    night = at(to.working_day(who, 0.44), 23 * 60 + 12)
    says = "Works by day, and looks somebody up at 23:12."
    to.plant(_HOURS, says, Seen.SIGN, (to.look(who, night, child), _DONE))

    who, child = to.somebody(Role.SCREENING_OFFICER), to.town.take().children[0]
    lunch = at(to.working_day(who, 0.79), 12 * 60 + 40)
    says = "Looks up an acquaintance's child at lunch, under the number of another family's referral."
    to.plant(_HOURS, says, Seen.NOTHING, (to.look(who, lunch, child), _DONE))


def _no_referral(to: Planting) -> None:
    who = to.somebody(Role.SCREENING_OFFICER)
    child = to.town.take().children[0]
    case = to.look(who, to.when(who, 0.24), child, referral=None, reason=_VAGUE)
    to.plant(_NO_REFERRAL, "Looks up a child with no referral, to be 'checking something'.", Seen.SIGN, (case, _DONE))

    who = to.somebody(Role.MASH_SOCIAL_WORKER)
    begin = to.when(who, 0.57)
    several = [
        to.look(who, begin + timedelta(minutes=4 * n), child, referral=None, reason=_VAGUE)
        for n, child in enumerate(child for _ in range(4) for child in to.town.take().children[:1])
    ]
    says = "Looks up four children of one street without a referral."
    to.plant(_NO_REFERRAL, says, Seen.SIGN, *((one, _DONE) for one in several))


def _glass(to: Planting) -> None:
    glass = Course(glass=0.4, glass_reason="Need to see more", views=(2, 6), close=15)
    who, child = to.somebody(Role.MASH_SOCIAL_WORKER), to.town.take().children[0]
    says = "Breaks the glass on a screening to read details, with no danger at hand."
    to.plant(_GLASS, says, Seen.SIGN, (to.look(who, to.when(who, 0.31), child), glass))

    duty = [one for one in to.team.values() if one.role is Role.DUTY_MANAGER]
    looks = []
    for n in range(3):
        night = to.days[int(0.6 * len(to.days)) + len(duty) * n]
        looks.append(to.look(on_duty(tuple(duty), night), at(night, 1300 + n), to.town.take().children[0]))
    says = "On three of her nights, breaks the glass on a screening in a quiet hour."
    to.plant(_GLASS, says, Seen.SIGN, *((one, glass) for one in looks))


def _refusals(to: Planting) -> None:
    who, child = to.somebody(Role.SCREENING_OFFICER), to.town.take().children[0]
    begin = to.when(who, 0.5)
    wider = PurposeCode.S47, PurposeCode.CIN_ASSESS, PurposeCode.EMERGENCY, PurposeCode.DA_TRIAGE, PurposeCode.MAPPA
    tried = [to.look(who, begin + timedelta(minutes=3 * n), child, purpose=one) for n, one in enumerate(wider)]
    last = to.look(who, begin + timedelta(minutes=18), child)
    says = "Is refused five purposes within a quarter of an hour, and then takes the one she has."
    to.plant(_REFUSED, says, Seen.SIGN, *((one, _DONE) for one in (*tried, last)))

    who, child = to.somebody(Role.EARLY_HELP_ADVISER), to.town.take().children[0]
    slowly = [to.look(who, to.when(who, 0.1 + 0.03 * n), child, purpose=one) for n, one in enumerate(wider)]
    last = to.look(who, to.when(who, 0.27), child, purpose=PurposeCode.EARLY_HELP)
    says = "Is refused one purpose every week or two, and then takes the one she has."
    to.plant(_REFUSED, says, Seen.DEGREE, *((one, _DONE) for one in (*slowly, last)))


def _left(to: Planting) -> None:
    who, child = to.somebody(Role.MASH_SOCIAL_WORKER), to.town.take().children[0]
    case = to.look(who, to.when(who, 0.35), child)
    says = "Asks only who knows a child, looks at nothing more, and lets the enquiry run out."
    to.plant(_ASIDE, says, Seen.DEGREE, (case, Course(views=())))


def _another_shift(to: Planting) -> None:
    duty = tuple(one for one in to.team.values() if one.role is Role.DUTY_MANAGER)
    night = to.days[int(0.14 * len(to.days))]
    on = on_duty(duty, night)
    off = next(one for one in duty if one is not on)
    says = "A duty manager asks in a night that is another's by the rota, which the hub does not know."
    to.plant(_SHIFT, says, Seen.NOTHING, (to.look(off, at(night, 1340), to.town.take().children[0]), _DONE))

    workers = [one for one in to.team.values() if one.role is Role.MASH_SOCIAL_WORKER]
    later = to.days[len(to.days) // 3 :]
    away, who = next((day, one) for day in later for one in workers if is_working(day) and not one.hours(day))
    says = "Somebody asks at noon as a colleague who is away that day, on a machine left unlocked."
    to.plant(_SHIFT, says, Seen.NOTHING, (to.look(who, at(away, 725), to.town.take().children[0]), _DONE))


def _long_after(to: Planting) -> None:
    who, child = to.somebody(Role.MASH_SOCIAL_WORKER), to.town.take().children[0]
    first = to.when(who, 0.08)
    once = to.look(who, first, child)
    to.deeds += deeds_of(once, _DONE)  # rightly
    later = [to.look(who, to.when(who, 0.4 + 0.13 * n), child, referral=once.referral) for n in range(4)]
    says = "Looks four times more, months after it was closed, under the number of the old referral."
    to.plant(_AGAIN, says, Seen.DEGREE, *((one, _DONE) for one in later))


def _wider(to: Planting) -> None:
    who, child = to.somebody(Role.MASH_SOCIAL_WORKER), to.town.take().children[0]
    case = to.look(who, to.when(who, 0.27), child, purpose=PurposeCode.S47)
    says = "Opens a section 47 enquiry on a referral for early help, to read details."
    to.plant(_WIDER, says, Seen.NOTHING, (case, _DONE))


def _split(to: Planting) -> None:
    who = to.somebody(Role.SCREENING_OFFICER)
    looks = [to.look(who, to.when(who, 0.85 + 0.003 * (n // 2)), to.town.take().children[0]) for n in range(16)]
    says = "Goes through the sixteen families of a street in eight days, two a day."
    to.plant(_SPLIT, says, Seen.NOTHING, *((one, _DONE) for one in looks))
