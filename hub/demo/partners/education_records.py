"""What the education system holds about pupils: drawn once from a seed, so that every start tells the same."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from hub.demo.population import Population
from hub.demo.population.calendar import ago
from hub.demo.population.people import Person
from hub.domain.codes import Label

_REASONS = {
    "PP": "Physical assault against a pupil",
    "DB": "Persistent or general disruptive behaviour",
    "DA": "Drug and alcohol related",
    "VA": "Verbal abuse against an adult",
    "OW": "Use or threat of use of an offensive weapon",
}
_NEEDS = ("SEMH", "SLCN", "MLD", "ASD", "SPLD")
_LEADS = ("Marjorie Inkpen", "Desmond Larkspur", "Priya Hollowell", "Tom Brackenbury")
_PRIMARY = frozenset({"Primary", "Infant", "Junior"})
_TERM_BEGAN = date(2026, 9, 2)
_SESSIONS = 106  # morning and afternoon, from then to the anchor of the synthetic people


class Pupil:
    """One pupil's record, and what hangs on it."""

    def __init__(self, person: Person, seed: int, *, struggling: bool = False) -> None:
        """``struggling``: in school, often absent, suspended before, with support for a special need."""
        self.person = person
        draw = random.Random(f"{seed}:{person.key}")
        self.id = f"PUP{draw.randrange(10**6, 10**7)}"
        self._at_home = draw.random() < 0.06 and not struggling
        self._send = "K" if struggling else draw.choices(("N", "K", "E"), (70, 22, 8))[0]
        self._need = draw.choice(_NEEDS)
        missed = min(_SESSIONS, int(draw.expovariate(1 / 9))) + (28 if struggling else 0)
        self._attended = _SESSIONS - missed
        self._unauthorised = draw.randint(missed // 2, missed)
        often = 2 if struggling else draw.choices((0, 1, 2, 3), (78, 14, 6, 2))[0]
        self._exclusions = tuple(_exclusions(draw, often))
        self._lead, self._phone = draw.choice(_LEADS), f"01632 9600{draw.randrange(40, 60)}"

    def summary(self) -> dict[str, Any]:
        """What a search gives."""
        who = self.person
        return {
            "id": self.id,
            "upn": who.upn,
            "legalSurname": who.family_name,
            "legalForename": who.given_name,
            "dateOfBirth": str(who.birth_date) if who.birth_date else None,
            "confidentialAddress": who.restricted or Label.LOCATION_AT_RISK in who.labels,
        }

    def record(self) -> dict[str, Any]:
        """The pupil in full, without attendance and exclusions."""
        school = None if self._at_home else _enrolment(str(self.person.school))
        lead = None if self._at_home else {"name": self._lead, "phone": self._phone}
        home = {"since": str(ago(200)), "suitability": "not yet assessed"} if self._at_home else None
        send = {"provision": self._send, "primaryNeed": self._need, "since": str(ago(400))}
        return self.summary() | {
            "enrolment": school,
            "safeguardingLead": lead,
            "electiveHomeEducation": home,
            "send": send if self._send != "N" else None,
        }

    def attendance(self) -> dict[str, Any]:
        """This year's register, for a pupil who is on one."""
        if self._at_home:
            return {"pupilId": self.id, "registers": []}
        share = round(100 * self._attended / _SESSIONS, 1)
        register = {
            "academicYear": "2026/27",
            "from": str(_TERM_BEGAN),
            "possible": _SESSIONS,
            "attended": self._attended,
            "unauthorised": self._unauthorised,
            "percentage": share,
            "persistentlyAbsent": share <= 90,
        }
        return {"pupilId": self.id, "registers": [register]}

    def exclusions(self) -> list[dict[str, Any]]:
        """Suspensions and permanent exclusions, oldest first."""
        return list(self._exclusions)


def _enrolment(school: str) -> dict[str, Any]:
    phase = "primary" if _PRIMARY & set(school.split()) else "secondary"
    return {"name": school, "phase": phase, "from": str(_TERM_BEGAN), "to": None}


def pupils(population: Population, seed: int) -> dict[str, Pupil]:
    """Everybody with a UPN, by the system's own id."""
    struggling = population.main_child.key
    made = (Pupil(one, seed, struggling=one.key == struggling) for one in population.persons.values() if one.upn)
    return {pupil.id: pupil for pupil in made}


def _exclusions(draw: random.Random, often: int) -> Iterator[dict[str, Any]]:
    for number in range(often):
        code = draw.choice(tuple(_REASONS))
        yield {
            "reference": f"EX{draw.randrange(10**5)}",
            "category": "PERM" if draw.random() < 0.05 else "SUSP",
            "startDate": str(_school_day(ago(520 - 140 * number - draw.randrange(60)))),
            "sessions": draw.choice((1, 2, 4, 6, 10)),
            "reason": code,
            "narrative": _REASONS[code],
        }


def _school_day(day: date) -> date:
    """The day, or the last one before it on which schools are open: no weekend, no summer holidays."""
    if (day.month, day.day) > (7, 17) and (day.month, day.day) < (9, 4):
        day = day.replace(month=7, day=17)
    return day - timedelta(days=max(0, day.weekday() - 4))
