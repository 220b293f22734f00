"""Clinical codes that the front door acts on, with what each means to it in plain words.

SNOMED CT concepts (international and UK edition) unless a row says otherwise. It is a working list,
not a terminology: a code that is not here is kept and counted. Codes of sexual health, termination,
fertility and gender history are restricted wherever they stand, whether or not the source labels them.
"""

from hub.connectors.fhir_r4.meanings import LOINC, SNOMED, Meaning, Meanings
from hub.domain.categories import Category
from hub.domain.codes import Label

_SEXUAL, _GENDER = frozenset({Label.SEXUAL_HEALTH}), frozenset({Label.GENDER_HISTORY})
_FLAG, _CP_IS = Category.HEALTH_SAFEGUARDING_FLAG, Category.HEALTH_CP_IS

HUB_CODE = "urn:hub:code"  # how a source can send one of our own codes beside its local ones
_FLAG_CATEGORY = "https://fhir.nhs.uk/England/CodeSystem/England-FlagCategoryPatient"

# Children known to the council: CP-IS plans, and the same facts as a clinician may record them.
CHILD_PROTECTION: Meanings = {
    (SNOMED, "342191000000101"): Meaning("cp-plan", "Subject to a child protection plan", _CP_IS, 9),
    (SNOMED, "818901000000100"): Meaning("cp-plan", "Unborn child: subject to a child protection plan", _CP_IS, 9),
    (SNOMED, "764841000000100"): Meaning("child-looked-after", "Looked after by the council", _CP_IS, 8),
}

FLAGS: Meanings = {
    **CHILD_PROTECTION,
    (_FLAG_CATEGORY, "child-protection-information-system-flag"): Meaning(
        "hub:cp-is-alert", "Child protection alert (CP-IS)", _CP_IS, 9
    ),
    (_FLAG_CATEGORY, "national-reasonable-adjustment-flag"): Meaning(
        "hub:reasonable-adjustment", "Needs reasonable adjustments", Category.HEALTH_SUMMARY
    ),
    (HUB_CODE, "safeguarding-concern"): Meaning("safeguarding-concern", "Safeguarding concern", _FLAG, 7),
    (SNOMED, "902961000000107"): Meaning("hub:fgm-family-history", "Family history of FGM", _FLAG, 7),
    (SNOMED, "878111000000109"): Meaning(
        "safeguarding-concern", "Unborn child is a cause for safeguarding concern", _FLAG, 7
    ),
    (SNOMED, "919461000000108"): Meaning("hub:at-risk-of-exploitation", "At risk of sexual exploitation", _FLAG, 7),
    (SNOMED, "1188261000000103"): Meaning("hub:at-risk-of-exploitation", "At risk of criminal exploitation", _FLAG, 7),
    (SNOMED, "397940009"): Meaning("hub:victim-of-abuse", "Victim of child abuse", _FLAG, 7),
    (SNOMED, "225444004"): Meaning("hub:at-risk-of-suicide", "At risk of suicide", _FLAG, 6),
}

PREGNANCY: Meanings = {
    (SNOMED, "77386006"): Meaning("hub:pregnancy", "Pregnant", Category.HEALTH_PREGNANCY, 3),
}


def _restricted(category: Category, labels: frozenset[Label], rows: dict[str, str]) -> Meanings:
    kind = f"hub:{category.removeprefix('health.')}"
    return {(SNOMED, code): Meaning(kind, label, category, 0, labels) for code, label in rows.items()}


def _summary(kind: str, rows: dict[str, str], system: str = SNOMED) -> Meanings:
    return {(system, code): Meaning(kind, label) for code, label in rows.items()}


RESTRICTED: Meanings = {
    **_restricted(
        Category.HEALTH_SEXUAL,
        _SEXUAL,
        {
            "86406008": "HIV infection",
            "8098009": "Sexually transmitted infection",
            "240589008": "Chlamydia infection",
            "105629000": "Chlamydia infection",
            "15628003": "Gonorrhoea",
            "76272004": "Syphilis",
            "33839006": "Genital herpes",
            "266113007": "Genital warts",
            "386639001": "Termination of pregnancy",
            "57797005": "Termination of pregnancy",
            "70317007": "Termination of pregnancy",
            "13197004": "Contraception",
            "63487001": "Assisted conception",
            "8619003": "Infertility",
            "15296000": "Infertility",
        },
    ),
    **_restricted(
        Category.HEALTH_GENDER_HISTORY,
        _GENDER,
        {"93461009": "Gender dysphoria", "407376001": "Gender history", "407377005": "Gender history"},
    ),
}

PROBLEMS: Meanings = {
    **FLAGS,
    **PREGNANCY,
    **RESTRICTED,
    **_summary(
        "hub:injury",
        {
            "125605004": "Fracture",
            "263102004": "Fracture or dislocation",
            "65966004": "Fracture of the forearm",
            "58150001": "Fracture of the collarbone",
            "71620000": "Fracture of the femur",
            "110030002": "Concussion",
            "82271004": "Head injury",
            "262525000": "Minor head injury",
            "125666000": "Burn",
            "125667009": "Bruising",
            "312608009": "Cut or laceration",
            "283682007": "Bite wound",
            "75478009": "Poisoning",
            "55680006": "Overdose",
            "25702006": "Alcohol intoxication",
            "161898004": "Fall",
            "26322001": "Bleeding from the ear",
        },
    ),
    **_summary(
        "hub:mental-health",
        {
            "35489007": "Depression",
            "48694002": "Anxiety",
            "197480006": "Anxiety disorder",
            "248062006": "Self-harm",
            "6471006": "Suicidal thoughts",
            "47505003": "Post-traumatic stress disorder",
            "72366004": "Eating disorder",
            "406506008": "Attention deficit hyperactivity disorder",
            "361055000": "Misuses drugs",
            "15167005": "Alcohol misuse",
        },
    ),
    **_summary(
        "hub:development",
        {
            "248290002": "Developmental delay",
            "162294008": "Speech delay",
            "408856003": "Autism",
            "35919005": "Autism spectrum",
            "110359009": "Learning disability",
            "54840006": "Failure to thrive",
            "36440009": "Failure to thrive",
            "414916001": "Obesity",
            "248342006": "Underweight",
            "80967001": "Dental decay",
        },
    ),
    **_summary(
        "hub:problem",
        {
            "195967001": "Asthma",
            "43116000": "Eczema",
            "84757009": "Epilepsy",
            "91175000": "Seizure",
            "46635009": "Type 1 diabetes",
            "65363002": "Ear infection",
            "54150009": "Upper respiratory infection",
            "386661006": "Fever",
            "4120002": "Bronchiolitis",
            "62315008": "Diarrhoea",
            "422400008": "Vomiting",
            "8009008": "Bedwetting",
            "14760008": "Constipation",
            "21522001": "Abdominal pain",
        },
    ),
}

# How a parent's health bears on the child, as family history.
FAMILY_HISTORY: Meanings = {
    (SNOMED, "430678008"): Meaning("hub:family-history", "Family history of type 1 diabetes"),
    (SNOMED, "902961000000107"): Meaning("hub:fgm-family-history", "Family history of FGM", _FLAG, 7),
    **_summary(
        "hub:parental-health",
        {
            "35489007": "Depression",
            "48694002": "Anxiety",
            "58703003": "Postnatal depression",
            "66214007": "Drug misuse",
            "361055000": "Drug misuse",
            "15167005": "Alcohol misuse",
            "7200002": "Alcohol dependence",
            "110359009": "Learning disability",
        },
    ),
}

OBSERVATIONS: Meanings = {
    **PROBLEMS,
    **_summary(
        "hub:measurement",
        {
            "50373000": "Height",
            "27113001": "Weight",
            "363812007": "Head circumference",
            "60621009": "Body mass index",
        },
    ),
    **_summary(
        "hub:measurement",
        {
            "8302-2": "Height",
            "29463-7": "Weight",
            "9843-4": "Head circumference",
            "39156-5": "Body mass index",
        },
        LOINC,
    ),
}

ALLERGIES: Meanings = _summary(
    "hub:allergy",
    {
        "372687004": "Allergy: amoxicillin",
        "91936005": "Allergy: penicillin",
        "294505008": "Allergy: amoxicillin",
        "91935009": "Allergy: peanut",
        "91934008": "Allergy: nuts",
        "300913006": "Allergy: shellfish",
    },
)
