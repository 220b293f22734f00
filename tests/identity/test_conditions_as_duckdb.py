"""Every condition that Splink writes for DuckDB means here what it means there, NULL included."""

import random

import pytest

from hub.identity.matching.columns import Column, Kind
from hub.identity.matching.conditions import Conditions
from hub.identity.matching.parts import ConditionError, Names, local

duckdb = pytest.importorskip("duckdb", reason="DuckDB comes with the extra [train]")
splink = pytest.importorskip("splink", reason="Splink is the extra [train]")
cll = pytest.importorskip("splink.comparison_level_library")
cl = pytest.importorskip("splink.comparison_library")

TEXTS, LISTS = ("a", "b"), ("la", "lb")
COLUMNS = {name: Column(name, Kind.TEXT, name) for name in TEXTS} | {
    name: Column(name, Kind.LIST, name) for name in LISTS
}
ROWS = 4_000

COMPARISONS = [
    cl.ExactMatch("a").configure(term_frequency_adjustments=True),
    cl.NameComparison("a"),
    cl.NameComparison("a", dmeta_col_name="la"),
    cl.ForenameSurnameComparison("a", "b"),
    cl.ForenameSurnameComparison("a", "b", forename_surname_concat_col_name="b"),
    cl.DateOfBirthComparison("a", input_is_string=True),
    cl.AbsoluteDateDifferenceAtThresholds(
        "a", input_is_string=True, metrics=["day", "month", "year"], thresholds=[3, 2, 5]
    ),
    cl.AbsoluteTimeDifferenceAtThresholds("a", input_is_string=True, metrics=["day"], thresholds=[40]),
    cl.PostcodeComparison("a"),
    cl.EmailComparison("a"),
    cl.JaroAtThresholds("a", [0.95, 0.8, 0.4]),
    cl.JaroWinklerAtThresholds("a", [0.97, 0.92, 0.88, 0.7, 0.3]),
    cl.LevenshteinAtThresholds("a", [1, 2, 3, 5]),
    cl.DamerauLevenshteinAtThresholds("a", [0, 1, 2, 3, 4]),
    cl.DistanceFunctionAtThresholds("a", "levenshtein", [1, 3], higher_is_more_similar=False),
    cl.ArrayIntersectAtSizes("la", [1, 2]),
    cl.ExactMatch(splink.ColumnExpression("a").lower().substr(2, 3)),
    cl.ExactMatch(splink.ColumnExpression("a").regex_extract("[0-9]+").nullif("")),
    cl.ExactMatch(splink.ColumnExpression("a").try_parse_date()),
    cl.ExactMatch(splink.ColumnExpression("a").cast_to_string()),
    cl.CustomComparison(
        output_column_name="own",
        comparison_levels=[
            cll.NullLevel("a", valid_string_pattern="[0-9]+"),
            cll.ColumnsReversedLevel("a", "b"),
            cll.ColumnsReversedLevel("a", "b", symmetrical=True),
            cll.LiteralMatchLevel("a", "ab", "string", "left"),
            cll.LiteralMatchLevel("b", "", "string", "both"),
            cll.And(cll.ExactMatchLevel("a"), cll.Not(cll.ExactMatchLevel("b"))),
            cll.Or(cll.Not(cll.ExactMatchLevel("a")), cll.JaroWinklerLevel("b", 0.8)),
            cll.Not(cll.And(cll.ExactMatchLevel("a"), cll.ExactMatchLevel("b"))),
            cll.Not(cll.Or(cll.ExactMatchLevel("a"), cll.LevenshteinLevel("b", 2))),
            cll.DistanceFunctionLevel("a", "jaro_similarity", 0.5, higher_is_more_similar=True),
            cll.ElseLevel(),
        ],
    ),
]
# What people write by hand beside that.
BY_HAND = [
    "ifnull(a_l, b_l) = coalesce(a_r, b_r, 'none')",
    "length(a_l) > length(b_r) + 1",
    "upper(a_l) = upper(b_r) or trim(a_l) = trim(b_r)",
    "left(a_l, 2) = right(a_r, 2)",
    "substr(a_l, 2) = substr(b_r, 1, 3)",
    "a_l in ('ab', '', 'b') and a_r not in ('a', 'é')",
    "a_l in ('ab', null) or not (a_l in ('b', null))",
    "case when a_l = a_r then 1 when levenshtein(a_l, a_r) < 3 then 2 end >= 2",
    "case when a_l < b_l then a_l else null end = a_l",
    "length(a_l) between 1 and 3",
    "a_l between b_l and a_r",
    "levenshtein(a_l, a_r) / (length(a_l) + length(a_r)) < 0.3",
    "jaro_winkler_similarity(a_l, a_r) * 2 - 1 >= -0.2 and not a_l is null",
    "(a_l = a_r) = (b_l = b_r)",
    "(a_l = a_r) is null",
    "a_l <> a_r and a_l != b_r and not (a_l >= b_l or a_r <= b_r)",
    "damerau_levenshtein(a_l, b_r) = 2 or damerau_levenshtein(a_l, b_r) > 4",
    "array_length(list_intersect(la_l, lb_r)) = 0 or la_l is null",
    "try_strptime(a_l, '%d/%m/%Y') <= try_strptime('20110203', '%Y%m%d')",
    "try_strptime(a_l, '%Y%m%d') = try_strptime('03/02/2011', '%d/%m/%Y')",
    "epoch(try_strptime(a_l, '%Y-%m-%d')) - epoch(try_strptime(a_r, '%Y-%m-%d')) = 0",
    "regexp_extract(a_l, '^([a-z]+)([0-9]*)', 2) = regexp_extract(a_r, '([0-9]+)$', 1)",
    "null or a_l = a_r",
    "not (null and a_l = a_r)",
    "true and a_l = a_r",
]


def texts(draw: random.Random) -> str | None:
    """Texts near enough to one another that every level holds now and then."""
    kind = draw.randrange(9)
    if kind == 0:
        return None
    if kind == 1:
        return f"{draw.choice(('2011', '1999', '11', '0000', '20111'))}-{draw.randrange(14)}-{draw.randrange(33):02d}"
    if kind == 2:
        shape = draw.choice(("{0:02d}/{1:02d}/2011", "2011{1:02d}{0:02d}"))
        return shape.format(draw.randrange(5), draw.randrange(4))
    if kind == 3:
        return (
            f"{draw.choice(('AB', 'b', 'AB1'))}{draw.randrange(12)} {draw.randrange(3)}{draw.choice(('CD', 'xy', ''))}"
        )
    if kind == 4:
        return f"{draw.choice(('ann', 'ab.c', ''))}@{draw.choice(('x.org', 'y'))}"
    letters = draw.choice(("ab", "abc", "abcdefgh", " ab", "aéü中b", "a1"))
    return "".join(draw.choice(letters) for _ in range(draw.randrange(9)))


def lists(draw: random.Random) -> list[str] | None:
    return draw.choice((None, [], ["a"], ["a", "b"], ["b", "c", "d"], ["a", "a"]))


@pytest.fixture(scope="module")
def rows() -> list[tuple]:
    draw = random.Random(20261101)
    made = []
    for _ in range(ROWS):
        row = [texts(draw) for _ in range(4)]
        if row[0] and draw.random() < 0.6:
            place = draw.randrange(len(row[0]) + 1)
            row[1] = row[0][:place] + draw.choice(("", "a", "b", "ab", "é")) + row[0][place + draw.randrange(3) :]
        made.append((*row, *(lists(draw) for _ in range(4))))
    return made


@pytest.fixture(scope="module")
def table(rows):
    connection = duckdb.connect()
    names = [f"{name}_{side}" for name in TEXTS for side in "lr"]
    arrays = [f"{name}_{side}" for name in LISTS for side in "lr"]
    declared = [f"{name} varchar" for name in names] + [f"{name} varchar[]" for name in arrays]
    connection.execute(f"create table pairs (row integer, {', '.join(declared)})")
    connection.executemany(
        f"insert into pairs values ({', '.join('?' * 9)})",  # noqa: S608 - question marks alone
        [(place, *row) for place, row in enumerate(rows)],
    )
    return connection


def conditions(comparison) -> list[str]:
    levels = comparison.get_comparison("duckdb").as_dict()["comparison_levels"]
    return [level["sql_condition"] for level in levels if level["sql_condition"] != "ELSE"]


def made(write, rows) -> list:
    """What a function of our own source says of each row."""
    names = Names()
    given = [local(side, name) for name in (*TEXTS, *LISTS) for side in "lr"]
    body = write(names)
    unknown = "".join(f"    {name} = None\n" for name in names.remembered)
    exec(f"def told({', '.join(given)}):\n{unknown}{body}", names.bound)  # noqa: S102 - as hub/identity/matching/scoring.py does
    return [
        names.bound["told"](*row[:4], *(frozenset(one) if one is not None else None for one in row[4:])) for row in rows
    ]


def holds(sql: str):
    return lambda names: f"    return bool({Conditions(COLUMNS, names).translated(sql).holds})"


def first_that_holds(all_conditions: list[str]):
    def write(names: Names) -> str:
        translating = Conditions(COLUMNS, names)
        tests = [translating.translated(sql).holds for sql in all_conditions]
        return "\n".join([f"    if {test}: return {place}" for place, test in enumerate(tests)] + ["    return -1"])

    return write


@pytest.mark.parametrize("comparison", COMPARISONS, ids=lambda one: type(one).__name__)
def test_every_condition_of_splinks_libraries_holds_where_duckdb_says_so(comparison, rows, table):
    assert_agree(conditions(comparison), rows, table)


@pytest.mark.parametrize("sql", BY_HAND)
def test_conditions_written_by_hand_hold_where_duckdb_says_so(sql, rows, table):
    assert_agree([sql], rows, table)


def assert_agree(all_conditions, rows, table):
    reached = set()
    for sql in all_conditions:
        theirs = asked(f"coalesce(({sql}), false)", table)
        differing = [
            row for row, one, other in zip(rows, made(holds(sql), rows), theirs, strict=True) if one is not other
        ]
        assert (sql, differing[:3]) == (sql, [])
        reached |= set(theirs)
    assert reached == {True, False}  # rows that no level fits would show nothing
    branches = " ".join(f"when {sql} then {place}" for place, sql in enumerate(all_conditions))
    assert made(first_that_holds(all_conditions), rows) == asked(f"case {branches} else -1 end", table)


def asked(expression: str, table) -> list:
    return [row[0] for row in table.execute(f"select {expression} from pairs order by row").fetchall()]  # noqa: S608 - ours


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("c_l = c_r", "column c_l is not known"),
        ("a = b", "column a is not known"),
        ("l.a_l = r.a_r", "is not known"),
        ("a_l = 1", "mixes number and text"),
        ("soundex(a_l) = soundex(a_r)", "not known"),
        ("a_l like 'x%'", "Like is not known"),
        ("md5(a_l) = md5(a_r)", "not known"),
        ("(select 1) = 1", "not known"),
        ("__import__('os') = a_l", "not known"),
        ("a_l = a_r; drop table x", "Block is not known"),
        ("a_l = = a_r", "not an SQL expression"),
        ("length(a_l)", "needs a truth"),
        ("epoch(a_l) = 1", "needs a time"),
        ("try_strptime(a_l, '%A') = try_strptime(a_r, '%A')", "date format %A"),
        ("regexp_extract(a_l, '(', 0) = a_r", "regular expression"),
        ("regexp_extract(a_l, 'x', 3) = a_r", "regular expression"),
        ("substr(a_l, -1) = 'x'", "whole numbers"),
        ("cast(a_l as date) = cast(a_r as date)", "CAST to DATE is not known"),
        ("la_l = la_r", "lists are compared"),
        ("a_l in (b_l)", "list of literals"),
        ("levenshtein(a_l, a_r, 1, 1, 1) < 2", "levenshtein takes two texts"),
    ],
)
def test_what_is_not_known_is_refused_and_says_what(sql, fault):
    with pytest.raises(ConditionError, match=fault.replace("(", r"\(")):
        Conditions(COLUMNS, Names()).translated(sql)
