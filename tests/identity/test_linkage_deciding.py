"""What is automatic between files is what the hub would do by itself at a live question."""

from pathlib import Path

import pytest

from hub.identity.linkage.figures import evaluate
from hub.identity.linkage.files import read_files, read_truth
from hub.identity.matching.matcher import Matcher
from hub.identity.matching.model import shipped_model

HEADER = "id,given_name,family_name,birth_date,postcode,address_line,nhs_number\n"
IMOGEN = "Imogen,Brackenthorpe,2012-03-04,LS1 4AB,4 Teasel Avenue"


@pytest.fixture(scope="module")
def matcher():
    return Matcher(shipped_model())


def figures(folder: Path, matcher: Matcher, left: str, right: str | None, truth: str):
    paths = []
    for name, text in (("left.csv", HEADER + left), ("right.csv", right and HEADER + right)):
        if text:
            paths.append(folder / name)
            paths[-1].write_text(text)
    files = read_files(paths[0], paths[1] if right else None)
    pairs = folder / "truth.csv"
    pairs.write_text("left,right\n" + truth)
    return evaluate(files, read_truth(pairs, files), matcher, lambda _done, _rows: None).figures


def test_one_likely_partner_is_linked_without_a_person(tmp_path, matcher):
    told = figures(tmp_path, matcher, f"1,{IMOGEN},\n", f"a,{IMOGEN},\n", "1,a\n")
    assert (told.automatic_links, told.pairs_sent_to_a_human) == (1, 0)


def test_a_row_with_two_likely_partners_in_another_file_waits_for_a_person(tmp_path, matcher):
    told = figures(tmp_path, matcher, f"1,{IMOGEN},\n", f"a,{IMOGEN},\nb,{IMOGEN},\n", "1,a\n")
    assert (told.automatic_links, told.pairs_sent_to_a_human) == (0, 2)


def test_two_rows_with_one_likely_partner_wait_for_a_person(tmp_path, matcher):
    told = figures(tmp_path, matcher, f"1,{IMOGEN},\n2,{IMOGEN},\n", f"a,{IMOGEN},\n", "1,a\n")
    assert (told.automatic_links, told.pairs_sent_to_a_human) == (0, 2)


def test_several_rows_of_one_file_may_be_one_person(tmp_path, matcher):
    rows = f"1,{IMOGEN},\n2,{IMOGEN},\n3,{IMOGEN},\n"
    told = figures(tmp_path, matcher, rows, None, "1,2\n2,3\n1,3\n")
    assert (told.automatic_links, told.wrong_automatic_links, told.pairs_sent_to_a_human) == (3, 0, 0)


def test_two_rows_with_different_numbers_keep_a_third_without_one_for_a_person(tmp_path, matcher):
    rows = f"1,{IMOGEN},9991000003\n2,{IMOGEN},9991000011\n3,{IMOGEN},\n"
    told = figures(tmp_path, matcher, rows, None, "1,3\n")
    assert told.automatic_links == 0
    assert told.true_links_sent_to_a_human == 1


def test_twins_are_kept_apart_and_counted_so(tmp_path, matcher):
    twin = IMOGEN.replace("Imogen", "Florence")
    told = figures(tmp_path, matcher, f"1,{IMOGEN},\n", f"a,{twin},\n", "1,a\n")
    assert (told.automatic_links, told.pairs_sent_to_a_human, told.true_links_missed) == (0, 0, 1)
    assert told.recall_after_safety_rules == 0.0


def test_rows_that_meet_in_no_block_are_counted_as_never_scored(tmp_path, matcher):
    other = "Ravi,Sharma,1999-11-30,M1 1AA,9 Mill Lane"
    told = figures(tmp_path, matcher, f"1,{IMOGEN},\n", f"a,{other},\n", "1,a\n")
    assert (told.pairs_scored, told.true_links_never_scored, told.recall) == (0, 1, 0.0)
