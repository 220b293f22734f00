"""The combined view: sorted for reading, every value with its source, nothing preferred."""

from datetime import date

import msgspec
from door_caller import Caller
from stand_in_facts import CARE, CLINIC, JAIL, NOW, RECORDS, STEPFATHER
from view_queries import FULL_VIEW

from hub.domain import records as r
from hub.domain.categories import Category

ID = "enquiry-1"


async def view(caller: Caller):
    return (await caller.data(FULL_VIEW, id=ID))["combinedChildView"]


async def test_every_registered_source_stands_in_the_view_once(caller: Caller):
    told = await view(caller)
    assert [one["source"]["id"] for one in told["sources"]] == ["care", "clinic", "jail"]
    assert [(one["state"], one["recordCount"]) for one in told["sources"]] == [
        ("KNOWN", 10),
        ("KNOWN", 9),
        ("KNOWN", 3),
    ]


async def test_identity_stands_side_by_side_and_says_what_differs(caller: Caller):
    child = (await view(caller))["child"]
    assert [(one["value"], one["source"]) for one in child["names"]] == [
        ("Ada Marlow", "care"),
        ("ADA Marlowe", "clinic"),
    ]
    assert [one["value"] for one in child["addresses"]] == ["1 Low Road", "ZZ9 9ZZ"]
    assert child["conflicts"] == [
        "Family name differs: Care says Marlow; Clinic says Marlowe.",
        "Birth date differs: Care says 2015-03-04; Clinic says 2015-03-05.",
    ]
    assert child["nhsNumber"] == [{"value": "9991000003", "source": "care", "asOf": "2026-11-02T09:00:00+00:00"}]


async def test_alerts_are_flags_in_force_most_serious_first_and_say_about_whom(caller: Caller):
    told = (await view(caller))["alerts"]
    assert [(one["label"], one["about"]) for one in told] == [
        ("MAPPA level 2", "step-father"),
        ("On a plan", "the child"),
    ]


async def test_episodes_and_findings_are_the_childs_open_ones_first(caller: Caller):
    told = await view(caller)
    assert [(one["label"], one["open"]) for one in told["serviceEpisodes"]] == [
        ("Child protection plan", True),
        ("Closed long ago", False),
    ]
    assert [one["label"] for one in told["findings"]] == ["On a plan", "Was in need"]
    assert told["serviceEpisodes"][0]["professionals"] == [
        {"name": "Jo Lead", "role": "Social worker", "contact": "01632 960009"}
    ]


async def test_people_around_the_child_stand_with_what_the_same_source_says(caller: Caller):
    [person] = (await view(caller))["network"]
    assert (person["name"], person["relationship"]) == ("Max Ill", "step-father")
    assert [one["source"]["id"] for one in person["sources"]] == ["jail"]
    assert [one["label"] for one in person["findings"]] == ["MAPPA level 2"]
    assert [one["label"] for one in person["serviceEpisodes"]] == ["Supervised"]


def around(source: str, key: str, relationship: str, **more) -> r.RelatedPerson:
    category = {
        "care": Category.SOCIAL_CARE_FAMILY,
        "clinic": Category.HEALTH_FAMILY,
        "jail": Category.PROBATION_FAMILY,
    }
    about = r.About(r.SubjectKind.NETWORK_ADULT, key)
    told = {"name": "Max Ill", "birth_date": date(1986, 7, 19)} | more
    return r.RelatedPerson(category=category[source], about=about, relationship=relationship, **told)


NETWORK = """query ($id: ID!) { combinedChildView(enquiryId: $id) {
    alerts { label about }
    network { name relationship sources { source { id } } findings { label } relationships { source relationship }
        names { value source asOf } birthDates { value source } conflicts joinedBecause possiblySameAs } } }"""


async def network(caller: Caller, **told: r.RelatedPerson) -> list[dict]:
    caller.obeying.records = {source: (person,) for source, person in told.items()}
    return (await caller.data(NETWORK, id=ID))["combinedChildView"]["network"]


async def test_one_person_of_several_sources_stands_once_with_all_of_them(caller: Caller):
    caller.obeying.records = {
        CARE: (around(CARE, "4", "step-father"),),
        JAIL: (around(JAIL, "9", "step-parent"), *RECORDS[JAIL][1:]),
    }
    told = (await caller.data(NETWORK, id=ID))["combinedChildView"]
    [person] = told["network"]
    assert (person["name"], person["relationship"]) == ("Max Ill", "step-father")
    assert [one["source"]["id"] for one in person["sources"]] == [CARE, JAIL]
    assert [one["label"] for one in person["findings"]] == ["MAPPA level 2"]
    assert person["relationships"] == [
        {"source": CARE, "relationship": "step-father"},
        {"source": JAIL, "relationship": "step-parent"},
    ]
    assert [one["asOf"] for one in person["names"]] == [NOW.isoformat()] * 2
    assert person["conflicts"] == [], "a step-father is a step-parent"
    assert person["joinedBecause"] == ["same name and birth date"]
    assert [one["about"] for one in told["alerts"]] == ["step-father"]


async def test_what_sources_cannot_both_be_right_about_stands_side_by_side(caller: Caller):
    [person] = await network(caller, care=around(CARE, "1", "father"), jail=around(JAIL, "1", "step-father"))
    assert person["conflicts"] == ["Relationship to the child differs: Care says father; Jail says step-father."]


async def test_people_who_may_be_one_are_two_and_each_says_so(caller: Caller):
    told = await network(
        caller, care=around(CARE, "1", "father"), clinic=around(CLINIC, "1", "friend", birth_date=None)
    )
    assert [one["possiblySameAs"] for one in told] == [
        ["friend Max Ill, as Clinic names them"],
        ["father Max Ill, as Care names them"],
    ]
    assert [len(one["sources"]) for one in told] == [1, 1]


async def test_a_name_that_a_source_withholds_joins_nobody_and_is_not_made_up(caller: Caller):
    told = await network(caller, care=around(CARE, "1", "mother"), clinic=around(CLINIC, "1", "mother", name=None))
    assert [one["name"] for one in told] == ["Max Ill", None]
    assert [one["possiblySameAs"] for one in told] == [[], []]


async def test_the_timeline_merges_sources_newest_first_even_where_a_time_has_no_zone(caller: Caller):
    edges = (await view(caller))["lifeEvents"]["edges"]
    assert [edge["node"]["label"] for edge in edges] == ["Missing", *(f"Attendance {n}" for n in (4, 3, 2, 1, 0))]


async def test_pages_of_the_timeline_join_without_a_gap_or_a_repeat(caller: Caller):
    query = """query ($id: ID!, $after: String) { combinedChildView(enquiryId: $id) {
        lifeEvents(first: 4, after: $after) { edges { cursor node { label } } pageInfo {
            hasNextPage hasPreviousPage startCursor endCursor } } } }"""
    seen, after = [], None
    for more in (True, False):
        page = (await caller.data(query, id=ID, after=after))["combinedChildView"]["lifeEvents"]
        seen += [edge["node"]["label"] for edge in page["edges"]]
        assert page["pageInfo"]["hasNextPage"] is more
        assert page["pageInfo"]["hasPreviousPage"] is not more
        after = page["pageInfo"]["endCursor"]
    assert seen == ["Missing", *(f"Attendance {n}" for n in (4, 3, 2, 1, 0))]


async def test_a_cursor_survives_a_newer_event(caller: Caller):
    query = """query ($id: ID!, $after: String) { combinedChildView(enquiryId: $id) {
        lifeEvents(first: 2, after: $after) { edges { cursor node { label } } } } }"""
    edges = (await caller.data(query, id=ID))["combinedChildView"]["lifeEvents"]["edges"]
    newer = msgspec.structs.replace(RECORDS[CLINIC][-1], at=RECORDS[CLINIC][-1].at.replace(month=10), label="New")
    caller.obeying.records[CLINIC] = (*RECORDS[CLINIC], newer)
    again = (await caller.data(query, id=ID, after=edges[1]["cursor"]))["combinedChildView"]["lifeEvents"]["edges"]
    assert [edge["node"]["label"] for edge in again] == ["Attendance 3", "Attendance 2"]


async def test_a_cursor_of_another_list_and_a_silly_page_are_refused_in_words(caller: Caller):
    for arguments, reason in (
        ('after: "made-up"', "cursor-unknown"),
        ("first: 0", "page-size"),
        ("first: -1", "page-size"),
    ):
        query = f'{{ combinedChildView(enquiryId: "{ID}") {{ lifeEvents({arguments}) {{ edges {{ cursor }} }} }} }}'
        reply = await caller.ask(query)
        assert (reply.status, reply.code, reply.reasons) == (400, "BAD_USER_INPUT", [reason])


async def test_records_with_nothing_in_them_are_shown_and_never_break(caller: Caller):
    bare = (
        r.Finding(category=Category.PROBATION_MAPPA, about=STEPFATHER, type="t", label="", severity=1),
        r.ServiceEpisode(
            category=Category.PROBATION_SUPERVISION, about=r.About(r.SubjectKind.NETWORK_CHILD), type="", label="",
            service="", organisation="", professionals=(r.RelatedProfessional(),),
        ),
        r.RelatedPerson(
            category=Category.PROBATION_FAMILY, about=r.About(r.SubjectKind.NETWORK_ADULT, "x"), relationship="",
        ),
        r.IdentityAttribute(category=Category.IDENTITY_NAME, attribute="given_name", value=""),
        r.IdentityAttribute(category=Category.IDENTITY_NAME, attribute="an-attribute-nobody-knows", value="x"),
    )  # fmt: skip
    caller.obeying.records = {JAIL: bare}
    told = await view(caller)
    assert [one["about"] for one in told["alerts"]] == ["an adult around the child"]
    assert [one["name"] for one in told["network"]] == [None, None, None]
    assert told["network"][1]["serviceEpisodes"][0]["about"] == "another child"
    assert told["child"]["names"] == [{"value": "", "source": "jail", "asOf": NOW.isoformat()}], (
        "as of when it was asked"
    )


async def test_the_receipt_says_where_the_evidence_stands(caller: Caller):
    receipt = (await view(caller))["receipt"]
    assert (receipt["intentIndex"], receipt["outcomeIndex"]) == (0, 1)
    assert [(stage, outcome) for stage, _, outcome, _ in await caller.evidence()] == [
        ("intent", "asked"),
        ("outcome", "disclosed"),
    ]


async def test_each_alias_of_the_view_is_a_disclosure_of_its_own(caller: Caller):
    query = f"""{{ one: combinedChildView(enquiryId: "{ID}") {{ receipt {{ outcomeIndex }} }}
        two: combinedChildView(enquiryId: "{ID}") {{ receipt {{ outcomeIndex }} }} }}"""
    told = await caller.data(query)
    assert told["one"]["receipt"] != told["two"]["receipt"]
    assert len(await caller.evidence()) == 4


async def test_a_find_shows_every_source_and_only_what_tells_people_apart(caller: Caller):
    query = """query ($id: ID!) { findSubject(enquiryId: $id) { enquiryId sources {
        source { id } state match explanation candidates {
            id givenName familyName birthDate score probability linked why { attribute comparison weight } } } } }"""
    told = (await caller.data(query, id=ID))["findSubject"]
    assert [(one["source"]["id"], one["match"]) for one in told["sources"]] == [
        (CARE, "MATCH"),
        (CLINIC, "NONE"),
        (JAIL, "NONE"),
    ]
    [candidate] = told["sources"][0]["candidates"]
    assert candidate["id"] == "opaque-1"
    assert (candidate["familyName"], candidate["birthDate"], candidate["linked"]) == (None, "2015-03-04", True)
