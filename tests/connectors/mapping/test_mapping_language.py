"""The mapping language through its public door: a file in, records out."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from hub.connectors.mapping import Fanned, Mapped, RecordMapping, read_mapping
from hub.domain.categories import Category
from hub.domain.codes import Label, SubjectKind
from hub.domain.records import THE_CHILD, Finding, IdentityAttribute, LifeEvent, RelatedPerson, ServiceEpisode
from hub.errors import ConfigurationError

EVERYTHING = frozenset(Category)
FINDING = """
[[records]]
from = "flags"
kind = "Finding"
category = "education.attendance"
type = "'hub:attendance'"
label = "text"
"""


def written(folder: Path, text: str) -> RecordMapping:
    (folder / "partner.toml").write_text(text)
    return read_mapping("partner.toml", folder)


def mapped(folder: Path, text: str, *, asked: frozenset[Category] = EVERYTHING, **results: Any) -> Mapped:
    return written(folder, text).apply(results, asked, today=date(2026, 11, 1))


def test_an_item_becomes_a_record_of_the_entrys_kind(tmp_path: Path) -> None:
    text = """
[[records]]
from = "plans"
kind = "ServiceEpisode"
category = "education.send"
type = "'ehcp'"
label = { template = "Plan for {need} since {begun}" }
service = "'high-school'"
organisation = "school.name"
start = "begun"
professionals = [{ name = "lead.name", role = "'SENCO'", contact = "lead.phone" }]
"""
    plan = {
        "need": "speech",
        "begun": "2025-09-01",
        "school": {"name": "Lapwing"},
        "lead": {"name": "A. Teacher", "phone": "1"},
    }
    (record,) = mapped(tmp_path, text, plans=[plan]).records
    assert isinstance(record, ServiceEpisode)
    assert (record.type, record.label, record.organisation) == ("ehcp", "Plan for speech since 2025-09-01", "Lapwing")
    assert (record.start, record.end, record.about) == (date(2025, 9, 1), None, THE_CHILD)
    assert [(one.name, one.role, one.contact) for one in record.professionals] == [("A. Teacher", "SENCO", "1")]


def test_entries_of_categories_that_nobody_asked_for_make_nothing(tmp_path: Path) -> None:
    asked = frozenset({Category.EDUCATION_SEND})
    assert mapped(tmp_path, FINDING, asked=asked, flags=[{"text": "x"}]).records == ()
    assert written(tmp_path, FINDING).sources_for(asked) == frozenset()
    assert written(tmp_path, FINDING).sources_for(frozenset({Category.EDUCATION_ATTENDANCE})) == {"flags"}


CODED = """
[codes.exclusions]
title = "Exclusion"
PERM = { type = "school-exclusion", label = "Permanent exclusion", category = "education.exclusions" }

[[records]]
from = "events"
kind = "LifeEvent"
category = "education.chronology"
code = { path = "code", codes = "exclusions" }
at = "when"
"""


def test_a_code_decides_type_label_and_category(tmp_path: Path) -> None:
    (record,) = mapped(tmp_path, CODED, events=[{"code": "perm", "when": "2026-01-02T10:00:00+01:00"}]).records
    assert isinstance(record, LifeEvent)
    assert (record.type, record.label) == ("school-exclusion", "Permanent exclusion")
    assert record.category is Category.EDUCATION_EXCLUSIONS


@pytest.mark.parametrize(
    ("code", "label", "counted"),
    [
        ("ZZ9", "Exclusion: code ZZ9", "exclusions:ZZ9"),
        (17, "Exclusion: code 17", "exclusions:17"),
        (None, "Exclusion: no code given", "exclusions:(none)"),
        ("hit Sam on 3 May", "Exclusion: a value that the hub does not know", "exclusions:(text)"),
        ("P\u202eERM", "Exclusion: a value that the hub does not know", "exclusions:(text)"),
        ({"a": 1}, "Exclusion: no code given", "exclusions:(none)"),
    ],
)
def test_an_unknown_code_is_kept_and_counted_and_free_text_in_its_place_is_not_shown(
    tmp_path: Path, code: object, label: str, counted: str
) -> None:
    result = mapped(tmp_path, CODED, events=[{"code": code, "when": "2026-01-02"}])
    (record,) = result.records
    assert isinstance(record, LifeEvent)
    assert (record.type, record.label, record.category) == ("hub:unmapped", label, Category.EDUCATION_CHRONOLOGY)
    assert result.unmapped == {counted: 1}


def test_an_event_without_a_readable_time_is_counted_instead_of_guessed(tmp_path: Path) -> None:
    result = mapped(tmp_path, CODED, events=[{"code": "PERM", "when": "last Tuesday"}])
    assert result.records == ()
    assert result.unmapped == {"events: at unreadable": 1, "events: at missing": 1}


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("2026-02-28", date(2026, 2, 28)),
        ("2026-02-28T23:59:59.1234567+01:00", date(2026, 2, 28)),
        ("2026-02-28 10:00", date(2026, 2, 28)),
        ("28/02/2026", date(2026, 2, 28)),
        (date(2026, 2, 28), date(2026, 2, 28)),
        (datetime(2026, 2, 28, 9, tzinfo=UTC), date(2026, 2, 28)),
        ("2026-02-30", None),
        ("2026-02-28Tea time", None),
        ("0001-01-01", None),
        ("string", None),
        (20260228, None),
        ("", None),
    ],
)
def test_dates_are_read_as_partners_write_them_and_never_guessed(tmp_path: Path, said: object, read: date) -> None:
    result = mapped(tmp_path, FINDING + 'start = "day"', flags=[{"text": "x", "day": said}])
    assert isinstance(result.records[0], Finding)
    assert result.records[0].start == read
    assert result.unmapped == ({"flags: start unreadable": 1} if read is None and said != "" else {})


def test_text_is_cleaned_of_what_misleads_a_reader_and_capped(tmp_path: Path) -> None:
    text = "Sa\x00m\u202e\u2066 Jo\x1b[31mnes\n" + "x" * 500
    (record,) = mapped(tmp_path, FINDING, flags=[{"text": text}]).records
    assert isinstance(record, Finding)
    assert record.label.startswith("Sa m Jo [31mnes x")
    assert len(record.label) == 200


def test_fields_that_the_mapping_neither_reads_nor_ignores_are_counted_by_name(tmp_path: Path) -> None:
    text = FINDING + '[ignored]\nflags = ["known"]'
    result = mapped(
        tmp_path, text, flags=[{"text": "a", "new": 1}, {"text": "b", "new": 2, "known": 3, "Sam Jones": 4}]
    )
    assert result.unmapped == {"flags.new": 2, "flags.(other)": 1}


def test_counting_ends_when_a_reply_invents_names_without_end(tmp_path: Path) -> None:
    result = mapped(tmp_path, FINDING, flags=[{f"f{number}": 1 for number in range(5000)}])
    assert len(result.unmapped) == 201
    assert sum(result.unmapped.values()) == 5000


def test_related_people_are_numbered_so_that_no_identifier_of_the_partner_leaves(tmp_path: Path) -> None:
    text = """
[[records]]
from = "family"
items = "people"
kind = "RelatedPerson"
category = "youth-justice.family"
about = { key = "id", kind = "network_adult", birth_date = "born" }
relationship = "is"
name = "name"
"""
    people = [
        {"id": "A77", "is": "mother"},
        {"id": "B12", "is": "brother", "born": "2015-01-01"},
        {"id": "A77"},
        {},
        {},
    ]
    records = [
        one for one in mapped(tmp_path, text, family={"people": people}).records if isinstance(one, RelatedPerson)
    ]
    assert [one.about.key for one in records] == ["1", "2", "1", "3", "4"]
    assert records[1].about.kind is SubjectKind.NETWORK_CHILD
    assert records[0].about.kind is SubjectKind.NETWORK_ADULT
    assert records[2].relationship == "(not recorded)"


def test_items_reach_the_reply_around_them_and_what_the_request_was_made_for(tmp_path: Path) -> None:
    text = FINDING.replace('"flags"', '"flags"\nitems = "list"').replace(
        'label = "text"', 'label = { template = "{text} {$reply.year} {$each.who}" }'
    )
    fanned = Fanned((({"who": "X"}, {"year": 1, "list": [{"text": "a"}]}), ({"who": "Y"}, {"list": [{"text": "b"}]})))
    labels = [one.label for one in mapped(tmp_path, text, flags=fanned).records if isinstance(one, Finding)]
    assert labels == ["a 1 X", "b (not recorded) Y"]


def test_a_condition_that_cannot_be_told_claims_nothing_and_is_counted(tmp_path: Path) -> None:
    text = FINDING + "where = \"contains(who, 'Children')\""
    result = mapped(tmp_path, text, flags=[{"text": "x", "who": 5}, {"text": "y", "who": ["Children"]}])
    assert [one.label for one in result.records if isinstance(one, Finding)] == ["y"]
    assert result.unmapped == {"flags: where undecided": 1}


def test_a_label_that_cannot_be_told_holds_because_labels_only_narrow(tmp_path: Path) -> None:
    text = FINDING + 'labels = ["THIRD_PARTY", { label = "LOCATION_AT_RISK", where = "contains(marks, \'R\')" }]'
    result = mapped(tmp_path, text, flags=[{"text": "x", "marks": 5}, {"text": "y", "marks": ["S"]}])
    assert [one.labels for one in result.records] == [
        frozenset({Label.THIRD_PARTY, Label.LOCATION_AT_RISK}),
        frozenset({Label.THIRD_PARTY}),
    ]


def test_labels_on_the_child_and_the_echo_are_read_whatever_is_asked(tmp_path: Path) -> None:
    text = """
[[identity]]
from = "who"
attribute = "birth_date"
value = "born"

[[identity]]
from = "who"
attribute = "nhs_number"
value = "nhs"

[[labels]]
from = "who"
where = "hidden"
label = "LOCATION_AT_RISK"
"""
    who = {"born": "2011-05-14", "nhs": "999 100 0003", "hidden": True}
    nothing = mapped(tmp_path, text, asked=frozenset(), who=who)
    assert nothing.records == ()
    assert (nothing.attributes.birth_date, nothing.attributes.nhs_number) == (date(2011, 5, 14), "9991000003")
    assert nothing.labels == {Label.LOCATION_AT_RISK}
    everything = mapped(tmp_path, text, who=who)
    assert [one.value for one in everything.records if isinstance(one, IdentityAttribute)] == [
        "2011-05-14",
        "9991000003",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[[records]", "partner.toml is not a usable mapping"),
        (FINDING + FINDING + 'colour = "red"', "records entry 2: Object contains unknown field `colour`"),
        (FINDING.replace("Finding", "Opinion"), "records entry 1: Invalid value 'Opinion'"),
        (FINDING.replace("education.attendance", "education.everything"), "records entry 1: Invalid enum value"),
        (FINDING.replace("education.attendance", "education.exclusions"), "records entry 1: records of category"),
        (FINDING.replace('"text"', '"text["'), "records entry 1: 'text[' is not a JMESPath expression"),
        (FINDING.replace('"text"', '{ template = "{a" }'), "records entry 1: braces in a template do not pair up"),
        (
            FINDING.replace('"text"', '{ path = "a", codes = "none" }'),
            "records entry 1: there is no table [codes.none]",
        ),
        (FINDING.replace("type = \"'hub:attendance'\"", ""), "records entry 1: give a code or a type"),
        ("[codes.x]\nA = { label = 'a' }", "codes.x: give the table a title in plain words"),
        ("[codes.x]\ntitle = 'X'\nA = { label = 'a', severity = 10 }", "codes.x, code A: severity goes from 0 to 9"),
        ("[ignored]\nnowhere = ['a']", "ignored: nothing reads 'nowhere'"),
        ("[[labels]]\nfrom = 'x'\nlabel = 'SHY'", "labels entry 1: Invalid enum value 'SHY'"),
        ("[[identity]]\nfrom = 'x'\nattribute = 'shoe'\nvalue = 'y'", "identity entry 1: Invalid enum value 'shoe'"),
    ],
)
def test_every_fault_of_a_file_names_the_file_and_the_entry(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        written(tmp_path, text)
    assert "partner.toml" in refused.value.message
    assert fault in refused.value.message


def test_a_mapping_that_is_not_there_is_said_by_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"missing\.toml is not a usable mapping"):
        read_mapping("missing", tmp_path)
