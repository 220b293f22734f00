"""Models are read as Splink writes them, and refused with comparison, level and fault where they cannot be scored."""

import json
import shutil

import pytest

from hub.errors import ConfigurationError
from hub.identity.matching.description import Description
from hub.identity.matching.matcher import Matcher
from hub.identity.matching.model import read_model, shipped_model
from hub.policy.policies import shipped_policies

SHIPPED = shipped_policies() / "identity"


def level(condition: str, **more) -> dict:
    return {"sql_condition": condition, "label_for_charts": "so", "m_probability": 0.5, "u_probability": 0.25, **more}


ELSE = level("ELSE")
NULL = {"sql_condition": '"upn_l" IS NULL OR "upn_r" IS NULL', "is_null_level": True}
SAME = level('"upn_l" = "upn_r"')


@pytest.fixture
def written(tmp_path):
    def write(levels: list[dict] | None = None, **more):
        comparison = {
            "output_column_name": "upn",
            "comparison_levels": [NULL, SAME, ELSE] if levels is None else levels,
        }
        settings = {"probability_two_random_records_match": 0.5, "comparisons": [comparison]} | more
        path = tmp_path / "children.json"
        path.write_text(json.dumps(settings))
        return path

    return write


def test_what_splink_keeps_for_itself_is_left_alone(written):
    path = written(
        [NULL, SAME | {"fix_m_probability": False, "anything": 1}, ELSE], em_convergence=1e-4, linker_uid="x"
    )
    assert [one.weight for one in read_model(path).comparisons[0].levels] == [0.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("levels", "fault"),
    [
        ([NULL, level("soundex(upn_l) = soundex(upn_r)"), ELSE], r'upn, level 2 \("so"\): SOUNDEX is not known'),
        ([NULL, level("shoe_l = shoe_r"), ELSE], r"upn, level 2 .*column shoe_l is not known"),
        ([NULL, level("upn_l = = upn_r"), ELSE], r"upn, level 2 .*not an SQL expression"),
        ([NULL, SAME | {"m_probability": None}, ELSE], r"upn, level 2 .*m probability is missing.* train"),
        ([NULL, SAME, level("ELSE", u_probability="level not observed")], r"upn, level 3 .*u probability"),
        ([NULL, SAME | {"u_probability": 0}, ELSE], r"upn, level 2 .*u probability"),
        ([NULL, SAME | {"tf_adjustment_column": "shoe"}, ELSE], r"upn, level 2 .*column shoe has no term frequencies"),
        (
            [NULL, level("levenshtein(upn_l, upn_r) < 2", tf_adjustment_column="upn"), ELSE],
            r"upn, level 2 .*needs a level where it is exactly the same",
        ),
        ([NULL, ELSE, SAME], r"upn, level 2 .*ELSE stands last"),
        ([NULL, SAME], r"upn does not end with ELSE"),
        ([], r"upn has no levels"),
    ],
)
def test_a_level_that_cannot_be_scored_is_refused_by_name(written, levels, fault):
    with pytest.raises(ConfigurationError, match=fault):
        read_model(written(levels))


@pytest.mark.parametrize(
    "condition",
    [
        "(" * 3_000 + "upn_l = upn_r" + ")" * 3_000,
        "(" * 900 + "upn_l = upn_r" + ")" * 900,
        " OR ".join(["upn_l = upn_r"] * 5_000),
        " OR ".join(["upn_l = upn_r"] * 110),
        "CASE WHEN upn_l = upn_r THEN " * 60 + "TRUE" + " END" * 60,
        "NOT " * 400 + "upn_l = upn_r",
        "ABS(" * 58 + "1" + ")" * 58 + " = 1",
    ],
)
def test_a_condition_that_is_too_long_or_too_deep_is_refused_by_name(written, condition):
    with pytest.raises(ConfigurationError, match=r"upn, level 2 .*(longer than 2,000 characters|nested too deeply)"):
        Matcher(read_model(written([NULL, level(condition), ELSE])))


def test_a_condition_may_have_many_parts(written):
    condition = " OR ".join(["upn_l = upn_r"] * 40)
    assert Matcher(read_model(written([NULL, level(condition), ELSE]))).weigh(
        Description(upn="a"), Description(upn="a")
    )


@pytest.mark.parametrize("more", [{"probability_two_random_records_match": 0}, {"comparisons": []}, {"comparisons": 3}])
def test_what_is_no_model_is_refused(written, more):
    with pytest.raises(ConfigurationError, match=r"children\.json"):
        read_model(written(**more))


def test_a_model_that_is_not_there_or_not_json_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_model(tmp_path / "none.json")
    (tmp_path / "bad.json").write_text("{")
    with pytest.raises(ConfigurationError, match=r"bad\.json"):
        read_model(tmp_path / "bad.json")


def test_a_model_cannot_say_more_than_its_conditions_mean(written):
    code = level("upn_l = 'x'')) or __import__(''os'').abort() or ((''x'", label_for_charts="import os; os.abort()")
    settings = written([NULL, code, ELSE])
    matcher = Matcher(read_model(settings))
    assert matcher.weigh(Description(upn="a"), Description(upn="b"))[0] == 1.0


def test_term_frequencies_beside_a_model_make_a_common_value_count_for_less(written, tmp_path):
    told = SAME | {"tf_adjustment_column": "upn", "tf_minimum_u_value": 0.125}
    path = written([NULL, told, ELSE])
    one, other, rare = (Description(upn=code) for code in ("common", "other", "rare"))
    assert Matcher(read_model(path)).weigh(one, one)[0] == 1.0
    (tmp_path / "children.upn.tf.csv").write_text("value,tf\ncommon,0.5\nrare,0.001\n")
    matcher = Matcher(read_model(path))
    assert [matcher.weigh(two, two)[0] for two in (one, other, rare)] == [0.0, 1.0, 2.0]
    again = Matcher(read_model(path).with_frequencies({"upn": {"other": 0.5}}))
    assert [again.weigh(two, two)[0] for two in (one, other)] == [1.0, 0.0]


@pytest.mark.parametrize("table", ["", "value,tf\nx\n", "value,tf\nx,much\n", "value,tf\nx,2\n", "upn,tf\nx,0.5\n"])
def test_a_table_that_holds_no_frequencies_is_refused_by_name_and_without_its_values(written, tmp_path, table):
    (tmp_path / "children.upn.tf.csv").write_text(table)
    with pytest.raises(ConfigurationError, match=r"children\.upn\.tf\.csv") as refusal:
        read_model(written())
    assert "much" not in str(refusal.value)


def test_a_table_of_names_that_cannot_be_read_is_refused_by_line(written, tmp_path):
    (tmp_path / "nicknames.csv").write_text("form,names\nmadeleine,maddie\nmadison\n")
    with pytest.raises(ConfigurationError, match=r"nicknames\.csv, line 3"):
        read_model(written())


def test_the_shipped_model_compares_all_that_a_description_tells():
    model = shipped_model()
    told = {column for comparison in model.comparisons for column in comparison.about}
    assert told >= {
        "given_name",
        "family_name",
        "birth_date",
        "postcode",
        "address_line",
        "school",
        "nhs_number",
        "upn",
    }
    assert {"given_name", "family_name"} <= model.frequencies.keys()
    assert model.nicknames["maddie"] == {"madeleine", "madison"}


def test_the_shipped_models_probabilities_are_probabilities(tmp_path):
    shutil.copytree(SHIPPED, tmp_path / "identity")
    settings = json.loads((tmp_path / "identity" / "children.json").read_text())
    for comparison in settings["comparisons"]:
        levels = [one for one in comparison["comparison_levels"] if not one.get("is_null_level")]
        for letter in ("m_probability", "u_probability"):
            assert sum(one[letter] for one in levels) == pytest.approx(1, abs=0.1), comparison["output_column_name"]
