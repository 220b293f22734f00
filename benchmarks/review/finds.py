"""What is found and what is missed: as a fair reader could see it, by kind, and one by one."""

from collections.abc import Iterator

from benchmarks.review.measuring import Measured
from benchmarks.review.tables import row, table
from hub.demo.year.deeds import Seen
from hub.domain.review import Priority


def found_of(year: Measured) -> Iterator[str]:
    """The chapter. The lot finds nothing here: what it draws is told of elsewhere."""
    found, pressing = year.found(), year.found(least=Priority.MEDIUM)
    yield from (
        "## Found and missed",
        "",
        f"**{len(found)} of {len(year.misuses)} misuses stand on the work list by a sign, {len(pressing)} of them with",
        f"medium or high priority; {len(year.misuses) - len(found)} are missed.** Some were built to slip through:",
        "",
    )
    yield from _by_seen(year)
    yield from _by_kind(year)
    yield from _one_by_one(year)


def _by_seen(year: Measured) -> Iterator[str]:
    found, pressing = year.found(), year.found(least=Priority.MEDIUM)
    rows = []
    for seen in Seen:
        those = {one.id for one in year.misuses if one.seen is seen}
        rows.append(row(seen.value, len(those), len(those & found), len(those & pressing), len(those - found)))
    heads = ("What there was to see", "Planted", "Found", "At medium or high priority", "Missed")
    yield from (*table(heads, rows), "")


def _by_kind(year: Measured) -> Iterator[str]:
    found = year.found()
    yield from ("By kind; a mark for each misuse, `#` found and `.` missed:", "", "```text")
    kinds = list(dict.fromkeys(one.kind for one in year.misuses))
    width = max(map(len, kinds))
    for kind in kinds:
        those = [one.id for one in year.misuses if one.kind == kind]
        marks = "".join("#" if one in found else "." for one in sorted(those, key=lambda one: one not in found))
        yield f"{kind:<{width}}  {marks:<5} {len(set(those) & found)} of {len(those)}"
    yield from ("```", "")


def _one_by_one(year: Measured) -> Iterator[str]:
    rows = []
    for one in year.misuses:
        line = year.best(one.id)
        if line is None:
            rows.append(row(one.id, one.kind, one.says, "**missed**", ""))
            continue
        rules = ", ".join(f"`{finding.rule}`" for finding in line.item.findings if finding.rule in line.signs)
        rows.append(row(one.id, one.kind, one.says, rules, line.item.priority.lower()))
    yield from (*table(("Misuse", "Kind", "What is done", "Found by", "Priority"), rows, words=5), "")
