"""Youth justice's facts as its case-level documents. Field names are theirs; a few, listed in OURS, are not."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from hub.demo.population.facts import AssetPlus, HealthNeed, LegalOutcome, Offence, Person, YouthJusticeFacts

Json = dict[str, Any]

# What a front door needs and the published documents do not have.
OURS: Mapping[str, frozenset[str]] = {
    "person_details": frozenset({"upn", "forename", "surname"}),
    "case_worker": frozenset({"name", "role", "team", "organisation", "telephone", "email", "startDate", "endDate"}),
    "parent_carer": frozenset({"personID", "relationship", "forename", "surname", "dateOfBirth", "telephone"}),
}


def person_details(facts: YouthJusticeFacts, child: Person) -> Json:
    """Who the young person is."""
    return {
        "ypid": facts.ypid,
        "currentYOTID": facts.current_yot_id,
        "pncnumber": facts.pnc_number,
        "forename": child.given_name,
        "surname": child.family_name,
        "dateOfBirth": _iso(child.birth_date),
        "upn": child.upn,
        "preferredLanguage": "English",
    }


def case_worker(facts: YouthJusticeFacts) -> list[Json]:
    """Who works with the young person, while the case is open."""
    worker = facts.case_worker
    return [
        {
            "name": worker.name,
            "role": worker.role,
            "team": worker.team,
            "organisation": worker.organisation,
            "telephone": worker.phone,
            "email": worker.email,
            "startDate": _iso(facts.started_on),
            "endDate": _iso(facts.ended_on),
        }
    ]


def parent_carer(facts: YouthJusticeFacts) -> list[Json]:
    """Parents and carers."""
    return [
        {
            "personID": one.person_key,
            "relationship": str(one.relationship),
            "forename": one.given_name,
            "surname": one.family_name,
            "dateOfBirth": _iso(one.birth_date),
            "telephone": one.phone,
        }
        for one in facts.parents_and_carers
    ]


def asset_plus(facts: YouthJusticeFacts) -> list[Json]:
    """AssetPlus assessments, oldest first."""
    return [_assessment(one) for one in facts.assessments]


def offence(facts: YouthJusticeFacts) -> list[Json]:
    """Offences with their outcomes; bail stands with the first of them. Victims are held elsewhere."""
    documents = [_offence(one) for one in facts.offences]
    if documents:
        documents[0]["policeBail"] = [
            {"bailStatus": one.kind, "startDate": _iso(one.started_on), "endDate": _iso(one.ended_on)}
            for one in facts.bail
        ]
    return documents


def intervention_programme(facts: YouthJusticeFacts) -> list[Json]:
    """Orders and other programmes."""
    return [
        {
            "interventionProgrammeID": one.id,
            "disposalType": one.disposal_type,
            "sentenceGroup": one.sentence_group,
            "startDate": _iso(one.started_on),
            "endDate": _iso(one.ended_on),
        }
        for one in facts.interventions
    ]


def hearing(facts: YouthJusticeFacts) -> list[Json]:
    """Court hearings."""
    return [
        {
            "hearingID": one.id,
            "hearingDate": _iso(one.on),
            "courtType": one.court_type,
            "courtName": one.court_name,
            "remandDecision": one.remand_decision,
        }
        for one in facts.hearings
    ]


def care_status(facts: YouthJusticeFacts) -> list[Json]:
    """Care statuses."""
    return [
        {"status": one.status, "startDate": _iso(one.started_on), "endDate": _iso(one.ended_on)}
        for one in facts.care_statuses
    ]


def ete_status(facts: YouthJusticeFacts) -> list[Json]:
    """Education, training and employment."""
    return [
        {
            "description": one.description,
            "provisionType": one.provision_type,
            "suitability": one.suitability,
            "hours": one.hours,
            "hoursOffered": one.hours_offered,
            "startDate": _iso(one.started_on),
            "endDate": _iso(one.ended_on),
        }
        for one in facts.ete
    ]


def sendaln(facts: YouthJusticeFacts) -> list[Json]:
    """Special educational and additional learning needs."""
    return [
        {
            "kpi3IdentifiedSENDALN": _yes(given=one.identified),
            "kpi3SENDFormalPlan": _yes(given=one.formal_plan),
            "kpi3SENDStartDate": _iso(one.started_on),
            "kpi3SENDEndDate": _iso(one.ended_on),
        }
        for one in facts.send
    ]


def health(facts: YouthJusticeFacts) -> list[Json]:
    """Mental health and substance misuse support."""
    mental = [_support(one, "kpi4MH") for one in facts.health_needs if one.kind == "mental-health"]
    substances = [_support(one, "kpi5SM") for one in facts.health_needs if one.kind == "substance-misuse"]
    return [
        {
            "mentalHealth": {"kpi4MentalHealthWellbeing": mental},
            "substanceMisuse": {"kpi5SubstanceMisuse": substances},
        }
    ]


DOCUMENTS: Mapping[str, Callable[[YouthJusticeFacts], list[Json]]] = {
    made.__name__: made
    for made in (
        case_worker,
        parent_carer,
        asset_plus,
        offence,
        intervention_programme,
        hearing,
        care_status,
        ete_status,
        sendaln,
        health,
    )
}


def _assessment(one: AssetPlus) -> Json:
    return {
        "assessmentID": one.id,
        "date": _iso(one.on),
        "stage": one.stage,
        "safetyWellbeingJudgement": one.safety_wellbeing,
        "roshjudgement": one.rosh,
        "likelihoodOfReoffending": one.likelihood_of_reoffending,
        "yogrs": one.yogrs,
        "countyLinesActivity": one.county_lines,
        "gangAssociation": one.gang_association,
        "vulnerableToCriminalExploitation": one.vulnerable_to_criminal_exploitation,
        "atRiskOfSexualExplotation": one.at_risk_of_sexual_exploitation,
        "referredNationalReferralMechanismOrOther": one.nrm_referred,
        "concernsSpeechLanguageCommunication": one.concerns_speech_language,
        "concernsMentalHealth": one.concerns_mental_health,
        "concernsSubstanceMisuse": one.concerns_substance_misuse,
        "safetyAndWellBeing": {
            "adverseOutcome": [{"outcome": said, "likelihood": likely} for said, likely in one.adverse_outcomes]
        },
    }


def _offence(one: Offence) -> Json:
    return {
        "offenceID": one.id,
        "offenceDate": _iso(one.on),
        "offenceDescription": one.description,
        "cjscode": one.cjs_code,
        "yjboffenceCategory": one.category,
        "yjbseriousnessScore": one.seriousness,
        "knifeRelatedOffence": _yes(given=one.knife),
        "plea": one.plea,
        "arrestDate": _iso(one.arrested_on),
        "offenceLocationPostcode": one.location_postcode,
        "offenceLegalOutcome": [_outcome(outcome) for outcome in one.outcomes],
    }


def _outcome(one: LegalOutcome) -> Json:
    return {
        "outcomeDate": _iso(one.on),
        "legalOutcome": one.outcome,
        "legalOutcomeGroup": one.group,
        "outcomeEndDate": _iso(one.ends_on),
        "termMonths": one.term_months,
    }


def _support(one: HealthNeed, prefix: str) -> Json:
    return {
        f"{prefix}DateScreened": _iso(one.screened_on),
        f"{prefix}DateReferred": _iso(one.referred_on),
        f"{prefix}DateOffered": _iso(one.offered_on),
        f"{prefix}DateAttendedStart": _iso(one.attended_from),
        f"{prefix}InterventionType": one.intervention,
    }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _yes(*, given: bool) -> str:
    return "Yes" if given else "No"
