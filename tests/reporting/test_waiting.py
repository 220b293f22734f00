"""Which accesses wait, for whom, and for how long: the shipped rules, each at work; and rules that cannot be used."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from asking_for_reports import CHILD, report
from export_samples import READ
from reporting_hub import BEGAN, ReportingHub

from hub.audit.leaf import Stage
from hub.audit.reader import AuditEntry, Content
from hub.domain.acts import Action
from hub.domain.categories import Category
from hub.domain.codes import Agency, AnswerState, PurposeCode, Role
from hub.domain.subject_access import AskedBy, TellingRules
from hub.errors import ConfigurationError
from hub.policy.grounds import Ground
from hub.policy.policies import shipped_policies
from hub.policy.privacy_rules import TELLING, read_retention_rules, read_telling_rules
from hub.subject_access import words
from hub.subject_access.document import others_counted
from hub.subject_access.weighing import Asked, Fate, Weighed, weigh

SELF, PARENT, AGENT = AskedBy.SELF, AskedBy.PARENT, AskedBy.REPRESENTATIVE
# Purpose, days since, who asks: the rules that keep it. None: it is told.
WAITING = [
    ("SCREEN", 0, SELF, ["too-new"]),
    ("SCREEN", 30, PARENT, ["too-new"]),
    ("SCREEN", 31, SELF, None),
    ("SCREEN", 31, PARENT, None),
    ("CIN_ASSESS", 31, SELF, None),
    ("EARLY_HELP", 31, PARENT, None),
    ("S47", 0, SELF, ["too-new", "child-protection-enquiry"]),
    ("S47", 31, SELF, ["child-protection-enquiry"]),
    ("S47", 179, SELF, ["child-protection-enquiry"]),
    ("S47", 180, SELF, None),
    ("S47", 180, AGENT, None),
    ("S47", 10_000, PARENT, ["best-interests-of-the-child"]),
    ("S47", 31, PARENT, ["child-protection-enquiry", "best-interests-of-the-child"]),
    ("EMERGENCY", 89, SELF, ["immediate-danger"]),
    ("EMERGENCY", 90, SELF, None),
    ("EMERGENCY", 90, PARENT, ["best-interests-of-the-child"]),
    ("DA_TRIAGE", 10_000, SELF, ["domestic-abuse"]),
    ("EXPLOITATION", 364, SELF, ["exploitation"]),
    ("EXPLOITATION", 365, SELF, None),
    ("MAPPA", 10_000, SELF, ["managing-offenders"]),
    ("YOUTH_JUSTICE", 31, SELF, None),
]


@pytest.fixture(scope="module")
def rules() -> TellingRules:
    return read_telling_rules(shipped_policies())


def entry(index: int = 1, purpose: str = "SCREEN", days: int = 0, **changes: object) -> AuditEntry:
    told = {"index": index, "purpose": purpose, "at": BEGAN - timedelta(days=days), "subject": "number"} | changes
    return msgspec.structs.replace(READ, **told)


def act(index: int, action: Action, days: int = 0, **changes: object) -> AuditEntry:
    told = {"kind": action.value, "stage": Stage.ACT, "outcome": "done", "sources": ()} | changes
    return entry(index, days=days, **told)


def weighed(rules: TellingRules, *entries: AuditEntry, by: AskedBy = SELF, **decided: frozenset[int]) -> list[Weighed]:
    asked = Asked(numbers=frozenset({"number"}), names=frozenset({"name"}), by=by, at=BEGAN, **decided)
    return list(weigh(entries, asked, rules))


@pytest.mark.parametrize(("purpose", "days", "by", "waits"), WAITING)
def test_what_waits_for_whom_and_how_long(
    rules: TellingRules, purpose: str, days: int, by: AskedBy, waits: list[str] | None
) -> None:
    (one,) = weighed(rules, entry(purpose=purpose, days=days), by=by)
    assert (one.fate, list(one.rules)) == ((Fate.WAITS, waits) if waits else (Fate.TOLD, []))
    assert bool(one.says and one.basis) == bool(waits)


def test_a_mark_keeps_any_access_whoever_asks(rules: TellingRules) -> None:
    for by in AskedBy:
        (one,) = weighed(rules, entry(days=10_000, kept_from=("family",)), by=by)
        assert one.rules == ("marked-by-a-source",)
    (told,) = weighed(rules, entry(days=31, kept_from=("holders",)))
    assert told.fate is Fate.TOLD


@pytest.mark.parametrize("by", AskedBy)
def test_a_mark_keeps_everything_of_its_enquiry_and_what_is_near(rules: TellingRules, by: AskedBy) -> None:
    """Its opening tells of it as well, and so does a view of it that failed, or that came before the mark."""
    enquiry = [
        act(1, Action.OPEN_ENQUIRY, days=100),
        entry(2, days=99, outcome="failed", sources=()),
        entry(3, days=80, kept_from=("family",)),
        entry(4, days=79),
        act(5, Action.CLOSE_ENQUIRY, days=50),
    ]
    others = [entry(6, days=40, enquiry_id="y"), entry(7, days=131, enquiry_id="z")]
    told = weighed(rules, *enquiry, *others, by=by)
    assert [one.rules for one in told[:5]] == [("marked-by-a-source",)] * 5
    assert [one.rules for one in told[5:]] == [("near:marked-by-a-source",), ()]
    assert told[6].fate is Fate.TOLD


def test_what_is_uncertain_waits_for_its_rules_too_and_what_is_near_to_it(rules: TellingRules) -> None:
    """Whoever releases it is shown them. What is near to it would tell of it as much as if it were certain."""
    twins = entry(1, "DA_TRIAGE", days=32, subject="name", enquiry_id="x", kept_from=("family",))
    near, uncertain = entry(2, days=31, enquiry_id="y"), entry(3, days=31, subject="name", enquiry_id="z")
    first, second, third = weighed(rules, twins, near, uncertain)
    assert (first.fate, first.rules) == (
        Fate.UNCERTAIN, ("found-by-name-alone", "marked-by-a-source", "domestic-abuse"),
    )  # fmt: skip
    assert "domestic abuse" in first.says
    assert any("Schedule 3" in one for one in first.basis)
    both = ("near:marked-by-a-source", "near:domestic-abuse")
    assert (second.fate, second.rules) == (Fate.WAITS, both)
    assert (third.fate, third.rules) == (Fate.UNCERTAIN, ("found-by-name-alone", *both))


def test_what_is_near_to_an_enquiry_that_waits_waits_with_it(rules: TellingRules) -> None:
    screening, enquiry = entry(1, days=70, enquiry_id="y"), entry(2, "S47", days=40)
    later, new = entry(3, days=31, enquiry_id="z"), entry(4, days=10, enquiry_id="v")
    assert [one.rules for one in weighed(rules, screening, enquiry, later, new)] == [
        ("near:child-protection-enquiry",),
        ("child-protection-enquiry",),
        ("near:too-new", "near:child-protection-enquiry"),
        ("too-new", "near:child-protection-enquiry"),  # whoever thinks of releasing it is shown both
    ]
    far = entry(1, days=71, enquiry_id="y")
    assert weighed(rules, far, enquiry)[0].fate is Fate.TOLD
    over = entry(2, "S47", days=180)
    assert weighed(rules, entry(1, days=181, enquiry_id="y"), over)[0].fate is Fate.TOLD


def test_whoever_makes_the_report_decides_each_one(rules: TellingRules) -> None:
    waits, told = entry(1, "DA_TRIAGE", enquiry_id="y"), entry(2, days=200)
    others = entry(3, subject="another", enquiry_id="z")
    fates = [
        one.fate for one in weighed(rules, waits, told, others, release=frozenset({1, 3}), withhold=frozenset({2}))
    ]
    assert fates == [Fate.TOLD, Fate.WAITS, Fate.OTHERS]  # what is somebody else's is released by nobody


def test_an_altered_entry_is_told_to_the_officer_alone(rules: TellingRules) -> None:
    (one,) = weighed(rules, entry(content=Content.ALTERED))
    assert (one.fate, one.rules) == (Fate.NOT_TOLD, ("altered",))


def test_the_number_of_what_is_about_others_tells_of_nothing_that_waits(rules: TellingRules) -> None:
    """As shipped it is in no report; where rules count, what waits makes no difference, nor does what is near to it."""
    counting = msgspec.structs.replace(rules.others, counted=True)
    harmless = [entry(1, days=90, subject="another"), entry(2, days=80, subject="another", enquiry_id="y")]
    waits = [entry(3, "S47", subject="another", enquiry_id="z"), entry(4, subject="another", enquiry_id="v")]
    for entries, number in ((harmless, 2), (harmless + waits, 2), (waits, 0), ([], 0)):
        assert others_counted(weighed(rules, *entries), counting) == number
        assert others_counted(weighed(rules, *entries), rules.others) is msgspec.UNSET


async def test_a_report_reads_the_same_whether_or_not_something_waits(one_hub: ReportingHub) -> None:
    told = await one_hub.looked(CHILD, PurposeCode.SCREEN)
    before = await report(one_hub)
    made_at = one_hub.clock()
    one_hub.clock.move(days=60)
    await one_hub.looked(CHILD, PurposeCode.S47)
    await one_hub.looked(CHILD, PurposeCode.SCREEN, kept_from=("family",))
    one_hub.clock.at = made_at
    after = await report(one_hub, settled=False)
    assert before.indexes == after.indexes == [told]
    assert sorted(fate for fate, _ in after.fates.values()) == ["not-told", "waits", "waits"]  # one is the first report
    reference = before.told["reference"], after.told["reference"]
    unlike = {name for name in before.document if before.document[name] != after.document[name]}
    assert before.document.keys() == after.document.keys()
    assert unlike <= {"about", "reference", "log_size", "page_sha256"}  # a salt, and what the page says of these
    assert before.told["page"].replace(reference[0], "") == after.told["page"].replace(reference[1], "")


def test_every_code_has_everyday_words() -> None:
    assert words.PURPOSES.keys() == set(PurposeCode)
    assert words.ROLES.keys() == set(Role)
    assert words.AGENCIES.keys() == set(Agency)
    assert words.ANSWERS.keys() == set(AnswerState)
    assert words.GROUNDS.keys() == set(Ground)
    assert not [word for word in words.GROUNDS.values() if "label" in word]


def test_rules_that_cannot_be_used_are_refused_in_words(tmp_path: Path) -> None:
    shipped = (shipped_policies() / TELLING).read_text()
    for before, after, says in (
        ('id = "exploitation"', 'id = "domestic-abuse"', "one id to two rules"),
        ("days = 180", "days = 0", "1 or more"),
        ("days = 31", "days = 30", "more days than that"),
        ("every = true", 'every = true\npurposes = ["S47"]', "or about every access"),
        ("every = true", 'every = true\nasked_by = ["SELF"]', "whoever asks"),
        ("around_days = 30", "around_days = 29", "around_days = 30 at least"),
        ('"health.family"', '"health.famly"', "categories that there are not: health.famly"),
        ("marked = true", 'marked = true\npurposes = ["S47"]', "about purposes, or about what was marked"),
        ('purposes = ["MAPPA"]', 'purposes = ["MAPA"]', "not usable"),
        ('purposes = ["MAPPA"]', 'purpose = ["MAPPA"]', "not usable"),
    ):
        assert before in shipped
        (tmp_path / TELLING).write_text(shipped.replace(before, after, 1))
        with pytest.raises(ConfigurationError, match=says):
            read_telling_rules(tmp_path)
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_retention_rules(tmp_path)


def test_what_is_about_other_people_names_categories_that_there_are(rules: TellingRules) -> None:
    assert rules.others.categories <= set(Category)
    assert {Category.HEALTH_FAMILY, Category.PROBATION_FAMILY, Category.SOCIAL_CARE_FAMILY} <= rules.others.categories


def test_whoever_decides_is_told_that_nobody_could_know_of_a_mark(rules: TellingRules) -> None:
    silent = msgspec.structs.replace(READ.sources[0], state=AnswerState.TIMED_OUT)
    (unknown,) = weighed(rules, entry(days=40, kept_from=("family",), sources=(silent,)))
    (marked,) = weighed(rules, entry(days=40, kept_from=("family",), sources=()))
    assert unknown.rules == marked.rules == ("marked-by-a-source",)
    assert "did not, so nobody knew" in unknown.says
    assert "did not, so nobody knew" not in marked.says
