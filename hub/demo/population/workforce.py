"""The professionals of the simulated partnership."""

from hub.demo.population.health_facts import Practice
from hub.demo.population.people import Professional, Team
from hub.demo.population.probation_facts import CommunityManager, ProbationTeam

COUNCIL = "Derwentbridge City Council"
COUNCIL_PHONE, OUT_OF_HOURS_PHONE = "01632 960001", "01632 960002"
HOSPITALS = (("Derwentbridge General Hospital", "ZX1A1"), ("St Elsewhere's Hospital, Northmoor", "ZX2A1"))

SOCIAL_CARE_TEAMS = tuple(
    Team(id=id_, name=name, parent_id="CSC", parent_name="Children's Social Care", phone=f"01632 96001{n}")
    for n, (id_, name) in enumerate(
        (
            ("MASH", "Multi-Agency Safeguarding Hub"),
            ("ASSESS", "Assessment Team"),
            ("PROTECT-N", "Child Protection Team North"),
            ("PROTECT-S", "Child Protection Team South"),
            ("CARE", "Children in Care Team"),
            ("EXPLOIT", "Exploitation and Missing Team"),
            ("EARLY", "Early Help Hub"),
        )
    )
)


def _rows(prefix: str, first: int, organisation: str, domain: str, rows: str) -> tuple[Professional, ...]:
    split = [row.strip().split("|") for row in rows.strip().splitlines()]
    return tuple(
        Professional(
            id=f"{prefix}{n + 1:02d}",
            name=name,
            role=role,
            team=team,
            organisation=organisation,
            phone=f"01632 9601{first + n:02d}",
            email=f"{name.lower().replace(' ', '.')}@{domain}.example",
        )
        for n, (name, role, team) in enumerate(split)
    )


SOCIAL_CARE_STAFF = _rows(
    "SW",
    0,
    COUNCIL,
    "derwentbridge-council",
    """
    Harriet Maplethorn|Social worker|MASH
    Joel Cinderford|Team manager|MASH
    Priti Vanterpool|Social worker|ASSESS
    Owen Tolliver|Social worker|ASSESS
    Grace Abernethy-Quill|Social worker|PROTECT-N
    Desmond Falconbridge|Social worker|PROTECT-N
    Yvette Sandalwood|Social worker|PROTECT-S
    Tomasz Wielki|Social worker|PROTECT-S
    Bernadette Oxlade|Social worker|CARE
    Kwame Larchfield|Independent reviewing officer|CARE
    Siobhan Merriweather|Specialist practitioner|EXPLOIT
    Colin Hedgerow|Early help lead practitioner|EARLY
    """,
)
HEALTH_STAFF = _rows(
    "HP",
    20,
    "Derwentbridge Community Health NHS Trust",
    "derwentbridge-health",
    """
    Marjorie Ellerslie|Health visitor|Health Visiting North
    Chidi Okonjo-Brook|Health visitor|Health Visiting South
    Rhiannon Pettigrew|CAMHS practitioner|CAMHS Community Team
    Lionel Duxbury|Consultant psychiatrist|CAMHS Community Team
    Bronagh Tilling|Midwife|Community Midwifery
    Josie Amblecote|School nurse|School Nursing
    """,
)
HEALTH_VISITORS, CAMHS, MIDWIFE, SCHOOL_NURSE = HEALTH_STAFF[:2], HEALTH_STAFF[2], HEALTH_STAFF[4], HEALTH_STAFF[5]
_GPS = _rows(
    "GP",
    30,
    "General practice",
    "derwentbridge-gp",
    """
    Edwina Coldbrook|General practitioner|Lapwing Surgery
    Anselm Thackeray|General practitioner|Turnstone Medical Centre
    Parveen Holloway|General practitioner|Foxglove Family Practice
    """,
)
PRACTICES = tuple(
    Practice(
        ods_code=f"Z9900{n + 1}",
        name=gp.team,
        line=f"{n + 1} Surgery Yard",
        postcode=f"ZX{n + 1} 9GP",
        phone=f"01632 96002{n}",
        gp=gp,
    )
    for n, gp in enumerate(_GPS)
)
YOUTH_JUSTICE_STAFF = _rows(
    "YJ",
    40,
    "Derwentbridge Youth Justice Service",
    "derwentbridge-yjs",
    """
    Marlon Stainsby|Case manager|Youth Justice East
    Fatima Greenhalgh-Moss|Case manager|Youth Justice West
    Rupert Danvers-Lane|Out of court case manager|Youth Justice East
    """,
)
_TEAM = ProbationTeam(
    code="ZX1PUB",
    description="Derwentbridge Public Protection",
    email="derwentbridge.pp@probation.example",
    phone="01632 960030",
)
PROBATION_OFFICERS = tuple(
    CommunityManager(
        code=f"ZX1A{n:03d}",
        forename=forename,
        surname=surname,
        username=f"{forename}{surname}",
        email=f"{forename}.{surname}@probation.example".lower(),
        phone=f"01632 9600{40 + n}",
        team=_TEAM,
    )
    for n, (forename, surname) in enumerate(
        (("Nerys", "Copplestone"), ("Gideon", "Strathmore"), ("Amal", "Bickerstaffe"))
    )
)
