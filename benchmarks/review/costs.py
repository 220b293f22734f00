"""What the list costs those who review: false alarms, its length, and how much of its top is worth reading."""

from collections.abc import Iterator
from statistics import median

from benchmarks.review.measuring import Line, Measured
from benchmarks.review.tables import bars, row, table
from hub.domain.review import Priority, Rule

_TOPS = 10, 20, 30, 50, 100, 200
_READ = 1, 2, 3, 5, 10, 20


def alarms_of(year: Measured) -> Iterator[str]:
    """By rule: what it finds, what it finds alone, and its false alarms."""
    everything, pressing = year.false_alarms(), year.false_alarms(least=Priority.MEDIUM)
    per = year.per_thousand
    yield from (
        "## False alarms, by rule",
        "",
        f"For each 1,000 honest enquiries, {per(everything):.0f} lines are about honest work,",
        f"{per(pressing):.0f} of them of medium or high priority. A line may stand there by several rules,",
        "and a misuse may be found by several. Not all of these are lines too many: a glass that was broken, or a",
        "flagged person, is to be looked at each time.",
        "",
    )
    rows = [_of(rule, year) for rule in Rule]
    heads = (
        "Rule",
        "Misuses found",
        "by no other rule",
        "Lines about honest work",
        "per 1,000 enquiries",
        "of medium or high priority, per 1,000",
    )
    yield from (*table(heads, rows), "")


def _of(rule: Rule, year: Measured) -> str:
    found = year.found(rule)
    rest = [other for other in Rule if other not in {rule, Rule.RANDOM_SAMPLE}]
    others = frozenset[str]().union(*(year.found(other) for other in rest))
    alarms, pressing = year.false_alarms(rule), year.false_alarms(rule, Priority.MEDIUM)
    per = year.per_thousand
    return row(f"`{rule}`", len(found), len(found - others), alarms, f"{per(alarms):.1f}", f"{per(pressing):.1f}")


def work_of(year: Measured) -> Iterator[str]:
    """How long the list is each week."""
    weeks = year.weeks()
    yield from (
        "## How much there is to read",
        "",
        "Lines that come to the list in a week, by when what they are about began:",
        "",
    )
    rows = []
    for priority in (Priority.HIGH, Priority.MEDIUM, Priority.LOW):
        counts = [sum(line.item.priority is priority for line in week) for week in weeks]
        rows.append(row(priority.lower(), f"{median(counts):g}", max(counts), sum(counts)))
    heads = ("Priority", "Lines in a usual week", "in the fullest week", "in the year")
    yield from (*table(heads, rows), "", "Month by month, lines of medium and high priority:", "")
    yield from (*bars(_by_month(year)), "")


def _by_month(year: Measured) -> list[tuple[str, float, str]]:
    months: dict[str, list[Line]] = {}
    for line in sorted(year.lines, key=lambda one: one.item.since):
        if line.item.priority is not Priority.LOW:
            months.setdefault(f"{line.item.since:%Y-%m}", []).append(line)
    return [
        (month, len(lines), f"{len(lines)}, of them {sum(bool(one.misuses) for one in lines)} about misuses")
        for month, lines in months.items()
    ]


def top_of(year: Measured) -> Iterator[str]:
    """What the top of the list is worth."""
    yield from (
        "## The top of the list",
        "",
        "The list of the whole year, the most pressing first:",
        "",
    )
    rows = []
    for top in _TOPS:
        lines = year.lines[:top]
        met = frozenset[str]().union(*(line.misuses for line in lines))
        rows.append(row(f"first {top}", f"{_share(lines)}", len(met)))
    yield from (*table(("Lines", "About a misuse", "Misuses met"), rows), "")
    yield from _read_weekly(year)


def _read_weekly(year: Measured) -> Iterator[str]:
    yield from ("Misuses met by a reviewer who reads so many lines each week, the most pressing first:", "")
    shown = []
    for most in _READ:
        read = [line for week in year.weeks() for line in week[:most]]
        met = frozenset[str]().union(*(line.misuses for line in read))
        shown.append((f"{most} a week", float(len(met)), f"{len(met)} met, in {len(read)} lines"))
    yield from (*bars(shown), "")


def _share(lines: tuple[Line, ...]) -> str:
    about = sum(bool(line.misuses) for line in lines)
    return f"{about} ({about / len(lines):.0%})" if lines else "0"
