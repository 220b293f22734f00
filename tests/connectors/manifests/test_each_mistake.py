"""Each kind of mistake, one at a time, in a manifest with nothing else wrong: its line, its words, its fix."""

import pytest
from sqlalchemy.engine import make_url
from valid import SCHOOLS, checked, edited, line_of, told

_SQL = edited('kind = "rest_json"', 'kind = "sql"')
_HTTPS = "https://schools.derwent.example/api"
CASES: tuple[tuple[str, str, str, str, str], ...] = (
    # before, after, path, says, instead
    ('id = "schools"', 'id = "Derwent schools"', "id", "small letters", "short name"),
    ('id = "schools"', 'id = "schools\\n"', "id", "small letters", "short name"),
    ("version = 1", "version = 0", "version", "out of range", "at least 1"),
    ("version = 1", 'version = "1"', "version", "this is text and should be a whole number", "digits"),
    ("version = 1", "version = true", "version", "this is true or false", "digits"),
    ("version = 1", "version = 1.0", "version", "this is a number", "digits"),
    ("version = 1\n", "", "version", "counts as 1", "version = 1"),
    ('name = "Schools of Derwent"', 'name = " "', "name", "name is empty", "words"),
    ('name = "Schools of Derwent"', "name = 2015-09-01", "name", "this is a date and should be text", "quotation"),
    ('name = "Schools of Derwent"', 'name = "Sch\u200bools"', "name", "invisible character", "Type it anew"),
    ('owner = "Derwent Council"\n', "", "owner", "nobody is named", "owner ="),
    ('agency = "education"', 'agency = "schools"', "agency", "no agency", '"education"'),
    ('agency = "education"', 'agency = "xyzzy"', "agency", "no agency", "early-help, education"),
    ('agency = "education"', 'agency = "health"', "categories[3]", "education's records", "health.gp"),
    ('kind = "rest_json"', 'kind = "REST"', "kind", "no kind", '"rest_json"'),
    ('kind = "rest_json"', "", "kind", "kind is missing", "Add kind"),
    (f'"{_HTTPS}"', '"schools.derwent.example"', "endpoint", "no http or https address", "https://"),
    (f'"{_HTTPS}"', '"https://schools.derwent.example:port"', "endpoint", "no http or https address", "https://"),
    (f'"{_HTTPS}"', '"http://schools.derwent.example"', "endpoint", "anybody on the way", "https"),
    (f'"{_HTTPS}"', '"https://u:p@schools.derwent.example"', "endpoint", "a password", "Take it out"),
    (f'"{_HTTPS}"', '"https://schools.derwent.example?key=1"', "endpoint", "a query", "question mark"),
    (f'"{_HTTPS}"', '"https://169.254.169.254/latest"', "endpoint", "no partner's system", "the system itself"),
    (f'"{_HTTPS}"', '" https://schools.derwent.example"', "endpoint", "spaces", "as it is called"),
    ('"Schools helpdesk, 01632 960076"', '""', "contact", "contact is empty", "words"),
    ("Pupils of maintained schools since 2015; live.", "x" * 1001, "coverage", "more than 1000", "shortly"),
    ("coverage =", "coverige =", "coverige", "no field coverige", "coverage"),
    ('["upn"], ["family', '"upn", ["family', "search[0]", "should be a list", "square brackets"),
    ('search = [["upn"], ["family_name", "birth_date"]]', "search = []", "search", "cannot be searched", "nhs_number"),
    ('["upn"], ["family', '["UPN"], ["family', "search[0][0]", "no search key", '"upn"'),
    ('["upn"], ["family', '["upn"], [], ["family', "search[1]", "empty", "Name its keys"),
    ('["upn"], ["family', '["upn"], ["upn"], ["family', "search[1]", "twice", "Keep one"),
    ('["upn"], ["family', '["upn", "upn"], ["family', "search[0]", "twice", "Keep one"),
    ('["upn"], ["family', '["upn"], ["postcode"], ["family', "search[1]", "place alone", "birth date"),
    ('["upn"], ["family', '["upn"], ["nhs_number"], ["family', "search[1]", "no [[find]] for nhs_number", "Add a"),
    ('["upn"], ["family', '["born_to", "family_name"], ["family', "search[0]", "go together", "born_from"),
    ('"education.attendance"]\nadults', '"education.atendance"]\nadults', "categories[3]", "no category", "attendance"),
    (
        '"education.attendance"]\nadults',
        '"health.gp"]\nadults',
        "categories[3]",
        "a category of health's",
        "Take it out",
    ),
    ('"education.attendance"]\nadults', '"narrative"]\nadults', "categories[3]", "a part of other records", "Take"),
    ('"education.attendance"]\nadults', '"education.send"]\nadults', "categories[3]", "makes no record", "[[records]]"),
    ('"education.attendance"]\nadults', '"identity.name"]\nadults', "categories[3]", "twice", "Keep one"),
    ("adults_only = []", 'adults_only = ["education.send"]', "adults_only[0]", "not in categories", "Add it there"),
    (
        '["LOCATION_AT_RISK"]\nreach',
        '["location"]\nreach',
        "marks_labels[0]",
        "no restricted label",
        "LOCATION_AT_RISK",
    ),
    ('reach = "direct"', 'reach = "poll"', "reach", "no reach", '"pull"'),
    (
        "network_search = []",
        'network_search = [["upn"]]',
        "network_search[0][0]",
        "not searched for by upn",
        "birth_date",
    ),
    ("network_search = []", 'network_search = [["family_name"]]', "network_search[0]", "no [[find_adults]]", "Add a"),
    ('phone = "01632 960077"', 'phone = "ring us"', "contacts.out_of_hours.phone", "no phone number", "digits"),
    ('phone = "01632 960077"\n', "", "contacts.out_of_hours.phone", "phone is missing", "somebody answers"),
    ("helpdesk@schools.derwent.example", "helpdesk", "contacts.office_hours.email", "no e-mail", "whole"),
    ("ages = [4, 19]", "ages = [19, 4]", "covers.ages", "above the oldest", "[4, 19]"),
    ("ages = [4, 19]", "ages = [4]", "covers.ages", "should have 2", "one for each"),
    ("ages = [4, 19]", "ages = [4, 190]", "covers.ages", "nobody has such an age", "0 to 120"),
    ("since = 2015-09-01", 'since = "1/9/2015"', "covers.since", "no day of the calendar", "2014-03-02"),
    ("since = 2015-09-01", "since = 2015-09-01T00:00:00Z", "covers.since", "a date with a time", "2014-03-02"),
    ("since = 2015-09-01", "since = 2027-01-01", "covers.since", "a day to come", "complete"),
    ('areas = ["Derwent"]', "areas = []", "covers.areas", "no name", "at least one"),
    ('freshness = "live"', 'freshness = ""', "covers.freshness", "empty", "nightly"),
    ('kind = "bearer"', 'kind = "basic"', "authentication.kind", "no kind", "api-key"),
    ('secret = "schools"\n', "", "authentication.secret", "needs a secret", "secret ="),
    ('secret = "schools"\n', 'secret = "../keys/schools"\n', "authentication.secret", "a path", "a name"),
    ('secret = "schools"\n', 'secret = "our secret"\n', "authentication.secret", "no spaces", "a name"),
    ('secret = "schools"\n', f'secret = "{"9aF" * 10}"\n', "authentication.secret", "the secret itself", "a name"),
    ('kind = "bearer"', 'kind = "oauth2"', "authentication.kind", "no kind", "oauth2-client-credentials"),
    (
        'kind = "bearer"',
        'kind = "oauth2-client-credentials"\ntoken_path = "/token"',
        "authentication.client_id",
        "needs client_id",
        "Add",
    ),
    (
        'kind = "bearer"',
        'kind = "oauth2-client-credentials"\nclient_id = "hub"\ntoken_path = "https://elsewhere.example"',
        "authentication.token_path",
        "begins with a slash",
        "/oauth/token",
    ),
    ('kind = "bearer"', 'kind = "api-key"\nheader = "Host"', "authentication.header", "no header", "X-API-Key"),
    ("concurrency = 8", "concurrency = 0", "limits.concurrency", "out of range", "1 to 256"),
    ("concurrency = 8", "breaker_seconds = nan", "limits.breaker_seconds", "out of range", "0.1 to 3600"),
    ("concurrency = 8", "concurency = 8", "limits.concurency", "no field", "concurrency"),
    ('["MAPPA"]', '["MAPA"]', "deciding.purposes[0]", "no purpose", '"MAPPA"'),
    ('["MAPPA"]', "[]", "deciding.purposes", "names no purpose", "at least one"),
    ('who = "the designated lead"', 'who = ""', "deciding.who", "nobody is named", "waits for"),
    ('secret = "schools-events"\n', "", "events.secret", "secret is missing", "signed with"),
    ('"https://schools.derwent.example/hooks"', '"hooks"', "events.url", "no http or https", "https://"),
    ('"hub.review.requested"', '"review-requested"', "events.types[0]", "no type of event", "hub.review.requested"),
    ('["hub.review.requested"]', "[]", "events.types", "no type of event", "at least one"),
    ('expect = "unknown"', 'expect = "nobody"', "test_people[1].expect", "no expect", "unknown"),
    ('expect = "unknown"', 'expect = "too-many"', "test_people", "nobody in the test data to be unknown", "Add"),
    ('search = { upn = "A831', 'search = { UPN = "A831', "test_people[0].search.UPN", "no search key", '"upn"'),
    ("search = { family_name = ", "search = { given_name = ", "test_people[1].search", "no set of keys", "one set"),
    ('"2014-03-02"', '"2014-W10-1"', "test_people[1].search.birth_date", "no day", "2014-03-02"),
    ('"2014-03-02"', "2014-03-02", "test_people[1].search.birth_date", "a date and should be text", "quotation"),
    ("A831999900001", "A831999900002", "test_people[0].search.upn", "no valid number".replace("no", "not a"), "again"),
    ('upn = "A831', 'nhs_number = "4505577104", upn = "A831', "test_people[0].search.nhs_number", "a real", "999"),
    (
        'categories = ["identity.name"]',
        'categories = ["education.send"]',
        "test_people[0].categories[0]",
        "not in cat",
        "add",
    ),
    ('expect = "unknown"', 'expect = "unknown"\nlabels = ["ADOPTION"]', "test_people[1].labels", "no record", "Take"),
    ('path = "/pupils/{local_id}"', 'path = "pupils"', "mapping.requests[0]", "starts with a slash", "Change"),
    ("/{local_id}/absences", "/{crn}/absences", "mapping.requests[1]", "{crn} that nothing fills", "Mend"),
    ('params = { upn = "{upn}" }', 'params = { upn = "{uln}" }', "mapping.find[0]", "{uln}", "Mend"),
    ('"education.attendance"\ntype', '"education.atendance"\ntype', "mapping.records[0].category", "no cat", "attend"),
    ('start = "date"', 'start = "date["', "mapping.records[0]", "not a JMESPath expression", "Mend"),
    ('start = "date"', 'strat = "date"', "mapping.records[0].strat", "no field strat", "start"),
    ('codes = "reasons"', 'codes = "resons"', "mapping.records[0]", "no table [codes.resons]", "Mend"),
    ('title = "Reason of absence"', "", "mapping.codes.reasons", "give the table a title", "Mend"),
    ('where = "restricted"', 'where = "restricted]"', "mapping.labels[0]", "not a JMESPath", "Mend"),
    ('kind = "Finding"', 'kind = "Opinion"', "mapping.records[0].kind", "no kind", "Finding"),
)

# What is told of elsewhere than on the line of the edit: the words on whose line. What is missing, at its table.
ELSEWHERE = {
    ("version", "counts as 1"): "id =",
    ("owner", "nobody is named"): "id =",
    ("kind", "kind is missing"): "id =",
    ("categories[3]", "education's records"): "categories =",
    ("contacts.out_of_hours.phone", "phone is missing"): "[contacts.out_of_hours]",
    ("authentication.secret", "needs a secret"): "[authentication]",
    ("authentication.client_id", "needs client_id"): "[authentication]",
    ("authentication.token_path", "begins with a slash"): "token_path =",
    ("authentication.header", "no header"): "header =",
    ("events.secret", "secret is missing"): "[events]",
    ("test_people", "nobody in the test data to be unknown"): "[[test_people]]",
    ("test_people[1].labels", "no record"): 'labels = ["ADOPTION',
    ("mapping.requests[0]", "starts with a slash"): "[[mapping.requests]]",
    ("mapping.requests[1]", "{crn} that nothing fills"): '[[mapping.requests]]\nname = "absences"',
    ("mapping.find[0]", "{uln}"): "[[mapping.find]]",
    ("mapping.records[0]", "not a JMESPath expression"): "[[mapping.records]]",
    ("mapping.records[0]", "no table [codes.resons]"): "[[mapping.records]]",
    ("mapping.codes.reasons", "give the table a title"): "[mapping.codes.reasons]",
    ("mapping.labels[0]", "not a JMESPath"): "[[mapping.labels]]",
}


@pytest.mark.parametrize(("before", "after", "path", "says", "instead"), CASES, ids=[f"{c[2]}: {c[3]}" for c in CASES])
def test_one_mistake_is_one_error_on_its_line(before: str, after: str, path: str, says: str, instead: str) -> None:
    text = edited(before, after)
    read = checked(text)
    mistakes = read.mistakes
    assert read.manifest is None
    (one,) = [mistake for mistake in mistakes if mistake.where == path] or pytest.fail(told(mistakes))
    assert says in one.says
    assert instead in one.instead
    elsewhere = ELSEWHERE.get((path, says))
    assert one.line == (line_of(before, SCHOOLS) if elsewhere is None else line_of(elsewhere, text))


@pytest.mark.parametrize(
    ("text", "path", "says"),
    [
        (edited('kind = "rest_json"', 'kind = "fhir_r4"'), "mapping", "takes no mapping"),
        (edited('kind = "rest_json"', 'kind = "fhir_r4"'), "search[0][0]", "cannot be searched by upn"),
        (edited('kind = "rest_json"', 'kind = "exchange"'), "reach", "claims requests"),
        (edited('kind = "rest_json"', 'kind = "exchange"'), "authentication.kind", "does not sign in"),
        (edited(f'"{_HTTPS}"', '"mysql://u@h/d"', _SQL), "endpoint", "not one that the hub reads"),
        (edited(f'"{_HTTPS}"', '"postgresql+psycopg://u:p@h/d"', _SQL), "endpoint", "a password"),
        (edited(f'"{_HTTPS}"', '"postgresql+psycopg://u@h/d?password=p"', _SQL), "endpoint", "a password"),
        (edited(f'"{_HTTPS}"', '"postgresql+psycopg://u@h"', _SQL), "endpoint", "no database"),
        (edited(f'"{_HTTPS}"', '"postgresql+psycopg:///d"', _SQL), "endpoint", "no host"),
        (
            edited(f'"{_HTTPS}"', '"postgresql+psycopg://u@h/d?passfile=/etc/x"', _SQL),
            "endpoint",
            "cannot set passfile",
        ),
        (edited(f'"{_HTTPS}"', '"sqlite+aiosqlite:////srv/hub.db"', _SQL), "endpoint", "the hub's own machine"),
        (edited(f'"{_HTTPS}"', '"no address"', _SQL), "endpoint", "no address of a database"),
        (
            edited(f'"{_HTTPS}"', '"postgresql+psycopg://u@h/d#?host=/r"', _SQL),
            "endpoint",
            "no address of a database",
        ),
        (edited(f'"{_HTTPS}"', '"postgresql+psycopg://u@h@127.0.0.1/d"', _SQL), "endpoint", "no address of a database"),
        (edited(f'"{_HTTPS}"', '"postgresql+psycopg://u@169.254.1.1/d"', _SQL), "endpoint", "no partner's system"),
        (edited(f'"{_HTTPS}"', '"postgresql+psycopg://u@[::]/d"', _SQL), "endpoint", "no partner's system"),
        (edited('kind = "bearer"', 'kind = "api-key"', _SQL), "authentication.kind", "does not sign in"),
        (
            edited("network_search = []", 'network_search = [["family_name"]]', _SQL),
            "network_search",
            "kind sql cannot",
        ),
        (_SQL, "mapping.requests", "no field requests"),
        (SCHOOLS[: SCHOOLS.index("[[mapping")], "mapping", "needs a mapping"),
    ],
)
def test_what_goes_with_a_kind_is_checked_with_it(text: str, path: str, says: str) -> None:
    mistakes = checked(text).mistakes
    assert [one for one in mistakes if one.where == path and says in one.says], told(mistakes)


def test_what_a_registration_needs_is_a_warning_of_a_declared_file() -> None:
    begin, end = SCHOOLS.index("[contacts.office"), SCHOOLS.index("[authentication]")
    text = SCHOOLS[:begin] + SCHOOLS[end : SCHOOLS.index("[[test_people")] + SCHOOLS[SCHOOLS.index("[[mapping.find") :]
    text = text.replace("version = 1\n", "").replace('owner = "Derwent Council"\n', "")
    declared, registered = checked(text, for_registration=False), checked(text)
    assert declared.manifest is not None
    needed = {"contacts", "covers", "owner", "version", "test_people"}
    assert {one.where for one in declared.warnings} >= needed
    assert {one.where for one in registered.mistakes} == needed
    assert registered.manifest is None


def test_a_manifest_with_nothing_wrong_is_read_without_a_word() -> None:
    read = checked(SCHOOLS)
    assert (told(read.mistakes), told(read.warnings)) == ("", "")
    assert read.manifest is not None
    assert read.manifest.id == "schools"


@pytest.mark.parametrize(
    "address",
    [
        "postgresql+psycopg://hub_reader@db.derwent.example:5432/schools",
        "postgresql+psycopg://hub_reader@db.derwent.example/schools?sslmode=verify-full",
        "postgresql+psycopg://[2001:db8::7]:5432/schools",
    ],
)
def test_an_address_of_a_database_is_read_as_the_connector_reads_it(address: str) -> None:
    found = [one for one in checked(edited(_HTTPS, address, _SQL)).mistakes if one.where == "endpoint"]
    assert found == []
    url = make_url(address)
    assert url.host
    assert url.database == "schools"
