"""Probation's facts in the shapes of the HMPPS APIs. Field names are theirs."""

from collections.abc import Iterable
from typing import Any

from hub.demo.population.facts import (
    CommittedOffence,
    LimitedAccess,
    Person,
    PersonalContact,
    ProbationFacts,
    Registration,
    Supervision,
)

Json = dict[str, Any]
Tie = tuple[PersonalContact, ProbationFacts]


def contact(ties: Iterable[Tie]) -> Json:
    """A child as a contact of every supervised adult around them, as the contact search gives it."""
    (first, _), *_ = tied = sorted(ties, key=lambda tie: tie[0].id)
    return {
        "id": first.id,
        "lastName": first.family_name,
        "firstName": first.given_name,
        "dateOfBirth": None if first.birth_date is None else first.birth_date.isoformat(),
        "createdBy": "NDELIUS",
        "postcode": first.postcode,
        "countryCode": "ENG",
        "noFixedAddress": False,
        "existingRelationships": [_relationship(one, facts) for one, facts in tied],
    }


def limited_access(access: LimitedAccess | None) -> Json:
    """Who may not, or alone may, see a case."""
    access = access or LimitedAccess()
    return {
        "excludedFrom": [{"email": email} for email in access.excluded_from],
        "exclusionMessage": access.exclusion_message,
        "restrictedTo": [{"email": email} for email in access.restricted_to],
        "restrictionMessage": access.restriction_message,
    }


def case_detail(facts: ProbationFacts, adult: Person) -> Json:
    """A supervised adult, as the case search gives them."""
    return {
        "otherIds": {"crn": facts.crn, "pncNumber": facts.pnc_number, "nomsNumber": facts.noms_number},
        "firstName": adult.given_name,
        "surname": adult.family_name,
        "dateOfBirth": None if adult.birth_date is None else adult.birth_date.isoformat(),
        "gender": adult.sex,
        "middleNames": [adult.middle_name] if adult.middle_name else [],
        "activeProbationManagedSentence": any(one.active for one in facts.supervisions),
        "currentRestriction": bool(facts.limited_access and facts.limited_access.restricted_to),
        "currentExclusion": bool(facts.limited_access and facts.limited_access.excluded_from),
    }


def supervisions(facts: ProbationFacts) -> Json:
    """Manager, MAPPA, sentences and registrations."""
    manager = facts.manager
    return {
        "communityManager": {
            "code": manager.code,
            "name": {"forename": manager.forename, "surname": manager.surname},
            "username": manager.username,
            "email": manager.email,
            "telephoneNumber": manager.phone,
            "team": {
                "code": manager.team.code,
                "description": manager.team.description,
                "email": manager.team.email,
                "telephoneNumber": manager.team.phone,
            },
            "allocated": True,
        },
        "mappaDetail": _mappa(facts),
        "supervisions": [_supervision(one) for one in facts.supervisions],
        "dynamicRisks": [_registration(one) for one in facts.registrations if one.code != "WRSM"],
        "personStatus": [_registration(one) for one in facts.registrations if one.code == "WRSM"],
    }


def risks(facts: ProbationFacts) -> Json | None:
    """The risk of serious harm summary; None where nobody has assessed it."""
    risk = facts.risk
    if risk is None:
        return None
    return {
        "riskToSelf": {},
        "otherRisks": {},
        "summary": {
            "whoIsAtRisk": risk.who_is_at_risk,
            "natureOfRisk": risk.nature_of_risk,
            "riskImminence": risk.imminence,
            "riskIncreaseFactors": risk.increase_factors,
            "riskMitigationFactors": risk.mitigation_factors,
            "riskInCommunity": {level: list(who) for level, who in risk.in_community.items()},
            "riskInCustody": {},
            "overallRiskLevel": risk.overall,
        },
        "assessedOn": risk.assessed_at.replace(tzinfo=None).isoformat(),
    }


def licences(facts: ProbationFacts) -> list[Json]:
    """The active licence with its conditions, if there is one."""
    if not facts.licence_conditions:
        return []
    additional = [
        {"id": number, "type": "STANDARD", "code": one.code, "category": one.category, "text": one.text}
        for number, one in enumerate(facts.licence_conditions, 1)
    ]
    return [
        {
            "id": 1,
            "licenceType": "AP",
            "statusCode": "ACTIVE",
            "crn": facts.crn,
            "conditions": {
                "AP": {"standard": [], "additional": additional, "bespoke": []},
                "PSS": {"standard": [], "additional": []},
            },
        }
    ]


def _relationship(tie: PersonalContact, facts: ProbationFacts) -> Json:
    return {
        "offenderCrn": facts.crn,
        "relationshipTypeCode": "S",
        "relationshipTypeDescription": "Social",
        "relationshipToPrisonerCode": tie.child_is.upper().replace("-", ""),
        "relationshipToPrisonerDescription": tie.child_is,
        "isRelationshipActive": True,
        "isEmergencyContact": False,
        "isNextOfKin": False,
    }


def _mappa(facts: ProbationFacts) -> Json | None:
    mappa = facts.mappa
    if mappa is None:
        return None
    return {
        "level": mappa.level,
        "levelDescription": mappa.level_description,
        "category": mappa.category,
        "categoryDescription": mappa.category_description,
        "startDate": mappa.started_on.isoformat(),
        "reviewDate": mappa.review_on.isoformat(),
        "notes": mappa.notes,
    }


def _registration(one: Registration) -> Json:
    return {
        "code": one.code,
        "description": one.description,
        "startDate": one.started_on.isoformat(),
        "reviewDate": None if one.review_on is None else one.review_on.isoformat(),
        "notes": one.notes,
    }


def _supervision(one: Supervision) -> Json:
    return {
        "number": one.number,
        "active": one.active,
        "custodial": one.custodial,
        "sentence": {
            "description": one.sentence,
            "date": one.sentenced_on.isoformat(),
            "length": one.length,
            "lengthUnits": one.length_units,
        },
        "mainOffence": _offence(one.main_offence),
        "additionalOffences": [_offence(offence) for offence in one.additional_offences],
        "courtAppearances": [
            {"type": seen.type, "date": seen.at.isoformat(), "court": seen.court, "plea": seen.plea}
            for seen in one.court_appearances
        ],
    }


def _offence(one: CommittedOffence) -> Json:
    return {
        "date": one.on.isoformat(),
        "count": one.count,
        "code": one.code,
        "description": one.description,
        "mainCategory": {"code": one.code[:3], "description": one.description},
        "subCategory": {"code": one.code[3:], "description": one.description},
    }
