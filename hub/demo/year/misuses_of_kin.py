"""Misuses about people whom somebody knows: their own, a former partner's, a neighbour's, a colleague's."""

from hub.demo.year.cases import Course
from hub.demo.year.deeds import Flagged, Seen
from hub.demo.year.planting import Planting
from hub.demo.year.surnames import commonest, rare
from hub.demo.year.town import reference
from hub.domain.codes import PurposeCode, Role

_DONE = Course(close=20)
_OWN, _EX, _NEAR, _COLLEAGUE = "own family", "ex-partner's child", "own address or neighbour", "colleague's child"


def plant_kin(to: Planting) -> None:
    """Eleven misuses."""
    _of_ones_own_name(to)
    _of_other_names(to)
    _of_a_former_partner(to)
    _next_door(to)
    _of_colleagues(to)


def _of_ones_own_name(to: Planting) -> None:
    who = to.somebody(Role.MASH_SOCIAL_WORKER, family_name=rare(1))
    niece = to.town.take(family_name=rare(1)).children[0]
    says = "Looks up a niece who bears her own rare name, under a made-up referral."
    to.plant(_OWN, says, Seen.SIGN, (to.look(who, to.when(who, 0.12), niece), _DONE))

    who = to.somebody(Role.MASH_SOCIAL_WORKER, family_name=commonest())
    nephew = to.town.take(family_name=commonest()).children[0]
    says = "Looks up a nephew; both are called Smith, as hundreds are whom others ask about."
    to.plant(_OWN, says, Seen.DEGREE, (to.look(who, to.when(who, 0.55), nephew), _DONE))

    who = to.somebody(Role.SCREENING_OFFICER, former_names=(rare(2),))
    brothers = to.town.take(family_name=rare(2)).children[0]
    says = "Looks up her brother's child; he bears the name she had before she married, which the council noted."
    to.plant(_OWN, says, Seen.SIGN, (to.look(who, to.when(who, 0.33), brothers), _DONE))


def _of_other_names(to: Planting) -> None:
    who = to.somebody(Role.SCREENING_OFFICER)
    sisters = to.town.take().children[0]
    says = "Looks up his sister's child, who bears her husband's name; nobody noted that name."
    to.plant(_OWN, says, Seen.NOTHING, (to.look(who, to.when(who, 0.71), sisters), _DONE))

    who = to.somebody(Role.MASH_SOCIAL_WORKER)
    own = to.town.take(mother=who).children[0]
    case = to.look(who, to.when(who, 0.47), own, by_number=True, purpose=PurposeCode.S47)
    says = "Reads her own child's record, by its number; it bears its father's name, and names her as the mother."
    to.plant(_OWN, says, Seen.SIGN, (case, _DONE))


def _of_a_former_partner(to: Planting) -> None:
    who = to.somebody(Role.MASH_MANAGER, former_names=(rare(3),))
    theirs = to.town.take(family_name=rare(3)).children[0]
    says = "Reads about the child of the man she was married to, who bears the name that was hers."
    to.plant(_EX, says, Seen.SIGN, (to.look(who, to.when(who, 0.21), theirs, purpose=PurposeCode.S47), _DONE))

    who = to.somebody(Role.MASH_SOCIAL_WORKER)
    theirs = to.town.take().children[0]
    says = "Reads about a former partner's new household, of another name and address, under a made-up referral."
    to.plant(_EX, says, Seen.NOTHING, (to.look(who, to.when(who, 0.83), theirs), _DONE))


def _next_door(to: Planting) -> None:
    who = to.somebody(Role.MASH_SOCIAL_WORKER)
    beside = to.town.take(postcode=who.postcode).children[0]
    says = "Looks up the children next door, who have her own postcode."
    to.plant(_NEAR, says, Seen.SIGN, (to.look(who, to.when(who, 0.64), beside), _DONE))

    who = to.somebody(Role.EARLY_HELP_ADVISER)
    opposite = to.town.take().children[0]
    case = to.look(who, to.when(who, 0.4), opposite, purpose=PurposeCode.EARLY_HELP)
    says = "Looks up the family over the road, whose postcode is another."
    to.plant(_NEAR, says, Seen.NOTHING, (case, _DONE))


def _of_colleagues(to: Planting) -> None:
    who, child = to.somebody(Role.SCREENING_OFFICER), to.town.take().children[0]
    to.flagged.append(Flagged(reference(child), "colleague"))
    says = "Looks up the child of a colleague who had asked for a flag."
    to.plant(_COLLEAGUE, says, Seen.SIGN, (to.look(who, to.when(who, 0.28), child), _DONE))

    who, child = to.somebody(Role.SCREENING_OFFICER), to.town.take().children[0]
    twice = [to.look(who, to.when(who, share), child) for share in (0.9, 0.95)]
    says = "Looks up, twice, the child of a colleague whom nobody flagged, and whose name is not hers."
    to.plant(_COLLEAGUE, says, Seen.NOTHING, *((one, _DONE) for one in twice))
