"""A slip in the writing itself is told with its line, and hides no other mistake."""

import pytest
from valid import SCHOOLS, checked, edited, line_of, told

from hub.connectors.manifests import Mistake

SLIPS = (
    # before, after, what is told, and the words on whose line
    ('name = "Schools of Derwent"', 'name = "Schools of Derwent', "quotation mark", "name = "),
    ('name = "Schools of Derwent"', "name = Schools of Derwent", "no value", "name = "),
    ('name = "Schools of Derwent"', 'name "Schools of Derwent"', "an equals sign", "name "),
    ('name = "Schools of Derwent"', 'name = "Schools" of', "follows the value", "name = "),
    ('name = "Schools of Derwent"', 'name = "C:\\schools"', "backslash", "name = "),
    ('name = "Schools of Derwent"', 'name = "a"\nname = "b"', "given twice", 'name = "b"'),
    ('search = [["upn"], ["family_name", "birth_date"]]', 'search = [["upn"]', "not closed", "search = "),
    ('search = [["upn"], ["family_name", "birth_date"]]', 'search = [\n  ["upn"] ["x"]\n]', "comma", '  ["upn"]'),
    ("[limits]", "[limits", "heading", "[limits"),
    ("[limits]", "[covers]", "[covers] is given twice", "[covers]\nconcurrency"),
    ("since = 2015-09-01", "since = 2015-09-31", "no date", "since = "),
    ("who = ", "= ", "no name of a field", '= "the designated lead"'),
)


def slips(mistakes: tuple[Mistake, ...]) -> list[Mistake]:
    return [one for one in mistakes if one.rule in {"syntax", "twice"}]


@pytest.mark.parametrize(("before", "after", "says", "line"), SLIPS, ids=[one[1] for one in SLIPS])
def test_a_slip_in_toml_is_told_on_its_line_beside_the_rest(before: str, after: str, says: str, line: str) -> None:
    text = edited('agency = "education"', 'agency = "educatoin"', edited(before, after))
    mistakes = checked(text).mistakes
    (slip,) = slips(mistakes)
    assert says in slip.says
    assert slip.line == line_of(line, text)
    (other,) = [one for one in mistakes if one.where == "agency"]
    assert other.line == line_of("agency", text)
    hidden = {"limits", "deciding.who"}  # what a broken heading or a name that is none takes with it
    assert not [one for one in mistakes if one not in (slip, other) and one.where not in hidden], told(mistakes)


def test_several_slips_are_told_in_one_run() -> None:
    text = edited('name = "Schools of', "name = Schools of", SCHOOLS)
    text = edited("ages = [4, 19]", "ages = [4, 19", text)
    text = edited("concurrency = 8", "concurrency 8", text)
    found = slips(checked(text).mistakes)
    assert [one.line for one in found] == [
        line_of(words, text) for words in ("name = Sch", "ages = [4", "concurrency 8")
    ]


def test_text_that_never_ends_loses_itself_alone() -> None:
    text = edited('contact = "Schools helpdesk, 01632 960076"', 'contact = """Schools helpdesk')
    (slip, *others) = checked(text).mistakes
    assert "quotation mark" in slip.says
    assert slip.line == line_of("contact = ", text)
    assert others == []


JSON = """{
  "id": "schools",
  "agency": "educatoin",
  "kind": "rest_json",
  "categories": ["identity.name"]%s
}
"""


@pytest.mark.parametrize(
    ("end", "says", "line"),
    [
        (",", "comma stands before a closing bracket", 5),
        (',\n  // a comment\n  "name": "S"', "no comments", 6),
        (',\n  "id": "schools"', "id is given twice", 6),
        (',\n  "id": "schools",\n  "id": "schools"', "id is given twice", 6),
    ],
)
def test_a_slip_in_json_is_told_on_its_line_beside_the_rest(end: str, says: str, line: int) -> None:
    mistakes = checked(JSON % end).mistakes
    slip = next(one for one in mistakes if says in one.says)
    assert slip.line == line
    assert any(one.where == "agency" and one.line == 3 for one in mistakes)


@pytest.mark.parametrize(
    ("end", "says", "line"),
    [
        (',\n  name: "S"', "a name in double quotes", 6),
        ('\n  "name": "S"', "a comma", 6),
        (',\n  "name": True', "no JSON value", 6),
        (',\n  "name": "S', "a line ends inside quotation marks", 6),
        (',\n  "name" "S"', "a colon", 6),
        (',\n  "version": NaN', "not valid JSON", 6),
        ("}}", "follows the end", 5),
    ],
)
def test_json_that_cannot_be_read_is_told_with_its_line(end: str, says: str, line: int) -> None:
    (mistake,) = checked(JSON % end).mistakes
    assert says in mistake.says
    assert mistake.line == line


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        (" \n\n", "empty"),
        ("x" * 262145, "longer than 256 KiB"),
        ("a = " + "[" * 100_000, "nested too deeply"),
        ('{"a":' * 50_000, "nested too deeply"),
        ("a" + ".a" * 100_000 + " = 1", "too many dots"),
        ("a = " + "9" * 5000, "too many digits"),
        ('{"a": ' + "9" * 5000 + "}", "too many digits"),
        ('a = "\x00"', "invisible character"),
        ("categories = [" + ",".join(f'"education.x{n}"' for n in range(12_000)) + "]", "no category"),
    ],
    ids=lambda text: text[:12],
)
def test_hostile_text_is_answered_in_words(text: str, says: str) -> None:
    read = checked(text)
    assert read.manifest is None
    assert says in told(read.mistakes)
    assert len(read.mistakes) < 1000


def test_windows_line_ends_and_a_byte_order_mark_are_no_mistake() -> None:
    read = checked("\ufeff" + SCHOOLS.replace("\n", "\r\n"))
    assert read.manifest is not None
    (mistake,) = checked("\ufeff" + edited("version = 1", "version = 0").replace("\n", "\r\n")).mistakes
    assert mistake.line == 2


def test_what_stands_in_a_misspelt_table_is_looked_at_under_the_name_that_its_author_gave_it() -> None:
    text = SCHOOLS.replace("[[mapping.records]]", "[[mapping.recrods]]").replace(
        "[authentication]", "[authentification]"
    )
    text = edited(
        'secret = "schools"\n', 'secrt = "our secret"\n', edited('attendance"\ntype', 'atendance"\ntype', text)
    )
    found = {one.where: one.line for one in checked(text).mistakes}
    assert found == {
        "authentification": line_of("[authentification]", text),
        "authentification.secrt": line_of("secrt =", text),
        "mapping.recrods": line_of("[[mapping.recrods]]", text),
        "mapping.recrods[0].category": line_of("education.atendance", text),
    }
    assert any("no spaces" in one.says for one in checked(text).mistakes)


def test_a_lost_line_of_an_entry_is_not_missing_from_it() -> None:
    text = edited('category = "education.attendance"', 'category = "education.attendance')
    (mistake,) = slips(checked(text).mistakes)
    assert mistake.where == "mapping.records.category"
    assert not [one for one in checked(text).mistakes if one.rule == "missing-field"]
