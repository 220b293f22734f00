"""What ``hub identity evaluate`` reads, and what it says of files that it cannot use."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hub.cli import command_line
from hub.errors import BadInput
from hub.identity.linkage.files import read_files, read_people, read_truth

PEOPLE = """id,given_name,family_name,birth_date,postcode,address_line,nhs_number,other_id,colour
1,Imogen,Brackenthorpe,2012-03-04,LS1 4AB,4 Teasel Avenue,,P10000001,red
2,Ravi,Sharma,2014-11-30,LS2 7XY,9 Mill Lane,,P10000002,blue
"""
OTHERS = """id,given_name,family_name,birth_date,postcode,address_line
a,IMOGEN,Brackenthorpe,04/03/2012,ls14ab,4 teasel avenue
b,Nadia,Okafor,20150101,,
"""


def written(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_two_files_are_linked_and_the_figures_printed_as_json(tmp_path):
    left, right = written(tmp_path, "left.csv", PEOPLE), written(tmp_path, "right.csv", OTHERS)
    truth = written(tmp_path, "truth.csv", "left,right\n1,a\n")
    ran = CliRunner().invoke(
        command_line(),
        ["identity", "evaluate", str(left), str(right), "--truth", str(truth), "--json"],
        catch_exceptions=False,
    )
    told = json.loads(ran.stdout)
    assert (told["precision"], told["recall"], told["f1"]) == (1.0, 1.0, 1.0)
    assert (told["automatic_links"], told["wrong_automatic_links"], told["true_links"]) == (1, 0, 1)
    assert told["pairs_scored"] >= 1
    assert told["pairs_per_second"] > 0


def test_the_table_names_every_figure(tmp_path):
    left = written(tmp_path, "left.csv", PEOPLE + "3,Imogen,Brackenthorpe,2012-03-04,LS1 4AB,4 Teasel Avenue,,,\n")
    truth = written(tmp_path, "truth.csv", "left,right\n3,1\n")
    ran = CliRunner().invoke(
        command_line(), ["identity", "evaluate", str(left), "--truth", str(truth)], catch_exceptions=False
    )
    for words in ("Precision", "Recall", "F1", "Wrong automatic links", "Pairs sent to a human", "Pairs per second"):
        assert words in ran.stdout
    assert "Scoring" in ran.stderr
    assert "Scoring" not in ran.stdout


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_any_usual_separator_and_a_byte_order_mark_are_read(tmp_path, separator):
    text = "\ufeff" + PEOPLE.replace(",", separator)
    assert read_people(written(tmp_path, "people.csv", text)).ids == ("1", "2")


def test_cells_may_hold_separators_quotes_and_line_breaks(tmp_path):
    text = 'id,address_line\r\n1,"Flat 2,\nThe ""Old"" Mill"\r\n2,Elsewhere\r\n\r\n'
    people = read_people(written(tmp_path, "people.csv", text))
    assert [one.address_line for one in people.described] == ["flat 2 the old mill", "elsewhere"]


@pytest.mark.parametrize(
    "born", ["2012-02-31", "31/31/2012", "20121345", "soon", "12", "\u0662\u0660\u0661\u0662-01-01", "0000-00-00", "-"]
)
def test_a_birth_date_that_is_none_is_only_another_text(tmp_path, born):
    rows = (
        f"id,given_name,family_name,birth_date\n1,Ravi,Sharma,{born}\n2,Ravi,Sharma,2012-01-01\n3,Ravi,Sharma,{born}\n"
    )
    left = written(tmp_path, "left.csv", rows)
    truth = written(tmp_path, "truth.csv", "left,right\n1,3\n")
    ran = CliRunner().invoke(
        command_line(), ["identity", "evaluate", str(left), "--truth", str(truth), "--json"], catch_exceptions=False
    )
    assert json.loads(ran.stdout)["pairs_scored"] == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "people.csv is empty"),
        ("\n\n", "people.csv is empty"),
        ("given_name,family_name\nRavi,Sharma\n", "line 1: there is no column `id`"),
        ("id\n1\n", "there is nothing to compare"),
        ("id,given_name\n1,Ravi\n2,Nadia\n1,Imogen\n", "line 4, column `id`: this id stands on line 2 already"),
        ("id,given_name\n,Ravi\n", "line 2, column `id` is empty"),
        ("id,given_name,given_name\n1,a,b\n", "the column `given_name` stands there twice"),
        ("id,given_name\n1,Ravi,Sharma\n", "line 2: 3 cells stand where the header has 2 columns"),
        ("id,given_name\n1,Ravi\n2\n", "line 3: 1 cells stand where the header has 2 columns"),
        ('id,given_name\n1,"Ravi\n', "a quoted cell does not end"),
        ("id,given_name\n1,Zo\xeb\n".encode("latin-1"), "line 2: this is not UTF-8"),
        ("id,given_name\n1,Ravi\n".encode("utf-16"), "is UTF-16. Save it as CSV in UTF-8"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_name_its_line_and_what_to_do(tmp_path, text, said):
    with pytest.raises(BadInput) as refused:
        read_people(written(tmp_path, "people.csv", text))
    assert said in refused.value.message
    assert "people.csv" in refused.value.message
    assert "Ravi" not in refused.value.message


def test_a_missing_file_is_named():
    with pytest.raises(BadInput, match=r"nowhere\.csv could not be read"):
        read_people(Path("nowhere.csv"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("left,right\n1,a\n9,a\n", "line 3, column `left`: left.csv has no row with this id"),
        ("left,right\n1,z\n", "line 2, column `right`: right.csv has no row with this id"),
        ("left,right\na,1\n", "column `left` names ids of the first file"),
        ("one,other\n1,a\n", "there is no column `left`, `right`"),
        ("left,right\n1,\n", "line 2, column `right` is empty"),
        ("left,right\n", "names no pair"),
    ],
)
def test_true_pairs_that_do_not_fit_the_files_are_refused(tmp_path, text, said):
    files = read_files(written(tmp_path, "left.csv", PEOPLE), written(tmp_path, "right.csv", OTHERS))
    with pytest.raises(BadInput) as refused:
        read_truth(written(tmp_path, "truth.csv", text), files)
    assert said.casefold() in refused.value.message.casefold()


def test_a_true_pair_of_one_file_counts_once_whichever_way_round(tmp_path):
    files = read_files(written(tmp_path, "left.csv", PEOPLE), None)
    assert read_truth(written(tmp_path, "truth.csv", "left,right\n1,2\n2,1\n"), files) == {(0, 1)}
    with pytest.raises(BadInput, match="pairs a row with itself"):
        read_truth(written(tmp_path, "self.csv", "left,right\n1,1\n"), files)


def test_a_share_of_true_pairs_outside_its_range_is_refused(tmp_path):
    left = written(tmp_path, "left.csv", PEOPLE)
    ran = CliRunner().invoke(
        command_line(), ["identity", "evaluate", str(left), "--truth", str(left), "--share", "1.5"]
    )
    assert isinstance(ran.exception, BadInput)
