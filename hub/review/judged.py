"""Which verdicts are on which of somebody's doings: by the entries they cover, whatever the line was called then."""

from collections.abc import Mapping, Sequence

from hub.domain.review import ReviewVerdict

Verdicts = Mapping[str, Sequence[ReviewVerdict]]  # by line, the newest last


def by_entry(verdicts: Verdicts) -> Mapping[int, Sequence[ReviewVerdict]]:
    """Verdicts on lines about somebody's doings, the newest last, by each entry that they cover."""
    found: dict[int, list[ReviewVerdict]] = {}
    for one in sorted((one for given in verdicts.values() for one in given), key=lambda one: one.at):
        for index in one.covers:
            found.setdefault(index, []).append(one)
    return found
