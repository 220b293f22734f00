"""Everyday words for codes: a person who asks is told nothing in ours."""

from collections.abc import Mapping

from hub.domain.codes import Agency, AnswerState, PurposeCode, Role
from hub.policy.grounds import Ground

PURPOSES: Mapping[PurposeCode, str] = {
    PurposeCode.ADVICE: "to give advice without naming anybody",
    PurposeCode.EARLY_HELP: "to offer you and your family help early on",
    PurposeCode.SCREEN: "to decide what should happen when somebody was worried about you, or asked for help for you",
    PurposeCode.CIN_ASSESS: "to find out what help you need",
    PurposeCode.S47: "to find out whether you were being harmed or were likely to be",
    PurposeCode.EMERGENCY: "because somebody may have been in danger at that moment",
    PurposeCode.DA_TRIAGE: "to keep people safe where there may have been domestic abuse",
    PurposeCode.EXPLOITATION: "to protect you from people who exploit children",
    PurposeCode.YOUTH_JUSTICE: "for the work of the youth justice service with you",
    PurposeCode.MAPPA: "to protect people from somebody who may be dangerous",
    PurposeCode.FEEDBACK: "to tell whoever had been worried what came of it",
    PurposeCode.QA_PERFORMANCE: "to check how well the service works",
    PurposeCode.IG_REVIEW: "to check that information was used properly, or to answer a request such as yours",
}
AGENCIES: Mapping[Agency, str] = {
    Agency.SOCIAL_CARE: "children's social care",
    Agency.YOUTH_JUSTICE: "the youth justice service",
    Agency.HEALTH: "a health service",
    Agency.PROBATION: "the probation service",
    Agency.POLICE: "the police",
    Agency.EDUCATION: "a school or the education service",
    Agency.EARLY_HELP: "the early help service",
    Agency.HOUSING: "the housing service",
    Agency.PUBLIC: "a member of the public",
}
ROLES: Mapping[Role, str] = {
    Role.REFERRER: "somebody who made a referral",
    Role.PROFESSIONAL_REFERRER: "a professional who made a referral",
    Role.DSL: "a school's safeguarding lead",
    Role.SCREENING_OFFICER: "a screening officer",
    Role.MASH_SOCIAL_WORKER: "a social worker",
    Role.MASH_MANAGER: "a manager who decides what happens next",
    Role.DUTY_MANAGER: "the manager on duty",
    Role.EARLY_HELP_ADVISER: "an early help adviser",
    Role.PARTNER_REP: "a member of staff who works with children's social care",
    Role.DA_TRIAGE_MEMBER: "a member of the domestic abuse team",
    Role.EXPLOITATION_PANEL: "a member of the panel that protects children from exploitation",
    Role.PERFORMANCE_ANALYST: "an analyst",
    Role.AUDITOR: "an auditor",
    Role.CALDICOTT_GUARDIAN: "the guardian of health information",
    Role.IG_LEAD: "the lead for information governance",
    Role.DPO: "the data protection officer",
    Role.CONNECTOR_ADMIN: "an administrator of computer systems",
    Role.PARTNER_SYSTEM: "a computer system",
}
ANSWERS: Mapping[AnswerState, str] = {
    AnswerState.KNOWN: "It shared information.",
    AnswerState.NOT_KNOWN: "It had nothing to share.",
    AnswerState.WITHHELD: "It was not shown what this service may hold.",
    AnswerState.UNDER_REVIEW: "Somebody there was still deciding whether to share.",
    AnswerState.TIMED_OUT: "It did not answer in time.",
    AnswerState.UNAVAILABLE: "It could not be reached.",
    AnswerState.BAD_DATA: "Its answer could not be used.",
    AnswerState.NOT_ASKED: "It was not asked.",
}
OUTCOMES: Mapping[str, str] = {
    "disclosed": "Information was looked at.",
    "refused": "This was refused, and nothing was shown.",
    "failed": "This did not work, and nothing was shown.",
    "abandoned": "This was broken off, and nothing was shown.",
}
ACT_OUTCOMES: Mapping[str, str] = {
    "refused": "This was refused.",
    "failed": "This did not work.",
    "abandoned": "This was broken off.",
}
_OWNERS = "The service that holds it keeps it especially private."
GROUNDS: Mapping[str, str] = {
    Ground.ROLE: "The job of whoever asked does not need it.",
    Ground.PURPOSE: "It was not needed for this purpose.",
    Ground.AGENCY: "It was not needed from this service.",
    Ground.AGREEMENT: "The service that holds it has not agreed to share it for this.",
    Ground.FAMILY: "Your family had not agreed to it.",
    Ground.LABEL: _OWNERS,  # which mark, or that there is one, would tell what is kept
    Ground.RESTRICTED: _OWNERS,
    Ground.ENQUIRY: "The enquiry did not allow it.",
    Ground.DUTIES: "Another person has to agree first.",
    Ground.CONFORMANCE: "The service's system was not ready.",
    Ground.HOLDER: "Somebody at the service decided not to share it.",
    Ground.SOURCE: "The service had no system connected.",
    Ground.HUB: "A rule could not be applied, so it was kept back.",
}
LOOKED = {"view": "Information about you was asked for.", "find": "Services were asked whether they know you."}
