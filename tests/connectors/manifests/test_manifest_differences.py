"""What differs between two versions, in words, and what of it widens access."""

import pytest
from valid import SCHOOLS, edited

from hub.connectors.manifests import Change, manifest_diff, read_document

OLD = read_document(SCHOOLS)


def changed(before: str, after: str) -> tuple[Change, ...]:
    # A version may hold what needs other things too: only the difference is looked at.
    import msgspec

    from hub.connectors.manifest import Manifest

    return manifest_diff(OLD, msgspec.toml.decode(edited(before, after), type=Manifest))


WIDENING = (
    ('owner = "Derwent Council"', 'owner = "Another"', "owner", "another organisation's"),
    ('agency = "education"', 'agency = "health"', "agency", "another agency's"),
    ('"https://schools.derwent.example/api"', '"https://elsewhere.example/api"', "endpoint", "another machine"),
    (
        '"https://schools.derwent.example/api"',
        '"https://schools.derwent.example:8443/api"',
        "endpoint",
        "another machine",
    ),
    ('["upn"], ["family', '["upn"], ["nhs_number"], ["family', "search", "searched for by more"),
    ("network_search = []", 'network_search = [["family_name"]]', "network_search", "adults around a child"),
    (
        '"education.attendance"]\nadults',
        '"education.attendance", "education.send"]\nadults',
        "categories",
        "ask for more",
    ),
    ('["LOCATION_AT_RISK"]\nreach', "[]\nreach", "marks_labels", "fewer restricted labels"),
    ('reach = "direct"', 'reach = "pull"', "reach", "reached in another way"),
    ('kind = "bearer"', 'kind = "none"', "authentication.kind", "signs in another way"),
    ("concurrency = 8", "concurrency = 9", "limits.concurrency", "cost the hub more"),
    ('purposes = ["MAPPA"]', 'purposes = ["S47"]', "deciding.purposes", "nobody at the partner decides"),
    ('"https://schools.derwent.example/hooks"', '"https://elsewhere.example/"', "events.url", "another address"),
    (
        'types = ["hub.review.requested"]',
        'types = ["hub.review.requested", "hub.review.overdue"]',
        "events.types",
        "more events",
    ),
    ('start = "date"', 'start = "day"', "mapping.records[0].start", "another way"),
)
NARROWING = (
    ('["upn"], ["family_name", "birth_date"]', '["upn"]', "search"),
    (', "education.attendance"]\nadults', "]\nadults", "categories"),
    ("adults_only = []", 'adults_only = ["identity.name"]', "adults_only"),
    ('["LOCATION_AT_RISK"]\nreach', '["LOCATION_AT_RISK", "ADOPTION"]\nreach', "marks_labels"),
    ("concurrency = 8", "concurrency = 7", "limits.concurrency"),
    ('purposes = ["MAPPA"]', 'purposes = ["MAPPA", "S47"]', "deciding.purposes"),
    ('"https://schools.derwent.example/api"', '"https://schools.derwent.example/api/v2"', "endpoint"),
    ('phone = "01632 960077"', 'phone = "01632 960078"', "contacts.out_of_hours.phone"),
    ('name = "Schools of Derwent"', 'name = "Derwent schools"', "name"),
    ("ages = [4, 19]", "ages = [4, 18]", "covers.ages"),
)


@pytest.mark.parametrize(("before", "after", "path", "says"), WIDENING, ids=[f"{c[2]}: {c[3]}" for c in WIDENING])
def test_what_widens_is_said_to(before: str, after: str, path: str, says: str) -> None:
    (change,) = changed(before, after)
    assert change.path == path
    assert change.widens
    assert says in change.says


@pytest.mark.parametrize(("before", "after", "path"), NARROWING, ids=[c[2] for c in NARROWING])
def test_what_does_not_widen_is_told_all_the_same(before: str, after: str, path: str) -> None:
    (change,) = changed(before, after)
    assert (change.path, change.widens) == (path, False)
    assert change.before or change.after


def test_of_a_list_only_what_came_and_went_is_shown() -> None:
    (change,) = changed('"identity.number", "education.attendance"]', '"identity.number", "education.send"]')
    assert (change.before, change.after) == ("education.attendance", "education.send")
    (change,) = changed('["upn"], ["family', '["upn"], ["given_name", "birth_date"], ["family')
    assert (change.before, change.after) == (None, "given_name + birth_date")


def test_the_version_alone_is_no_difference() -> None:
    assert changed("version = 1", "version = 2") == ()


def test_what_widens_comes_first() -> None:
    text = edited('name = "Schools of Derwent"', 'name = "Another"', edited('reach = "direct"', 'reach = "pull"'))
    text = edited('owner = "Derwent Council"', 'owner = "Another"', text)
    assert [change.path for change in manifest_diff(OLD, read_document(text))] == ["owner", "reach", "name"]
